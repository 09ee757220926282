"""Search: results as cards, each with the sentence that answers and the reasons for its place."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django_htmx.http import replace_url
from django_htmx.middleware import HtmxDetails

from dailypapers.catalogue import finding
from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.not_held import not_held
from dailypapers.community.actions.follow import following
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.answers import answer, marked
from dailypapers.presentation.card import ShownCard, shown_cards
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.fields import names
from dailypapers.presentation.following import followable
from dailypapers.presentation.narrowing import choices, in_force, with_more
from dailypapers.presentation.other_forms import forms_of
from dailypapers.presentation.visitors import reader
from dailypapers.ranking.lists import PER_PAGE
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.engine import Engine, Found, Hit, State
from dailypapers.search.facets import Facets
from dailypapers.search.matching import ways
from dailypapers.search.query.parse import LONGEST
from dailypapers.search.readings import readings
from dailypapers.search.scoring import Part
from dailypapers.search.store import NoIndex

SORTS = {"relevance": "Best", "date": "Newest", "votes": "Most votes"}
MODES = {"hybrid": "Words and meaning", "lexical": "Words", "dense": "Meaning"}
SHOWN_PARTS = 8
"""Words of a score that are named; the others are added up."""


@dataclass(frozen=True, slots=True)
class Result:
    """A paper that was found, ready for the template."""

    shown: ShownCard
    sentence: SafeString
    """The one that answers, with the words that do marked."""
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
    narrow: bool
    """Whether to show what the results can be narrowed to."""

    def to(self, **changes: str | int) -> str:
        """The address of the same search with something changed; what is usual is left out."""
        values: dict[str, str | int] = {"q": self.q, "sort": self.sort, "mode": self.mode}
        values |= {"exact": int(self.exact), "page": 1, "narrow": int(self.narrow)}
        values |= changes
        usual: dict[str, str | int] = {"sort": "relevance", "mode": "hybrid"}
        usual |= {"exact": 0, "page": 1, "narrow": 0}
        told = {name: one for name, one in values.items() if one != "" and usual.get(name) != one}
        return f"/search?{urlencode(told)}" if told else "/search"

    @property
    def feed_query(self) -> str:
        """What the feed of the search is asked: its newest papers, unless the reader chose an order."""
        told = {"q": self.q, "mode": self.mode if self.mode != "hybrid" else "", "exact": "1" * self.exact}
        told["sort"] = "votes" if self.sort == "votes" else ""
        return urlencode({name: value for name, value in told.items() if value})


def page(request: HttpRequest) -> HttpResponse:
    """The results for `?q=`; a paper's identifier or whole title leads to the paper itself.

    While someone types, htmx asks for the results alone, and nothing leads away from the page.
    """
    asked, under_way = _asked(request), bool(HtmxDetails(request))
    context: dict[str, object] = {"q": asked.q, "asked": asked, "as_written": asked.to(exact=1)}
    if asked.q:
        context["other_forms"] = [forms_of("/search", asked.feed_query, markdown=True)]
    paper = finding.meant(asked.q) if asked.q else None
    status = 200
    if asked.q and paper is None and not asked.exact:
        context["not_held"] = not_held(asked.q)
    if asked.q and context.get("not_held") is None and (under_way or paper is None):
        try:
            engine, found = _searched(asked)
            paper = paper or finding.titled(asked.q, found)
            if under_way or paper is None:
                context |= _found(asked, engine, found, reader(request))
                # The page has the way back; who follows addresses by number learns that it is none.
                status = 404 if context["past_the_end"] and context["total"] else status
        except NoIndex:
            context["no_index"] = True
            status = 503
    if paper is not None:
        if not under_way:
            return HttpResponseRedirect(address_of(paper.handle))
        context |= {"meant": paper, "meant_address": address_of(paper.handle)}
    if under_way:
        # What htmx is refused it does not show; and the reader sees that the index is missing all the same.
        response = replace_url(render(request, "search_under_way.html", context), asked.to())
    else:
        response = render(request, "pages/search.html", context, status=status)
    # One address has two answers: going back to it must not bring the results without their page.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _searched(asked: _Address) -> tuple[Engine, Found]:
    """Raises `NoIndex`."""
    return finding.search(
        asked.q,
        asked.mode,  # type: ignore[arg-type]
        asked.sort,  # type: ignore[arg-type]
        as_written=asked.exact,
        counted=asked.narrow,
    )


def _found(asked: _Address, engine: Engine, found: Found, viewer: User | AnonymousUser) -> dict[str, object]:
    """What the templates show of the results."""
    pages = max(1, -(-len(found.hits) // PER_PAGE))
    start = (asked.page - 1) * PER_PAGE
    # With nothing but filters there is no score, and so no best.
    order = "date" if found.asked is None and asked.sort == "relevance" else asked.sort
    sorts = {name: label for name, label in SORTS.items() if found.asked or name != "relevance"}
    context: dict[str, object] = {
        "found": found,
        "hints": [(one, asked.to(q=one.mended) if one.mended else "") for one in found.query.problems],
        "total": len(found.hits),
        "matching": len(found.matching) if found.matching is not None and found.meant else None,
        "of_words": found.asked is not None,
        "one_word": len(ways((*found.query.words, *found.query.phrases))) == 1,
        "results": _results(engine, found, found.hits[start : start + PER_PAGE], viewer),
        "unknown_paper": found.state is State.UNKNOWN_PAPER,
        "pages": pages,
        "past_the_end": asked.page > pages,
        "first_page": asked.to(),
        "previous_page": asked.to(page=asked.page - 1) if asked.page > 1 else "",
        "next_page": asked.to(page=asked.page + 1) if asked.page < pages else "",
        "order": order,
        "sorts": [(name, label, asked.to(sort=name)) for name, label in sorts.items()],
        "modes": [(name, label, asked.to(mode=name)) for name, label in MODES.items()],
        "readings": _readings(engine, found, asked) if asked.page == 1 else (),
        "filters": [(one.label, asked.to(q=one.query)) for one in in_force(asked.q)],
        "by_meaning": asked.to(mode="dense"),
        "narrower": asked.to(narrow=1),
        "not_narrower": asked.to(narrow=0),
    }
    if viewer.is_authenticated and asked.page == 1:
        kind, what = followable(asked.q)
        context |= {"kind": kind, "what": what, "followed": following(viewer, kind, what), "follows": True}
    if asked.narrow:
        facets = engine.facets(found, names())
        context |= {"counted": facets, "facets": _choices(facets, asked)}
    return context


def _asked(request: HttpRequest) -> _Address:
    q = " ".join(request.GET.get("q", "")[: 4 * LONGEST].replace("\x00", " ").split())
    sort, mode = request.GET.get("sort") or "relevance", request.GET.get("mode") or "hybrid"
    if sort not in SORTS:
        raise Http404(f"Results can be sorted by {', '.join(SORTS)}.")
    if mode not in MODES:
        raise Http404(f"A search can be {', '.join(MODES)}.")
    number = request.GET.get("page") or "1"
    if not re.fullmatch(r"[1-9]\d{0,3}", number, re.ASCII):
        raise Http404("Pages of results are numbered from 1.")
    return _Address(
        q, sort, mode, request.GET.get("exact") == "1", int(number), request.GET.get("narrow") == "1"
    )


def _results(engine: Engine, found: Found, hits: Sequence[Hit], viewer: User | AnonymousUser) -> list[Result]:
    explained = {hit.card.id: hit for hit in engine.explained(found, hits)}
    terms = found.asked.terms if found.asked else ()
    results = []
    for shown in shown_cards(cards([hit.card.id for hit in hits]), {}, viewer):
        card = shown.card
        hit = explained[card.paper.pk]
        text = card.paper.abstract or next((one.text for one in card.summaries if one.text), "")
        sentence = marked(answer(text, terms), terms)
        named, rest = hit.why[:SHOWN_PARTS], sum(part.score for part in hit.why[SHOWN_PARTS:])
        results.append(Result(shown, sentence, hit.score, named, rest))
    return results


@dataclass(frozen=True, slots=True)
class ShownReading:
    """One of several readings of the query, ready for the template."""

    words: str
    address: str
    papers: int
    first: tuple[tuple[str, str], ...]
    """Titles and addresses."""


def _readings(engine: Engine, found: Found, asked: _Address) -> list[ShownReading]:
    """The meanings that the results have, each with the address of a search for it alone."""
    # How near papers are to each other differs between encoders; what counts as apart is known of this kind.
    if not isinstance(engine.encoder, StaticEncoder):
        return []
    return [
        ShownReading(
            words=", ".join(one.words),
            address=asked.to(q=with_more(asked.q, *one.words)),
            papers=one.papers,
            first=tuple((card.title, address_of(card.handle)) for card in one.first),
        )
        for one in readings(found, engine)
    ]


def _choices(facets: Facets, asked: _Address) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """What the results can be narrowed to: labels, counts and addresses."""
    shown = []
    for name, some in choices(asked.q, facets).items():
        labels = [field_name(one.value) if name == "field" else one.value for one in some]
        times = Counter(label.casefold() for label in labels)
        told = [
            f"{label} ({one.value})" if times[label.casefold()] > 1 and label != one.value else label
            for label, one in zip(labels, some, strict=True)
        ]
        links = [(label, one.papers, asked.to(q=one.query)) for label, one in zip(told, some, strict=True)]
        shown.append(("with" if name == "has" else name, links))
    return shown
