"""References are told to be papers that are held, in bulk, and nothing is written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.recognising import recognised
from dailypapers.catalogue.records import Author, PaperRecord
from tests.papers import hold, named, record

pytestmark = pytest.mark.django_db


def reference(name: str = "local:reference-1", **fields: object) -> PaperRecord:
    return record(1, identifiers=(named(name),), **({"title": "Something else"} | fields))


def test_by_any_identifier_whatever_the_title() -> None:
    (paper,) = hold(record(1, identifiers=(named("2604.00001"), named("10.1000/182"))))
    assert recognised([reference("10.1000/182"), reference("2604.00001"), reference("2604.00009")]) == [
        paper.pk,
        paper.pk,
        None,
    ]


def test_by_title_with_an_author_in_common() -> None:
    (paper,) = hold(record(1, title="Heat in very thin plates"))
    same = reference(title="HEAT in very thin plates!", authors=(Author("Lovelace, A."),))
    others = reference(title="Heat in very thin plates", authors=(Author("Grace Hopper"),))
    nobody = reference(title="Heat in very thin plates", authors=())
    short = reference(title="Heat", authors=())
    assert recognised([same, others, nobody, short]) == [paper.pk, None, paper.pk, None]


def test_a_title_without_authors_that_two_papers_have_is_neither() -> None:
    hold(
        record(1, title="Heat in very thin plates"),
        record(2, title="Heat in very thin plates", authors=(Author("Grace Hopper"),)),
    )
    assert Paper.objects.count() == 2
    assert recognised([reference(title="Heat in very thin plates", authors=())]) == [None]


def test_two_numbers_of_one_collection_are_two_works() -> None:
    hold(record(1, title="Heat in very thin plates"))
    assert recognised([reference("2604.00077", title="Heat in very thin plates")]) == [None]


def test_many_cost_no_more_queries_than_few() -> None:
    hold(*(record(number) for number in range(1, 30)))

    def queries(numbers: range) -> int:
        with CaptureQueriesContext(connection) as asked:
            found = recognised([record(number) for number in numbers])
        assert None not in found
        return len(asked)

    assert queries(range(1, 3)) == queries(range(1, 30))
