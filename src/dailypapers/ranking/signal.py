"""What a file under `ranking/signals/` gives: one term of the heat. No Django, no clock."""

from collections.abc import Callable
from dataclasses import dataclass

from dailypapers.ranking.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Signal:
    """One term of the heat: a weight times a measure of the evidence that never falls as it grows."""

    name: str
    """As its file."""
    weight: float
    formula: str
    """The measure as the page writes it."""
    why: str
    """What it stands for, in a sentence shown to readers."""
    measure: Callable[[Evidence], float]
    amount: Callable[[Evidence], str]
    """What it measured, in words: `112 votes`."""

    def part(self, evidence: Evidence) -> float:
        """What it adds to the heat."""
        return self.weight * self.measure(evidence)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 vote`, `1,204 votes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
