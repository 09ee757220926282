"""One paper: its page, its citation files, and the way to it from any identifier."""

from datetime import date
from urllib.parse import quote

import orjson
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.finding import find, related
from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.identifiers import parse, url_of
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Authority, Link, PaperRecord, Precision
from dailypapers.community.actions.bookmark import opened
from dailypapers.community.actions.follow import following
from dailypapers.community.actions.report import OF_PAPERS, choices
from dailypapers.community.grouping import talked_of
from dailypapers.community.models.people import User
from dailypapers.community.submitting import submitted, would_take
from dailypapers.community.voting import voting
from dailypapers.presentation import citations
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.authors import added_by_authors, shown_authors, to_follow
from dailypapers.presentation.labels import LINK_NAMES, SCHEME_NAMES
from dailypapers.presentation.mathematics import plain
from dailypapers.presentation.media import shown_media
from dailypapers.presentation.other_forms import OtherForms, forms_of
from dailypapers.presentation.pictures import picture_address, share_card_address
from dailypapers.presentation.sources import label
from dailypapers.presentation.structured_data import scholarly_article
from dailypapers.presentation.visitors import may_see, reader
from dailypapers.presentation.voting import ON_A_PAPER_PAGE, shown_votes
from dailypapers.ranking import trending
from dailypapers.ranking.models import Score
from dailypapers.web.deeds import number_of
from dailypapers.web.discussion import Told, discussion
from dailypapers.web.keeping import keeping_of

FORMATS = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}
"""Citation files by the ending of the address, with their media types."""

SHARED = 200
"""Characters of the abstract that other sites are given to show."""

SHOWN_AUTHORS = 50
"""Authors named at once; `?authors=all` names the others too. Collaborations have thousands."""


def page(request: HttpRequest, handle: str) -> HttpResponse:
    """The page of the paper that an identifier names; other forms of it are sent to its one address."""
    text = _with_query(request, handle)
    found = find(text)
    if found is None:
        name, _, ending = text.rpartition(".")
        cited = find(name) if ending in FORMATS else None
        if cited is not None:
            hidden = reason_for(cited[0])
            return _hidden(request, hidden) if hidden else _citation(request, cited[0], ending)
        raise Http404(_not_held(text))
    paper, _ = found
    if handle != paper.handle or "id" in request.GET:
        return HttpResponsePermanentRedirect(address_of(paper.handle))
    viewer = reader(request)
    # A browser that fetches ahead has not opened anything.
    if viewer.is_authenticated and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        opened(person=viewer, paper_id=paper.pk)
    return show(request, paper)


def _with_query(request: HttpRequest, handle: str) -> str:
    """A whole URL pasted after /papers/ keeps its question mark (OpenReview: forum?id=…)."""
    query = request.META.get("QUERY_STRING", "")
    is_url = "://" in handle or "openreview.net/" in handle
    return f"{handle}?{query}" if is_url and query else handle


def _not_held(text: str) -> str:
    reference = parse(text)
    if reference is None:
        return "No paper has this address. Papers are found by arXiv number, DOI or another identifier."
    elsewhere = url_of(reference.identifier)
    return f"We do not hold {reference.identifier}." + (f" It may be at {elsewhere}" if elsewhere else "")


def show(request: HttpRequest, paper: Paper, told: Told | None = None, status: int = 200) -> HttpResponse:
    """The page of a paper; `told` is what a form of its discussion could not do."""
    hidden, viewer = reason_for(paper), reader(request)
    if not may_see(viewer, paper):
        return _hidden(request, hidden)
    every = request.GET.get("authors") == "all"
    most = None if every else max(SHOWN_AUTHORS, citations.TAGGED_AUTHORS)
    record = held_records([paper.pk], most_authors=most)[paper.pk]
    address = request.build_absolute_uri(address_of(paper.handle))
    shown = record.authors if every else record.authors[:SHOWN_AUTHORS]
    whole = len(record.authors) == paper.author_count
    authors = shown_authors(paper.pk, record, shown, viewer, is_whole=whole)
    context = {
        "paper": paper,
        "report_reasons": choices(OF_PAPERS) if viewer.is_authenticated else (),
        "hidden": hidden,
        "record": record,
        "authors": authors,
        "authors_to_follow": to_follow(authors, viewer),
        "more_authors": paper.author_count - len(shown),
        "field": record.categories[0] if record.categories else "",
        "links": _links(record),
        "media": [link for link in record.links if link.kind == "media"],
        "names": [(SCHEME_NAMES[name.scheme], name, url_of(name)) for name in record.identifiers],
        "mentions": [(label(mention.source), mention) for mention in record.mentions],
        "summaries": [(label(summary.origin), summary) for summary in record.summaries],
        "dated": dated(record),
        "appeared": "" if _is_listed_then(record) else dated(record),
        "comment": "" if _is_reason(paper, paper.comment) else paper.comment,
        "abstract": "" if _is_reason(paper, paper.abstract) else paper.abstract,
        "meta": citations.highwire(record, address),
        "address": address,
        "path": address_of(paper.handle),
        "formats": FORMATS,
        "picture": picture_address(paper),
        "share_card": share_card_address(paper),
        "source": label(record.source),
        "is_sample": record.authority == Authority.SAMPLE,
        "other_forms": [
            OtherForms("", markdown=f"{address_of(paper.handle)}.md"),
            forms_of(f"{address_of(paper.handle)}/comments", title="Comments"),
        ],
    }
    context |= _shared(paper, record, request)
    context["groups"] = talked_of(paper.pk, viewer)
    found = voting([paper.pk], viewer, ON_A_PAPER_PAGE)[paper.pk]
    context |= _submission(paper, viewer)
    context["votes"] = shown_votes(found, record.mentions, on_page=True)
    score = Score.objects.filter(paper=paper.pk).first()
    context["score"] = score
    context["parts"] = trending.parts(score.evidence) if score else ()
    context["days_per_doubling"], context["first_day"] = trending.DAYS_PER_DOUBLING, trending.EPOCH
    context["day_part"] = trending.day_part(score.day) if score else 0
    context["like"] = f"like:{paper.handle}"
    context["related"] = [(one.title, address_of(one.handle), one.words) for one in related(paper.pk)]
    if viewer.is_authenticated:
        context |= keeping_of(paper, viewer)
        context["followed_paper"] = following(viewer, "paper", str(paper.pk))
    said = context["discussion"] = discussion(
        paper,
        address_of(paper.handle),
        viewer,
        number_of(request.GET.get("comments")) or 1,
        told,
    )
    context["structured"] = scholarly_article(
        paper,
        record,
        address,
        picture=request.build_absolute_uri(share_card_address(paper)),
        votes=found.votes,
        comments=said.count,
    )
    return render(request, "pages/paper.html", context, status=status)


def _shared(paper: Paper, record: PaperRecord, request: HttpRequest) -> dict[str, object]:
    """What other sites show of the paper when its address is given there."""
    base_url = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
    withdrawn = "Withdrawn" if paper.withdrawn else ""
    told = plain(record.abstract) or next((plain(one.text) for one in record.summaries if one.text), "")
    said = told if len(told) <= SHARED else f"{told[: SHARED - 1].rstrip()}…"
    title = plain(paper.title)
    return {
        "shared_title": f"{withdrawn}: {title}" if withdrawn else title,
        "shared_said": f"{withdrawn}. {said}" if withdrawn else said,
        "published": record.day.isoformat() if record.day and record.precision == Precision.DAY else "",
        "whole_address": quote(base_url + address_of(paper.handle), safe=""),
    }


def _submission(paper: Paper, viewer: User | AnonymousUser) -> dict[str, object]:
    """Who put the paper forward here, with which pictures, and what the reader can do about that."""
    found = submitted([paper.pk]).get(paper.pk)
    shown: dict[str, object] = {"submission": found}
    if found is not None:
        shown["added"] = shown_media(paper.pk, viewer)
    if not isinstance(viewer, User):
        return shown
    return shown | {
        "offers_submitting": found is None and not paper.withdrawn and would_take(viewer, paper),
        "takes_back": found is not None
        and (viewer.moderates or (found.handle == viewer.handle and found.day == today())),
    }


def _links(record: PaperRecord) -> list[tuple[str, Link, bool]]:
    """What the links are called, and whether an author added them; media only then: sources tell too many."""
    by_author = {link: added_by_authors(record, link) for link in record.links}
    return [
        (LINK_NAMES.get(link.kind, "Media"), link, by_author[link])
        for link in record.links
        if link.kind in LINK_NAMES or by_author[link]
    ]


def _hidden(request: HttpRequest, reason: str) -> HttpResponse:
    """That a paper was hidden, and why; nothing of the paper itself."""
    return render(request, "pages/hidden_paper.html", {"reason": reason}, status=410)


def _is_listed_then(record: PaperRecord) -> bool:
    """Whether the date of the work is that of a list it stands on, which the page names with a link."""
    return any(
        listing.day == record.day and listing.precision == record.precision != Precision.NONE
        for listing in record.listed
    )


def _is_reason(paper: Paper, text: str) -> bool:
    """Whether the banner of a withdrawn paper says these words: arXiv gives its reason as a comment."""
    return paper.withdrawn and bool(text) and plain(text) == plain(paper.withdrawal_reason)


def _citation(request: HttpRequest, paper: Paper, ending: str) -> HttpResponse:
    record = held_records([paper.pk])[paper.pk]
    address = request.build_absolute_uri(address_of(paper.handle))
    body: str | bytes
    if ending == "bib":
        body = citations.bibtex(record, address)
    elif ending == "ris":
        body = citations.ris(record, address)
    else:
        body = orjson.dumps([citations.csl(record, address)], option=orjson.OPT_INDENT_2)
    name = paper.handle.replace("/", "_").replace(":", "_")
    response = HttpResponse(body, content_type=FORMATS[ending])
    response["Content-Disposition"] = f'inline; filename="{quote(name, safe=".-_")}.{ending}"'
    return response


def dated(record: PaperRecord) -> str:
    """When the work appeared, no more exactly than is known."""
    day: date | None = record.day
    if day is None:
        return ""
    forms = {"day": f"{day:%B} {day.day}, {day.year}", "month": f"{day:%B %Y}", "year": str(day.year)}
    return forms.get(record.precision.value, "")
