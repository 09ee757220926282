"""Why a paper was found: the parts of its score by word, adding up to it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dailypapers.search.analysis import telling, terms
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.scoring import Part, Terms, Wanted, dense_weight, lexical

if TYPE_CHECKING:
    from dailypapers.search.engine import Asked, Engine, Found, Hit


def explained(engine: "Engine", found: "Found", hits: Sequence["Hit"]) -> list["Hit"]:
    """The hits with `why` filled. The parts of each add up to its score, to the rounding of 32 bits."""
    from dataclasses import replace

    asked = found.asked
    if asked is None or not hits:
        return list(hits)
    chosen = ", ".join(str(hit.card.id) for hit in hits)
    rows = engine.table.where(f"id IN ({chosen})", ("id", "packed", "vector"))
    flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    vectors = dict(zip(rows["id"].to_pylist(), flat.reshape(len(rows), -1), strict=True))
    place = {pk: at for at, pk in enumerate(rows["id"].to_pylist())}
    words = lexical(Wanted.of(asked.terms, engine.vocabulary), Terms.read(rows["packed"]), engine.vocabulary)
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
        weight = dense_weight(found.mode)
        parts += [Part(word, "dense", weight * float(row @ vectors[hit.card.id])) for word, row in dense]
        explained_hits.append(
            replace(
                hit,
                why=tuple(sorted((part for part in parts if part.score), key=lambda part: -abs(part.score))),
            )
        )
    return explained_hits


def _as_written(text: str) -> dict[str, str]:
    """The reader's own words by their terms."""
    written: dict[str, str] = {}
    for word in text.split():
        for term in telling(terms(word)):
            written.setdefault(term, word.strip(".,;:!?()[]\"'").lower())
    return written


def _dense_rows(engine: "Engine", found: "Found", asked: "Asked") -> list[tuple[str, np.ndarray]]:
    """The query's vector as a sum of rows, each with the word it comes from."""
    if asked.vector is None or found.mode == "lexical":
        return []
    text = found.query.wanted
    if asked.of_text and isinstance(engine.encoder, StaticEncoder):
        words, rows = engine.parts(text)
        return list(zip(words, rows, strict=True))
    return [(text or "the papers it shall be like", asked.vector)]
