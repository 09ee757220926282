"""Which papers match a query: those that have all its words, or, where hardly any has, the best.

What is ranked by score are a few hundred that the indexes bring; weak ones stand at the end, where they do
no harm. Sorted by date or votes they would stand among the first, and counted they would mislead: there,
only papers that match are taken, and of those that have all words all.
"""

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.analysis import code, telling, terms, words_of
from dailypapers.search.columns import HEADER
from dailypapers.search.query.model import Query

if TYPE_CHECKING:
    from dailypapers.search.filtered import Filtered
    from dailypapers.search.table import Alternatives, PaperTable
    from dailypapers.search.vocabulary import Vocabulary

ENOUGH: Final = 10
"""Papers of the whole index that must have all words of a query for these to be what is meant: of a sentence
hardly any paper has all words, and those few are not all that it asks for."""

STRONG: Final = 0.6
"""The share of the best score from which a paper matches that need not have all words. Of nine sentences
asked of 270,717 papers, the hundredth paper had .53 to .70 and was about the subject; the two-hundredth .40
to .50, with one word or another."""

MOST_COUNTED: Final = 100_000
"""Papers that the rarest word may stand in for all that have it to be counted while a reader waits: to find
50,000 takes 60 ms."""

MOST_CHECKED: Final = 1_000
"""Papers that are read to see whether they have a phrase word for word (30 ms)."""


@dataclass(frozen=True, slots=True)
class Matching:
    """The papers that have all words of a query and fulfil its filters, by the numbers of their rows."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float32]
    """Those of the text index."""
    meant: bool
    """Whether they are what the query asks for: enough papers have all words, be it with other filters."""


def matching(
    query: Query, papers: "Filtered", vocabulary: "Vocabulary", *, at_any_cost: bool
) -> Matching | None:
    """The papers that have all words; None where that cannot be told, or only at a cost."""
    every = [*ways(query.words), *ways(query.phrases)]
    if not every or query.like:
        return None
    if not at_any_cost and _at_most(every, vocabulary) > MOST_COUNTED:
        return None
    without = [words for phrase in query.without if (words := terms(phrase))]
    single = [words[0] for words in without if len(words) == 1]
    numbers, scores = papers.having(every, single)
    # Whoever has a phrase of one word has that word.
    if any(len(terms(phrase)) > 1 for phrase in query.phrases) or len(single) < len(without):
        if len(numbers) > MOST_CHECKED:
            return None
        kept = _allowed_rows(query, papers.table, numbers)
        numbers, scores = numbers[kept], scores[kept]
    meant = len(numbers) >= ENOUGH
    if not meant and papers.whole and len(numbers):
        meant = len(papers.table.having(every, single, "", ENOUGH)[0]) >= ENOUGH
    return Matching(numbers, scores, meant)


def ways(texts: Sequence[str]) -> list["Alternatives"]:
    """For each telling word the ways in which it may stand in a paper: in one, or with its hyphens apart.

    Of texts of stop words alone, these.
    """
    words = list(dict.fromkeys(word for text in texts for word in words_of(text)))
    found: list[Alternatives] = []
    for word in words:
        parts = telling(part for one in word.split("-") for part in terms(one))
        whole = terms(word)
        if "-" in word and parts and len(whole) > len(word.split("-")):
            found.append((tuple(parts), (whole[-1],)))
        elif parts:
            found.append((tuple(parts),))
    return found or [(tuple(terms(word)),) for word in words]


def allowed(query: Query, column: Any) -> list[bool]:
    """For each row of the column `packed`: has it every phrase, word for word, and nothing ruled out?"""
    if not query.phrases and not query.without:
        return [True] * len(column)
    wanted = [_codes(phrase) for phrase in query.phrases]
    refused = [codes for phrase in query.without if (codes := _codes(phrase))]
    return [
        all(_stands_in(codes, cell) for codes in wanted)
        and not any(_stands_in(codes, cell) for codes in refused)
        for cell in column.to_pylist()
    ]


def _at_most(every: Sequence["Alternatives"], vocabulary: "Vocabulary") -> int:
    """How many papers can have all words: no more than have the rarest."""
    return min(
        sum(min((vocabulary.frequency.get(term, 1) for term in way), default=0) for way in one)
        for one in every
    )


def _allowed_rows(query: Query, table: "PaperTable", numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    if not len(numbers):
        return np.empty(0, np.int64)
    rows = table.rows([int(one) for one in numbers], ("packed",), numbered=True)
    kept = rows["_rowid"].to_numpy()[np.array(allowed(query, rows["packed"]), dtype=bool)]
    return np.flatnonzero(np.isin(numbers, kept))


def _codes(phrase: str) -> bytes:
    return array("I", map(code, terms(phrase))).tobytes()


def _stands_in(codes: bytes, cell: bytes) -> bool:
    """Whether the codes stand side by side among those of a cell of `packed`."""
    end = HEADER + 4 * int.from_bytes(cell[8:HEADER], sys.byteorder)
    at = cell.find(codes, HEADER, end)
    while at >= 0 and at % 4:
        at = cell.find(codes, at + 1, end)
    return at >= 0
