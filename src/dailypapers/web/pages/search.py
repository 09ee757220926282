"""Search: results as cards, each with the sentence that answers and the reasons for its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString

from dailypapers.catalogue import finding
from dailypapers.catalogue.cards import cards
from dailypapers.ranking.lists import PER_PAGE, Entry
from dailypapers.search.engine import Engine, Found, Hit, State
from dailypapers.search.query.parse import LONGEST
from dailypapers.search.scoring import Part
from dailypapers.search.store import NoIndex
from dailypapers.web.addresses import address_of
from dailypapers.web.answers import answer, marked
from dailypapers.web.card import ShownCard, shown_card

SORTS = {"relevance": "Best", "date": "Newest", "votes": "Most votes"}
MODES = {"hybrid": "Words and meaning", "lexical": "Words", "dense": "Meaning"}
SHOWN_PARTS = 8
"""Words of a score that are named; the others are added up."""


@dataclass(frozen=True, slots=True)
class Result:
    """A paper that was found, ready for the template."""

    shown: ShownCard
    sentence: str
    marked: SafeString | None
    score: float
    parts: tuple[Part, ...]
    rest: float
    """The score of the parts that are not named."""


@dataclass(frozen=True, slots=True)
class _Address:
    """What the address asks for."""

    q: str
    sort: str
    mode: str
    exact: bool
    """Whether words that no paper has are looked for all the same."""
    page: int

    def to(self, **changes: str | int) -> str:
        """The address of the same search with something changed; what is usual is left out."""
        values: dict[str, str | int] = {"q": self.q, "sort": self.sort, "mode": self.mode}
        values |= {"exact": int(self.exact), "page": 1}
        values |= changes
        usual: dict[str, str | int] = {"sort": "relevance", "mode": "hybrid", "exact": 0, "page": 1}
        return "/search?" + urlencode({name: one for name, one in values.items() if usual.get(name) != one})


def page(request: HttpRequest) -> HttpResponse:
    """The results for `?q=`; a paper's identifier or whole title leads to the paper itself."""
    asked = _asked(request)
    if asked.q and (paper := finding.meant(asked.q)) is not None:
        return HttpResponseRedirect(address_of(paper.handle))
    context: dict[str, object] = {"q": asked.q}
    if not asked.q:
        return render(request, "pages/search.html", context)
    try:
        engine, found = finding.search(asked.q, asked.mode, asked.sort, as_written=asked.exact)  # type: ignore[arg-type]
    except NoIndex:
        return render(request, "pages/search.html", context | {"no_index": True}, status=503)
    pages = max(1, -(-len(found.hits) // PER_PAGE))
    start = (asked.page - 1) * PER_PAGE
    results = _results(engine, found, found.hits[start : start + PER_PAGE])
    return render(
        request,
        "pages/search.html",
        context
        | {
            "asked": asked,
            "found": found,
            "total": len(found.hits),
            "results": results,
            "unknown_paper": found.state is State.UNKNOWN_PAPER,
            "pages": pages,
            "past_the_end": asked.page > pages,
            "first_page": asked.to(),
            "as_written": asked.to(exact=1),
            "previous_page": asked.to(page=asked.page - 1) if asked.page > 1 else "",
            "next_page": asked.to(page=asked.page + 1) if asked.page < pages else "",
            "sorts": [(name, label, asked.to(sort=name)) for name, label in SORTS.items()],
            "modes": [(name, label, asked.to(mode=name)) for name, label in MODES.items()],
            "facets": _facets(found, asked),
        },
    )


def _asked(request: HttpRequest) -> _Address:
    q = " ".join(request.GET.get("q", "")[: 4 * LONGEST].replace("\x00", " ").split())
    sort, mode = request.GET.get("sort", "relevance"), request.GET.get("mode", "hybrid")
    if sort not in SORTS:
        raise Http404(f"Results can be sorted by {', '.join(SORTS)}.")
    if mode not in MODES:
        raise Http404(f"A search can be {', '.join(MODES)}.")
    number = request.GET.get("page", "1")
    if not re.fullmatch(r"[1-9]\d{0,3}", number, re.ASCII):
        raise Http404("Pages of results are numbered from 1.")
    return _Address(q, sort, mode, request.GET.get("exact") == "1", int(number))


def _results(engine: Engine, found: Found, hits: Sequence[Hit]) -> list[Result]:
    explained = {hit.card.id: hit for hit in engine.explained(found, hits)}
    terms = found.asked.terms if found.asked else ()
    results = []
    for card in cards([hit.card.id for hit in hits]):
        hit = explained[card.paper.pk]
        shown = shown_card(card, Entry(card.paper.pk, announced=True, submitted=False))
        text = card.paper.abstract or next((one.text for one in card.summaries if one.text), "")
        sentence = answer(text, terms)
        named, rest = hit.why[:SHOWN_PARTS], sum(part.score for part in hit.why[SHOWN_PARTS:])
        results.append(Result(shown, sentence, marked(sentence, terms), hit.score, named, rest))
    return results


def _facets(found: Found, asked: _Address) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """What the results can be narrowed to, with counts and addresses; what narrows nothing is left out."""
    shown = []
    for name, counts in found.facets().items():
        links = [
            (value, count, asked.to(q=f"{asked.q} {_filter(name, value)}"))
            for value, count in counts
            if count < len(found.hits) and _filter(name, value) not in asked.q
        ]
        if links:
            shown.append((name, links))
    return shown


def _filter(name: str, value: str) -> str:
    if name == "year":
        return f"after:{value} before:{int(value) + 1}"
    cleaned = value.replace('"', " ")
    return f'{name}:"{cleaned}"' if " " in cleaned else f"{name}:{cleaned}"
