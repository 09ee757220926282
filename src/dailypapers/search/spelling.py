"""Misspelt words of a query, put right by the words of the papers."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dailypapers.search.analysis import STOP_WORDS, terms
from dailypapers.search.vocabulary import Vocabulary

SHORTEST: Final = 5
"""Letters a word needs to be put right: shorter ones are as near to too many others."""

LEAST: Final = 10
"""Papers a word must stand in to be what was meant."""


FORGIVING: Final = 8
"""Letters of a word of which two may be wrong; in a shorter one only a letter that is doubled, or is not."""


def _singled(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


@dataclass(slots=True)
class Speller:
    """Finds, for a word that no paper has, the nearest that some have."""

    vocabulary: Vocabulary
    _by_shape: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def corrected(self, words: Sequence[str]) -> dict[str, str]:
        """What each misspelt word was probably meant to be; words that are well written are left out."""
        found = {}
        for word in dict.fromkeys(words):
            its = terms(word)
            if len(its) == 1 and (better := self._nearest(its[0])) is not None:
                found[word] = self.vocabulary.spelling.get(better, better)
        return found

    def _nearest(self, term: str) -> str | None:
        from rapidfuzz.distance import DamerauLevenshtein
        from rapidfuzz.process import extract_iter

        known = self.vocabulary.frequency
        if len(term) < SHORTEST or term in STOP_WORDS or not term.isalpha() or self.vocabulary.knows(term):
            return None
        if not self._by_shape:
            self._learn()
        most = 1 if len(term) < 6 else 2
        # A first letter is seldom wrong, and looking at one letter's words takes a twentieth of the time.
        near = [
            (distance, -known[other], other)
            for length in range(len(term) - most, len(term) + most + 1)
            for other, distance, _ in extract_iter(
                term,
                self._by_shape.get((term[0], length), ()),
                scorer=DamerauLevenshtein.distance,
                score_cutoff=most,
            )
        ]
        meant = [
            (distance, papers, other)
            for distance, papers, other in near
            if distance < 2 or len(term) >= FORGIVING or _singled(term) == _singled(other)
        ]
        return min(meant)[2] if meant else None

    def _learn(self) -> None:
        shapes: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for term, papers in self.vocabulary.frequency.items():
            if papers >= LEAST and term.isalpha():
                shapes[term[0], len(term)].append(term)
        self._by_shape = dict(shapes)
