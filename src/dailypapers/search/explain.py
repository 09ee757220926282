"""Why a paper was found: the parts of its score by word, adding up to it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dailypapers.search.analysis import telling, terms
from dailypapers.search.columns import Words
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.scoring import Part, Wanted, dense_weight, lexical_parts

if TYPE_CHECKING:
    from dailypapers.search.engine import Asked, Engine, Found, Hit


def explained(engine: "Engine", found: "Found", hits: Sequence["Hit"]) -> list["Hit"]:
    """The hits with `why` filled. The parts of each add up to its score, to the rounding of 32 bits."""
    from dataclasses import replace

    asked = found.asked
    if asked is None or not hits:
        return list(hits)
    chosen = ", ".join(str(hit.card.id) for hit in hits)
    rows = engine.table.where(f"id IN ({chosen})", ("id", "words", "vector"))
    flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    vectors = dict(zip(rows["id"].to_pylist(), flat.reshape(len(rows), -1), strict=True))
    lines = dict(zip(rows["id"].to_pylist(), rows["words"].to_pylist(), strict=True))
    wanted = Wanted.of(asked.terms, engine.vocabulary)
    spelt = _as_written(found.query.wanted)
    spelling = engine.vocabulary.spelling
    dense = _dense_rows(engine, found, asked)
    explained_hits = []
    for hit in hits:
        if hit.card.id not in lines:
            explained_hits.append(hit)
            continue
        parts = []
        if found.mode != "dense":
            for name, near, score in lexical_parts(wanted, Words.read(lines[hit.card.id]), engine.vocabulary):
                word = " ".join(spelt.get(one) or spelling.get(one, one) for one in name.split(" "))
                parts.append(Part(word, "near" if near else "lexical", score))
        weight = dense_weight(found.mode)
        parts += [Part(word, "dense", weight * float(row @ vectors[hit.card.id])) for word, row in dense]
        explained_hits.append(replace(hit, why=tuple(sorted(parts, key=lambda part: -abs(part.score)))))
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
