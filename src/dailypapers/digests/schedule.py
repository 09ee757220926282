"""When a digest is due: pure functions of how often someone wants it, where they are, and the moment.

A period has a name that is the same however often it is computed (`2026-06-10`, `2026-W24`, `2026-06`). It is
sent once by that name: a reader who moves to another zone, or a clock that is put back, doubles nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo


class Frequency(StrEnum):
    """How often."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


DAYS = {Frequency.DAILY: 1, Frequency.WEEKDAYS: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31}
"""How many days a digest looks back on that follows another."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When someone wants to be sent something, by the clock where they are."""

    frequency: Frequency
    hour: int
    zone: ZoneInfo
    weekday: int = 0
    """Of a weekly digest: Monday is 0. A monthly one comes on the first."""

    def falls_on(self, day: date) -> bool:
        """Whether a digest is sent on a day."""
        match self.frequency:
            case Frequency.DAILY:
                return True
            case Frequency.WEEKDAYS:
                return day.weekday() < 5
            case Frequency.WEEKLY:
                return day.weekday() == self.weekday
            case Frequency.MONTHLY:
                return day.day == 1


@dataclass(frozen=True, slots=True)
class Due:
    """One period and the moment, in UTC, at which it is due."""

    period: str
    at: datetime


def latest_due(schedule: Schedule, now: datetime) -> Due:
    """The last period that was due at `now`: of several that were missed, the one that is sent for all."""
    today = now.astimezone(schedule.zone).date()
    return next(due for due in _walk(schedule, today + timedelta(days=1), -1) if due.at <= now)


def next_due(schedule: Schedule, after: datetime) -> Due:
    """The first period that is due after a moment."""
    today = after.astimezone(schedule.zone).date()
    return next(due for due in _walk(schedule, today - timedelta(days=1), 1) if due.at > after)


def _walk(schedule: Schedule, day: date, step: int) -> Iterator[Due]:
    for passed in count():
        one = day + timedelta(days=step * passed)
        if schedule.falls_on(one):
            yield Due(_name(schedule.frequency, one), _moment(schedule, one))


def _moment(schedule: Schedule, day: date) -> datetime:
    """The hour of a day where it is. One that the clock leaves out comes an hour later; of one that it
    shows twice the first counts."""
    return datetime(day.year, day.month, day.day, schedule.hour, tzinfo=schedule.zone).astimezone(UTC)


def _name(frequency: Frequency, day: date) -> str:
    match frequency:
        case Frequency.WEEKLY:
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case Frequency.MONTHLY:
            return f"{day:%Y-%m}"
        case _:
            return day.isoformat()
