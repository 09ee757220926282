"""What is held and what comes in become one paper, whichever comes first."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given, settings

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.merging import absorb
from dailypapers.catalogue.merging import settled as in_order
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    Listed,
    Mention,
    PaperRecord,
    Precision,
    Summary,
    Version,
    Withdrawal,
    checked,
)
from tests.catalogue.factories import records
from tests.papers import DAY, record

DOI = Identifier("doi", "10.1000/182")
EARLIER = date(2026, 4, 1)
LATER = date(2026, 4, 30)


def taken(**fields: object) -> PaperRecord:
    return in_order(checked(record(1, **fields)))


def published(**fields: object) -> PaperRecord:
    """The copy of a publisher, known by its DOI."""
    return taken(identifiers=(DOI,), authority=Authority.PUBLISHER, source="crossref", **fields)


@settings(deadline=None)
@given(records(), records())
def test_absorbing_twice_changes_nothing(held: PaperRecord, new: PaperRecord) -> None:
    once = absorb(held, new)
    assert absorb(once, new) is once


@settings(deadline=None)
@given(records())
def test_absorbing_itself_changes_nothing(held: PaperRecord) -> None:
    assert absorb(held, held) is held


@settings(deadline=None)
@given(records(), records())
def test_nothing_that_adds_up_is_lost(held: PaperRecord, new: PaperRecord) -> None:
    both = absorb(held, new)
    assert set(both.identifiers) == {*held.identifiers, *new.identifiers}
    assert {(one.kind, one.url) for one in both.links} == {
        (one.kind, one.url) for one in held.links + new.links
    }
    assert {one.source for one in both.mentions} == {one.source for one in held.mentions + new.mentions}
    assert {one.origin for one in both.summaries} == {one.origin for one in held.summaries + new.summaries}
    assert len(both.listed) <= len(held.listed) + len(new.listed)
    assert bool(both.listed) == bool(held.listed or new.listed)
    assert bool(both.withdrawal) == bool(held.withdrawal or new.withdrawal)
    for name in ("title", "authors", "abstract", "venue", "comment", "categories", "keywords", "day"):
        assert getattr(both, name) in (getattr(held, name), getattr(new, name))
        assert bool(getattr(both, name)) == bool(getattr(held, name) or getattr(new, name))


@settings(deadline=None)
@given(records(), records())
def test_the_higher_authority_has_the_word_whichever_came_first(one: PaperRecord, other: PaperRecord) -> None:
    if one.authority != other.authority and one.text_from != other.text_from:
        first, second = absorb(one, other), absorb(other, one)
        assert (first.title, first.text_from) == (second.title, second.text_from)
        assert (first.authors, first.abstract, first.day) == (second.authors, second.abstract, second.day)


def test_the_archive_overrides_the_publisher_and_the_publisher_fills_its_blanks() -> None:
    held = absorb(published(title="As it was printed", venue="Journal of It"), taken(title="Ours of it"))
    assert (held.title, held.venue, held.authority) == ("Ours of it", "Journal of It", Authority.ARCHIVE)
    assert held.identifiers == (DOI, Identifier("arxiv", "2604.00001"))


def test_a_source_corrects_itself() -> None:
    held = absorb(taken(title="With a tpyo in the title", day=DAY), taken(title="Without one", day=LATER))
    assert (held.title, held.day) == ("Without one", LATER)


def test_an_older_version_does_not_replace_a_newer_one() -> None:
    newer, older = taken(title="Second version of it", version=2), taken(title="First of it", version=1)
    assert absorb(newer, older).title == "Second version of it"
    assert absorb(older, newer).title == "Second version of it"
    assert absorb(older, newer).version == 2


def test_the_words_of_the_sample_give_way_to_those_of_any_source() -> None:
    sample = taken(title="As the sample has it", authority=Authority.SAMPLE, source="file")
    assert (
        absorb(sample, taken(title="As a file has it", authority=Authority.FILE)).title == "As a file has it"
    )
    assert (
        absorb(taken(title="As a file has it", authority=Authority.FILE), sample).title == "As a file has it"
    )


def test_the_more_exact_date_counts() -> None:
    month = taken(day=date(2026, 3, 1), precision=Precision.MONTH)
    assert absorb(month, published(day=LATER)).day == LATER
    assert absorb(published(day=LATER), month).day == LATER


def test_of_two_exact_dates_that_of_the_words_counts() -> None:
    assert absorb(published(day=EARLIER), taken(day=DAY)).day == DAY
    assert absorb(taken(day=DAY), published(day=EARLIER)).day == DAY


def test_the_first_announcement_and_each_communitys_first_submission_are_kept() -> None:
    first = taken(listed=(Listed(DAY, "arxiv", announced=True), Listed(LATER, "huggingface", submitted=True)))
    second = taken(
        listed=(
            Listed(LATER, "openalex", announced=True),
            Listed(DAY, "huggingface", submitted=True),
            Listed(LATER, "lobsters", submitted=True),
        )
    )
    expected = (
        Listed(DAY, "arxiv", announced=True),
        Listed(DAY, "huggingface", submitted=True),
        Listed(LATER, "lobsters", submitted=True),
    )
    assert absorb(first, second).listed == expected
    assert absorb(second, first).listed == expected


def test_a_day_that_was_told_counts_before_one_that_was_estimated_or_a_month() -> None:
    told = Listed(LATER, "arxiv", announced=True)
    for weaker in (
        Listed(EARLIER, "openalex", announced=True, estimated=True),
        Listed(EARLIER, "file", announced=True, precision=Precision.MONTH),
    ):
        assert absorb(taken(listed=(weaker,)), taken(listed=(told,))).listed == (told,)
        assert absorb(taken(listed=(told,)), taken(listed=(weaker,))).listed == (told,)


def test_the_newest_count_of_votes_is_kept_with_the_first_day() -> None:
    def counted(votes: int, hour: int, day: date) -> PaperRecord:
        captured = datetime(2026, 4, 20, hour, tzinfo=UTC)
        return taken(mentions=(Mention("huggingface", day, votes=votes, captured_at=captured),))

    late, early = counted(30, 9, LATER), counted(10, 8, DAY)
    for held in (absorb(late, early), absorb(early, late)):
        assert (held.mentions[0].votes, held.mentions[0].day) == (30, DAY)


def test_a_withdrawal_stays() -> None:
    gone = taken(withdrawal=Withdrawal(DAY, "an error in lemma 2"))
    assert absorb(gone, taken()).withdrawal == Withdrawal(DAY, "an error in lemma 2")
    assert absorb(taken(), gone).withdrawal == Withdrawal(DAY, "an error in lemma 2")


def test_a_withdrawal_without_words_blanks_nothing() -> None:
    held = absorb(taken(title="What it was about once"), taken(title="", withdrawal=Withdrawal(DAY)))
    assert held.title == "What it was about once"
    assert held.withdrawal is not None


def test_the_stars_of_a_link_are_the_last_told() -> None:
    few, many = Link("code", "https://c.example", 3), Link("code", "https://c.example", 300)
    unknown = Link("code", "https://c.example")
    assert absorb(taken(links=(few,)), taken(links=(many,))).links == (many,)
    assert absorb(taken(links=(many,)), taken(links=(unknown,))).links == (many,)


def test_a_record_that_says_a_thing_twice_is_put_in_order() -> None:
    name = Identifier("arxiv", "2604.00001")
    found = in_order(
        replace(
            taken(),
            versions=(Version(name, 2), Version(name, 1), Version(name, 1, DAY)),
            summaries=(Summary("one", "huggingface"), Summary("two", "huggingface")),
            mentions=(Mention("huggingface", LATER, 3), Mention("huggingface", DAY, 2)),
            authors=(Author("Ada Lovelace"),),
        )
    )
    assert found.versions == (Version(name, 1, DAY), Version(name, 2))
    assert found.summaries == (Summary("two", "huggingface"),)
    assert found.mentions == (Mention("huggingface", DAY, 3),)
