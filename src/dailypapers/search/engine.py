"""Search: from a query to papers in order, each with the parts of its score. No Django, no clock.

A few hundred papers are brought by the text index and by the vector index; all of them are then scored by
`scoring`, so that the order can be tested against a plain reference and told word by word.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.analysis import telling, terms, words_of
from dailypapers.search.author_names import NameSpeller
from dailypapers.search.author_names import as_written as author_as_written
from dailypapers.search.browsing import Prior, is_browsing
from dailypapers.search.columns import Card, Words
from dailypapers.search.conditions import condition_text
from dailypapers.search.encoder import Encoder, StaticEncoder
from dailypapers.search.facets import Facets, facets_of
from dailypapers.search.filtered import Filtered
from dailypapers.search.kindred import Kindred
from dailypapers.search.matching import STRONG, allowed, matching
from dailypapers.search.query.model import Query
from dailypapers.search.scoring import Akin, Mode, Part, Terms, Wanted, scores
from dailypapers.search.spelling import Speller
from dailypapers.search.table import PaperTable
from dailypapers.search.tally import Chosen, Tally
from dailypapers.search.vocabulary import Vocabulary

Sort = Literal["relevance", "date", "votes"]

BY_TEXT: Final = 150
BY_VECTOR: Final = 100
BY_CONDITION: Final = 1_000
LISTED: Final = 500
"""How many papers each way brings, and how many of those that match are listed by date or votes."""


NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})

MOST_STOOD_IN: Final = 64
"""Words of a query for which kindred ones are looked for. A text of more has enough words of its own, and
each takes a tenth of a millisecond or more."""

MOST_UNKNOWN: Final = 8
"""Words of a query that are looked for to say that no paper has them."""

HARDLY_A_WORD: Final = 50_000
"""Papers none of which has a word that is one: what the encoder takes its letters to be near is not told
unless asked for. In fewer papers a good word may well be missing (of 3,000, those without "tennis" that are
nearest to it are about badminton)."""


class State(StrEnum):
    """How a search can end."""

    FOUND = "found"
    NOTHING_ASKED = "nothing asked"
    NOTHING_FOUND = "nothing found"
    UNKNOWN_PAPER = "unknown paper"
    """`like:` names a paper that is not in the index."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found."""

    card: Card
    score: float
    why: tuple[Part, ...] = ()
    """The parts of the score, largest first; filled by `Engine.explained`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the indexes are asked: its telling terms, its vector, and whether that is the text's own."""

    terms: tuple[str, ...]
    wanted: Wanted
    vector: NDArray[np.float32] | None
    of_text: bool
    akin: Akin | None = None
    """By what words that papers lack are stood in for; none where the encoder has no vectors of words."""
    browsing: bool = False
    """Whether votes and days count, since it names a subject rather than a paper."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to; `hits` are all that were brought, in order."""

    state: State
    query: Query
    mode: Mode
    hits: tuple[Hit, ...] = ()
    whole: bool = True
    """Whether `hits` are all the papers that match, rather than the best of more."""
    asked: "Asked | None" = None
    """What was looked for, where there was something to rank by."""
    corrections: tuple[tuple[str, str], ...] = ()
    """Misspelt words and authors, and those that were looked for instead."""
    vectors: NDArray[np.float32] | None = None
    """The vectors of the hits (hits, dimensions), where they were read to rank them."""
    matching: Chosen | None = None
    """All papers that have all words of the query and fulfil its filters, where they were looked for and
    could be counted."""
    unknown: tuple[str, ...] = ()
    """Words that no paper has."""
    only_near: bool = False
    """Whether that is all words, so that what was found is near them in meaning alone."""
    meant: bool = False
    """Whether these are what is asked for, rather than the best of what is near it."""
    newest: int = 0
    """The day of the newest hit, as a number, where votes and days count."""


@dataclass(slots=True)
class Engine:
    """A table, the encoder its vectors are from and its vocabulary, ready to be searched by many threads."""

    table: PaperTable
    encoder: Encoder
    vocabulary: Vocabulary
    kindred: Kindred | None = None
    speller: Speller = field(init=False)
    names: NameSpeller = field(init=False)
    tally: Tally = field(init=False)
    _encoding: Lock = field(default_factory=Lock)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "search"))

    def __post_init__(self) -> None:
        self.speller = Speller(self.vocabulary, self.table)
        self.names = NameSpeller(self.table, self.vocabulary)
        self.tally = Tally(self.table)

    def search(
        self,
        query: Query,
        mode: Mode = "hybrid",
        sort: Sort = "relevance",
        *,
        as_written: bool = False,
        counted: bool = False,
    ) -> Found:
        """The papers for a query, best first. Every query has an answer; none raises for its text.

        Misspelt words are put right unless they are to be taken `as_written`. Sorted by date or
        votes, only papers that match are listed. `counted` has those that match counted in any order.
        """
        if not as_written and (corrections := self._put_right(query)):
            return replace(
                self.search(corrections[0], mode, sort, as_written=True, counted=counted),
                corrections=corrections[1],
            )
        if query.is_empty:
            return Found(State.NOTHING_ASKED, query, mode)
        papers = Filtered.of(self.table, self.tally, query.conditions)
        like = self._like(query.like)
        if query.like and like is None:
            return Found(State.UNKNOWN_PAPER, query, mode)
        asked = telling(terms(query.wanted)) or terms(query.wanted)
        if like is not None:
            asked = [*asked, *like.terms]
        if not asked and like is None:
            # A "word" of underscores has nothing to look for; without a filter it would list every paper.
            if not papers.whole:
                return Found(State.NOTHING_ASKED, query, mode)
            return self._by_condition(query, mode, papers.whole, sort)
        vector = self._vector(query, like) if mode != "lexical" else None
        akin = self._akin(query.wanted, asked) if mode == "hybrid" and like is None else None
        wanted = Wanted.of(asked, self.vocabulary, query.wanted)
        browsing = mode == "hybrid" and is_browsing(query, asked, self.vocabulary)
        question = Asked(tuple(asked), wanted, vector, like is None, akin, browsing)
        in_quotes = (phrase for phrase in query.phrases if " " not in phrase)
        unknown, all_of_them = self._unknown((*query.words, *in_quotes))
        if all_of_them and not (query.phrases or like):
            if mode == "hybrid" and self.vocabulary.papers >= HARDLY_A_WORD:
                return Found(State.NOTHING_FOUND, query, mode, unknown=unknown, only_near=True)
            numbers, _ = self._brought(query, mode, question, papers)
            near = self._ranked(query, mode, "relevance", question, numbers, like)
            hits = _sorted(_strong(near.hits), sort)
            return replace(near, hits=hits, vectors=None, whole=False, unknown=unknown, only_near=True)
        return replace(
            self._answer(query, mode, sort, question, papers, like, counted=counted), unknown=unknown
        )

    def _answer(
        self,
        query: Query,
        mode: Mode,
        sort: Sort,
        question: Asked,
        papers: Filtered,
        like: "_Like | None",
        *,
        counted: bool,
    ) -> Found:
        """The papers for a query with words or papers to be ranked by."""
        if sort != "relevance":
            return self._in_order(query, mode, sort, question, papers, like)
        counted = counted and mode != "dense"
        numbers, whole = self._brought(query, mode, question, papers)
        counting = self._pool.submit(self._matching, query, papers, wait=False) if counted else None
        found = replace(self._ranked(query, mode, sort, question, numbers, like), whole=whole)
        chosen, meant = counting.result() if counting else (None, False)
        return replace(found, matching=chosen, meant=meant)

    def facets(self, found: Found, called: Mapping[str, str] = NO_NAMES) -> Facets:
        """What a search can be narrowed to: counted among all papers that match, or else among the best.

        Fields that are `called` the same are one: names by categories, both in small letters.
        """
        cards = [hit.card for hit in found.hits]
        if found.matching is not None and found.meant:
            return found.matching.facets(cards, called)
        return facets_of([hit.card for hit in _strong(found.hits)], called)

    def _put_right(self, query: Query) -> tuple[Query, tuple[tuple[str, str], ...]] | None:
        """The query as it was meant, and what is otherwise in it; None where it is well written."""
        words = self.speller.corrected(query.words)
        names = self.names.corrected(query.conditions)
        if not words and not names:
            return None
        meant = replace(
            query,
            words=tuple(words.get(word, word) for word in query.words),
            conditions=tuple(names.get(one, one) for one in query.conditions),
        )
        authors = tuple((author_as_written(one), author_as_written(other)) for one, other in names.items())
        return meant, (*words.items(), *authors)

    def related(self, paper: int, most: int) -> list[Hit]:
        """The papers nearest to one, nearest first.

        Other copies of the same work (the same title) are left out. Empty for a paper that is not indexed.
        """
        own = self.table.where(f"id = {int(paper)}", ("packed", "vector"), most=1)
        if not len(own):
            return []
        title = Card.read(own["packed"][0].as_py()).title.casefold()
        vector = _vectors(own, self.table.dimensions)[0]
        rows = self.table.rows(self.table.by_vector(vector, most + 5, ""), ("packed", "vector"))
        hits = _hits(rows, (_vectors(rows, self.table.dimensions) @ vector).astype(np.float64))
        others = (hit for hit in hits if hit.card.id != paper and hit.card.title.casefold() != title)
        return list(_sorted(list(others), "relevance")[:most])

    def more_by_text(
        self, found: Found, together: Sequence[str], most: int
    ) -> tuple[list[Card], NDArray[np.float32]]:
        """Papers that have all these terms, of those that a search allows, and their vectors: more of them
        than were ranked."""
        where = condition_text(found.query.conditions)
        numbers = self.table.by_text((), most, where, together)
        rows = self.table.rows(numbers, ("packed", "vector"))
        kept = np.flatnonzero(allowed(found.query, rows["packed"])) if numbers else np.empty(0, np.int64)
        cells = rows["packed"].to_pylist()
        return [Card.read(cells[at]) for at in kept], _vectors(rows, self.table.dimensions)[kept]

    def explained(self, found: Found, hits: Sequence[Hit]) -> list[Hit]:
        """The hits with the parts of their scores, which add up to them."""
        from dailypapers.search.explain import explained

        return explained(self, found, hits)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder does, by one thread at a time: it remembers words."""
        with self._encoding:
            return self.encoder.encode(texts)

    def parts(self, text: str) -> tuple[list[str], NDArray[np.float32]]:
        """The words of a text and their rows, which add up to its vector. For a `StaticEncoder` only."""
        if not isinstance(self.encoder, StaticEncoder):
            raise TypeError("only the vectors of a static encoder come apart into words")
        with self._encoding:
            return self.encoder.parts(text)

    def _vector(self, query: Query, like: "_Like | None") -> NDArray[np.float32] | None:
        vector = self.encode([query.wanted])[0] if query.wanted else None
        if like is not None:
            vector = like.vector if vector is None else vector + like.vector
        if vector is None or not (length := float(np.linalg.norm(vector))):
            return None
        return np.asarray(vector / length, dtype=np.float32)

    def _akin(self, text: str, asked: Sequence[str]) -> Akin | None:
        """By what kindred words are found: the vectors of the query's own words, as they are written."""
        if self.kindred is None:
            return None
        written = _written(text)
        some = tuple(term for term in dict.fromkeys(asked) if term in written)[:MOST_STOOD_IN]
        return Akin(self.kindred, some, self.encode([written[term] for term in some])) if some else None

    def _brought(self, query: Query, mode: Mode, asked: Asked, papers: Filtered) -> tuple[list[int], bool]:
        """The rows that one of the two indexes brings, and whether that is all. Both are asked at once."""
        together = [term for phrase in query.phrases for term in telling(terms(phrase))]
        more = 4 if query.without or query.phrases else 1
        by_text = by_vector = None
        if mode != "dense" or together:
            # Twice, or some of a hundred papers that often mention a name outdo the one that has it.
            words = [*dict.fromkeys(asked.terms)][:64] + 2 * list(asked.wanted.names)
            by_text = self._pool.submit(papers.by_text, words, more * BY_TEXT, together)
        if asked.vector is not None and not together:
            by_vector = self._pool.submit(papers.by_vector, asked.vector, more * BY_VECTOR)
        rows = by_text.result() if by_text else []
        near = by_vector.result() if by_vector else []
        whole = len(rows) < more * BY_TEXT and len(near) < more * BY_VECTOR
        return list(dict.fromkeys([*rows, *near])), whole

    def _ranked(
        self,
        query: Query,
        mode: Mode,
        sort: Sort,
        asked: Asked,
        numbers: Sequence[int],
        like: "_Like | None",
    ) -> Found:
        if not numbers:
            return Found(State.NOTHING_FOUND, query, mode)
        rows = self.table.rows(numbers, ("packed", "vector"))
        vectors = _vectors(rows, self.table.dimensions)
        papers = Terms.read(rows["packed"])
        score = scores(mode, asked.wanted, papers, vectors, asked.vector, self.vocabulary, asked.akin)
        hits, newest = _hits(rows, score), 0
        if asked.browsing:
            newest = max(hit.card.day or 0 for hit in hits)
            prior = Prior.of([hit.card for hit in hits], newest)
            score += prior.votes + prior.recent
            hits = [replace(hit, score=float(one)) for hit, one in zip(hits, score, strict=True)]
        kept = [
            hit
            for hit, allowed in zip(hits, allowed(query, rows["packed"]), strict=True)
            if allowed and hit.score > 0 and (like is None or hit.card.id not in like.ids)
        ]
        state = State.FOUND if kept else State.NOTHING_FOUND
        row = {hit.card.id: at for at, hit in enumerate(hits)}
        ordered = _sorted(kept, sort)
        own = vectors[[row[hit.card.id] for hit in ordered]]
        return Found(state, query, mode, ordered, asked=asked, vectors=own, newest=newest)

    def _unknown(self, words: Sequence[str]) -> tuple[tuple[str, ...], bool]:
        """Words that no paper has, and whether these are all that tell anything."""
        own = {word: its for word in dict.fromkeys(words) if (its := telling(terms(word)))}
        strange = [word for word, its in own.items() if not any(map(self.vocabulary.knows, its))]
        # The vocabulary does not know the newest papers; the text index does.
        unknown = [word for word in strange[:MOST_UNKNOWN] if not self.table.by_text(own[word], 1, "")]
        return tuple(unknown), bool(unknown) and len(unknown) == len(own)

    def _matching(self, query: Query, papers: Filtered, *, wait: bool) -> tuple[Chosen | None, bool]:
        """The papers that have all words, if they can be counted, and whether they are what is meant."""
        found = matching(query, papers, self.vocabulary, at_any_cost=wait)
        chosen = self.tally.chosen(found.numbers, found.scores, wait=wait) if found else None
        return chosen, found is not None and found.meant

    def _in_order(
        self, query: Query, mode: Mode, sort: Sort, asked: Asked, papers: Filtered, like: "_Like | None"
    ) -> Found:
        """The papers that match, by date or votes: those that have all words, or else the best."""
        chosen, meant = self._matching(query, papers, wait=True) if mode != "dense" else (None, False)
        if chosen is not None and meant:
            numbers = chosen.first("votes" if sort == "votes" else "date", LISTED)
            found = self._ranked(query, mode, sort, asked, numbers, like)
            return replace(found, matching=chosen, meant=True, whole=len(chosen) <= LISTED)
        numbers, whole = self._brought(query, mode, asked, papers)
        best = self._ranked(query, mode, "relevance", asked, numbers, like)
        strong = _strong(best.hits)
        return replace(
            best,
            hits=_sorted(strong, sort),
            vectors=None,
            whole=whole and len(strong) == len(best.hits),
            matching=chosen,
        )

    def _by_condition(self, query: Query, mode: Mode, where: str, sort: Sort) -> Found:
        """Nothing to rank by: the papers that fulfil the conditions, newest (or most voted) first."""
        by: Literal["date", "votes"] = "votes" if sort == "votes" else "date"
        fulfil = self.table.where(where, ("id",), numbered=True)["_rowid"].to_numpy()
        chosen = self.tally.chosen(fulfil, wait=True)
        if chosen is None or not len(chosen):
            return Found(State.NOTHING_FOUND, query, mode)
        rows = self.table.rows(chosen.first(by, BY_CONDITION), ("packed",))
        hits = [
            hit
            for hit, kept in zip(
                _hits(rows, np.zeros(len(rows))), allowed(query, rows["packed"]), strict=True
            )
            if kept
        ]
        whole = len(chosen) <= BY_CONDITION
        # How many of all have none of the words that were ruled out is known only where all were read.
        known = chosen if not query.without else None
        state = State.FOUND if hits else State.NOTHING_FOUND
        return Found(state, query, mode, _sorted(hits, by), whole, matching=known, meant=known is not None)

    def _like(self, identifiers: Sequence[str]) -> "_Like | None":
        """The papers of `like:`, taken together."""
        if not identifiers:
            return None
        named = " OR ".join(
            f"array_has(identifiers, '{one.replace(chr(39), chr(39) * 2)}')" for one in identifiers
        )
        rows = self.table.where(named, ("id", "words", "vector"), most=10)
        if not len(rows):
            return None
        counts: Counter[str] = Counter()
        for line in rows["words"].to_pylist():
            one = Words.read(line)
            counts.update(telling((*one.title, *one.title, *one.abstract)))
        weighed = {term: count * self.vocabulary.inverse(term) for term, count in counts.items()}
        best = sorted(weighed, key=lambda term: (-weighed[term], term))[:12]
        vector = _vectors(rows, self.table.dimensions).sum(axis=0)
        return _Like(
            frozenset(rows["id"].to_pylist()), tuple(best), vector / max(np.linalg.norm(vector), 1e-9)
        )


@dataclass(frozen=True, slots=True)
class _Like:
    """The papers that others shall be like: their keys, telling terms and joint vector."""

    ids: frozenset[int]
    terms: tuple[str, ...]
    vector: NDArray[np.float32]


def _written(text: str) -> dict[str, str]:
    """The words of a query, and the parts of those with hyphens, by their terms."""
    words = words_of(text)
    parts = (part for word in words for part in (*word.split("-"), word.replace("-", "")))
    return {term: part for part in parts if part for term in telling(terms(part))}


def _vectors(rows: Any, dimensions: int) -> NDArray[np.float32]:
    flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return np.asarray(flat.reshape(-1, dimensions), dtype=np.float32)


def _hits(rows: Any, score: NDArray[np.float64]) -> list[Hit]:
    cells = rows["packed"].to_pylist()
    return [Hit(Card.read(cell), float(one)) for cell, one in zip(cells, score, strict=True)]


def _strong(hits: Sequence[Hit]) -> Sequence[Hit]:
    """Those whose score is a good share of the best one's."""
    best = max((hit.score for hit in hits), default=0.0)
    return [hit for hit in hits if hit.score >= STRONG * best]


def _sorted(hits: Sequence[Hit], sort: Sort) -> tuple[Hit, ...]:
    """Always the same order for the same hits: what is equal goes by the newer key."""
    keys = {
        "relevance": lambda hit: (-hit.score, -hit.card.id),
        "date": lambda hit: (-(hit.card.day or 0), -hit.score, -hit.card.id),
        "votes": lambda hit: (-hit.card.votes, -hit.score, -hit.card.id),
    }
    return tuple(sorted(hits, key=keys[sort]))
