"""The words of all papers: in how many each stands, and how it is written.

`Counted` grows while papers are counted. A `Vocabulary` that was stored is read as columns, which take a
tenth of the memory of dictionaries.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass, field
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dailypapers.search.analysis import code, terms
from dailypapers.search.columns import Words

SCHEMA: Final = pa.schema(
    [("term", pa.string()), ("papers", pa.int32()), ("written", pa.string()), ("code", pa.uint32())]
)
"""Of a stored vocabulary."""

AT_ONCE: Final = 10_000
"""Terms that are made strings at a time where all are gone through."""

Value = TypeVar("Value", int, str)


class Column(Mapping[str, Value]):
    """A column of a stored vocabulary as a mapping from terms; one whose value is 0 or "" is not in it."""

    def __init__(self, codes: NDArray[np.uint32], terms: pa.Array, values: pa.Array) -> None:
        """`codes` are those of the terms, and ascend."""
        self._codes = np.ascontiguousarray(codes).data
        self._terms, self._values = terms, values

    def __getitem__(self, term: str) -> Value:
        wanted = code(term)
        at = bisect_left(self._codes, wanted)
        while at < len(self._codes) and self._codes[at] == wanted:  # Two terms may share a code.
            value: Value = self._values[at].as_py()
            if value and self._terms[at].as_py() == term:
                return value
            at += 1
        raise KeyError(term)

    def __iter__(self) -> Iterator[str]:
        return (term for term, _ in self._pairs())

    def __len__(self) -> int:
        return sum(1 for _ in self._pairs())

    def items(self) -> ItemsView[str, Value]:
        """Terms and values, without a look-up for each."""
        return _Items(self)

    def values(self) -> ValuesView[Value]:
        """The values, without a look-up for each."""
        return _Values(self)

    def _pairs(self) -> Iterator[tuple[str, Value]]:
        for at in range(0, len(self._terms), AT_ONCE):
            terms, values = (part[at : at + AT_ONCE].to_pylist() for part in (self._terms, self._values))
            yield from ((term, value) for term, value in zip(terms, values, strict=True) if value)


class _Items(ItemsView[str, Value]):
    _mapping: Column[Value]

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return self._mapping._pairs()


class _Values(ValuesView[Value]):
    _mapping: Column[Value]

    def __iter__(self) -> Iterator[Value]:
        return (value for _, value in self._mapping._pairs())


@dataclass(slots=True)
class Vocabulary:
    """Document frequencies and lengths of the papers that were counted."""

    papers: int = 0
    title_terms: int = 0
    """Terms of all titles together."""
    abstract_terms: int = 0
    frequency: Mapping[str, int] = field(default_factory=dict)
    """In how many papers a term or a name (`naming`) stands; those of one paper only may be in `once`."""
    once: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, dtype=np.uint32))
    """The codes, in order, of terms that stand in one paper: half of all, in a hundredth of the room."""
    spelling: Mapping[str, str] = field(default_factory=dict)
    """A word as it is written, of each term that is not written as it is."""

    @classmethod
    def read(cls, rows: pa.Table, papers: int, title_terms: int, abstract_terms: int) -> "Vocabulary":
        """From what `Counted.table` made, and the counts beside it."""
        papers_of, codes = rows["papers"].to_numpy(), rows["code"].to_numpy()
        once = np.sort(codes[papers_of == 1])
        places = np.flatnonzero(papers_of > 1)
        places = places[np.argsort(codes[places], kind="stable")]
        in_order = codes[places]
        term, times, written = (
            rows[name].combine_chunks().take(pa.array(places)) for name in ("term", "papers", "written")
        )
        frequency: Column[int] = Column(in_order, term, times)
        spelling: Column[str] = Column(in_order, term, written)
        return cls(papers, title_terms, abstract_terms, frequency, once, spelling)

    def knows(self, term: str) -> bool:
        """Whether a paper has the term."""
        if term in self.frequency:
            return True
        at = int(np.searchsorted(self.once, np.uint32(code(term))))
        return at < len(self.once) and int(self.once[at]) == code(term)

    def papers_with(self, term: str) -> int:
        """In how many papers a term stands."""
        return self.frequency.get(term) or int(self.knows(term))

    def inverse(self, term: str) -> float:
        """The inverse document frequency of BM25 (Robertson and Zaragoza 2009, with Lucene's 1 +)."""
        held = min(self.frequency.get(term, 1), self.papers)
        return math.log(1 + (self.papers - held + 0.5) / (held + 0.5))

    def lengths(self) -> tuple[float, float]:
        """The mean number of terms of a title and of an abstract."""
        papers = max(self.papers, 1)
        return self.title_terms / papers, self.abstract_terms / papers


@dataclass(slots=True)
class Counted(Vocabulary):
    """A vocabulary that papers are added to."""

    frequency: Counter[str] = field(default_factory=Counter)
    spelling: dict[str, str] = field(default_factory=dict)

    def count(self, papers: Iterable[Words]) -> None:
        """Count papers by their words."""
        for title, abstract, authors, names in papers:
            self.papers += 1
            self.title_terms += len(title)
            self.abstract_terms += len(abstract)
            self.frequency.update({*title, *abstract, *authors, *names})

    def add(self, other: "Counted") -> None:
        """Add the counts of other papers."""
        self.papers += other.papers
        self.title_terms += other.title_terms
        self.abstract_terms += other.abstract_terms
        self.frequency.update(other.frequency)

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

    def table(self) -> pa.Table:
        """To be stored."""
        terms = sorted(self.frequency)
        columns = {
            "term": terms,
            "papers": [self.frequency[term] for term in terms],
            "written": [self.spelling.get(term, "") for term in terms],
            "code": [code(term) for term in terms],
        }
        return pa.table(columns, schema=SCHEMA)
