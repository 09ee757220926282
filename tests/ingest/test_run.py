"""One harvest: page by page, each all or nothing, going on where the last one stopped."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.locks import Busy, only_one
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import PaperRecord
from dailypapers.ingest import run as module
from dailypapers.ingest.coverage import catch_up, reconcile
from dailypapers.ingest.http import Http
from dailypapers.ingest.models import Announcement, Harvest, Rejection
from dailypapers.ingest.run import Result, harvest, read_request, take_pages
from dailypapers.ingest.source import Bad, Page, Parsed, SourceFailure, Span
from dailypapers.ingest.sources.arxiv import SOURCE as ARXIV
from tests.ingest.sources.harvesting import quick
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.papers import DAY, record

pytestmark = pytest.mark.django_db

TODAY = Span(today=DAY)


class Shelf:
    """A source whose pages are lists of records, and which breaks off before a page if told to."""

    name = "shelf"
    label = "The Shelf"
    base_url = "https://shelf.example"
    pause = 0.0
    routes: tuple[str, ...] = ("shelf",)
    settles_after = 1

    def __init__(self, *pages: list[PaperRecord | Bad]) -> None:
        self.shelved = pages
        self.breaks_before = -1
        self.failure: Exception = SourceFailure("the shelf gave way")
        self.begun_at: list[str] = []

    def announces_on(self, day: date) -> bool:
        return True

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        self.begun_at.append(cursor)
        for at in range(int(cursor or 0), len(self.shelved)):
            if at == self.breaks_before:
                raise self.failure
            yield Page(str(at).encode(), str(at + 1), f"page {at}", day=DAY)

    def of_day(self, route: str, day: date, span: Span, http: Http) -> Iterator[Page]:
        yield from self.pages(span, http, "")

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        for at, item in enumerate(self.shelved[int(page.body)]):
            yield item if isinstance(item, Bad) else Parsed(item, f"{page.place} entry {at}")


def taken(source: Shelf, span: Span = TODAY, base_url: str = "") -> Result:
    with Http() as http:
        return harvest(source, span, http, base_url=base_url)


def from_shelf(number: int, **fields: object) -> PaperRecord:
    return record(number, source="shelf", listed=(), **fields)


def test_a_harvest_takes_every_page_and_counts_what_came() -> None:
    source = Shelf([from_shelf(1), from_shelf(2)], [from_shelf(2), from_shelf(3), from_shelf(4, title="")])
    result = taken(source)
    assert result.counts == Counter(new=3, unchanged=1, rejected=1)
    assert (result.failure, result.resumed) == ("", False)
    assert Paper.objects.count() == 3
    row = Harvest.objects.get()
    assert (row.state, row.cursor, row.counts["new"]) == (Harvest.State.FINISHED, "2", 3)
    assert row.finished_at is not None


def test_a_harvest_that_broke_off_goes_on_and_counts_on() -> None:
    source = Shelf([from_shelf(1)], [from_shelf(2)], [from_shelf(3)])
    source.breaks_before = 2
    first = taken(source)
    assert (first.failure, first.counts["new"]) == ("the shelf gave way", 2)
    assert Harvest.objects.get().state == Harvest.State.FAILED
    source.breaks_before = -1
    second = taken(source)
    assert (second.resumed, second.counts["new"], second.failure) == (True, 3, "")
    assert source.begun_at == ["", "2"]
    assert Harvest.objects.get().error == ""


def test_a_harvest_that_ended_begins_anew() -> None:
    source = Shelf([from_shelf(1)])
    taken(source)
    again = taken(source)
    assert (again.resumed, again.counts) == (False, Counter(unchanged=1, rejected=0))
    assert source.begun_at == ["", ""]


@pytest.mark.parametrize(
    "other",
    [
        (Span(today=DAY, since=DAY), ""),
        (Span(today=DAY, until=DAY), ""),
        (Span(today=DAY, set="top"), ""),
        (TODAY, "https://mirror.example"),
    ],
)
def test_another_request_does_not_take_up_the_cursor(other: tuple[Span, str]) -> None:
    source = Shelf([from_shelf(1)], [from_shelf(2)])
    source.breaks_before = 1
    taken(source)
    source.breaks_before = -1
    assert not taken(source, *other).resumed
    assert source.begun_at[-1] == ""
    assert taken(source).resumed, "the first request still goes on from where it was"


@pytest.mark.parametrize("failure", [SourceFailure("no"), OSError("disk")])
def test_a_failure_is_told_not_thrown(failure: Exception) -> None:
    source = Shelf([from_shelf(1)])
    source.breaks_before, source.failure = 0, failure
    assert taken(source).failure == str(failure)


def test_an_interruption_leaves_the_harvest_to_be_taken_up() -> None:
    source = Shelf([from_shelf(1)], [from_shelf(2)])
    source.breaks_before, source.failure = 1, KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        taken(source)
    source.breaks_before = -1
    assert taken(source).resumed
    assert Paper.objects.count() == 2


def test_a_page_is_taken_as_a_whole_with_its_cursor_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Shelf([from_shelf(1)], [from_shelf(2), from_shelf(3)])

    def fails(*_: object) -> None:
        if Paper.objects.count() > 1:
            raise RuntimeError("the power went")

    monkeypatch.setattr(module, "_keep_aside", fails)
    with pytest.raises(RuntimeError):
        taken(source)
    assert Paper.objects.count() == 1
    assert Harvest.objects.get().cursor == "1"
    assert not Announcement.objects.exists()


def test_what_was_not_taken_is_kept_aside_with_place_reason_and_beginning() -> None:
    lost = Bad("page 0 entry 1", "no number", "x" * 9_000 + "\x00", Identifier("arxiv", "2604.00009"))
    taken(Shelf([from_shelf(1, title=""), lost]))
    rows = {row.place: row for row in Rejection.objects.all()}
    assert rows["page 0 entry 0"].reason == "no title"
    assert rows["page 0 entry 1"].identifier == "arxiv:2604.00009"
    assert len(rows["page 0 entry 1"].excerpt) == 500


def test_a_record_that_was_mended_is_kept_aside_no_longer() -> None:
    taken(Shelf([from_shelf(1, title="")]))
    assert Rejection.objects.count() == 1
    taken(Shelf([from_shelf(1)]))
    assert Rejection.objects.count() == 0


def test_a_bad_record_met_twice_is_kept_once() -> None:
    source = Shelf([from_shelf(1, title="")])
    with Http() as http:
        for _ in range(2):
            take_pages(source, source.of_day("shelf", DAY, TODAY, http))
    assert Rejection.objects.count() == 1


def test_only_so_many_bad_records_are_shown() -> None:
    result = taken(Shelf([Bad(f"entry {number}", "bad") for number in range(150)]))
    assert (len(result.rejected), result.counts["rejected"]) == (100, 150)
    assert Rejection.objects.count() == 150


def test_pages_of_a_day_say_when_each_paper_was_announced() -> None:
    source = Shelf([from_shelf(1), from_shelf(2)])
    with Http() as http:
        take_pages(source, source.of_day("shelf", DAY, TODAY, http), announced_on=DAY)
    assert list(Announcement.objects.values_list("source", "day", "value")) == [
        ("shelf", DAY, "2604.00001"),
        ("shelf", DAY, "2604.00002"),
    ]


def test_a_bad_record_of_a_day_was_announced_too() -> None:
    source = Shelf([Bad("entry 0", "no title", "", Identifier("arxiv", "2604.00009")), Bad("entry 1", "x")])
    taken(source)
    assert [one.value for one in Announcement.objects.all()] == ["2604.00009"]


def test_two_harvests_of_one_source_do_not_meet() -> None:
    with only_one("shelf"), pytest.raises(Busy, match="shelf is being harvested by another process"):
        taken(Shelf([from_shelf(1)]))
    assert not Harvest.objects.exists()
    assert taken(Shelf([from_shelf(1)])).failure == ""


def test_sources_do_not_wait_for_each_other() -> None:
    with only_one("arxiv"):
        assert taken(Shelf([from_shelf(1)])).failure == ""


def test_the_lock_goes_with_its_process() -> None:
    with only_one("shelf"):
        pass
    code = (
        "import fcntl, os, sys; lock = open(sys.argv[1], 'w');"
        " fcntl.flock(lock, fcntl.LOCK_EX); os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(settings.HOME / "locks" / "shelf.lock")], check=False
    )
    assert ended.returncode == -9
    with only_one("shelf"):
        pass


@given(
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.text(max_size=30),
)
def test_what_was_asked_is_read_back_as_it_was(since: date | None, until: date | None, chosen: str) -> None:
    request = module._request(Span(today=DAY, since=since, until=until, set=chosen))
    assert read_request(request) == {
        "since": str(since or ""),
        "until": str(until or ""),
        "set": chosen,
    }


def test_what_was_asked_by_another_version_is_nothing() -> None:
    assert read_request("all of it") == {}


class Network(Shelf):
    """A shelf whose pages are about days: the day, and each page by its number."""

    def page(self, at: int, day: date | None, place: str = "", first: int = 1) -> Page:
        return Page(str(at).encode(), "", place or f"list of {day}", day=day, first=first)


def lost(number: int, place: str) -> Bad:
    return Bad(place, "no title", "", Identifier("arxiv", f"2604.{number:05}"))


def aside() -> list[str]:
    return sorted(Rejection.objects.values_list("place", flat=True))


def test_a_new_harvest_keeps_what_was_kept_aside_of_other_days() -> None:
    yesterday = DAY - timedelta(days=1)
    source = Network([lost(1, "yesterday's")])
    take_pages(source, [source.page(0, yesterday)])
    source.shelved = ([lost(2, "today's")],)
    taken(source)
    assert aside() == ["today's", "yesterday's"]
    source.shelved = ([],)
    taken(source, Span(today=DAY, since=DAY))
    assert aside() == ["yesterday's"]


def test_a_page_taken_anew_tells_anew_what_cannot_be_taken_of_it() -> None:
    source = Network(
        [lost(1, "entry 1"), lost(2, "entry 2")], [lost(3, "entry 101")], [lost(2, "entry 2"), from_shelf(1)]
    )
    take_pages(source, [source.page(0, DAY), source.page(1, DAY, first=101)])
    assert aside() == ["entry 1", "entry 101", "entry 2"]
    take_pages(source, [source.page(2, DAY)])
    assert aside() == ["entry 101", "entry 2"], "those of the day's second page stay"


def test_what_comes_by_another_route_is_kept_aside_no_longer() -> None:
    source = Network([lost(1, "feed entry 1"), lost(2, "feed entry 2")], [from_shelf(1)], [from_shelf(2)])
    take_pages(source, [source.page(0, DAY)])
    take_pages(source, [source.page(1, DAY, "another list of the day")])
    assert aside() == ["feed entry 2"]
    take_pages(source, [source.page(2, None, "a single paper")])
    assert aside() == []


def test_what_is_wrong_in_one_days_list_stays_wrong_there() -> None:
    source = Network([lost(1, "entry 1")], [from_shelf(1)])
    take_pages(source, [source.page(0, DAY)])
    take_pages(source, [source.page(1, DAY + timedelta(days=1))])
    assert aside() == ["entry 1"]


def test_what_the_catalogue_rejects_is_not_taken_for_mended() -> None:
    source = Network([lost(1, "entry 1")], [from_shelf(1, title="")])
    take_pages(source, [source.page(0, DAY)])
    take_pages(source, [source.page(1, DAY, "another list")])
    assert aside() == ["another list entry 0", "entry 1"]


def test_an_entry_mended_at_the_source_vanishes_when_the_days_are_looked_after() -> None:
    paper = AnnouncedPaper("2604.15001", "A finding that had no title", ("Ada Lovelace",), DAY)
    with ArxivOrigin([paper]) as origin, quick() as http:
        origin.announce(DAY)
        origin.untitled, origin.unlisted = {paper.number}, {paper.number}
        asked = Span(today=DAY, fields=("cs",), base_url=origin.url)
        origin.papers.clear()  # The query API does not know it either.
        reconcile(ARXIV, DAY, asked, http)
        assert len(aside()) == 1
        origin.untitled = set()
        catch_up(ARXIV, asked, http)
    assert Paper.objects.count() == 1
    assert aside() == []
