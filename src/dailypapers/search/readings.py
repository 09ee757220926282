"""Several readings of a short query: where its papers fall into clearly different groups, what they are.

Taken are the best papers that have the whole query in their title. What their vectors share with the query's
is taken out of them, so that they are compared by all the rest; then they are put into two, three or four
groups (spherical k-means). A query has several readings if papers of different groups are hardly nearer to
each other than papers that have nothing to do with each other, and those of one group are.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.analysis import STOP_WORDS, telling, terms

if TYPE_CHECKING:
    from dailypapers.search.engine import Found, Hit
    from dailypapers.search.vocabulary import Vocabulary

MOST_WORDS: Final = 2
"""Words of a query that may have several readings; three words say what is meant."""

BEST: Final = 100
"""Papers that are looked at."""

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

COMMONEST_TOLD: Final = 1.4
"""The inverse document frequency of a word that may tell a reading: "using" and "learning" tell nothing."""

_SAY_NOTHING: Final = STOP_WORDS.union(
    terms("across between beyond how over per through toward towards under une und via what without")
)
"""Terms that are rare enough to be told, and say nothing."""

_STARTS: Final = 6
_STEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a query: the words that tell its papers from the others', and the best of them."""

    words: tuple[str, ...]
    papers: int
    """How many of those that were looked at have this meaning."""
    first: tuple["Hit", ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Papers in groups: the group of each, and how near they are to each other."""

    groups: NDArray[np.int64]
    within: float
    """The mean cosine of two papers of one group."""
    between: float
    """That of two papers of the two groups that are nearest to each other."""


def readings(found: "Found", vocabulary: "Vocabulary") -> tuple[Reading, ...]:
    """The readings of a query, that of the most papers first; none where it has one."""
    asked = set(telling(terms(found.query.wanted)))
    is_words_alone = len(found.query.words) in APART and not found.query.phrases and not found.query.like
    if not is_words_alone or found.asked is None or found.asked.vector is None or found.vectors is None:
        return ()
    taken: list[int] = []
    titles: list[list[str]] = []
    # In the order of the score, however the hits are sorted.
    for at in sorted(range(len(found.hits)), key=lambda at: (-found.hits[at].score, -found.hits[at].card.id)):
        title = terms(found.hits[at].card.title)
        if asked.issubset(title):
            taken.append(at)
            titles.append(title)
            if len(taken) == BEST:
                break
    hits = [found.hits[at] for at in taken]
    for grouping in grouped(found.vectors[taken], found.asked.vector, len(found.query.words)):
        told = telling_terms(titles, grouping.groups, asked, vocabulary)
        shown = [_reading(group, own, hits, grouping) for group, own in enumerate(told)]
        if all(one.words for one in shown):
            return tuple(sorted(shown, key=lambda one: -one.papers))
    return ()


def _reading(group: int, told: Sequence[str], hits: Sequence["Hit"], grouping: Grouping) -> Reading:
    members = [hits[at] for at in np.flatnonzero(grouping.groups == group).tolist()]
    words = as_written(told, [hit.card.title for hit in members])[:MOST_TOLD]
    return Reading(words, len(members), tuple(members[:2]))


def grouped(vectors: NDArray[np.float32], query: NDArray[np.float32], words: int) -> list[Grouping]:
    """The groups that papers with these vectors (n, dimensions) clearly fall into, the clearest first.

    `query` is the vector of the query, of length 1, and `words` how many words it has. Empty where there are
    no such groups.
    """
    if len(vectors) < FEWEST:
        return []
    rest = vectors - np.outer(vectors @ query, query)
    rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)
    likeness = np.asarray(rest @ rest.T, dtype=np.float32)
    clear = [
        one
        for count in (2, 3, 4)
        if (one := _grouping(likeness, _into(likeness, count), count)) is not None
        and one.between <= APART[words]
        and one.within - one.between >= TOGETHER[words]
    ]
    return sorted(clear, key=lambda one: one.between - one.within)


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
    return tuple(min(some, key=lambda form: (-some[form], form)) for some in forms.values() if some)
