"""Names of authors as they are asked for: in either order, with initials or without, and misspelt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Final

from dailypapers.search.analysis import term
from dailypapers.search.columns import MOST_ORDERED, name_parts
from dailypapers.search.conditions import condition_text
from dailypapers.search.query.model import Condition
from dailypapers.search.spelling import LIKELIER, SHORTEST, slips
from dailypapers.search.table import PaperTable
from dailypapers.search.vocabulary import Vocabulary

PARTICLES: Final = frozenset(
    "al bin da de del den der di dos du el la le ten ter van von".split()  # noqa: SIM905
)
"""What stands before a surname. They are names too, so they are left out only where nobody is called so."""

TRIED: Final = 40
"""Names that are looked up for one that nobody has, a millisecond each."""

NEAR: Final = 8
"""Words that are tried for a part of a name: the likeliest."""


@dataclass(frozen=True, slots=True)
class NameSpeller:
    """Finds, for an author whom no paper has, the one who was meant."""

    table: PaperTable
    vocabulary: Vocabulary

    def corrected(self, conditions: Sequence[Condition]) -> dict[Condition, Condition]:
        """What each misspelt author of a query was probably meant to be."""
        found = {}
        for condition in conditions:
            if condition.kind != "author" or condition.negated or self._papers(condition):
                continue
            if better := self._nearest(condition):
                found[condition] = better
        return found

    def _papers(self, condition: Condition) -> int:
        return self.table.count(condition_text((condition,)))

    def _nearest(self, condition: Condition) -> Condition | None:
        parts = name_parts(str(condition.value))
        if not 0 < len(parts) <= MOST_ORDERED:
            return None
        if len(parts) == 1:
            tried = self._near(parts[0], TRIED) if len(parts[0]) >= SHORTEST else {}
        elif PARTICLES.issuperset(parts[:-1]) and self._papers(only := replace(condition, value=parts[-1])):
            return only
        else:
            ways = [{part: LIKELIER**2} | self._near(part, NEAR) for part in parts]
            tried = {
                " ".join(part for part, _ in way): prod(weight for _, weight in way)
                for way in product(*(way.items() for way in ways))
            }
        best = (0, "")
        for name in sorted(tried, key=lambda name: -tried[name])[:TRIED]:
            best = max(best, (tried[name] * self._papers(replace(condition, value=name)), name))
        likelihood, name = best
        return (
            replace(condition, value=name)
            if likelihood and not self._is_given(parts, name, likelihood)
            else None
        )

    def _is_given(self, parts: Sequence[str], meant: str, likelihood: int) -> bool:
        """Whether a single name is one that many papers have, though nobody has it as a surname."""
        own = term(parts[0])
        return (
            len(parts) == 1 and term(meant) != own and 2 * self.vocabulary.frequency.get(own, 0) > likelihood
        )

    def _near(self, part: str, most: int) -> dict[str, int]:
        """The words of papers that are a slip away from a part of a name, with how likely the slip is."""
        near: dict[str, int] = {}
        score: dict[str, int] = {}
        for weight, one in slips(part):
            if one != part and (papers := self.vocabulary.papers_with(term(one))):
                near[one] = max(weight, near.get(one, 0))
                score[one] = near[one] * papers
        likeliest = sorted(near, key=lambda one: (-score[one], one))
        return {one: near[one] for one in likeliest[:most]}


def as_written(condition: Condition) -> str:
    """A condition on the author as a query has it."""
    name = str(condition.value)
    return f'author:"{name}"' if " " in name else f"author:{name}"
