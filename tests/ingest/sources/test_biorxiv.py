"""bioRxiv and medRxiv, from the bytes to what is held."""

from datetime import date

import pytest

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Authority, Precision, Version
from dailypapers.ingest.coverage import reconcile
from dailypapers.ingest.models import Announcement, Coverage
from dailypapers.ingest.source import BadPage, Page, Parsed, SourceFailure
from dailypapers.ingest.sources import biorxiv
from dailypapers.ingest.sources.biorxiv import SOURCE
from tests.ingest.sources.bodies import parsed
from tests.ingest.sources.harvesting import EVERY_FAULT, quick, span, take
from tests.origins.biorxiv import BioRxivOrigin, posting
from tests.origins.origin import Fault

FRIDAY = date(2024, 1, 5)
POSTED = [
    posting("10.1101/2024.01.01.000001", "2024-01-05"),
    posting("10.1101/2024.01.01.000002", "2024-01-05"),
    posting("10.1101/2024.01.01.000003", "2024-01-05"),
    posting("10.1101/2023.01.01.000004", "2024-01-05", version=2),
    posting("10.1101/2024.01.02.24000005", "2024-01-05", server="medRxiv"),
    posting("10.1101/2024.01.01.000006", "2024-01-06"),
]


def test_a_first_version_announces_a_paper() -> None:
    record = parsed(SOURCE, "biorxiv.2024-01-05.json")[0].record
    own = Identifier("biorxiv", "2024.01.03.573999")
    assert record.identifiers == (own,)
    assert record.authority is Authority.ARCHIVE
    assert record.title == "A first version of Drosophila & friends"
    assert [(a.name, a.affiliation) for a in record.authors] == [
        ("A. Example", "Institute of Examples"),
        ("B. C. van der Berg", ""),
        ("Consortium of Flies", ""),
    ]
    assert (record.day, record.precision, record.version) == (FRIDAY, Precision.DAY, 1)
    assert [(one.day, one.announced, one.source) for one in record.listed] == [(FRIDAY, True, "biorxiv")]
    assert record.versions == (Version(own, 1, FRIDAY),)
    assert (record.venue, record.categories) == ("bioRxiv", ("neuroscience",))
    assert record.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert [(link.kind, link.url) for link in record.links] == [
        ("page", "https://www.biorxiv.org/content/10.1101/2024.01.03.573999"),
        ("pdf", "https://www.biorxiv.org/content/10.1101/2024.01.03.573999v1.full.pdf"),
    ]


def test_a_later_version_announces_nothing_and_names_the_published_copy() -> None:
    record = parsed(SOURCE, "biorxiv.2024-01-05.json")[1].record
    assert record.identifiers == (
        Identifier("biorxiv", "2023.11.20.567890"),
        Identifier("doi", "10.7554/elife.91234"),
    )
    assert (record.version, record.listed, record.day) == (2, (), None)


def test_a_withdrawal_is_told_and_leaves_the_abstract_alone() -> None:
    record = parsed(SOURCE, "biorxiv.2024-01-05.json")[2].record
    assert record.title == "A preprint that was taken back"
    assert record.withdrawal is not None
    assert record.withdrawal.day == FRIDAY
    assert "error in the analysis" in record.withdrawal.reason
    assert (record.abstract, record.licence) == ("", "")


def test_the_newer_number_and_the_other_server_are_known() -> None:
    newer = parsed(SOURCE, "biorxiv.2024-01-05.json")[3].record
    assert newer.identifiers == (Identifier("biorxiv", "10.64898/2026.01.02.700001"),)
    assert newer.authors[0].affiliation == ""
    other = parsed(SOURCE, "medrxiv.2024-01-05.json")[0].record
    assert other.venue == "medRxiv"
    assert other.links[0].url.startswith("https://www.medrxiv.org/")


@pytest.mark.parametrize("body", [b'{"messages": [{"status": "Error: database"}]}', b"{}", b"[]", b"null"])
def test_an_error_message_is_a_bad_page(body: bytes) -> None:
    with pytest.raises(BadPage, match="the server answered"):
        list(SOURCE.parse(Page(body, "", "biorxiv 2024-01-05", kind="biorxiv", day=FRIDAY)))


@pytest.mark.parametrize(
    "fields", [{"doi": "10.1234/other"}, {"doi": None}, {"version": "0"}, {"version": "x"}, {"date": "soon"}]
)
def test_a_posting_without_number_version_or_day_is_kept_aside(fields: dict[str, object]) -> None:
    entry = {**posting("10.1101/2024.01.01.000001", "2024-01-05"), **fields}
    body = BioRxivOrigin([])._page([entry], 0, 1).body
    items = list(SOURCE.parse(Page(body, "", "biorxiv 2024-01-05", kind="biorxiv", day=FRIDAY)))
    assert len(items) == 1
    assert not isinstance(items[0], Parsed)
    assert items[0].place == "biorxiv 2024-01-05 entry 1"


@pytest.mark.django_db
def test_both_servers_are_read_page_by_page_whatever_a_page_holds() -> None:
    with BioRxivOrigin(POSTED, per_page=2) as origin:
        result = take(SOURCE, span(origin, "2024-01-05", "2024-01-06"))
        assert len(origin.asked) == 2 + 1 + 1 + 1
        again = take(SOURCE, span(origin, "2024-01-05", "2024-01-06"))
    assert (result.counts["new"], result.failure) == (6, "")
    assert (again.counts["unchanged"], again.counts["updated"]) == (6, 0)


@pytest.mark.django_db
def test_one_server_can_be_chosen_and_another_word_is_refused() -> None:
    with BioRxivOrigin(POSTED) as origin:
        assert take(SOURCE, span(origin, "2024-01-05", "2024-01-05", "medrxiv")).counts["new"] == 1
        failure = take(SOURCE, span(origin, "2024-01-05", "2024-01-05", "chemrxiv")).failure
    assert "'chemrxiv'" in failure


@pytest.mark.django_db
def test_an_interrupted_harvest_goes_on_within_the_day() -> None:
    with BioRxivOrigin(POSTED, per_page=2) as origin:
        origin.fail(Fault.NONE, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN)
        assert take(SOURCE, span(origin, "2024-01-05", "2024-01-06")).failure
        origin.asked.clear()
        ended = take(SOURCE, span(origin, "2024-01-05", "2024-01-06"))
        assert origin.asked[0].endswith("/biorxiv/2024-01-05/2024-01-05/2/json")
    assert (ended.resumed, ended.counts["new"], ended.failure) == (True, 6, "")


@pytest.mark.django_db
@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_a_fault_on_the_way_costs_nothing(fault: Fault) -> None:
    with BioRxivOrigin(POSTED) as origin:
        origin.fail(Fault.NONE, fault)
        result = take(SOURCE, span(origin, "2024-01-05", "2024-01-05"))
    assert (result.counts["new"], result.failure) == (5, "")


@pytest.mark.django_db
def test_a_day_counts_first_versions_only() -> None:
    with BioRxivOrigin(POSTED) as origin, quick() as http:
        whole = reconcile(SOURCE, FRIDAY, span(origin), http)
        empty = reconcile(SOURCE, date(2024, 1, 7), span(origin), http)
    assert (whole.state, whole.announced, whole.held) == (Coverage.State.COMPLETE, 4, 4)
    assert empty.state == Coverage.State.EMPTY
    assert Paper.objects.count() == 5


@pytest.mark.django_db
def test_what_was_announced_and_is_missing_is_fetched_singly() -> None:
    lost = Identifier("biorxiv", "2024.01.02.24000005")
    with BioRxivOrigin([*POSTED[:3], POSTED[4]]) as origin, quick() as http:
        Announcement.objects.create(source="biorxiv", day=FRIDAY, scheme=lost.scheme, value=lost.value)
        all_posted, origin.postings = origin.postings, origin.postings[:3]
        assert reconcile(SOURCE, FRIDAY, span(origin), http).state == Coverage.State.GAP
        origin.postings = [*all_posted[:3], {**all_posted[3], "date": "2024-01-04"}]
        row = reconcile(SOURCE, FRIDAY, span(origin), http)
    assert (row.state, row.routes) == (Coverage.State.COMPLETE, "api, one by one")


def test_single_papers_bring_all_their_versions_and_unknown_ones_nothing() -> None:
    doi = "10.1101/2024.01.01.000001"
    both = [posting(doi, "2024-01-05"), posting(doi, "2024-02-01", version=2)]
    wanted = [Identifier("biorxiv", "2024.01.01.000001"), Identifier("biorxiv", "2024.01.01.999999")]
    with BioRxivOrigin(both) as origin, quick() as http:
        pages = list(SOURCE.by_identifier([*wanted, Identifier("doi", "10.1/x")], span(origin), http))
    assert len(pages) == 1
    versions = [item.record.version for item in SOURCE.parse(pages[0]) if isinstance(item, Parsed)]
    assert versions == [1, 2]


def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(biorxiv, "MOST_PAGES", 5)

    class Endless(BioRxivOrigin):
        def answer(self, path: str, query: dict[str, str]):  # type: ignore[no-untyped-def]
            return self._page(self.postings, 0, 1_000_000)

    endless = Endless([posting("10.1101/2024.01.01.000001", "2024-01-05")])
    with endless as origin, quick() as http, pytest.raises(SourceFailure, match="did not end"):
        list(SOURCE.of_day("api", FRIDAY, span(origin), http))


def test_a_cursor_of_another_kind_is_refused() -> None:
    with BioRxivOrigin([]) as origin, quick() as http, pytest.raises(SourceFailure, match="go on from"):
        list(SOURCE.pages(span(origin), http, "nonsense"))
