"""When arXiv announces: lists close at 14:00 in New York on weekdays and are dated the next morning."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ingest.arxiv_calendar import CLOSES, ZONE, day_in_zone, listing_day, listing_day_of
from dailypapers.ingest.sources.arxiv import SOURCE

SECONDS = st.integers(0, int(timedelta(days=208 * 365) / timedelta(seconds=1)))
MOMENTS = SECONDS.map(lambda seconds: datetime(1991, 8, 14, tzinfo=UTC) + timedelta(seconds=seconds))
DAYS = st.dates(date(1991, 8, 14), date(2199, 12, 31))


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("submitted", "listed"),
    [
        # https://info.arxiv.org/help/availability.html, in the week from Monday 13 April 2026.
        ("2026-04-13T13:59:59", "2026-04-14"),
        ("2026-04-13T14:00:00", "2026-04-15"),
        ("2026-04-14T13:59:59", "2026-04-15"),
        ("2026-04-14T14:00:00", "2026-04-16"),
        ("2026-04-15T14:00:00", "2026-04-17"),
        ("2026-04-16T13:59:59", "2026-04-17"),
        ("2026-04-16T14:00:00", "2026-04-20"),
        ("2026-04-17T13:59:59", "2026-04-20"),
        ("2026-04-17T14:00:00", "2026-04-21"),
        ("2026-04-18T12:00:00", "2026-04-21"),
        ("2026-04-19T23:59:59", "2026-04-21"),
        ("2026-04-20T13:59:59", "2026-04-21"),
    ],
)
def test_the_week_is_the_one_that_arxiv_publishes(submitted: str, listed: str) -> None:
    assert listing_day(new_york(submitted)) == date.fromisoformat(listed)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # Clocks go forward on Sunday 8 March 2026 and back on Sunday 1 November: 14:00 moves in UTC.
        ("2026-03-06T18:59:59+00:00", "2026-03-09"),
        ("2026-03-06T19:00:00+00:00", "2026-03-10"),
        ("2026-03-09T17:59:59+00:00", "2026-03-10"),
        ("2026-03-09T18:00:00+00:00", "2026-03-11"),
        ("2026-10-30T17:59:59+00:00", "2026-11-02"),
        ("2026-10-30T18:00:00+00:00", "2026-11-03"),
        ("2026-11-02T18:59:59+00:00", "2026-11-03"),
        ("2026-11-02T19:00:00+00:00", "2026-11-04"),
        # The hour that there is not, and the hour that there is twice.
        ("2026-03-08T06:59:59+00:00", "2026-03-10"),
        ("2026-03-08T07:00:00+00:00", "2026-03-10"),
        ("2026-11-01T05:30:00+00:00", "2026-11-03"),
        ("2026-11-01T06:30:00+00:00", "2026-11-03"),
    ],
)
def test_lists_close_by_the_clock_of_new_york_in_summer_and_winter(moment: str, day: str) -> None:
    assert listing_day(datetime.fromisoformat(moment)) == date.fromisoformat(day)


@given(MOMENTS)
def test_a_list_is_of_a_weekday_after_the_submission_and_within_five_days(moment: datetime) -> None:
    day = listing_day(moment)
    assert SOURCE.announces_on(day)
    assert timedelta(days=1) <= day - day_in_zone(moment) <= timedelta(days=4)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=10)))
def test_who_submits_later_is_never_listed_earlier(moment: datetime, later: timedelta) -> None:
    assert listing_day(moment) <= listing_day(moment + later)


@given(MOMENTS)
def test_a_moment_is_of_one_day_in_whatever_zone_it_is_told(moment: datetime) -> None:
    for name in ("America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"):
        told = moment.astimezone(ZoneInfo(name))
        assert listing_day(told) == listing_day(moment)
        assert day_in_zone(told) == day_in_zone(moment)
    assert listing_day(moment.replace(tzinfo=None)) == listing_day(moment), "without a zone it is UTC"


@given(DAYS)
def test_a_list_takes_what_came_in_since_the_last_one_closed_and_nothing_else(closing: date) -> None:
    moment = datetime(closing.year, closing.month, closing.day, CLOSES, tzinfo=ZONE)
    before, after = listing_day(moment - timedelta(microseconds=1)), listing_day(moment)
    if closing.weekday() < 5:
        between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
        assert before < after
        assert not [day for day in between if SOURCE.announces_on(day)], "no list is left out"
    else:
        assert before == after


@given(DAYS)
def test_every_announcement_day_has_a_list(day: date) -> None:
    moments = (datetime(day.year, day.month, day.day, 12, tzinfo=ZONE) - timedelta(days=n) for n in range(5))
    assert SOURCE.announces_on(day) == (day in {listing_day(moment) for moment in moments})


@given(DAYS)
def test_a_date_alone_is_taken_as_in_time(day: date) -> None:
    assert listing_day_of(day) == listing_day(datetime(day.year, day.month, day.day, 12, tzinfo=ZONE))


@given(DAYS)
def test_lists_are_dated_monday_to_friday(day: date) -> None:
    # Holidays are not known beforehand: a day without an announcement is found empty, not missing.
    assert SOURCE.announces_on(day) == (day.weekday() < 5)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-04-15T03:59:59+00:00", "2026-04-14"),
        ("2026-04-15T04:00:00+00:00", "2026-04-15"),
        ("2026-01-15T04:59:59+00:00", "2026-01-14"),
        ("2026-01-15T05:00:00+00:00", "2026-01-15"),
    ],
)
def test_a_day_begins_at_midnight_in_new_york(moment: str, day: str) -> None:
    assert day_in_zone(datetime.fromisoformat(moment)) == date.fromisoformat(day)
