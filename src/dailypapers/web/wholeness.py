"""How whole a period is, in words: what was announced, what is held, and who could not be asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from dailypapers.ingest.models import Coverage
from dailypapers.ranking.periods import Period


@dataclass(frozen=True, slots=True)
class Wholeness:
    """`text` for the page; `complete` only when every source told its days and all of them are held."""

    text: str
    complete: bool
    counted: bool = True
    """Whether any source was asked about the period at all."""


def wholeness(days: Iterable[Coverage], period: Period) -> Wholeness:
    """Sum up the coverage rows of a period."""
    rows = list(days)
    if not rows:
        return Wholeness("not counted against the sources", complete=False, counted=False)
    missing = sum(row.announced - row.held for row in rows)
    unknown = [row for row in rows if row.state == Coverage.State.UNKNOWN]
    if missing:
        return Wholeness(f"{missing:,} announced papers still missing", complete=False)
    if unknown and period.kind == "date":
        return Wholeness(f"{unknown[0].source} has not told this day yet", complete=False)
    if unknown:
        days_unknown = len({row.day for row in unknown})
        return Wholeness(
            f"{days_unknown} {'day' if days_unknown == 1 else 'days'} not told yet", complete=False
        )
    return Wholeness("complete", complete=True)
