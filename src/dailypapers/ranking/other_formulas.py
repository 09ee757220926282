"""How other sites order what is new, to be measured beside our own. No Django, no clock.

Each gives a value by which things seen on different days are ordered, from the votes at a moment and when
the thing was first seen. What a formula takes beyond that (flags, domains, comments) is not in what is
replayed and counts as none.
"""

from collections.abc import Callable
from datetime import datetime
from math import log10
from typing import Final

Formula = Callable[[int, datetime, datetime], float]
"""Votes, when it was first seen, and the moment of the list."""


def votes(votes: int, first_seen: datetime, now: datetime) -> float:
    """Most votes first."""
    return float(votes)


def newest(votes: int, first_seen: datetime, now: datetime) -> float:
    """What was seen last first."""
    return first_seen.timestamp()


def hackernews(votes: int, first_seen: datetime, now: datetime) -> float:
    """`(score - 1)^0.8 / (hours + 2)^1.8`, as news.arc has it."""
    hours = (now - first_seen).total_seconds() / 3600
    return float(max(votes - 1, 0) ** 0.8 / (hours + 2) ** 1.8)


def reddit(votes: int, first_seen: datetime, now: datetime) -> float:
    """Reddit's "hot": each tenfold of votes is worth 45,000 seconds."""
    return log10(max(votes, 1)) + first_seen.timestamp() / 45_000


def lobsters(votes: int, first_seen: datetime, now: datetime) -> float:
    """Lobsters' hotness without tags and comments: each tenfold of votes is worth 22 hours."""
    return log10(max(votes + 1, 1)) + first_seen.timestamp() / 79_200


OTHERS: Final[dict[str, Formula]] = {
    "votes": votes,
    "hackernews": hackernews,
    "reddit": reddit,
    "lobsters": lobsters,
    "newest": newest,
}
