"""The trending order, as it is published on the pages that use it. No Django, no clock.

    heat     = log2(1 + votes) + 1/2 log2(1 + comments) + 1/4 log2(1 + stars)
    trending = heat + age of the list day in days / 1.5

Each doubling of votes adds one to the heat, whatever the field's habits of voting; comments are rarer
and count half; stars of the code grow for years and count a quarter. Within one day, week or month
papers are ordered by heat alone. Across days each doubling of votes is worth a day and a half, so a
paper's trending value never changes with the clock: it is stored once, and changes only when a vote, a
comment or a star does. (The logarithm of votes against linear time is the form of Reddit's "hot".)
"""

from dataclasses import dataclass
from datetime import date
from math import log2

EPOCH = date(2020, 1, 1)
DAYS_PER_DOUBLING = 1.5

WEIGHTS = {"votes": 1.0, "comments": 0.5, "stars": 0.25}
"""How much a doubling of each kind of evidence adds to the heat."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a paper's reception; outside communities' votes are counted as votes here."""

    votes: int = 0
    comments: int = 0
    stars: int = 0
    day: date | None = None

    def parts(self) -> dict[str, float]:
        """What each kind of evidence adds to the heat."""
        return {name: weight * log2(1 + getattr(self, name)) for name, weight in WEIGHTS.items()}


def heat(evidence: Evidence) -> float:
    """How warmly a paper was received, its age left aside; 0 for one that nobody spoke of."""
    return sum(evidence.parts().values())


def trending(evidence: Evidence) -> float:
    """The value by which papers of different days are ordered."""
    age = (evidence.day - EPOCH).days if evidence.day else 0
    return heat(evidence) + age / DAYS_PER_DOUBLING
