"""The table as the filters of a query leave it.

A filter by date that very many papers pass is dear: the engine gathers all of them, once by text and once by
vector (benchmarks/RESULTS.md, "Three million"). So where a good share of all papers passes, so many more
are asked for without it, and those outside the dates are left out here. What is found is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.columns import day_number
from dailypapers.search.conditions import condition_text
from dailypapers.search.query.model import Condition
from dailypapers.search.table import Alternatives, PaperTable
from dailypapers.search.tally import Tally

BROAD: Final = 0.1
"""The share of all papers from which dates are left to us. The rarer they are, the more must be asked for: at
a tenth 15 times as many, which costs about what is saved."""

SPARE: Final = 1.5
"""How many times the papers are asked for that should be enough: those that a query is about may be older."""

NEVER: Final = 99_999_999


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a query may find in a table."""

    table: PaperTable
    tally: Tally
    whole: str
    """All conditions, as the engine is told; empty for none."""
    rest: str
    """Those that the engine is told where the dates are left to us."""
    first: int
    last: int
    """The days from and before which papers are, as numbers."""
    share: float
    """Of all papers how many are in the dates; 0 where the engine is told all conditions."""

    @classmethod
    def of(cls, table: PaperTable, tally: Tally, conditions: Sequence[Condition]) -> "Filtered":
        """For the conditions of a query."""
        whole, first, last = condition_text(conditions), 1, NEVER
        rest = []
        for condition in conditions:
            match condition.kind, condition.value:
                case "after", date() as day if not condition.negated:
                    first = max(first, day_number(day) or first)
                case "before", date() as day if not condition.negated:
                    last = min(last, day_number(day) or last)
                case _:
                    rest.append(condition)
        share = tally.share(first, last) if len(rest) < len(conditions) else 0.0
        return cls(table, tally, whole, condition_text(rest), first, last, share if share >= BROAD else 0.0)

    def by_text(self, words: Sequence[str], most: int, together: Sequence[str] = ()) -> list[int]:
        """As `PaperTable.by_text`."""
        if asked := self._asked(most):
            numbers = self.table.by_text(words, asked, self.rest, together)
            if (kept := self._enough(numbers, asked, most)) is not None:
                return kept
        return self.table.by_text(words, most, self.whole, together)

    def by_vector(self, vector: NDArray[np.float32], most: int) -> list[int]:
        """As `PaperTable.by_vector`."""
        if asked := self._asked(most):
            numbers = self.table.by_vector(vector, asked, self.rest)
            if (kept := self._enough(numbers, asked, most)) is not None:
                return kept
        return self.table.by_vector(vector, most, self.whole)

    def having(
        self, every: Sequence[Alternatives], without: Sequence[str]
    ) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
        """As `PaperTable.having`."""
        if self.share:
            numbers, scores = self.table.having(every, without, self.rest)
            within = self.tally.within(numbers, self.first, self.last)
            if within is not None:
                return numbers[within], scores[within]
        return self.table.having(every, without, self.whole)

    def _asked(self, most: int) -> int:
        """How many to ask for; 0 where the engine is told all conditions."""
        return int(SPARE * most / self.share) if self.share else 0

    def _enough(self, numbers: Sequence[int], asked: int, most: int) -> list[int] | None:
        """The best that are in the dates; None where there may be more than were asked for."""
        within = self.tally.within(np.array(numbers, np.uint64), self.first, self.last)
        if within is None:
            return None
        kept = [number for number, one in zip(numbers, within, strict=True) if one]
        return kept[:most] if len(kept) >= most or len(numbers) < asked else None
