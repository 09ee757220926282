"""How whole a month is, laid out as a calendar for each source: what stands in each day, what went wrong."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dailypapers.ingest.models import Coverage
from dailypapers.ingest.source import AnnouncingSource
from dailypapers.presentation.sources import label
from dailypapers.ranking.periods import Period

_DAY = re.compile(r"\d{4}-?\d\d-?\d\d|\d{1,2} [A-Z][a-z]{2} \d{4}|\d+")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a calendar: its numbers, the word for its state, and the class that colours it."""

    period: Period
    numbers: str = ""
    word: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Days that lack something for one reason, and the command that mends it ("" where none does)."""

    first: date
    last: date
    days: int
    reason: str
    command: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """One source's month: weeks of seven days (None outside the month), a sentence, and the faults."""

    name: str
    title: str
    told: str
    weeks: list[list[Cell | None]]
    faults: list[Fault]


def of_source(
    source: str,
    rows: Sequence[Coverage],
    month: Period,
    unread: Mapping[date, int],
    announcing: AnnouncingSource | None,
    today: date,
) -> Calendar:
    """The month of one source.

    `unread` is how many announced papers of a day nobody could read; `announcing` the source, where the
    site follows it: a day of which it should have told and was not asked is said to be uncounted.
    """
    by_day = {row.day: row for row in rows}
    expected = {
        day for day in month.days if day <= today and announcing is not None and announcing.announces_on(day)
    }
    cells = [_cell(day, by_day.get(day), is_expected=day in expected) for day in month.days]
    return Calendar(
        source, label(source), _told(by_day, expected), weeks(month, cells), list(faults(rows, unread))
    )


def of_lists(listed: Mapping[date, int], month: Period) -> Calendar:
    """What the lists of the month's days hold, whichever source it came from."""
    cells = [
        Cell(Period.of("date", day), f"{listed[day]:,}" if listed.get(day) else "") for day in month.days
    ]
    total = sum(listed.values())
    told = f"{total:,} places on {sum(map(bool, listed.values()))} days" if total else "nothing"
    return Calendar("lists", "On our lists", told, weeks(month, cells), [])


def weeks(month: Period, cells: Sequence[Cell]) -> list[list[Cell | None]]:
    """The month's days in rows from Monday to Sunday, None where another month's day would stand."""
    before: list[Cell | None] = [None] * month.first.weekday()
    after: list[Cell | None] = [None] * (6 - month.last.weekday())
    padded = [*before, *cells, *after]
    return [padded[start : start + 7] for start in range(0, len(padded), 7)]


def _cell(day: date, row: Coverage | None, *, is_expected: bool) -> Cell:
    period = Period.of("date", day)
    if row is None:
        return Cell(period, word="not asked", kind="quiet") if is_expected else Cell(period)
    # The no-break space keeps the second number off a line of its own on a phone.
    numbers = f"{row.held:,} of\N{NO-BREAK SPACE}{row.announced:,}" if row.announced else ""
    match row.state:
        case Coverage.State.COMPLETE:
            return Cell(period, numbers, "whole", "whole")
        case Coverage.State.EMPTY:
            return Cell(period, word="none", kind="quiet")
        case Coverage.State.GAP:
            return Cell(period, numbers, f"gap of {row.announced - row.held:,}", "lacking")
    return Cell(period, numbers, "not told", "lacking")


def _told(by_day: Mapping[date, Coverage], expected: set[date]) -> str:
    """A sentence for the whole month."""
    if not by_day:
        return "not asked about any day"
    states = [row.state for row in by_day.values()]
    parts = [
        (states.count(Coverage.State.COMPLETE), "whole"),
        (states.count(Coverage.State.EMPTY), "with nothing announced"),
        (states.count(Coverage.State.GAP), "with a gap"),
        (states.count(Coverage.State.UNKNOWN), "not told"),
        (len(expected - by_day.keys()), "not asked about"),
    ]
    (first, what), *others = [part for part in parts if part[0]]
    said = [f"{first} {'day' if first == 1 else 'days'} {what}", *(f"{n} {what}" for n, what in others)]
    return ", ".join(said)


def faults(rows: Iterable[Coverage], unread: Mapping[date, int]) -> Iterable[Fault]:
    """What went wrong, days that follow each other and lack the same for the same reason put together."""
    run: list[Coverage] = []
    for row in sorted(rows, key=lambda one: one.day):
        same = bool(run) and _kind(run[-1], unread) == _kind(row, unread)
        # A weekend between two days does not part them.
        if run and not (same and row.day - run[-1].day <= timedelta(days=4)):
            yield from _fault(run, unread)
            run = []
        run.append(row)
    if run:
        yield from _fault(run, unread)


def _kind(row: Coverage, unread: Mapping[date, int]) -> tuple[str, str, bool]:
    """What is alike in days of one fault: reasons differ in the days and numbers they name."""
    return (row.state, _DAY.sub("#", row.error), _is_unreadable(row, unread))


def _is_unreadable(row: Coverage, unread: Mapping[date, int]) -> bool:
    return row.state == Coverage.State.GAP and unread.get(row.day, 0) >= row.announced - row.held


def _fault(run: Sequence[Coverage], unread: Mapping[date, int]) -> Iterable[Fault]:
    first, last = run[0], run[-1]
    whole = first.state in (Coverage.State.COMPLETE, Coverage.State.EMPTY)
    if whole and not last.error:
        return
    command = f"dailypapers ingest {first.source} --since {first.day} --until {last.day}"
    if whole:
        reason, command = f"whole all the same, though one way to it failed: {last.error}", ""
    elif first.state == Coverage.State.UNKNOWN:
        reason = last.error or "the source has not told what it announced"
    else:
        lacking = sum(row.announced - row.held for row in run)
        reason = f"{lacking:,} announced {'paper is' if lacking == 1 else 'papers are'} missing"
        if _is_unreadable(first, unread):
            reason += ": the source lists them in a way that cannot be read"
            command = f"dailypapers ingest rejected --source {first.source}"
        elif last.error:
            reason += f": {last.error}"
    yield Fault(first.day, last.day, len(run), reason, command)
