"""Crossref, from the bytes to what is held."""

import json
from datetime import date
from typing import Any

import pytest

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Authority, Link, Precision, Withdrawal, checked
from dailypapers.ingest.source import BadPage, Page, Parsed, SourceFailure
from dailypapers.ingest.sources.crossref import SOURCE
from tests.ingest.sources.bodies import bad, parsed
from tests.ingest.sources.harvesting import EVERY_FAULT, quick, span, take
from tests.origins.crossref import CrossrefOrigin, work
from tests.origins.origin import Fault

WORKS = [work(f"10.1234/w{number}") for number in range(1, 8)]


def read(**fields: Any) -> Parsed:
    """One work as read when asked for alone."""
    body = json.dumps({"message-type": "work", "message": work("10.1234/w1", **fields)}).encode()
    item = next(iter(SOURCE.parse(Page(body, "", "crossref 10.1234/w1", kind="work"))))
    assert isinstance(item, Parsed)
    return item


def test_a_work_is_read_with_its_abstract_licence_and_preprint() -> None:
    record = parsed(SOURCE, "list.json")[0].record
    assert record.identifiers == (Identifier("doi", "10.1234/example.1"), Identifier("arxiv", "2604.00001"))
    assert record.authority is Authority.PUBLISHER
    assert record.title == "On the size of x: An inquiry"
    assert checked(record).abstract == "Aim\n\nWe ask whether x < 3 & why.\n\nIt is, since $x=2$."
    assert record.authors == (
        Author("Ada Example", "Institute of Examples", "0000-0002-1825-0097"),
        Author("Bo Example Jr"),
        Author("The Example Consortium"),
    )
    assert (record.day, record.precision) == (date(2026, 4, 7), Precision.DAY)
    assert record.listed[0].estimated, "a day of publication is no announcement"
    assert (record.venue, record.licence) == (
        "Journal of Examples",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    assert record.links == (
        Link("page", "https://journal.example.org/10.1234/Example.1"),
        Link("pdf", "https://journal.example.org/open.pdf"),
    )


def test_a_retraction_shows_on_the_work_itself() -> None:
    record = parsed(SOURCE, "list.json")[1].record
    assert record.title == "A claim about x"
    assert record.withdrawal == Withdrawal(date(2021, 2, 3), "Retraction")
    assert (record.day, record.precision) == (date(2020, 3, 1), Precision.MONTH)


def test_a_correction_does_not_withdraw() -> None:
    corrected = [
        {"DOI": "10.1234/w9", "type": "correction", "updated": {"date-time": "2026-01-01T00:00:00Z"}}
    ]
    assert read(**{"updated-by": corrected}).record.withdrawal is None


def test_a_mark_in_the_title_withdraws_too() -> None:
    record = read(title=["RETRACTED ARTICLE: What was said"]).record
    assert record.title == "What was said"
    assert record.withdrawal == Withdrawal(reason="retracted")


def test_notices_and_journals_are_passed_over_in_a_list_and_named_alone() -> None:
    assert len(parsed(SOURCE, "list.json")) == 4
    assert bad(SOURCE, "list.json") == []
    notice = work("10.1234/w9", **{"update-to": [{"DOI": "10.1234/w1", "type": "retraction"}]})
    body = json.dumps({"message-type": "work", "message": notice}).encode()
    (alone,) = SOURCE.parse(Page(body, "", "crossref 10.1234/w9", kind="work"))
    assert not isinstance(alone, Parsed)
    assert "retraction of 10.1234/w1" in alone.reason


def test_a_preprint_goes_by_the_number_of_its_server() -> None:
    record = parsed(SOURCE, "list.json")[2].record
    assert record.identifiers == (Identifier("biorxiv", "2024.01.03.573999"),)
    assert (record.day, record.venue) == (date(2024, 1, 5), "bioRxiv")


def test_a_year_alone_lists_nothing() -> None:
    record = parsed(SOURCE, "list.json")[3].record
    assert (record.day, record.precision, record.listed) == (date(1998, 1, 1), Precision.YEAR, ())


@pytest.mark.parametrize("parts", [[[None]], [], [[]], [[2026, None, 3]], [[2026, 13]], [[0]], None, "2026"])
def test_a_date_that_says_nothing_is_no_date(parts: object) -> None:
    record = read(issued={"date-parts": parts}).record
    assert (record.day, record.precision) == (None, Precision.NONE)


def test_another_answer_than_asked_is_a_bad_page() -> None:
    body = b'{"status": "failed", "message-type": "validation-failure", "message": []}'
    with pytest.raises(BadPage, match="validation-failure"):
        list(SOURCE.parse(Page(body, "", "crossref works", kind="list")))


@pytest.mark.django_db
def test_dois_are_fetched_one_by_one_and_a_second_harvest_changes_nothing() -> None:
    with CrossrefOrigin(WORKS) as origin:
        asked = span(origin, chosen="10.1234/W1, https://doi.org/10.1234/w2")
        result = take(SOURCE, asked)
        assert [path.split("?")[0] for path in origin.asked] == ["/works/10.1234%2Fw1", "/works/10.1234%2Fw2"]
        again = take(SOURCE, asked)
    assert (result.counts["new"], result.failure) == (2, "")
    assert (again.counts["unchanged"], again.counts["updated"]) == (2, 0)


@pytest.mark.django_db
def test_a_doi_that_crossref_does_not_know_is_named_and_those_before_it_stay() -> None:
    with CrossrefOrigin(WORKS) as origin:
        result = take(SOURCE, span(origin, chosen="10.1234/w1,10.5281/zenodo.1,10.1234/w2"))
    assert "10.5281/zenodo.1" in result.failure
    assert Paper.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "condition"), [("1234-567x", "issn:1234-567X"), ("prefix:10.1234", "prefix:10.1234")]
)
def test_a_journal_or_filter_is_read_to_its_end_though_its_cursor_stays_the_same(
    chosen: str, condition: str
) -> None:
    with CrossrefOrigin(WORKS, most=3) as origin:
        result = take(SOURCE, span(origin, "2026-04-01", "2026-04-08", chosen))
        assert len(origin.asked) == 3
        for part in (condition, "from-pub-date:2026-04-01", "until-pub-date:2026-04-08"):
            assert part.replace(":", "%3A") in origin.asked[0]
    assert (result.counts["new"], result.failure) == (7, "")


@pytest.mark.django_db
@pytest.mark.parametrize("forgotten", [False, True])
def test_an_interrupted_list_goes_on_or_begins_anew_where_its_cursor_has_lapsed(forgotten: bool) -> None:
    with CrossrefOrigin(WORKS, most=3) as origin:
        origin.fail(Fault.NONE, Fault.UNAVAILABLE, Fault.UNAVAILABLE, Fault.UNAVAILABLE)
        assert take(SOURCE, span(origin, chosen="1234-5679")).failure
        # What failed was read by the server all the same, so only a new cursor can tell the whole list.
        origin.forget()
        if not forgotten:
            origin._reached["scroll1=="] = 3
        ended = take(SOURCE, span(origin, chosen="1234-5679"))
    assert (ended.resumed, ended.failure) == (True, "")
    assert Paper.objects.count() == 7
    assert ended.counts["unchanged"] == (3 if forgotten else 0)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_a_fault_on_the_way_costs_nothing(fault: Fault) -> None:
    with CrossrefOrigin(WORKS) as origin:
        origin.fail(Fault.NONE, fault)
        result = take(SOURCE, span(origin, chosen="10.1234/w1,10.1234/w2"))
    assert (result.counts["new"], result.failure) == (2, "")


@pytest.mark.parametrize(("chosen", "said"), [("", "--set"), ("everything", "neither a DOI")])
def test_a_set_that_says_nothing_is_explained(chosen: str, said: str) -> None:
    with CrossrefOrigin([]) as origin, quick() as http, pytest.raises(SourceFailure, match=said):
        list(SOURCE.pages(span(origin, chosen=chosen), http, ""))


def test_single_works_are_fetched_and_unknown_ones_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAILYPAPERS_CONTACT", "site@example.org")
    wanted = [
        Identifier("doi", "10.1234/w1"),
        Identifier("doi", "10.1/unknown"),
        Identifier("acl", "P19-1001"),
    ]
    with CrossrefOrigin(WORKS) as origin, quick() as http:
        pages = list(SOURCE.by_identifier(wanted, span(origin), http))
        assert len(origin.asked) == 2
        assert all("mailto=site%40example.org" in asked for asked in origin.asked)
    assert len(pages) == 1
