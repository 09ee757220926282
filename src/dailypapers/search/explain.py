"""Why a paper was found: the parts of its score by word, adding up to it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dailypapers.search.analysis import code, telling, terms
from dailypapers.search.browsing import Prior
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.scoring import Akin, Lexical, Part, Terms, Wanted, dense_weight, lexical, named

if TYPE_CHECKING:
    from dailypapers.search.engine import Asked, Engine, Found, Hit


def explained(engine: "Engine", found: "Found", hits: Sequence["Hit"]) -> list["Hit"]:
    """The hits with `why` filled. The parts of each add up to its score, to the rounding of 32 bits."""
    from dataclasses import replace

    asked = found.asked
    if asked is None or not hits:
        return list(hits)
    chosen = ", ".join(str(hit.card.id) for hit in hits)
    columns = ("id", "packed", "vector", "words") if asked.akin else ("id", "packed", "vector")
    rows = engine.table.where(f"id IN ({chosen})", columns)
    flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    vectors = dict(zip(rows["id"].to_pylist(), flat.reshape(len(rows), -1), strict=True))
    place = {pk: at for at, pk in enumerate(rows["id"].to_pylist())}
    wanted, papers = asked.wanted, Terms.read(rows["packed"])
    words = lexical(wanted, papers, engine.vocabulary)
    by_name, which = named(wanted, papers)
    asked_for = [name.words for name in wanted.names.values()]
    akin = _kindred_parts(asked.akin, wanted, words, papers, rows) if asked.akin else None
    spelt = _as_written(found.query.wanted)
    spelling = engine.vocabulary.spelling
    dense = _dense_rows(engine, found, asked)

    def written(term: str) -> str:
        return spelt.get(term) or spelling.get(term, term)

    explained_hits = []
    for hit in hits:
        if (at := place.get(hit.card.id)) is None:
            explained_hits.append(hit)
            continue
        parts = []
        if found.mode != "dense":
            for term, score in zip(words.terms, words.by_term[at], strict=True):
                parts.append(Part(written(term), "lexical", float(score)))
            for pair, score in zip(words.pairs, words.by_pair[at], strict=True):
                parts.append(Part(" ".join(map(written, pair)), "near", float(score)))
            name = asked_for[which[at]] if which[at] >= 0 else found.query.wanted
            parts.append(Part(name, "name", float(by_name[at])))
        parts += [
            Part(f"{written(term)} ~ {spelling.get(other, other)}", "kindred", score)
            for term, other, score in (akin[at] if akin else ())
        ]
        weight = dense_weight(found.mode)
        parts += [Part(word, "dense", weight * float(row @ vectors[hit.card.id])) for word, row in dense]
        if asked.browsing:
            votes, recent = Prior.of([hit.card], found.newest)
            parts.append(Part(f"{hit.card.votes:,} votes", "votes", float(votes[0])))
            parts.append(Part(_day(hit.card.day), "recent", float(recent[0])))
        explained_hits.append(
            replace(
                hit,
                why=tuple(sorted((part for part in parts if part.score), key=lambda part: -abs(part.score))),
            )
        )
    return explained_hits


def _kindred_parts(
    akin: Akin, wanted: Wanted, words: Lexical, papers: Terms, rows: Any
) -> list[list[tuple[str, str, float]]]:
    """For each paper the terms of the query that it lacks, the term of its own for each, and the score."""
    scores, codes = akin.scores(wanted, words, papers, named=True)
    parts = []
    for line, some, its in zip(rows["words"].to_pylist(), scores, codes, strict=True):
        own = {code(term): term for term in line.split()}
        parts.append(
            [
                (term, own[int(number)], float(score))
                for term, score, number in zip(akin.terms, some, its, strict=True)
                if score
            ]
        )
    return parts


def _as_written(text: str) -> dict[str, str]:
    """The reader's own words by their terms."""
    written: dict[str, str] = {}
    for word in text.split():
        for term in telling(terms(word)):
            written.setdefault(term, word.strip(".,;:!?()[]\"'").lower())
    return written


def _day(number: int | None) -> str:
    digits = f"{number or 0:08d}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _dense_rows(engine: "Engine", found: "Found", asked: "Asked") -> list[tuple[str, np.ndarray]]:
    """The query's vector as a sum of rows, each with the word it comes from."""
    if asked.vector is None or found.mode == "lexical":
        return []
    text = found.query.wanted
    if asked.of_text and isinstance(engine.encoder, StaticEncoder):
        words, rows = engine.parts(text)
        return list(zip(words, rows, strict=True))
    return [(text or "the papers it shall be like", asked.vector)]
