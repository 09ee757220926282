"""The words of all papers: in how many each stands, and how it is written."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.analysis import code, terms
from dailypapers.search.columns import Words


@dataclass(slots=True)
class Vocabulary:
    """Document frequencies and lengths of the papers that were counted."""

    papers: int = 0
    title_terms: int = 0
    """Terms of all titles together."""
    abstract_terms: int = 0
    frequency: Counter[str] = field(default_factory=Counter)
    """In how many papers a term stands; those that stand in one only may be in `once` instead."""
    once: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, dtype=np.uint32))
    """The codes, in order, of terms that stand in one paper: half of all, in a hundredth of the room."""
    spelling: dict[str, str] = field(default_factory=dict)
    """A word as it is written, of each term that is not written as it is."""

    def knows(self, term: str) -> bool:
        """Whether a paper has the term."""
        if term in self.frequency:
            return True
        at = int(np.searchsorted(self.once, np.uint32(code(term))))
        return at < len(self.once) and int(self.once[at]) == code(term)

    def inverse(self, term: str) -> float:
        """The inverse document frequency of BM25 (Robertson and Zaragoza 2009, with Lucene's 1 +)."""
        held = min(self.frequency.get(term, 1), self.papers)
        return math.log(1 + (self.papers - held + 0.5) / (held + 0.5))

    def count(self, papers: Iterable[Words]) -> None:
        """Count papers by their words."""
        for title, abstract, authors in papers:
            self.papers += 1
            self.title_terms += len(title)
            self.abstract_terms += len(abstract)
            self.frequency.update({*title, *abstract, *authors})

    def add(self, other: "Vocabulary") -> None:
        """Add the counts of other papers."""
        self.papers += other.papers
        self.title_terms += other.title_terms
        self.abstract_terms += other.abstract_terms
        self.frequency.update(other.frequency)

    def lengths(self) -> tuple[float, float]:
        """The mean number of terms of a title and of an abstract."""
        papers = max(self.papers, 1)
        return self.title_terms / papers, self.abstract_terms / papers

    def learn_spellings(self, written: Mapping[str, int], forms: Mapping[str, tuple[int, str]]) -> None:
        """Remember the commonest way each term is written; `written` says how often a word is.

        `forms` has one, with how often it is, for terms that are in none of those.
        """
        best = {term: (0, word) for term, (_, word) in forms.items()}
        for word, times in written.items():
            its = terms(word)
            if len(its) == 1 and times > best.get(its[0], (0, ""))[0]:
                best[its[0]] = (times, word)
        self.spelling.update({term: word for term, (_, word) in best.items() if word != term})
