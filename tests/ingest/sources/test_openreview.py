"""OpenReview, from the bytes to what is held."""

from datetime import date

import pytest

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Authority, Link, Precision, Summary, Withdrawal
from dailypapers.ingest.source import BadPage, Page, Parsed, SourceFailure
from dailypapers.ingest.sources import openreview
from dailypapers.ingest.sources.openreview import SOURCE
from tests.ingest.sources.bodies import bad, parsed
from tests.ingest.sources.harvesting import EVERY_FAULT, quick, span, take
from tests.origins.openreview import OpenReviewOrigin, note
from tests.origins.origin import Fault

VENUE = "ICLR.cc/2024/Conference"
NOTES = [note(f"submission{number}") for number in range(5)]


def test_a_submission_is_read_with_all_that_is_said_of_it() -> None:
    record = parsed(SOURCE, "notes.json")[0].record
    assert record.identifiers == (Identifier("openreview", "aVh9KRZdRk"),)
    assert record.authority is Authority.PUBLISHER
    assert record.title == "Looms That Learn"
    assert record.authors == (Author("Mary Somerville"), Author("Ada Lovelace"))
    assert record.abstract == "We show that looms learn.\n\nThey learn quickly."
    assert (record.day, record.precision) == (date(2024, 1, 16), Precision.DAY)
    assert record.venue == "ICLR 2024 poster"
    assert record.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert record.keywords == ("looms", "learning")
    assert record.summaries == (Summary("Looms can learn $n$ patterns.", "openreview"),)
    assert record.links == (
        Link("pdf", "https://openreview.net/pdf/0123456789abcdef0123456789abcdef01234567.pdf"),
        Link("code", "https://github.com/example/looms"),
    )
    assert record.withdrawal is None


def test_a_withdrawn_one_is_marked_and_a_review_is_no_paper() -> None:
    records = [item.record for item in parsed(SOURCE, "notes.json")]
    assert [one.title for one in records] == ["Looms That Learn", "Looms That Forget"]
    assert records[1].withdrawal == Withdrawal(reason="withdrawn from review by its authors")
    assert records[1].authors == (Author("Charles Babbage"),)
    assert [one.reason for one in bad(SOURCE, "notes.json")] == ["no OpenReview id: 'no'"]


def test_the_older_api_wraps_nothing_and_names_nobody_while_a_review_is_blind() -> None:
    (item,) = parsed(SOURCE, "notes.before-2023.json")
    assert item.record.title == "Weaving by Gradient"
    assert item.record.authors == ()
    assert item.record.day == date(2019, 12, 22)
    assert item.record.summaries == (Summary("Weaving works.", "openreview"),)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_a_venue_is_taken_whole_whatever_fails_once(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openreview, "PER_PAGE", 2)
    with OpenReviewOrigin([*NOTES, note("elsewhere1", "ICML.cc/2024/Conference")]) as origin:
        origin.fail(Fault.NONE, fault)
        result = take(SOURCE, span(origin, chosen=VENUE))
    assert result.failure == ""
    assert result.counts["new"] == Paper.objects.count() == 5


@pytest.mark.parametrize(
    ("chosen", "cursor", "words"),
    [("", "", "say which venue"), ("a b", "", "say which venue"), (VENUE, "x", "not a place to go on from")],
)
def test_what_cannot_be_asked_is_told(chosen: str, cursor: str, words: str) -> None:
    with OpenReviewOrigin([]) as origin, quick() as http, pytest.raises(SourceFailure, match=words):
        list(SOURCE.pages(span(origin, chosen=chosen), http, cursor))


def test_single_submissions_are_asked_for_at_both_apis() -> None:
    with OpenReviewOrigin(NOTES, closed=["closed0001"]) as origin, quick() as http:
        names = [Identifier("openreview", name) for name in ("submission1", "unknown001", "closed0001")] + [
            Identifier("arxiv", "2604.00001")
        ]
        pages = list(SOURCE.by_identifier(names, span(origin), http))
        asked = len(origin.asked)
    (item,) = SOURCE.parse(pages[0])
    assert isinstance(item, Parsed)
    assert item.record.title == "What was submitted as submission1"
    assert (len(pages), asked) == (1, 5)


def test_an_error_is_no_empty_list() -> None:
    with pytest.raises(BadPage, match="no list of notes; OpenReview said: Too many requests"):
        list(SOURCE.parse(Page(b'{"message": "Too many requests"}', "", "openreview x", kind="notes")))
