"""A digest is due once a period, whatever clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.digests.schedule import Frequency, Schedule, latest_due, next_due

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]

schedules = st.builds(
    Schedule,
    frequency=st.sampled_from(Frequency),
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    weekday=st.integers(0, 6),
)
moments = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(schedules, moments)
def test_the_next_period_is_the_latest_one_when_its_moment_has_come(
    schedule: Schedule, now: datetime
) -> None:
    coming = next_due(schedule, now)
    assert coming.at > now
    came = latest_due(schedule, coming.at)
    assert came.at == coming.at
    assert latest_due(schedule, coming.at - timedelta(seconds=1)).at <= now


@given(schedules, moments)
def test_one_period_after_the_other_none_is_named_twice_and_none_is_skipped(
    schedule: Schedule, now: datetime
) -> None:
    found = []
    for _ in range(40):
        found.append(next_due(schedule, now))
        now = found[-1].at
    assert len({due.period for due in found}) == 40
    longest = {"daily": 2, "weekdays": 4, "weekly": 8, "monthly": 32}[schedule.frequency]
    assert all(timedelta() < b.at - a.at <= timedelta(days=longest) for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("day", "hour", "due"),
    [
        ("2026-03-29", 2, "2026-03-29T01:00:00+00:00"),  # An hour that the clock leaves out.
        ("2026-10-25", 2, "2026-10-25T00:00:00+00:00"),  # The first of an hour that it shows twice.
        ("2026-10-25", 7, "2026-10-25T06:00:00+00:00"),
        ("2026-03-28", 7, "2026-03-28T06:00:00+00:00"),
    ],
)
def test_the_hour_is_that_of_the_readers_clock(day: str, hour: int, due: str) -> None:
    schedule = Schedule(Frequency.DAILY, hour, BERLIN)
    found = next_due(schedule, datetime.fromisoformat(f"{day}T00:00:00+02:00") - timedelta(hours=3))
    assert (found.period, found.at.isoformat()) == (day, due)


def test_a_day_that_a_place_left_out_is_due_with_the_next_and_makes_one_mail() -> None:
    samoa = Schedule(Frequency.DAILY, 7, ZoneInfo("Pacific/Apia"))
    before = next_due(samoa, datetime(2011, 12, 29, tzinfo=UTC))
    after = latest_due(samoa, datetime(2011, 12, 31, tzinfo=UTC))
    assert (before.period, after.period) == ("2011-12-29", "2011-12-31")


def test_of_days_that_were_missed_the_last_is_due() -> None:
    schedule = Schedule(Frequency.DAILY, 7, BERLIN)
    assert latest_due(schedule, datetime(2026, 6, 15, 12, tzinfo=UTC)).period == "2026-06-15"


def test_who_moves_west_is_sent_the_day_under_the_same_name() -> None:
    now = datetime(2026, 6, 10, 3, tzinfo=UTC)
    tokyo = latest_due(Schedule(Frequency.DAILY, 7, ZoneInfo("Asia/Tokyo")), now)
    there = next_due(Schedule(Frequency.DAILY, 7, ZoneInfo("America/Los_Angeles")), now)
    assert tokyo.period == there.period == "2026-06-10"


@pytest.mark.parametrize(
    ("frequency", "period"),
    [("daily", "2026-06-13"), ("weekdays", "2026-06-15"), ("weekly", "2026-W25"), ("monthly", "2026-07")],
)
def test_each_frequency_has_its_periods(frequency: str, period: str) -> None:
    friday_noon = datetime(2026, 6, 12, 12, tzinfo=UTC)
    assert next_due(Schedule(Frequency(frequency), 7, BERLIN, weekday=3), friday_noon).period == period
