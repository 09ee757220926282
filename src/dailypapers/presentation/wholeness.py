"""How whole a period is, in words: what was announced, what is held, and who could not be asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dailypapers.ingest.connection import followed as following
from dailypapers.ingest.models import Coverage
from dailypapers.ingest.scope import covers, scope_of
from dailypapers.ingest.source import AnnouncingSource
from dailypapers.ranking.periods import Period


@dataclass(frozen=True, slots=True)
class Wholeness:
    """`text` for the page; `complete` only when every source told its days and all of them are held."""

    text: str
    complete: bool
    counted: bool = True
    """Whether any source was asked about the period at all."""


def wholeness(
    days: Iterable[Coverage], period: Period, followed: Sequence[AnnouncingSource], today: date
) -> Wholeness:
    """Sum up the coverage rows of a period, of which the days until `today` can be known.

    A source that is followed and has no row for one of its announcement days was not counted: papers
    that came from a file may be all there is of that day, or half of it. Nor was it where only some of the
    fields that are followed now were counted then.
    """
    scopes = {source.name: scope_of(source, following(source)) for source in followed}
    rows = [row for row in days if covers(row.scope, scopes.get(row.source, ""))]
    if not rows:
        return Wholeness("not counted against the sources", complete=False, counted=False)
    labels = {source.name: source.label for source in followed}
    missing = sum(row.announced - row.held for row in rows)
    unknown = [row for row in rows if row.state == Coverage.State.UNKNOWN]
    if missing:
        return Wholeness(f"{missing:,} announced papers still missing", complete=False)
    if unknown and period.kind == "date":
        source = unknown[0].source
        return Wholeness(f"{labels.get(source, source)} has not told this day yet", complete=False)
    if unknown:
        days_unknown = len({row.day for row in unknown})
        return Wholeness(
            f"{days_unknown} {'day' if days_unknown == 1 else 'days'} not told yet", complete=False
        )
    if uncounted := _uncounted(rows, period, followed, today):
        counted = ", ".join(sorted({labels.get(row.source, row.source) for row in rows}))
        return Wholeness(
            f"complete for {counted}, not counted for {', '.join(uncounted)}", complete=False, counted=False
        )
    return Wholeness("complete", complete=True)


def _uncounted(
    rows: list[Coverage], period: Period, followed: Sequence[AnnouncingSource], today: date
) -> list[str]:
    """The labels of followed sources of which an announcement day of the period was never counted."""
    known = {(row.source, row.day) for row in rows}
    days = [day for day in period.days if day <= today]
    return [
        source.label
        for source in followed
        if any((source.name, day) not in known and source.announces_on(day) for day in days)
    ]
