"""Several readings of a short query: where its papers fall into clearly different groups, what they are.

Taken are the best papers that have the whole query in their title. What their vectors share with the query's
is taken out of them, so that they are compared by all the rest; then they are put into two, three or four
groups (spherical k-means). A query has several readings if papers of different groups are hardly nearer to
each other than papers that have nothing to do with each other, and those of one group are. What the readings
are is told by more papers, in the same way.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.analysis import STOP_WORDS, telling, terms

if TYPE_CHECKING:
    from dailypapers.search.columns import Card
    from dailypapers.search.engine import Engine, Found
    from dailypapers.search.vocabulary import Vocabulary

MOST_WORDS: Final = 2
"""Words of a query that may have several readings; three words say what is meant."""

BEST: Final = 100
"""Papers by which it is told whether there are several readings."""

WIDELY: Final = 300
"""Papers by text that are looked at for what they are."""

COUNTS: Final = (2, 3, 4)
"""How many readings a query may have."""

NEARLY: Final = 0.7
"""The share of the clearest grouping's gap that one of more groups must have to be shown instead."""

FEWEST: Final = 30
"""Papers that must have the query in their title: fewer fall into groups by chance."""

SMALLEST: Final = 8
"""Papers of a reading."""

# Chosen on 60 queries over 270,717 papers, by the vectors of the bundled encoder: `benchmarks.readings`.
APART: Final = {1: 0.124, 2: 0.05}
"""The mean cosine that papers of two groups may have, by the number of words asked for."""
TOGETHER: Final = {1: 0.055, 2: 0.1}
"""By how much the mean cosine of papers of one group must be above that."""

FEWEST_TITLES: Final = 3
"""Titles of a reading that must have a word to tell it."""

MOST_TOLD: Final = 3
"""Words that name a reading."""

WELL_TOLD: Final = 0.15
"""The share of a reading's titles that should have one of the words that name it."""

COMMONEST_TOLD: Final = 1.4
"""The inverse document frequency of a word that may tell a reading: "using" and "learning" tell nothing."""

_SAY_NOTHING: Final = STOP_WORDS.union(
    terms("across between beyond does how over per through toward towards under via what when why without"),
    terms("con da dans das de del der des di die du el en et fur im la las le les los mit para por pour sur"),
    terms("um un una und une von zur"),
)
"""Terms that are rare enough to be told, and say nothing: of other languages too."""

_STARTS: Final = 6
_STEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a query: the words that tell its papers from the others', and the most typical that have
    one of them."""

    words: tuple[str, ...]
    papers: int
    """How many of those that were looked at have this meaning."""
    told: int
    """How many of these have one of the words in their title."""
    first: tuple["Card", ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Papers in groups: the group of each, and how near they are to each other."""

    groups: NDArray[np.int64]
    within: float
    """The mean cosine of two papers of one group."""
    between: float
    """That of two papers of the two groups that are nearest to each other."""

    @property
    def gap(self) -> float:
        """By how much papers of one group are nearer to each other."""
        return self.within - self.between


def readings(found: "Found", engine: "Engine") -> tuple[Reading, ...]:
    """The readings of a query, that of the most papers first; none where it has one.

    Whether it has several the best papers tell. Which, more papers do, and of less renown: the rarer meanings
    of a common word are not among the best.
    """
    wanted = telling(terms(found.query.wanted))
    asked = set(wanted)
    words = len(found.query.words)
    is_words_alone = words in APART and not found.query.phrases and not found.query.like
    if not is_words_alone or not wanted:
        return ()
    if found.asked is None or found.asked.vector is None or found.vectors is None:
        return ()
    # In the order of the score, however the hits are sorted.
    order = sorted(range(len(found.hits)), key=lambda at: (-found.hits[at].score, -found.hits[at].card.id))
    looked_at = _Papers(asked)
    looked_at.add([found.hits[at].card for at in order], found.vectors[order])
    query = found.asked.vector
    if not grouped(np.array(looked_at.vectors[:BEST]), query, words):
        return ()
    looked_at.add(*engine.more_by_text(found, wanted, WIDELY))
    likeness = _likeness(np.array(looked_at.vectors), query)
    named: list[list[Reading]] = []
    for grouping in _finest_first(likeness):
        told = telling_terms(looked_at.titles, grouping.groups, asked, engine.vocabulary)
        some = [_reading(group, own, looked_at, grouping, likeness) for group, own in enumerate(told)]
        if all(one.words for one in some):
            named.append(some)
    well = (some for some in named if all(one.told >= WELL_TOLD * one.papers for one in some))
    return tuple(sorted(next(well, named[0] if named else []), key=lambda one: -one.papers))


class _Papers:
    """The papers that have all of some terms in their titles."""

    def __init__(self, asked: Collection[str]) -> None:
        self._asked = frozenset(asked)
        self._known: set[int] = set()
        self.cards: list[Card] = []
        self.titles: list[list[str]] = []
        self.vectors: list[NDArray[np.float32]] = []

    def add(self, cards: Sequence["Card"], vectors: NDArray[np.float32]) -> None:
        for card, vector in zip(cards, vectors, strict=True):
            if card.id not in self._known and self._asked.issubset(title := terms(card.title)):
                self._known.add(card.id)
                self.cards.append(card)
                self.titles.append(title)
                self.vectors.append(vector)


def _reading(
    group: int,
    told: Sequence[str],
    looked_at: _Papers,
    grouping: Grouping,
    likeness: NDArray[np.float32],
) -> Reading:
    members = np.flatnonzero(grouping.groups == group)
    cards = [looked_at.cards[at] for at in members]
    words = as_written(told, [card.title for card in cards])[:MOST_TOLD]
    telling_words = set(terms(" ".join(words)))
    told_by_title = np.array([not telling_words.isdisjoint(looked_at.titles[at]) for at in members])
    typical = np.lexsort((-likeness[np.ix_(members, members)].sum(axis=1), ~told_by_title))
    return Reading(words, len(members), int(told_by_title.sum()), tuple(cards[at] for at in typical[:2]))


def _finest_first(likeness: NDArray[np.float32]) -> list[Grouping]:
    """The groupings that are nearly as clear as the clearest, that of the most groups first."""
    every = [
        one for count in COUNTS if (one := _grouping(likeness, _into(likeness, count), count)) is not None
    ]
    clearest = max((one.gap for one in every), default=0.0)
    return [one for one in reversed(every) if one.gap >= NEARLY * clearest]


def grouped(vectors: NDArray[np.float32], query: NDArray[np.float32], words: int) -> list[Grouping]:
    """The groups that papers with these vectors (n, dimensions) clearly fall into, the clearest first.

    `query` is the vector of the query, of length 1, and `words` how many words it has. Empty where there are
    no such groups.
    """
    if len(vectors) < FEWEST:
        return []
    likeness = _likeness(vectors, query)
    clear = [
        one
        for count in COUNTS
        if (one := _grouping(likeness, _into(likeness, count), count)) is not None
        and one.between <= APART[words]
        and one.gap >= TOGETHER[words]
    ]
    return sorted(clear, key=lambda one: -one.gap)


def _likeness(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosines (n, n) of what vectors have beside the query."""
    rest = vectors - np.outer(vectors @ query, query)
    rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)
    return np.asarray(rest @ rest.T, dtype=np.float32)


def _into(likeness: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The group of each, of so many: the best of several k-means, all reckoned at once.

    Each begins at another paper and goes on to those least like the ones it has, so nothing is left to
    chance. A group's middle is never needed as a vector: its likeness to a paper is a sum of likenesses.
    """
    papers = len(likeness)
    seeds = [np.linspace(0, papers - 1, _STARTS).astype(np.int64)]
    nearest = likeness[seeds[0]]
    for _ in range(count - 1):
        seeds.append(nearest.argmin(axis=1))
        nearest = np.maximum(nearest, likeness[seeds[-1]])
    near = np.stack([likeness[one] for one in seeds], axis=2)  # (starts, papers, count)
    groups = near.argmax(axis=2)
    for _ in range(_STEPS):
        member = np.asarray(groups[:, :, None] == np.arange(count), dtype=np.float32)
        flat = member.transpose(1, 0, 2).reshape(papers, -1)
        sums = (likeness @ flat).reshape(papers, _STARTS, count).transpose(1, 0, 2)
        length = np.sqrt(np.maximum((sums * member).sum(axis=1), 1e-9))
        near = sums / length[:, None, :]
        moved = near.argmax(axis=2)
        if np.array_equal(moved, groups):
            break
        groups = moved
    return np.asarray(groups[near.max(axis=2).sum(axis=1).argmax()], dtype=np.int64)


def _grouping(likeness: NDArray[np.float32], groups: NDArray[np.int64], count: int) -> Grouping | None:
    """How near the papers of the groups are; None where a group is too small to be a reading."""
    sizes = np.bincount(groups, minlength=count).astype(np.float64)
    if sizes.min() < SMALLEST:
        return None
    member = np.asarray(groups[:, None] == np.arange(count), dtype=np.float64)
    sums = member.T @ likeness @ member
    own = np.diag(sums) - sizes  # less each paper's likeness to itself
    within = float((own / (sizes - 1)).sum() / sizes.sum())
    means = sums / np.outer(sizes, sizes)
    return Grouping(groups, within, float(means[~np.eye(count, dtype=bool)].max()))


def telling_terms(
    titles: Sequence[Sequence[str]],
    groups: NDArray[np.int64],
    asked: Collection[str],
    vocabulary: "Vocabulary",
) -> list[list[str]]:
    """For each group the terms that its titles have and the others' have not, the most telling first.

    Those of the query (`asked`) are left out.
    """
    count = int(groups.max()) + 1
    sizes = np.bincount(groups, minlength=count)
    held = [Counter[str]() for _ in range(count)]
    for title, group in zip(titles, groups.tolist(), strict=True):
        held[group].update(set(title))
    often = {term for own in held for term, times in own.items() if times >= FEWEST_TITLES}
    known = sorted(term for term in often - _SAY_NOTHING if term not in asked and term.isalpha())
    if not known:
        return [[] for _ in range(count)]
    times = np.array([[own[term] for own in held] for term in known], dtype=np.float64)
    rarity = np.array([vocabulary.inverse(term) for term in known])
    share = times / sizes
    beside = (times.sum(axis=1, keepdims=True) - times) / (sizes.sum() - sizes)
    weight = share * np.log((share + 0.01) / (beside + 0.01)) * rarity[:, None]
    weight[(times < FEWEST_TITLES) | (share < 2 * beside) | (rarity[:, None] < COMMONEST_TOLD)] = 0
    return [
        sorted((known[at] for at in np.flatnonzero(own)), key=dict(zip(known, -own, strict=True)).__getitem__)
        for own in weight.T
    ]


def as_written(wanted: Sequence[str], titles: Sequence[str]) -> tuple[str, ...]:
    """The first terms as the titles mostly write them: small, but for words of several capitals (LLM).

    Terms that stand there only as parts of other words (`fewshot`, in few-shot) are left out.
    """
    forms: dict[str, Counter[str]] = {term: Counter() for term in wanted[: 2 * MOST_TOLD]}
    beginnings = tuple({term[:2] for term in forms})
    for title in titles:
        for piece in title.split():
            word = piece.strip(".,;:!?()[]{}\"'“”‘’")
            # A term begins as its word does, and analysing every word would take most of the time.
            if word.isalpha() and word.lower().startswith(beginnings) and (term := terms(word)[0]) in forms:
                forms[term][word if sum(letter.isupper() for letter in word) > 1 else word.lower()] += 1
    written = (min(some, key=lambda form: (-some[form], form)) for some in forms.values() if some)
    # LLM and LLMs are two terms: no stemmer takes them for one.
    return tuple({form.lower().removesuffix("s"): form for form in reversed(list(written))}.values())[::-1]
