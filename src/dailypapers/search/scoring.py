"""The score of a paper for a query: a sum of parts, each with the word it comes from.

    score = (lexical + KINDRED * kindred) / (sum of the inverse document frequencies of the query's words)
            + NAME * name + DENSE * cosine

The lexical part is BM25 over title, abstract and authors as one field with weights (BM25F, Robertson and
Zaragoza 2009, section 3.6), plus the same for pairs of neighbouring query words that stand close together
(in the manner of Metzler and Croft 2005). The kindred part counts, for each word that a paper lacks, the
nearest of its own words (`kindred`). The name part is the share of the query that is what the
paper calls itself (`naming`), or all of it where that is its title. The dense part is the product of two unit
vectors. All are sums over the words of the query, so a score can be told word by word, exactly.

Papers are scored together, as arrays of the codes of their terms: a few hundred take two milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.analysis import STOP_BIT, code
from dailypapers.search.analysis import terms as terms_of_text
from dailypapers.search.columns import HEADER, Card
from dailypapers.search.kindred import Kindred
from dailypapers.search.naming import IN_TITLE, AskedName, asked_names, goes_by
from dailypapers.search.vocabulary import Vocabulary

Mode = Literal["hybrid", "lexical", "dense"]

# Chosen on the judged queries of scifact (train), cranfield, cisi and npl together; a half or twice as much
# of any changes their mean by less than .01.
SATURATION: Final = 1.2
LENGTH: Final = 0.75
TITLE: Final = 1.5
AUTHORS: Final = 1.0
NEAR: Final = 0.12
"""The weight of a pair of words that stand near each other, beside that of the words."""
WINDOW: Final = 4
"""How many telling words apart two words are still near each other."""
DENSE: Final = 0.8
KINDRED: Final = 1.0
"""The weight of a word that is stood in for, beside that of the word itself."""
NAME: Final = 1.5
"""What a paper gains by which the whole query is the name: a word gives 2.2 at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a query with their weights: how often each is asked for, and how rare it is."""

    weights: Mapping[str, float]
    """Times asked for, times inverse document frequency, by term."""
    pairs: Mapping[tuple[str, str], float]
    """The weight of each pair of neighbours, by its terms in alphabetical order: that of the rarer one.

    How many papers hold the pair is not counted; it is as rare as its rarer word, at least.
    """
    total: float
    """The sum of the words' weights; what a lexical score is divided by."""

    names: Mapping[str, AskedName] = field(default_factory=dict)
    """What the query may name a paper by, by term."""
    title: tuple[str, ...] = ()
    """All terms of the query, stop words included: what a title is that is asked for as it stands."""

    @classmethod
    def of(cls, terms: Sequence[str], vocabulary: Vocabulary, text: str = "") -> "Wanted":
        """From the telling terms of a query, in their order, and the text they are of."""
        weights: dict[str, float] = {}
        for term in terms:
            weights[term] = weights.get(term, 0.0) + vocabulary.inverse(term)
        pairs = {
            (min(one, other), max(one, other)): max(vocabulary.inverse(one), vocabulary.inverse(other))
            for one, other in pairwise(terms)
            if one != other
        }
        total = sum(weights.values()) or 1.0
        return cls(weights, pairs, total, asked_names(text, vocabulary), tuple(terms_of_text(text)))


@dataclass(frozen=True, slots=True)
class Part:
    """What one word (or pair of words) of the query brought to the score."""

    word: str
    kind: Literal["lexical", "near", "kindred", "name", "dense", "votes", "recent"]
    score: float


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of some papers, one after another."""

    codes: NDArray[np.uint32]
    paper: NDArray[np.int64]
    """Of which paper each is, by its place among them."""
    part: NDArray[np.int64]
    """0 for the title, 1 for the abstract, 2 for the authors and the paper's names."""
    lengths: NDArray[np.int64]
    """(papers, 2): how many terms title and abstract have."""
    cells: Sequence[bytes]
    """What they were read from."""

    def title(self, at: int) -> str:
        """The title of the paper at this place, as it is written."""
        return Card.read(self.cells[at]).title

    @classmethod
    def read(cls, column: Any) -> "Terms":
        """From the column `packed` of some rows."""
        cells = column.to_pylist()
        heads = np.array([np.frombuffer(cell, np.uint32, 3) for cell in cells], dtype=np.int64).reshape(-1, 3)
        lengths, sizes = heads[:, :2], heads[:, 2]
        found = [
            np.frombuffer(cell, np.uint32, size, HEADER) for cell, size in zip(cells, sizes, strict=True)
        ]
        codes = np.concatenate(found) if found else np.empty(0, dtype=np.uint32)
        paper = np.repeat(np.arange(len(cells)), sizes)
        at = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        part = (at >= lengths[paper, 0]).astype(np.int64) + (at >= lengths[paper].sum(axis=1))
        return cls(codes, paper, part, lengths, cells)


@dataclass(frozen=True, slots=True)
class Lexical:
    """The lexical scores of some papers by word and by pair."""

    terms: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    by_term: NDArray[np.float64]
    """(papers, terms)"""
    by_pair: NDArray[np.float64]
    """(papers, pairs)"""

    def total(self) -> NDArray[np.float64]:
        """(papers,)"""
        return np.asarray(self.by_term.sum(axis=1) + self.by_pair.sum(axis=1))


def lexical(wanted: Wanted, papers: Terms, vocabulary: Vocabulary) -> Lexical:
    """What each term and each pair of the query brings to each paper."""
    terms, pairs = tuple(wanted.weights), tuple(wanted.pairs)
    count = len(papers.lengths)
    times = np.zeros((count, len(terms)))
    near = np.zeros((count, len(pairs)))
    if terms and len(papers.codes):
        asked = np.array([code(term) for term in terms], dtype=np.uint32)
        order = np.argsort(asked)
        place = np.minimum(np.searchsorted(asked[order], papers.codes), len(terms) - 1)
        found = np.flatnonzero(asked[order][place] == papers.codes)
        term = order[place[found]]
        paper, part = papers.paper[found], papers.part[found]
        weight = np.array([TITLE, 1.0, AUTHORS])[part]
        flat = np.bincount(paper * len(terms) + term, weight, count * len(terms))
        times = np.asarray(flat, dtype=np.float64).reshape(count, len(terms))
        if pairs and len(found) > 1:
            telling = np.cumsum(papers.codes < STOP_BIT, dtype=np.int64)[found]
            near = _near(terms, pairs, count, term, paper, part, weight, telling)
    mean_title, mean_abstract = vocabulary.lengths()
    length = TITLE * papers.lengths[:, 0] + papers.lengths[:, 1]
    dampened = SATURATION * (1 - LENGTH + LENGTH * length / max(TITLE * mean_title + mean_abstract, 1.0))
    scale = (SATURATION + 1) / wanted.total
    term_weights = scale * np.array([wanted.weights[term] for term in terms])
    pair_weights = scale * NEAR * np.array([wanted.pairs[pair] for pair in pairs])
    return Lexical(
        terms,
        pairs,
        times / (times + dampened[:, None]) * term_weights,
        near / (near + dampened[:, None]) * pair_weights,
    )


def _near(
    terms: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    papers: int,
    term: NDArray[np.int64],
    paper: NDArray[np.int64],
    part: NDArray[np.int64],
    weight: NDArray[np.float64],
    telling: NDArray[np.int64],
) -> NDArray[np.float64]:
    """How often each pair stands together in each paper (papers, pairs), less the further apart it stands.

    The arrays are of the query's terms as they stand in the papers, in order; `telling` counts the telling
    words up to each.
    """
    number = np.full((len(terms), len(terms)), -1)
    index = {one: at for at, one in enumerate(terms)}
    for at, (one, other) in enumerate(pairs):
        number[index[one], index[other]] = number[index[other], index[one]] = at
    near = np.zeros(papers * len(pairs))
    for further in range(1, WINDOW + 1):
        pair = number[term[:-further], term[further:]]
        apart = telling[further:] - telling[:-further]
        together = (
            (pair >= 0)
            & (apart <= WINDOW)
            & (paper[:-further] == paper[further:])
            & (part[:-further] == part[further:])
        )
        here = np.flatnonzero(together)
        counted = weight[here] / np.maximum(apart[here], 1)
        near += np.bincount(paper[here] * len(pairs) + pair[here], counted, len(near))
    return near.reshape(papers, len(pairs))


@dataclass(frozen=True, slots=True)
class Akin:
    """What kindred words are looked for by: the vectors of all, and those of the query's words."""

    kindred: Kindred
    terms: tuple[str, ...]
    """The terms of the query that may be stood in for."""
    vectors: NDArray[np.float32]
    """(terms, dimensions), of unit length."""

    def scores(
        self, wanted: Wanted, words: Lexical, papers: Terms, *, named: bool = False
    ) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
        """What kindred words bring to each paper (papers, terms), and, if `named`, their codes."""
        likeness, codes = self.kindred.nearest(self.vectors, papers, named=named)
        place = {term: at for at, term in enumerate(words.terms)}
        lacks = words.by_term[:, [place[term] for term in self.terms]] == 0
        weights = np.array([wanted.weights[term] for term in self.terms]) * (KINDRED / wanted.total)
        return np.where(lacks, likeness * weights, 0.0), codes


def named(wanted: Wanted, papers: Terms) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """What its name brings to each paper, and which of `wanted.names` it is (-1: the whole query, its title).

    Both (papers,); of several names the one that brings most.
    """
    count = len(papers.lengths)
    best, which = np.zeros(count), np.full(count, -1)
    if wanted.names and len(papers.codes):
        names = list(wanted.names.items())
        asked = np.array([code(name) for name in wanted.names], dtype=np.uint32)
        order = np.argsort(asked)
        place = np.minimum(np.searchsorted(asked[order], papers.codes), len(asked) - 1)
        found = np.flatnonzero((asked[order][place] == papers.codes) & (papers.part == 2))
        shares = np.array([one.share for one in wanted.names.values()])[order[place[found]]]
        for at, name, share in zip(papers.paper[found], order[place[found]], shares, strict=True):
            term, its = names[name]
            if share > best[at] and (not term.startswith(IN_TITLE) or goes_by(papers.title(at), its.words)):
                best[at], which[at] = share, name
    if wanted.title:
        whole = np.array([code(term) for term in wanted.title], dtype=np.uint32)
        starts = np.searchsorted(papers.paper, np.arange(count))
        for at in np.flatnonzero(papers.lengths[:, 0] == len(whole)):
            if np.array_equal(papers.codes[starts[at] : starts[at] + len(whole)], whole):
                best[at], which[at] = 1.0, -1
    return NAME * best, which


def scores(
    mode: Mode,
    wanted: Wanted,
    papers: Terms,
    vectors: NDArray[np.float32],
    vector: NDArray[np.float32] | None,
    vocabulary: Vocabulary,
    akin: Akin | None = None,
) -> NDArray[np.float64]:
    """The scores (n,) of papers with these terms and vectors (n, dimensions)."""
    total = np.zeros(len(papers.lengths))
    if mode != "dense":
        words = lexical(wanted, papers, vocabulary)
        total += words.total() + named(wanted, papers)[0]
        if mode == "hybrid" and akin is not None:
            total += akin.scores(wanted, words, papers)[0].sum(axis=1)
    if mode != "lexical" and vector is not None:
        total += dense_weight(mode) * (vectors @ vector).astype(np.float64)
    return total


def dense_weight(mode: Mode) -> float:
    """What the product of the vectors counts in a mode."""
    return {"hybrid": DENSE, "dense": 1.0, "lexical": 0.0}[mode]
