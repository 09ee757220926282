"""No missed day: announced is counted against held, and a gap is filled without anyone asking."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from dailypapers.catalogue.locks import Busy, only_one
from dailypapers.catalogue.models import Listing, Paper
from dailypapers.ingest.coverage import (
    LONGEST_LOOK_BACK,
    LOOK_BACK,
    MOST_OLD_GAPS,
    catch_up,
    count_days,
    fill_gaps,
    missing,
    reconcile,
)
from dailypapers.ingest.models import Announcement, Coverage
from dailypapers.ingest.run import Result, harvest
from dailypapers.ingest.scope import UNKNOWN as UNKNOWN_SCOPE
from dailypapers.ingest.scope import covers
from dailypapers.ingest.source import Span
from dailypapers.ingest.sources.arxiv import SOURCE
from tests.ingest.sources.harvesting import quick
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.origins.origin import Fault

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 15)
WEDNESDAYS_BEFORE = [DAY - timedelta(days=7 * weeks) for weeks in range(1, 20)]
COMPLETE, GAP, EMPTY, UNKNOWN = (
    Coverage.State.COMPLETE,
    Coverage.State.GAP,
    Coverage.State.EMPTY,
    Coverage.State.UNKNOWN,
)


class Clock:
    """The moment that it is: six in the evening of a day, in New York."""

    day = DAY

    def now(self) -> datetime:
        return datetime.combine(self.day, time(18), settings.LISTING_ZONE)


CLOCK = Clock()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    CLOCK.day = DAY
    monkeypatch.setattr(timezone, "now", CLOCK.now)


def papers(day: date, number: int = 4) -> list[AnnouncedPaper]:
    return [
        AnnouncedPaper(
            f"{day:%y%m}.{day.day:02}{at:03}", f"Finding {at} of the {day:%d %B %Y}", ("Ada Lovelace",), day
        )
        for at in range(number)
    ]


@pytest.fixture
def origin() -> Iterator[ArxivOrigin]:
    days = [DAY - timedelta(days=back) for back in range(120)]
    with ArxivOrigin(
        [one for day in days if day.weekday() < 5 for one in papers(day)], page_size=3
    ) as origin:
        origin.announce(DAY)
        yield origin


def span(origin: ArxivOrigin, today: date = DAY, chosen: str = "") -> Span:
    return Span(today=today, fields=("cs",), base_url=origin.url, set=chosen)


def reconciled(origin: ArxivOrigin, day: date = DAY, chosen: str = "") -> Coverage:
    with quick() as http:
        return reconcile(SOURCE, day, span(origin, chosen=chosen), http)


def caught_up(origin: ArxivOrigin, today: date = DAY) -> list[date]:
    CLOCK.day = today
    with quick() as http:
        return [row.day for row in catch_up(SOURCE, span(origin, today), http)]


def bring(origin: ArxivOrigin, since: date, until: date | None = DAY, chosen: str = "") -> str:
    """A plain harvest, as `dailypapers ingest arxiv --since … --until …`, and the count after it."""
    asked = Span(today=DAY, since=since, until=until, set=chosen, fields=("cs",), base_url=origin.url)
    with quick() as http:
        failure = harvest(SOURCE, asked, http, base_url=origin.url).failure
    count_days(SOURCE)
    return failure


def row_of(day: date, state: str = "complete", checked: timedelta = timedelta(days=1)) -> None:
    Coverage.objects.create(
        source="arxiv", day=day, state=state, routes="oai", checked_at=timezone.now() - checked
    )


def states() -> dict[date, str]:
    return dict(Coverage.objects.values_list("day", "state"))


def all_weekdays(first: date, last: date = DAY) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


# One day.


def test_a_whole_day_is_told_by_the_first_route_alone(origin: ArxivOrigin) -> None:
    row = reconciled(origin)
    assert (row.state, row.announced, row.held, row.routes, row.error) == (COMPLETE, 4, 4, "rss", "")
    assert origin.asked == ["/atom/cs"]


@pytest.mark.parametrize(
    "fault", [Fault.BROKEN, Fault.NONSENSE, Fault.HALF_SAID_WHOLE, Fault.EMPTY, Fault.CUT]
)
def test_a_route_that_fails_is_made_good_by_the_next(origin: ArxivOrigin, fault: Fault) -> None:
    origin.fail(*[fault] * 3)
    row = reconciled(origin)
    assert (row.state, row.announced, row.held, row.routes, row.error) == (COMPLETE, 4, 4, "rss, oai", "")


def test_what_no_list_brings_is_fetched_one_by_one(origin: ArxivOrigin) -> None:
    lost = papers(DAY)[2].number
    origin.left_out = origin.unlisted = {lost}
    Announcement.objects.create(source="arxiv", day=DAY, scheme="arxiv", value=lost)
    row = reconciled(origin)
    assert (row.state, row.held, row.routes) == (COMPLETE, 4, "rss, oai, one by one")
    assert "/api/query" in origin.asked[-1]
    assert Listing.objects.get(paper__handle=lost).day == DAY, "it stands on the day it was announced"


def test_what_nobody_brings_is_a_gap(origin: ArxivOrigin) -> None:
    Announcement.objects.create(source="arxiv", day=DAY, scheme="arxiv", value="2604.99999")
    row = reconciled(origin)
    assert (row.state, row.announced, row.held) == (GAP, 5, 4)
    assert [one.value for one in missing("arxiv", DAY)] == ["2604.99999"]


def test_a_gap_says_which_route_failed(origin: ArxivOrigin) -> None:
    Announcement.objects.create(source="arxiv", day=DAY, scheme="arxiv", value="2604.99999")
    origin.fail(Fault.NONE, *[Fault.BROKEN] * 3, Fault.UNAVAILABLE, Fault.UNAVAILABLE, Fault.UNAVAILABLE)
    row = reconciled(origin)
    assert row.state == GAP
    assert row.error.count("HTTP") == 2
    assert row.error.startswith("oai: ")
    assert "one by one: " in row.error


def test_a_day_that_no_route_tells_is_unknown(origin: ArxivOrigin) -> None:
    origin.fail(*[Fault.BROKEN] * 20)
    row = reconciled(origin)
    assert (row.state, row.announced) == (UNKNOWN, 0)
    assert "rss: " in row.error
    assert "oai: " in row.error


def test_what_a_failing_route_brought_until_then_is_held(origin: ArxivOrigin) -> None:
    yesterday = DAY - timedelta(days=1)
    origin.fail(Fault.NONE, *[Fault.BROKEN] * 9)
    row = reconciled(origin, yesterday)
    assert (row.state, row.announced, row.held) == (UNKNOWN, 3, 3), (
        "the first page of a list says not the whole"
    )
    assert Paper.objects.count() == 3


def test_a_holiday_is_empty_not_a_gap(origin: ArxivOrigin) -> None:
    with ArxivOrigin([]) as quiet:
        quiet.announce(DAY)
        assert reconciled(quiet).state == EMPTY
        assert reconciled(quiet, DAY - timedelta(days=1)).state == EMPTY


def test_a_list_that_never_ends_does_not_make_a_day_whole(origin: ArxivOrigin) -> None:
    origin.repeats = True
    row = reconciled(origin, DAY - timedelta(days=1))
    assert row.state == UNKNOWN
    assert "a second time" in row.error
    origin.repeats = False
    assert reconciled(origin, DAY - timedelta(days=1)).state == COMPLETE


def test_a_part_of_the_source_says_nothing_of_the_whole_day(origin: ArxivOrigin) -> None:
    row = reconciled(origin, chosen="stat")
    assert row.announced == 0
    assert not Coverage.objects.exists()
    reconciled(origin)
    reconciled(origin, chosen="stat")
    assert states() == {DAY: COMPLETE}


def test_two_never_reconcile_one_source_at_once(origin: ArxivOrigin) -> None:
    with only_one("arxiv"), pytest.raises(Busy):
        reconciled(origin)
    assert origin.asked == []


# The last days.


def test_a_fortnight_is_made_good_newest_first(origin: ArxivOrigin) -> None:
    looked_at = caught_up(origin)
    assert looked_at == sorted(all_weekdays(DAY - timedelta(days=LOOK_BACK - 1)), reverse=True)
    assert states() == dict.fromkeys(looked_at, COMPLETE)
    assert Paper.objects.count() == 4 * len(looked_at)


def test_what_is_whole_is_not_asked_for_again_but_today(origin: ArxivOrigin) -> None:
    caught_up(origin)
    origin.asked.clear()
    assert caught_up(origin) == [DAY]
    assert origin.asked == ["/atom/cs"]


def test_a_day_the_feed_told_is_confirmed_by_oai_on_the_next(origin: ArxivOrigin) -> None:
    caught_up(origin)
    left_out = papers(DAY, 6)[4:]
    with ArxivOrigin([*papers(DAY), *left_out]) as fuller:
        fuller.announce(DAY)
        fuller.left_out = {one.number for one in left_out}
        assert reconciled(fuller).announced == 4, "the feed looks whole by itself"
        tomorrow = DAY + timedelta(days=1)
        fuller.announce(tomorrow)
        assert caught_up(fuller, tomorrow) == [tomorrow, DAY]
        assert caught_up(fuller, tomorrow) == [tomorrow]
    row = Coverage.objects.get(day=DAY)
    assert (row.announced, row.held, row.routes) == (6, 6, "rss, oai")


def test_a_day_that_oai_told_before_its_end_is_confirmed_after_it(origin: ArxivOrigin) -> None:
    origin.stale = {"cs"}
    origin.unlisted = {papers(DAY)[0].number}  # OAI-PMH is not yet up to date.
    caught_up(origin)
    assert Coverage.objects.get(day=DAY).announced == 3
    tomorrow = DAY + timedelta(days=1)
    origin.unlisted = set()
    origin.announce(tomorrow)
    assert caught_up(origin, tomorrow) == [tomorrow, DAY]
    assert Coverage.objects.get(day=DAY).announced == 4


def test_a_day_whose_last_route_failed_is_not_confirmed_by_it(origin: ArxivOrigin) -> None:
    lost = papers(DAY)[2].number
    Announcement.objects.create(source="arxiv", day=DAY, scheme="arxiv", value=lost)
    origin.left_out = {lost}
    origin.fail(Fault.NONE, *[Fault.BROKEN] * 3)
    row = reconciled(origin)
    assert (row.state, row.routes) == (COMPLETE, "rss, oai, one by one")
    assert row.error.startswith("oai: ")
    tomorrow = DAY + timedelta(days=1)
    origin.announce(tomorrow)
    assert DAY in caught_up(origin, tomorrow)
    assert Coverage.objects.get(day=DAY).error == ""


@pytest.mark.parametrize("state", [GAP, UNKNOWN])
def test_a_day_that_is_not_whole_is_looked_at_again(origin: ArxivOrigin, state: str) -> None:
    row_of(DAY - timedelta(days=1), state)
    caught_up(origin)
    assert states()[DAY - timedelta(days=1)] == COMPLETE


@pytest.mark.parametrize("slept", [20, 45, LONGEST_LOOK_BACK - 1])
def test_a_long_sleep_of_the_machine_is_made_good_too(origin: ArxivOrigin, slept: int) -> None:
    last = DAY - timedelta(days=slept)
    row_of(last)
    missed = all_weekdays(last + timedelta(days=1))
    assert sorted(caught_up(origin)) == missed
    assert set(states()) == {last, *missed}


def test_the_last_day_before_a_long_sleep_is_confirmed_after_it(origin: ArxivOrigin) -> None:
    last = WEDNESDAYS_BEFORE[5]
    CLOCK.day = last
    origin.announce(last)
    origin.left_out = {papers(last)[0].number}
    with quick() as http:
        assert reconcile(SOURCE, last, span(origin, last), http).announced == 3
    origin.announce(DAY)
    assert last in caught_up(origin)
    assert Coverage.objects.get(day=last).announced == 4


def test_a_sleep_of_years_is_not_made_good_at_one_go(origin: ArxivOrigin) -> None:
    row_of(date(2020, 1, 1))
    assert min(caught_up(origin)) > DAY - timedelta(days=LONGEST_LOOK_BACK)


def test_older_gaps_are_filled_once_a_day_some_at_a_time(origin: ArxivOrigin) -> None:
    row_of(DAY - timedelta(days=LOOK_BACK))
    for day in WEDNESDAYS_BEFORE[2:]:
        row_of(day, GAP)
    row_of(WEDNESDAYS_BEFORE[2] + timedelta(days=1), UNKNOWN, timedelta(hours=1))
    assert set(WEDNESDAYS_BEFORE[2:]) <= set(caught_up(origin))
    now = states()
    assert {now[day] for day in WEDNESDAYS_BEFORE[2:] if day > DAY - timedelta(days=120)} == {COMPLETE}
    assert now[WEDNESDAYS_BEFORE[2] + timedelta(days=1)] == UNKNOWN, "it was looked at today"


def test_gaps_that_nobody_can_fill_do_not_take_up_the_day() -> None:
    with ArxivOrigin([]) as quiet:
        quiet.announce(DAY)
        row_of(DAY - timedelta(days=LOOK_BACK))
        for back in range(100):
            day = date(2020, 1, 1) + timedelta(days=back)
            row_of(day, UNKNOWN)
        old = [day for day in caught_up(quiet) if day.year == 2020]
        assert len(old) == MOST_OLD_GAPS
        assert len(set(old) | {day for day in caught_up(quiet) if day.year == 2020}) == 2 * MOST_OLD_GAPS


# What a plain harvest told.


def test_a_harvest_of_an_old_day_asks_for_the_papers_that_its_list_leaves_out(origin: ArxivOrigin) -> None:
    day = DAY - timedelta(days=56)
    lost = papers(day)[2].number
    origin.unlisted = {lost}
    Announcement.objects.create(source="arxiv", day=day, scheme="arxiv", value=lost)
    assert bring(origin, day, day) == ""
    assert states() == {day: GAP}
    asked = Span(today=DAY, since=day, until=day, base_url=origin.url)
    with quick() as http:
        assert [row.state for row in fill_gaps(SOURCE, asked, http)] == [COMPLETE]
        assert fill_gaps(SOURCE, asked, http) == []
    assert states() == {day: COMPLETE}


def test_a_harvest_of_days_counts_them(origin: ArxivOrigin) -> None:
    since = DAY - timedelta(days=8)
    assert bring(origin, since, None) == ""
    assert states() == dict.fromkeys(all_weekdays(since), COMPLETE)
    assert set(Coverage.objects.values_list("announced", "held", "routes")) == {(4, 4, "harvest")}


def test_days_on_which_it_found_nothing_are_empty(origin: ArxivOrigin) -> None:
    with ArxivOrigin(papers(DAY - timedelta(days=1))) as quiet:
        quiet.announce(DAY)
        bring(quiet, DAY - timedelta(days=2))
    assert list(states().values()) == [EMPTY, COMPLETE, EMPTY]


def test_a_harvest_that_was_cut_off_makes_no_day_whole(origin: ArxivOrigin) -> None:
    since = DAY - timedelta(days=1)
    origin.fail(Fault.NONE, *[Fault.BROKEN] * 3)
    assert bring(origin, since)
    assert Paper.objects.count() == 3
    assert states() == {}
    assert bring(origin, since) == ""
    assert states() == {since: COMPLETE, DAY: COMPLETE}


def test_a_harvest_of_a_part_makes_no_day_whole(origin: ArxivOrigin) -> None:
    assert bring(origin, DAY - timedelta(days=1), chosen="cs") == ""
    assert states() == {}


def test_days_to_come_are_not_counted(origin: ArxivOrigin) -> None:
    bring(origin, DAY, DAY + timedelta(days=30))
    assert states() == {DAY: COMPLETE}


def test_a_harvest_on_the_day_itself_does_not_confirm_it(origin: ArxivOrigin) -> None:
    bring(origin, DAY - timedelta(days=2))
    tomorrow = DAY + timedelta(days=1)
    origin.announce(tomorrow)
    looked_at = caught_up(origin, tomorrow)
    assert DAY in looked_at
    assert not {DAY - timedelta(days=1), DAY - timedelta(days=2)} & set(looked_at)


@pytest.mark.parametrize("state", [GAP, UNKNOWN])
def test_a_harvest_mends_a_day_that_was_not_whole(origin: ArxivOrigin, state: str) -> None:
    day = WEDNESDAYS_BEFORE[5]
    row_of(day, state)
    assert bring(origin, day, day) == ""
    assert states() == {day: COMPLETE}


def test_what_was_found_out_since_is_not_undone_by_an_old_harvest(origin: ArxivOrigin) -> None:
    bring(origin, DAY)
    Announcement.objects.create(source="arxiv", day=DAY, scheme="arxiv", value="2604.99999")
    assert reconciled(origin).state == GAP
    before = Coverage.objects.get()
    count_days(SOURCE)
    assert Coverage.objects.get().checked_at == before.checked_at


# A source that cannot be reached, or wants to be left alone.


def test_a_source_that_does_not_answer_is_not_asked_for_fourteen_days_by_three_routes(
    origin: ArxivOrigin,
) -> None:
    origin.fail(*[Fault.CUT] * 500)
    result = Result()
    with quick(attempts=2) as http:
        (row,) = catch_up(SOURCE, span(origin), http, result=result)
    assert (row.day, row.state) == (DAY, UNKNOWN)
    assert len(origin.asked) == 4, "both routes of the first day, each tried twice"
    assert "tried 2 times" in result.failure
    origin.faults.clear()
    assert set(caught_up(origin)) == set(all_weekdays(DAY - timedelta(days=LOOK_BACK - 1)))
    assert set(states().values()) == {COMPLETE}


def test_days_that_were_not_asked_for_are_not_forgotten(origin: ArxivOrigin) -> None:
    origin.fail(*[Fault.UNAVAILABLE] * 500)
    caught_up(origin)
    assert states() == dict.fromkeys(all_weekdays(DAY - timedelta(days=LOOK_BACK - 1)), UNKNOWN)
    errors = dict(Coverage.objects.values_list("day", "error"))
    assert errors[DAY - timedelta(days=1)].startswith("not asked: ")


def test_a_day_that_is_whole_stays_so_where_it_is_not_asked_for(origin: ArxivOrigin) -> None:
    caught_up(origin)
    origin.fail(*[Fault.UNAVAILABLE] * 500)
    tomorrow = DAY + timedelta(days=1)
    origin.announce(tomorrow)
    caught_up(origin, tomorrow)
    assert set(states().values()) == {COMPLETE, UNKNOWN}
    assert states()[DAY] == COMPLETE


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.BROKEN])
def test_one_route_that_is_down_keeps_no_other_from_filling_every_day(
    origin: ArxivOrigin, fault: Fault
) -> None:
    origin.fail(*[fault] * 3)
    assert set(caught_up(origin)) == set(all_weekdays(DAY - timedelta(days=LOOK_BACK - 1)))
    assert set(states().values()) == {COMPLETE}


def test_what_a_source_asks_for_holds_from_route_to_route_and_ends_the_run(origin: ArxivOrigin) -> None:
    origin.retry_after = "3600"
    origin.fail(Fault.TOO_MANY)
    caught_up(origin)
    assert origin.asked == ["/atom/cs"]
    assert "to wait 3,600 s" in Coverage.objects.get(day=DAY).error


# How much of a source was counted.


def look(origin: ArxivOrigin, *fields: str, chosen: str = "") -> list[date]:
    """The days that are looked at when these fields are followed."""
    asked = Span(today=DAY, fields=fields, set=chosen, base_url=origin.url)
    with quick() as http:
        return [row.day for row in catch_up(SOURCE, asked, http)]


def test_a_day_counted_for_other_fields_is_not_whole(origin: ArxivOrigin) -> None:
    days = look(origin, "cs")
    assert look(origin, "cs") == [DAY]
    assert look(origin, "cs.CL") == [DAY], "what lies within was counted"
    CLOCK.day += timedelta(hours=1)
    assert look(origin, "cs", "stat") == days
    assert set(Coverage.objects.values_list("scope", flat=True)) == {"cs stat"}
    assert look(origin, "stat") == [DAY], "fewer fields need no second look"
    assert look(origin) == days, "all fields are more than two"
    assert look(origin, "hep-th") == [DAY]


def test_a_set_is_asked_for_whatever_was_counted_for_another(origin: ArxivOrigin) -> None:
    days = look(origin, "cs")
    assert look(origin, "cs", chosen="stat") == days
    assert look(origin, "cs", chosen="cs:cs:CL") == [DAY]
    assert set(Coverage.objects.values_list("scope", flat=True)) == {"cs"}, "a set changes no count"


def test_a_harvest_remembers_the_fields_that_were_followed(origin: ArxivOrigin) -> None:
    since = DAY - timedelta(days=3)
    assert bring(origin, since) == ""
    assert set(Coverage.objects.values_list("scope", flat=True)) == {"cs"}
    asked = Span(today=DAY, since=since, until=DAY, fields=("cs", "math"), base_url=origin.url)
    CLOCK.day += timedelta(days=1)
    with quick() as http:
        assert not harvest(SOURCE, asked, http, base_url=origin.url).resumed
    count_days(SOURCE)
    assert set(Coverage.objects.values_list("scope", flat=True)) == {"cs math"}


def test_what_was_counted_before_scopes_were_known_is_counted_again(origin: ArxivOrigin) -> None:
    days = look(origin, "cs")
    Coverage.objects.update(scope=UNKNOWN_SCOPE)
    assert look(origin, "cs") == days


@pytest.mark.parametrize(
    ("counted", "wanted", "covered"),
    [
        ("", "", True),
        ("", "cs", True),
        ("cs", "", False),
        ("cs stat", "cs", True),
        ("cs", "cs.CL", True),
        ("cs.CL", "cs", False),
        ("cs.CL", "cs.LG", False),
        ("?", "", False),
        ("?", "cs", False),
    ],
)
def test_a_scope_covers_what_lies_within_it(counted: str, wanted: str, covered: bool) -> None:
    assert covers(counted, wanted) is covered
