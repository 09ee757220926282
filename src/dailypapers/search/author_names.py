"""Names of authors as they are asked for: in either order, with initials or without, and misspelt."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Final

from dailypapers.search.analysis import term
from dailypapers.search.columns import MOST_ORDERED, asked_keys, name_parts
from dailypapers.search.conditions import condition_text, has_any
from dailypapers.search.query.model import Condition
from dailypapers.search.spelling import LIKELIER, SHORTEST, slips
from dailypapers.search.table import PaperTable
from dailypapers.search.vocabulary import Vocabulary

PARTICLES: Final = frozenset(
    "al bin da de del den der di dos du el la le ten ter van von".split()  # noqa: SIM905
)
"""What stands before a surname. They are names too, so they are left out only where nobody is called so."""

TRIED: Final = 40
"""Surnames that are looked up for one that nobody has, a millisecond each."""

TOGETHER: Final = 200
"""Whole names that are looked up at once, and words that are near one part of a name."""

NEAR: Final = 12
"""As many where two parts may be wrong."""

READ: Final = 2_000
"""Papers of such names that are looked at."""


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
        if len(parts) > 1:
            if PARTICLES.issuperset(parts[:-1]):
                for joined in ("".join(parts), parts[-1]):
                    if self._papers(only := replace(condition, value=joined)):
                        return only
            name = self._whole_name(parts)
            return replace(condition, value=name) if name else None
        tried = self._near(parts[0], TRIED) if len(parts[0]) >= SHORTEST else {}
        best = (0, "")
        for name, weight in tried.items():
            best = max(best, (weight * self._papers(replace(condition, value=name)), name))
        likelihood, name = best
        if not likelihood or self._is_given(parts, name, likelihood):
            return None
        return replace(condition, value=name)

    def _whole_name(self, parts: Sequence[str]) -> str:
        """The likeliest name that somebody has, with one part a slip away, else with several; or none."""
        for changed in range(len(parts)):
            # A word of a name may be seldom in papers: of one part all that are near are tried.
            ways = [
                self._near(part, TOGETHER) if at == changed else {part: 1} for at, part in enumerate(parts)
            ]
            if name := self._likeliest(ways):
                return name
        return self._likeliest([{part: LIKELIER**2} | self._near(part, NEAR) for part in parts])

    def _likeliest(self, ways: Sequence[Mapping[str, int]]) -> str:
        """Of all names that these parts make, the one that most papers have, by how likely its slips are."""
        tried = {
            " ".join(part for part, _ in way): prod(weight for _, weight in way)
            for way in product(*(way.items() for way in ways))
        }
        names: dict[str, str] = {}
        for name in sorted(tried, key=lambda name: (-tried[name], name))[:TOGETHER]:
            names |= dict.fromkeys(asked_keys(name), name)
        if not names:
            return ""
        rows = self.table.where(has_any("author_keys", *names), ("author_keys",), READ)
        papers = Counter(
            name
            for keys in rows["author_keys"].to_pylist()
            for name in {names[key] for key in keys if key in names}
        )
        return max(papers, key=lambda name: (tried[name] * papers[name], name), default="")

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
