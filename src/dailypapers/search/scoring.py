"""The score of a paper for a query: a sum of parts, each with the word it comes from.

    score = lexical / (sum of the inverse document frequencies of the query's words) + DENSE * cosine

The lexical part is BM25 over title, abstract and authors as one field with weights (BM25F, Robertson and
Zaragoza 2009, section 3.6), plus the same for pairs of neighbouring query words that stand close together
(in the manner of Metzler and Croft 2005). The dense part is the product of two unit vectors. Both are sums
over the words of the query, so a score can be told word by word, exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.analysis import STOP_WORDS
from dailypapers.search.columns import Words
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a query with their weights: how often each is asked for, and how rare it is."""

    weights: Mapping[str, float]
    """Times asked for, times inverse document frequency, by term."""
    pairs: Mapping[frozenset[str], float]
    """The weight of each pair of neighbours: of their rarer pairing's inverse frequency, estimated."""
    total: float
    """The sum of the words' weights; what a lexical score is divided by."""

    @classmethod
    def of(cls, terms: Sequence[str], vocabulary: Vocabulary) -> "Wanted":
        """From the telling terms of a query, in their order."""
        weights: dict[str, float] = {}
        for term in terms:
            weights[term] = weights.get(term, 0.0) + vocabulary.inverse(term)
        pairs = {
            # How many papers hold the pair is not counted: it is as rare as its rarer word, at least.
            frozenset((one, other)): max(vocabulary.inverse(one), vocabulary.inverse(other))
            for one, other in pairwise(terms)
            if one != other
        }
        return cls(weights, pairs, sum(weights.values()) or 1.0)


@dataclass(frozen=True, slots=True)
class Part:
    """What one word (or pair of words) of the query brought to the score."""

    word: str
    kind: Literal["lexical", "near", "dense"]
    score: float


def lexical_parts(wanted: Wanted, words: Words, vocabulary: Vocabulary) -> list[tuple[str, bool, float]]:
    """What each term (or, with True, each pair, as `one other`) brings; their sum is the lexical score."""
    times: dict[str, float] = {}
    near: dict[frozenset[str], float] = {}
    weights = wanted.weights
    for part, weight in zip(words, (TITLE, 1.0, AUTHORS), strict=True):
        found = [(at, term) for at, term in enumerate(part) if term in weights]
        for _, term in found:
            times[term] = times.get(term, 0.0) + weight
        if len(found) > 1 and wanted.pairs:
            _count_near(part, found, wanted.pairs, weight, near)
    if not times:
        return []
    mean_title, mean_abstract = vocabulary.lengths()
    length = TITLE * len(words.title) + len(words.abstract)
    dampened = SATURATION * (1 - LENGTH + LENGTH * length / max(TITLE * mean_title + mean_abstract, 1.0))
    scale = (SATURATION + 1) / wanted.total
    parts = [
        (term, False, weights[term] * scale * count / (count + dampened)) for term, count in times.items()
    ]
    parts += [
        (" ".join(sorted(pair)), True, NEAR * wanted.pairs[pair] * scale * count / (count + dampened))
        for pair, count in near.items()
    ]
    return parts


def _count_near(
    part: Sequence[str],
    found: Sequence[tuple[int, str]],
    pairs: Mapping[frozenset[str], float],
    weight: float,
    near: dict[frozenset[str], float],
) -> None:
    """Add to `near` how often each pair stands together, less the more telling words stand between."""
    for place, (at, term) in enumerate(found):
        for later, other in found[place + 1 :]:
            if later - at > 3 * WINDOW:
                break
            pair = frozenset((term, other))
            if pair in pairs:
                apart = 1 + sum(word not in STOP_WORDS for word in part[at + 1 : later])
                if apart <= WINDOW:
                    near[pair] = near.get(pair, 0.0) + weight / apart


def scores(
    mode: Mode,
    wanted: Wanted,
    words: Sequence[Words],
    vectors: NDArray[np.float32],
    vector: NDArray[np.float32] | None,
    vocabulary: Vocabulary,
) -> NDArray[np.float64]:
    """The scores (n,) of papers with these words and vectors (n, dimensions)."""
    total = np.zeros(len(words))
    if mode != "dense":
        total += [sum(score for _, _, score in lexical_parts(wanted, one, vocabulary)) for one in words]
    if mode != "lexical" and vector is not None and len(words):
        total += dense_weight(mode) * (vectors @ vector).astype(np.float64)
    return total


def dense_weight(mode: Mode) -> float:
    """What the product of the vectors counts in a mode."""
    return {"hybrid": DENSE, "dense": 1.0, "lexical": 0.0}[mode]
