"""The trending order, as it is published on the pages that use it. No Django, no clock.

    heat     = 0.6 log2(1 + k votes) + 0.4 log2(1 + k fresh votes) + 0.2 log2(comments) + 0.05 log2(1 + stars)
    trending = heat + age of the list day in days / 1.5

The terms of the heat are the files of `ranking/signals`, and `k` is what a vote in the paper's field counts
(`evidence.factor`). Within one day, week or month papers are ordered by heat alone. Across days the day
counts too: it moves up those that are newer rather than down those that are older, so that a stored value
holds until a vote, a comment or a star comes, or a vote is no longer fresh. (The logarithm of votes against
linear time is the form of Reddit's "hot".)
"""

from dataclasses import dataclass
from datetime import date

from dailypapers.ranking.evidence import Evidence
from dailypapers.ranking.signal import Signal
from dailypapers.ranking.signal_registry import all_signals

EPOCH = date(2020, 1, 1)
DAYS_PER_DOUBLING = 1.5


@dataclass(frozen=True, slots=True)
class Part:
    """What a signal adds to a paper's heat."""

    signal: Signal
    amount: str
    value: float


def parts(evidence: Evidence) -> tuple[Part, ...]:
    """Each signal's part of the heat, in the order of the formula; they add up to `heat`."""
    return tuple(Part(signal, signal.amount(evidence), signal.part(evidence)) for signal in all_signals())


def heat(evidence: Evidence) -> float:
    """How warmly a paper was received, its age left aside; 0 for one that nobody spoke of."""
    return sum(signal.part(evidence) for signal in all_signals())


def day_part(day: date | None) -> float:
    """What being of that day adds to the trending value."""
    return ((day - EPOCH).days if day else 0) / DAYS_PER_DOUBLING


def trending(evidence: Evidence) -> float:
    """The value by which papers of different days are ordered."""
    return heat(evidence) + day_part(evidence.day)
