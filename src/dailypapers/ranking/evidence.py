"""What the trending order knows of a paper. No Django, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FRESH: Final = timedelta(hours=12)
"""How long a vote is fresh."""

WEEKS: Final = 12
"""Weeks before that of a paper's day that say how votes in its field usually run."""
USUAL_BEST: Final = 64
"""Votes of a week's best paper for which a field's votes count one each."""
FEWEST_USUAL: Final = 8
"""What a field's best is taken to have at least, so that one vote in a silent field counts 8 and no more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a paper's reception; outside communities' votes are counted as votes here."""

    votes: int = 0
    fresh: int = 0
    """Those of its votes that came in the last `FRESH` hours."""
    comments: int = 0
    stars: int = 0
    day: date | None = None
    factor: float = 1.0
    """What a vote in the paper's field counts; see `factor`."""


NOTHING: Final = Evidence()
"""Of a paper that nobody spoke of."""


def factor(bests: Sequence[int]) -> float:
    """What a vote counts in a field whose best papers had these votes in the `WEEKS` weeks before.

    A week that is not told had none.
    """
    return USUAL_BEST / max(FEWEST_USUAL, sum(bests) / WEEKS)
