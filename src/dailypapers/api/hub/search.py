"""The Hub's search of papers: ours, in its shape."""

from collections.abc import Mapping
from typing import Final

from dailypapers.api.errors import CallRefused
from dailypapers.api.hub.answering import json_answer, reads
from dailypapers.api.hub.facts import facts_of
from dailypapers.api.hub.items import wrapped
from dailypapers.api.hub.parameters import text_of, whole
from dailypapers.api.remembered import Answer
from dailypapers.catalogue import finding
from dailypapers.search.store import NoIndex

MOST: Final = 120


@reads
def search(query: Mapping[str, str], site: str) -> Answer:
    """`GET /api/papers/search`: the best matches of `q`, which may be anything the query language knows.

    A paper that the text names, by an identifier or its whole title, comes first. Nothing asked for finds
    nothing.
    """
    limit, asked = whole(query, "limit", 20, 1, MOST), text_of(query, "q")
    if not asked:
        return json_answer([])
    named = finding.meant(asked)
    try:
        _, found = finding.search(asked)
    except NoIndex:
        if named is None:
            raise CallRefused(503, "The search index is being made. Try again in some minutes.") from None
        ids = [named.pk]
    else:
        ids = [hit.card.id for hit in found.hits[: limit + 1]]
    if named is not None:
        ids = [named.pk, *(pk for pk in ids if pk != named.pk)]
    facts = facts_of(ids)
    return json_answer([wrapped(facts[pk], site) for pk in ids if pk in facts][:limit])
