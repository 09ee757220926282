"""Search, with the whole query language, what results can be narrowed to, and why each was found."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from django.http import HttpResponse
from ninja import Query, Router

from dailypapers.api.v1 import cursors
from dailypapers.api.v1.access import Asked, reader_of
from dailypapers.api.v1.answers import answer, chosen, following, site_of
from dailypapers.api.v1.parameters import Cursor, Fields, reads
from dailypapers.api.v1.problems import Problem
from dailypapers.api.v1.reading import FIELDS, kept_stamp, only, papers, stamps
from dailypapers.api.v1.schemas.papers import Facet, Paper, Result, SearchResults
from dailypapers.catalogue import finding
from dailypapers.presentation.answers import answer as answering
from dailypapers.presentation.fields import names
from dailypapers.presentation.mathematics import plain
from dailypapers.presentation.narrowing import choices
from dailypapers.search.engine import Engine, Found, Hit
from dailypapers.search.query.parse import LONGEST

router = Router(tags=["Search"])

MOST: Final = 50
LAST: Final = 1_000
"""Results beyond this are past reading; a search lists no more."""


@router.get("/search", response=reads(SearchResults), operation_id="search", summary="Search all papers")
def search(
    request: Asked,
    q: Annotated[
        str,
        Query(
            description="What to look for, in the query language of `docs/query-language.md`: any text is a "
            "query.",
            max_length=4 * LONGEST,
            examples=["diffusion author:ho after:2020 -images"],
        ),
    ],
    mode: Annotated[
        Literal["hybrid", "lexical", "dense"],
        Query(description="By words and meaning, by words alone, or by meaning alone."),
    ] = "hybrid",
    sort: Annotated[
        Literal["relevance", "date", "votes"],
        Query(description="By date or votes only papers are listed that match."),
    ] = "relevance",
    as_written: Annotated[bool, Query(description="Whether misspelt words are taken as they stand.")] = False,
    facets: Annotated[bool, Query(description="Whether to tell what results can be narrowed to.")] = False,
    cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many results a page has.")] = 25,
    fields: Fields = "",
) -> HttpResponse:
    """Papers for a query, the best first, each with the parts of its score and the sentence that answers."""
    wanted, start = chosen(fields, FIELDS), cursors.number(cursor, "search")
    if start > LAST:
        raise Problem(400, f"cursor: a search lists {LAST:,} papers at most.", "cursor")
    text = " ".join(q.split())
    engine, found = finding.search(text, mode, sort, as_written=as_written, counted=facets)
    meant = (finding.meant(text) or finding.titled(text, found)) if text else None
    hits = found.hits[start : start + limit]
    ids = [hit.card.id for hit in hits]
    more = len(found.hits) > start + limit
    further = following(request, cursors.cursor("search", start + limit) if more else None)
    viewer, site = reader_of(request), site_of(request)
    matching = len(found.matching) if found.matching is not None and found.meant else None
    narrower = _facets(engine, found, text) if facets else None

    def make() -> SearchResults:
        return {
            "query": text,
            "state": found.state.value,
            "meant": meant.handle if meant else None,
            "total": len(found.hits),
            "matching": matching,
            "whole": found.whole,
            "only_near": found.only_near,
            "corrections": [{"written": one, "looked_for": other} for one, other in found.corrections],
            "unknown": list(found.unknown),
            "problems": [{"part": one.part, "hint": one.hint} for one in found.query.problems],
            "facets": narrower,
            "results": _results(engine, found, hits, papers(ids, site, viewer), wanted),
            "next": further,
        }

    stamp = (found.state, [(hit.card.id, hit.score) for hit in hits], len(found.hits), found.corrections)
    rest = (matching, narrower, meant, stamps(ids), kept_stamp(ids, viewer), further)
    return answer(request, make, *stamp, *rest, further=further)


def _facets(engine: Engine, found: Found, text: str) -> dict[str, list[Facet]]:
    narrower = choices(text, engine.facets(found, names()))
    return {
        name: [{"value": one.value, "papers": one.papers, "query": one.query} for one in some]
        for name, some in narrower.items()
    }


def _results(
    engine: Engine,
    found: Found,
    hits: Sequence[Hit],
    told: Sequence[Paper],
    wanted: frozenset[str] | None,
) -> list[Result]:
    """The results of a page. A paper that was taken out since the index was written has none."""
    explained = {hit.card.handle: hit for hit in engine.explained(found, hits)}
    terms = found.asked.terms if found.asked else ()
    results: list[Result] = []
    for paper in told:
        hit = explained.get(paper["id"])
        if hit is None:
            continue
        text = paper["abstract"] or next((one["text"] for one in paper["summaries"] if one["text"]), "")
        results.append(
            {
                "paper": paper if wanted is None else only(paper, wanted),
                "sentence": plain(answering(text, terms)),
                "score": hit.score,
                "why": [{"word": one.word, "kind": one.kind, "score": one.score} for one in hit.why],
            }
        )
    return results
