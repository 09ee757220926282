"""Whatever comes in becomes part of one paper, once."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.landing import Outcome, count, land
from dailypapers.catalogue.models import Artifact, Merge, Paper
from dailypapers.catalogue.models import Identifier as Held
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Listed,
    PaperRecord,
    Precision,
    Version,
    Withdrawal,
)
from tests.catalogue.factories import catalogue, records
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db
DOI = Identifier("doi", "10.1000/182")
database_examples = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def published(number: int = 1, **fields: object) -> PaperRecord:
    """The publisher's copy of the paper `record(number)`: the same words in print, another identifier."""
    title = record(number).title.upper() + "."
    authors = (Author("Lovelace, A."), Author("Babbage, C."))
    return record(
        number,
        **{
            "identifiers": (DOI,),
            "title": title,
            "authors": authors,
            "authority": Authority.PUBLISHER,
            "source": "crossref",
            "listed": (),
            **fields,
        },
    )


def outcomes(*records: PaperRecord) -> list[str]:
    return [landed.outcome.value for landed in land(records, NOW)]


def the_one() -> PaperRecord:
    """The paper, of which there must be exactly one."""
    (one,) = catalogue()
    return one


def test_a_record_comes_back_as_it_landed() -> None:
    full = record(
        1,
        links=(),
        versions=(Version(Identifier("arxiv", "2604.00001"), 1, DAY),),
        authors=(Author("Ada Lovelace", "London", "0000-0002-1825-0097"),),
        keywords=("a word", "another"),
        licence="CC BY 4.0",
        comment="12 pages",
        withdrawal=Withdrawal(DAY, "an error"),
        **mention(votes=12, submitter="ada"),
    )
    hold(full)
    assert the_one() == replace(full, text_from="arxiv:2604.00001")


def test_the_same_record_again_is_unchanged() -> None:
    assert outcomes(record(1)) == ["new"]
    before = Paper.objects.get().updated_at
    assert [landed.outcome for landed in land([record(1)], NOW + timedelta(days=1))] == [Outcome.UNCHANGED]
    assert Paper.objects.get().updated_at == before


def test_a_second_version_lands_on_the_paper() -> None:
    assert outcomes(record(1, version=1), record(1, version=2, abstract="Better.")) == ["new", "updated"]
    assert the_one().abstract == "Better."


def test_a_cross_list_lands_on_the_paper_and_keeps_its_first_day() -> None:
    later = (Listed(DAY + timedelta(days=2), "arxiv", announced=True),)
    hold(record(1))
    hold(record(1, categories=("cs.CL", "cs.LG", "stat.ML"), listed=later))
    paper = Paper.objects.get()
    assert paper.day == DAY
    assert [one.day for one in the_one().listed] == [DAY]
    assert the_one().categories == ("cs.CL", "cs.LG", "stat.ML")


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("preprint_first", [True, False])
def test_the_published_copy_and_the_preprint_are_one_paper(together: bool, preprint_first: bool) -> None:
    pair = [record(1), published(1)] if preprint_first else [published(1), record(1)]
    for batch in [pair] if together else [[one] for one in pair]:
        land(batch, NOW)
    assert set(the_one().identifiers) == {Identifier("arxiv", "2604.00001"), DOI}
    assert Paper.objects.get().handle == "2604.00001"
    assert the_one().title == record(1).title
    assert Merge.objects.get().reason == "same title and an author in common"


def test_the_conference_copy_joins_by_title_and_the_doi_by_identifier() -> None:
    conference = published(1, identifiers=(Identifier("acl", "P18-1001"),), source="acl")
    by_doi = published(
        1, identifiers=(Identifier("doi", "10.18653/v1/p18-1001"),), title="Quite another title"
    )
    hold(record(1), conference, by_doi)
    assert len(the_one().identifiers) == 3


def test_a_doi_that_the_preprint_names_finds_the_published_copy_under_another_title() -> None:
    hold(published(1, title="The title was changed for the journal"))
    preprint = record(1)
    hold(replace(preprint, identifiers=(*preprint.identifiers, DOI)))
    assert set(the_one().identifiers) == {*preprint.identifiers, DOI}
    assert Merge.objects.get().reason == "an identifier in common"


def test_a_preprint_that_takes_the_printed_title_in_its_second_version_joins_the_printed_copy() -> None:
    hold(published(1), record(1, title="A working title that was dropped", version=1))
    assert Paper.objects.count() == 2
    assert outcomes(record(1, version=2)) == ["updated"]
    assert set(the_one().identifiers) == {Identifier("arxiv", "2604.00001"), DOI}


def test_two_held_papers_become_one_when_a_record_names_both() -> None:
    hold(record(1), published(2))
    both = record(1, identifiers=(Identifier("arxiv", "2604.00001"), DOI), source="openalex")
    assert outcomes(replace(both, authority=Authority.AGGREGATOR)) == ["updated"]
    assert set(the_one().identifiers) == {Identifier("arxiv", "2604.00001"), DOI}
    assert Merge.objects.get().reason == "one record names both"


def test_what_was_merged_before_stays_known_when_its_paper_joins_another() -> None:
    hold(record(2), published(2))
    hold(record(1))
    openreview = Identifier("openreview", "ri0q1OpyVk")
    hold(replace(published(1, identifiers=(openreview,), title="Yet another title of it")))
    merges = Merge.objects.count()
    joining = published(1, identifiers=(openreview, DOI), title="Yet another title of it")
    land([joining], NOW)
    assert Merge.objects.count() == merges + 1
    assert not Merge.objects.exclude(paper__in=Paper.objects.all()).exists()


def test_same_title_without_a_common_author_is_two_papers() -> None:
    outcomes(record(1), published(1, authors=(Author("Grace Hopper"),)))
    assert Paper.objects.count() == 2


def test_same_title_and_authors_under_two_arxiv_numbers_is_two_papers() -> None:
    outcomes(record(1), record(2, title=record(1).title))
    assert Paper.objects.count() == 2


def test_a_doi_typed_into_two_preprints_does_not_make_them_one() -> None:
    one, other = record(1), record(2)
    land([replace(paper, identifiers=(*paper.identifiers, DOI)) for paper in (one, other)], NOW)
    assert sorted(paper.identifiers for paper in catalogue()) == [(*one.identifiers, DOI), other.identifiers]


def test_short_titles_do_not_identify() -> None:
    outcomes(record(1, title="Editorial"), published(1, title="Editorial"))
    assert Paper.objects.count() == 2


def test_a_refused_record_leaves_no_trace_and_the_others_are_taken() -> None:
    landed = land([record(1), record(2, title=""), record(3)], NOW)
    assert [one.outcome.value for one in landed] == ["new", "rejected", "new"]
    assert landed[1].reason == "no title"
    assert count(landed) == Counter(new=2, rejected=1)
    assert Paper.objects.count() == 2


def test_a_note_of_withdrawal_marks_the_paper_and_says_so_once() -> None:
    note = record(1, title="", abstract="", authors=(), listed=(), withdrawal=Withdrawal(DAY, "an error"))
    assert land([note], NOW)[0].outcome is Outcome.UNCHANGED
    hold(record(1))
    first, second = land([note], NOW) + land([note], NOW)
    assert (first.outcome, first.withdrawn) == (Outcome.UPDATED, True)
    assert (second.outcome, second.withdrawn) == (Outcome.UNCHANGED, False)
    paper = Paper.objects.get()
    assert (paper.withdrawn, paper.withdrawn_on, paper.title) == (True, DAY, record(1).title)


def test_a_record_that_says_things_twice_does_not_break_the_batch() -> None:
    twice = record(1, **mention(votes=1))
    twice = replace(twice, mentions=twice.mentions * 2, listed=twice.listed * 2)
    assert outcomes(twice, twice) == ["new", "unchanged"]


def test_html_and_scripts_stay_text() -> None:
    hold(record(1, abstract="<script>alert(1)</script> & <b>bold</b>"))
    assert Paper.objects.get().abstract == "<script>alert(1)</script> & <b>bold</b>"


def test_a_paper_stands_under_the_best_of_its_identifiers() -> None:
    hold(published(1))
    assert Paper.objects.get().handle == "doi:10.1000/182"
    hold(record(1))
    assert Paper.objects.get().handle == "2604.00001"


def test_a_month_is_no_day() -> None:
    hold(record(1, listed=(Listed(date(2026, 4, 1), "file", announced=True, precision=Precision.MONTH),)))
    assert Paper.objects.get().day is None


def test_the_number_of_queries_does_not_grow_with_the_papers() -> None:
    def queries(numbers: range) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            land([record(number) for number in numbers], NOW)
        return len(captured)

    assert queries(range(10, 20)) == queries(range(100, 400))


def test_nothing_is_written_when_the_transaction_around_it_fails() -> None:
    with transaction.atomic():
        land([record(1)], NOW)
        assert Paper.objects.exists()
        transaction.set_rollback(True)
    assert not Paper.objects.exists()
    assert not Held.objects.exists()
    assert not Artifact.objects.exists()


@database_examples
@given(st.lists(records(), max_size=6))
def test_one_batch_and_one_by_one_come_to_the_same(drawn: list[PaperRecord]) -> None:
    with transaction.atomic():
        together = land(drawn, NOW)
        held, merges = catalogue(), Merge.objects.count()
        transaction.set_rollback(True)
    with transaction.atomic():
        single = [landed for one in drawn for landed in land([one], NOW)]
        assert catalogue() == held
        assert single == together
        assert Merge.objects.count() == merges
        transaction.set_rollback(True)


@database_examples
@given(st.lists(records(), min_size=1, max_size=6))
def test_landing_the_last_record_again_changes_nothing(drawn: list[PaperRecord]) -> None:
    with transaction.atomic():
        land(drawn, NOW)
        before = catalogue()
        assert land(drawn[-1:], NOW)[0].outcome is Outcome.UNCHANGED
        assert catalogue() == before
        transaction.set_rollback(True)


@database_examples
@given(st.lists(records(), max_size=6))
def test_each_identifier_and_each_twin_stands_once(drawn: list[PaperRecord]) -> None:
    with transaction.atomic():
        land(drawn, NOW)
        names = Counter(name for paper in catalogue() for name in paper.identifiers)
        assert set(names) == {name for one in drawn for name in one.identifiers}
        assert set(names.values()) <= {1}
        for paper in Paper.objects.all():
            assert paper.author_count == paper.authors.count()
            assert not set(paper.identifiers.values_list("position", flat=True)) ^ set(
                range(paper.identifiers.count())
            )
        transaction.set_rollback(True)


@database_examples
@given(st.permutations(range(5)))
def test_the_order_in_which_distinct_papers_land_does_not_matter(order: list[int]) -> None:
    with transaction.atomic():
        land([record(number) for number in order], NOW)
        assert catalogue() == sorted(catalogue(), key=repr)
        assert [
            paper.identifiers[0].value for paper in sorted(catalogue(), key=lambda one: one.identifiers)
        ] == [f"2604.{number:05}" for number in range(5)]
        held = catalogue()
        transaction.set_rollback(True)
    with transaction.atomic():
        land([record(number) for number in range(5)], NOW)
        assert catalogue() == held
        transaction.set_rollback(True)


def test_a_key_is_never_used_again_after_the_newest_paper_was_merged_away() -> None:
    first, newest = hold(record(1), record("10.1000/182", title="Something else entirely, at length"))
    assert newest.pk > first.pk
    both = record(1, identifiers=(record(1).identifiers[0], DOI), title="Something else entirely, at length")
    hold(both)
    assert not Paper.objects.filter(pk=newest.pk).exists()
    (fresh,) = hold(record(3))
    assert fresh.pk > newest.pk
