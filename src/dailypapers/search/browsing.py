"""What is read and new goes a little first where a reader browses.

One to three words that many papers have name a subject, not a paper: a hundred papers are about it alike.
Of these the reader wants those that others found worth their votes, and new ones rather than old. Measured
by `benchmarks.search_browsing`.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.columns import Card
from dailypapers.search.query.model import Query
from dailypapers.search.vocabulary import Vocabulary

MOST_WORDS: Final = 3
LEAST_PAPERS: Final = 50
"""How many papers each word must stand in at least."""

VOTES: Final = 0.2
"""What very many votes bring; a word of the query brings up to 2.2 divided by how many there are."""
MIDDLING: Final = 30
"""How many votes bring half of it."""
RECENT: Final = 0.2
"""What the newest of the papers gains by that."""
HALVED: Final = 365.0
"""The days after which half of it is left."""


class Prior(NamedTuple):
    """What some papers gain, whatever the words."""

    votes: NDArray[np.float64]
    recent: NDArray[np.float64]
    """Both (papers,)."""

    @classmethod
    def of(cls, cards: Sequence[Card], newest: int) -> "Prior":
        """For these papers, where the newest one that was found is of the day with that number."""
        votes = np.array([card.votes for card in cards], np.float64)
        days = np.array([card.day or 0 for card in cards], np.int64)
        age = np.maximum(_days(np.array([newest])) - _days(days), 0.0)
        recent = np.where(days > 0, RECENT * 0.5 ** (age / HALVED), 0.0)
        return cls(VOTES * votes / (votes + MIDDLING), recent)


def is_browsing(query: Query, asked: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a query with these telling terms names a subject that many papers are about."""
    several = dict.fromkeys(asked)
    return (
        0 < len(several) <= MOST_WORDS
        and not query.like
        and all(vocabulary.papers_with(term) >= LEAST_PAPERS for term in several)
    )


def _days(numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """About how many days lie before the days with these numbers (20260415)."""
    years, months, days = numbers // 10_000, numbers // 100 % 100, numbers % 100
    return np.asarray(365.25 * years + 30.44 * months + days)
