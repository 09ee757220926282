"""A wrong merge can be undone, and stays undone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Merge, Paper
from dailypapers.catalogue.records import Author, Authority, Link, Listed, PaperRecord, Version
from dailypapers.catalogue.splitting import CannotSplit, split
from tests.catalogue.factories import catalogue, records
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db
ARXIV = Identifier("arxiv", "2604.00001")
DOI = Identifier("doi", "10.1000/182")


def copy(**fields: object) -> PaperRecord:
    """Another work of the same title by someone of the same name."""
    return record(
        1,
        **{
            "identifiers": (DOI,),
            "authority": Authority.PUBLISHER,
            "source": "crossref",
            "authors": (Author("Ada Lovelace"), Author("Grace Hopper")),
            "abstract": "Something else.",
            "venue": "Journal of Something Else",
            "links": (Link("code", "https://else.example"),),
            "listed": (Listed(DAY - timedelta(days=9), "crossref", announced=True),),
            **fields,
        },
    )


def test_the_two_are_as_they_would_have_been_without_the_merge() -> None:
    first = record(1, **mention(votes=3))
    hold(first)
    alone = catalogue()
    hold(copy())
    assert Paper.objects.count() == 1
    kept, parted = split(Merge.objects.get(), NOW)
    assert (kept.handle, parted.handle) == ("2604.00001", "doi:10.1000/182")
    assert alone[0] in catalogue()
    assert replace(copy(), text_from=str(DOI)) in catalogue()
    assert not Merge.objects.exists()


def test_the_copy_that_had_the_say_takes_its_words_with_it() -> None:
    held = copy(authority=Authority.FILE)
    hold(held)
    hold(record(1))
    kept, parted = split(Merge.objects.get(), NOW)
    assert (kept.abstract, parted.abstract) == ("Something else.", record(1).abstract)
    assert {paper.source for paper in catalogue()} == {"crossref", "arxiv"}


def test_they_stay_two_when_both_land_again() -> None:
    hold(record(1), copy())
    split(Merge.objects.get(), NOW)
    land([record(1), copy(), replace(copy(), identifiers=(DOI, ARXIV))], NOW)
    assert Paper.objects.count() == 2
    assert sorted(paper.identifiers for paper in catalogue()) == [(ARXIV,), (DOI,)]


def test_they_stay_two_when_a_record_names_both_by_other_identifiers() -> None:
    hold(record(1), copy())
    split(Merge.objects.get(), NOW)
    openreview, openalex = Identifier("openreview", "ri0q1OpyVk"), Identifier("openalex", "W2741809807")
    land([record(1, identifiers=(ARXIV, openreview)), copy(identifiers=(DOI, openalex))], NOW)
    land([record(1, identifiers=(openreview, openalex))], NOW)
    assert Paper.objects.count() == 2


def test_what_was_learned_since_stays_where_it_belongs() -> None:
    hold(record(1), copy())
    hold(
        record(1, **mention(votes=50)),
        record(1, identifiers=(DOI,), versions=(Version(DOI, 2, DAY),), listed=()),
    )
    kept, parted = split(Merge.objects.get(), NOW)
    assert [one.votes for one in kept.mentions.all()] == [50]
    assert not parted.mentions.exists()
    assert [str(one) for one in parted.versions.all()] == ["doi:10.1000/182v2"]
    assert not kept.versions.exists()


def test_a_later_merge_goes_with_the_copy_it_was_made_into() -> None:
    hold(record(1), record(2))
    third = Identifier("openreview", "ri0q1OpyVk")
    hold(record(2, identifiers=(third,)))
    land([record(1, identifiers=(ARXIV, third))], NOW)
    assert Paper.objects.count() == 2  # two arXiv numbers are two works, whoever names both


def test_a_merge_by_a_record_that_names_both_can_be_undone() -> None:
    hold(record(1), copy(title="Quite another title here"))
    land([record(1, identifiers=(ARXIV, DOI))], NOW)
    assert Paper.objects.count() == 1
    split(Merge.objects.get(), NOW)
    assert sorted(paper.identifiers for paper in catalogue()) == [(ARXIV,), (DOI,)]
    land([record(1, identifiers=(ARXIV, DOI))], NOW)
    assert Paper.objects.count() == 2


def test_a_copy_without_an_identifier_of_its_own_cannot_be_parted() -> None:
    hold(record(1), copy())
    merge = Merge.objects.get()
    merge.held = {**merge.held, "identifiers": [list(ARXIV), list(DOI)]}
    merge.save()
    with pytest.raises(CannotSplit, match="no identifier"):
        split(merge, NOW)
    assert Paper.objects.count() == 1


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(records(), records())
def test_splitting_undoes_any_merge(first: PaperRecord, second: PaperRecord) -> None:
    second = replace(second, title=first.title, authors=first.authors or second.authors)
    with transaction.atomic():
        land([replace(first, authors=second.authors)], NOW)
        land([second], NOW)
        merge = Merge.objects.first()
        alone: list[PaperRecord] = []
        if merge is not None:
            split(merge, NOW)
            parted = catalogue()
            transaction.set_rollback(True)
        transaction.set_rollback(True)
    assume(merge is not None)
    for one in (replace(first, authors=second.authors), second):
        with transaction.atomic():
            land([one], NOW)
            alone += catalogue()
            transaction.set_rollback(True)
    assert parted == sorted(alone, key=repr)
