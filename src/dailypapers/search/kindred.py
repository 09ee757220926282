"""Words that mean nearly the same: a paper that lacks a word of the query may have one akin to it.

For each word of a query that a paper lacks, the nearest word of its title and abstract counts in its stead,
by how near it is and how rare the word of the query is. (Kindred words as translations of each other: Berger
and Lafferty 1999; from vectors of words: Zuccon et al. 2015. Taking the nearest only, as Khattab and Zaharia
2020 do, keeps a score a sum of words.)
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dailypapers.search.analysis import STOP_BIT, code
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.naming import is_name
from dailypapers.search.vocabulary import Counted

if TYPE_CHECKING:
    from dailypapers.search.scoring import Terms

WORDS: Final = 200_000
"""How many words, the most frequent, have a vector: 51 MB at 256 dimensions."""

LEAST: Final = 0.3
"""The cosine from which two words are akin; chosen with the weights in `scoring`, .2 to .5 are as good."""

_STEPS: Final = 127


@dataclass(frozen=True, slots=True)
class Kindred:
    """Vectors of words, to compare them by."""

    codes: NDArray[np.uint32]
    """The codes of the words, ascending."""
    rows: NDArray[np.int8]
    """(words, dimensions): their vectors, whose lengths mean nothing."""

    @classmethod
    def of(cls, vocabulary: Counted, encoder: StaticEncoder) -> "Kindred":
        """The most frequent words of a vocabulary, as they are commonly written."""
        words = Counter({term: papers for term, papers in vocabulary.frequency.items() if not is_name(term)})
        terms = [term for term, _ in words.most_common(WORDS)]
        vectors = encoder.encode([vocabulary.spelling.get(term, term) for term in terms])
        largest = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-9)
        rows = np.rint(vectors * (_STEPS / largest)[:, None]).astype(np.int8)
        codes = np.array([code(term) for term in terms], np.uint32)
        order = np.argsort(codes, kind="stable")
        return cls(codes[order], rows[order])

    @classmethod
    def read(cls, table: pa.Table) -> "Kindred":
        """From what `table` made."""
        rows = np.empty((len(table), table.schema.field("vector").type.list_size), np.int8)
        at = 0
        for chunk in table["vector"].chunks:
            rows[at : at + len(chunk)] = chunk.flatten().to_numpy().reshape(len(chunk), -1)
            at += len(chunk)
        return cls(table["code"].to_numpy(), rows)

    def table(self) -> pa.Table:
        """To be stored."""
        vectors = pa.FixedSizeListArray.from_arrays(pa.array(self.rows.ravel()), self.rows.shape[1])
        return pa.table({"code": self.codes, "vector": vectors})

    def nearest(
        self, asked: NDArray[np.float32], papers: "Terms", *, named: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
        """How near the nearest word of title and abstract is to each asked word, 0 (not akin) to 1.

        For unit vectors (asked words, dimensions). With it, if `named`, the codes of those words. Both are
        (papers, asked words); the codes are 0 where they were not wanted.
        """
        shape = len(papers.lengths), len(asked)
        likeness, codes = np.zeros(shape, np.float32), np.zeros(shape, np.uint32)
        chosen = np.flatnonzero((papers.codes < STOP_BIT) & (papers.part < 2))
        if not len(chosen) or not len(asked) or not len(self.codes):
            return likeness, codes
        different, place = np.unique(papers.codes[chosen], return_inverse=True)
        at = np.minimum(np.searchsorted(self.codes, different), len(self.codes) - 1)
        known = np.flatnonzero(self.codes[at] == different)
        rows = self.rows[at[known]].astype(np.float32)
        cosines = np.zeros((len(asked), len(different)), np.float32)
        # Not by BLAS: its threads take longer to meet than this takes, 20 ms of each query on a busy machine.
        cosines[:, known] = np.einsum("qd,wd->qw", asked, rows)
        cosines[:, known] /= np.maximum(np.sqrt(np.einsum("wd,wd->w", rows, rows)), 1e-9)
        paper = papers.paper[chosen]
        starts = np.searchsorted(paper, np.arange(shape[0]))
        some = np.flatnonzero(np.diff(np.append(starts, len(paper))))
        for word, cosine in enumerate(cosines):
            of_each = cosine[place]
            likeness[some, word] = np.maximum.reduceat(of_each, starts[some])
            if named:
                best = np.flatnonzero(of_each >= likeness[paper, word])[::-1]
                codes[paper[best], word] = papers.codes[chosen[best]]
        return np.clip((likeness - LEAST) / (1 - LEAST), 0, None), codes
