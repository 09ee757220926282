"""Days, weeks and months as the lists and addresses name them. No Django."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dailypapers.catalogue.records import EARLIEST_YEAR, LATEST_YEAR

Kind = Literal["date", "week", "month"]


class NotAPeriod(ValueError):
    """Text that names no day, week or month, and what was expected."""


@dataclass(frozen=True, slots=True)
class Period:
    """A day, an ISO week or a month: `first` and `last` are its days, both included."""

    kind: Kind
    first: date
    last: date

    @classmethod
    def of(cls, kind: Kind, day: date) -> "Period":
        """The period of that kind that the day lies in."""
        if kind == "date":
            return cls(kind, day, day)
        if kind == "week":
            monday = day - timedelta(days=day.weekday())
            return cls(kind, monday, monday + timedelta(days=6))
        first = day.replace(day=1)
        return cls(kind, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    @classmethod
    def parse(cls, kind: Kind, text: str) -> "Period":
        """Read `2026-04-08`, `2026-W15` or `2026-04`. Raises `NotAPeriod`."""
        pattern, example = _FORMS[kind]
        matched = re.fullmatch(pattern, text, re.ASCII)
        if matched is None:
            raise NotAPeriod(f"“{text[:40]}” is not a {_NAMES[kind]} such as {example}")
        numbers = [int(number) for number in matched.groups()]
        # A week can begin in the year before the one that counts it.
        if not EARLIEST_YEAR - 1 <= numbers[0] <= LATEST_YEAR + 1:
            raise NotAPeriod(_YEARS)
        try:
            if kind == "week":
                period = cls.of(kind, date.fromisocalendar(numbers[0], numbers[1], 1))
            else:
                period = cls.of(kind, date(*(numbers if kind == "date" else (*numbers, 1))))
        except ValueError:
            raise NotAPeriod(f"there is no {_NAMES[kind]} {text}") from None
        if not period.has_list:
            raise NotAPeriod(_YEARS)
        return period

    @property
    def has_list(self) -> bool:
        """Whether it has an address: some of it lies in the years that papers may have."""
        return self.last.year >= EARLIEST_YEAR and self.first.year <= LATEST_YEAR

    @property
    def days(self) -> list[date]:
        """Its days, the first one first."""
        return [self.first + timedelta(days=further) for further in range((self.last - self.first).days + 1)]

    @property
    def text(self) -> str:
        """The period as its address says it."""
        if self.kind == "date":
            return self.first.isoformat()
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.first:%Y-%m}"

    @property
    def path(self) -> str:
        """Its address on the site."""
        return f"/papers/{self.kind}/{self.text}"

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last


_YEARS = f"there are lists for the years {EARLIEST_YEAR} to {LATEST_YEAR} only"
_NAMES = {"date": "day", "week": "week", "month": "month"}
_FORMS = {
    "date": (r"(\d{4})-(\d{2})-(\d{2})", "2026-04-08"),
    "week": (r"(\d{4})-W(\d{2})", "2026-W15"),
    "month": (r"(\d{4})-(\d{2})", "2026-04"),
}
