"""A library in and out: references from a file into a collection, and papers as a file."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from dailypapers.catalogue.hiding import hidden_among
from dailypapers.catalogue.identifiers import url_of
from dailypapers.catalogue.locks import Busy, only_one
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.recognising import recognised
from dailypapers.catalogue.records import PaperRecord, one_line
from dailypapers.community.access import Invalid, Refused
from dailypapers.community.actions import arrange
from dailypapers.community.collecting import may_change, readable
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.collections import Bookmark, CollectedPaper, Collection
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.libraries import FORMATS, file_name, local_handle, written
from dailypapers.presentation.visitors import address_of_visitor, person_of, reader
from dailypapers.web.deeds import status_of

log = logging.getLogger(__name__)

LARGEST_FORM = 21 * 2**20
"""Bytes of a form with a library in it."""
SHOWN_MISSING = 200
SHOWN_UNREADABLE = 50


@dataclass(frozen=True, slots=True)
class Missing:
    """A reference that is not held here, and what can be done about it."""

    title: str
    authors: str
    elsewhere: str
    """Where it is; empty where it has no identifier that tells."""
    submit: str
    search: str


def export(request: HttpRequest, number: str, kind: str, words: str | None = None) -> HttpResponse:
    """The papers of a collection as a file."""
    collection = readable(int(number), reader(request))
    if collection is None:
        raise Http404("There is no such collection, or it is not public.")
    rows = CollectedPaper.objects.filter(collection=collection).order_by("position")
    return _file(request, collection.name, kind, list(rows.values_list("paper_id", flat=True)))


@login_required
@require_http_methods(["GET", "HEAD"])
def export_saved(request: HttpRequest, kind: str) -> HttpResponse:
    """One's bookmarks as a file."""
    rows = Bookmark.objects.filter(person=person_of(request)).order_by("-created_at", "-pk")
    return _file(request, "saved", kind, list(rows.values_list("paper_id", flat=True)))


def _file(request: HttpRequest, name: str, kind: str, paper_ids: Sequence[int]) -> HttpResponse:
    if kind not in FORMATS:
        raise Http404(f"Papers are taken out as {', '.join(FORMATS)}.")
    person = reader(request)
    told = "That is many files in a short time. Wait a few minutes, then go on."
    who = str(person.pk) if person.is_authenticated else address_of_visitor(request) or "visitors"
    try:
        allow("export papers", who, times=30, seconds=600, told=told)
    except Refused as problem:
        context = {"refused": str(problem), "back": "/"}
        return render(request, "pages/refused.html", context, status=status_of(problem))

    def url(record: PaperRecord) -> str:
        return request.build_absolute_uri(address_of(record.identifiers[0].handle))

    response = StreamingHttpResponse(written(kind, paper_ids, url), content_type=FORMATS[kind][1])
    response["Content-Disposition"] = f'attachment; filename="{file_name(name, kind)}"'
    response["Cache-Control"] = "private, no-cache"
    return response  # type: ignore[return-value]


# The token stands in the form, behind the file: how long that is is looked at before any of it is read.
@csrf_exempt
def bring(request: HttpRequest, number: int) -> HttpResponse:
    """GET: a form for a file. POST: what of it is held goes into the collection, the rest is told."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.method == "POST" and not (length.isdecimal() and int(length) <= LARGEST_FORM):
        context = {"refused": "The file is longer than 20 MB. Bring it in parts.", "back": request.path}
        return render(request, "pages/refused.html", context, status=413)
    return _bring(request, number)


@csrf_protect
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _bring(request: HttpRequest, number: int) -> HttpResponse:
    person = person_of(request)
    collection = readable(number, person)
    if collection is None or not may_change(collection, person):
        raise Http404("There is no such collection of yours.")
    context: dict[str, object] = {"collection": collection}
    status = 200
    if request.method == "POST":
        try:
            context |= _brought(request, person, collection)
        except Refused as problem:
            context["refused"], status = str(problem), status_of(problem)
        except Busy:
            context["refused"], status = "Another library is being read. Try again in a minute.", 429
    return render(request, "pages/bring.html", context, status=status)


def _brought(request: HttpRequest, person: User, collection: Collection) -> dict[str, object]:
    """Read the file, put what is held into the collection, and say what came of it. Raises `Refused`."""
    from dailypapers.ingest.file_formats.library import LARGEST, read_library

    sent = request.FILES.get("file")
    if sent is None or not sent.size:
        raise Invalid("Choose a file first.")
    if sent.size > LARGEST:
        raise Invalid("The file is longer than 20 MB. Bring it in parts.")
    told = "That is many libraries. Go on in an hour."
    allow("bring libraries", person, times=20, seconds=AN_HOUR, told=told)
    # One at a time: reading one takes a processor for up to half a minute.
    with only_one("library", wait=2.0):
        library = read_library(sent.read())
    papers = _held(request, library.records)
    found = [paper for paper in papers if paper is not None]
    _, fresh = arrange.add(person=person, collection_id=collection.pk, paper_ids=found)
    missing = [one for one, paper in zip(library.records, papers, strict=True) if paper is None]
    log.info("%s brought %d references, %d are held", person.handle, len(papers), len(found))
    return {
        "library": library,
        "read": len(library.records),
        "fresh": fresh,
        "there": len(set(found)) - fresh,
        "missing": list(_missing(missing[:SHOWN_MISSING])),
        "more_missing": len(missing) - SHOWN_MISSING,
        "missing_count": len(missing),
        "unreadable": [
            (place, one_line(reason)[:300]) for place, reason in library.unreadable[:SHOWN_UNREADABLE]
        ],
        "more_unreadable": len(library.unreadable) - SHOWN_UNREADABLE,
    }


def _held(request: HttpRequest, records: Sequence[PaperRecord]) -> list[int | None]:
    """The papers that the records are of; also those that this site itself wrote and nobody else knows."""
    found = recognised(records)
    site = request.build_absolute_uri("/papers/")
    handles = {
        at: handle
        for at, record in enumerate(records)
        if found[at] is None and (handle := local_handle(record, site))
    }
    known = dict(Paper.objects.filter(handle__in=set(handles.values())).values_list("handle", "pk"))
    for at, handle in handles.items():
        found[at] = known.get(handle)
    hidden = hidden_among(paper for paper in found if paper is not None)
    return [None if paper in hidden else paper for paper in found]


def _missing(records: Sequence[PaperRecord]) -> Iterator[Missing]:
    for record in records:
        title = one_line(record.title)
        names = [one_line(author.name) for author in record.authors[:2]]
        elsewhere = next((url for one in record.identifiers if (url := url_of(one))), "")
        own = next((str(one) for one in record.identifiers if one.scheme != "local"), "")
        yield Missing(
            title=title[:300],
            authors=", ".join(names)[:120] + (" and others" if len(record.authors) > 2 else ""),
            elsewhere=elsewhere,
            submit=f"{reverse('submit')}?{urlencode({'paper': own})}" if own else "",
            search=f"{reverse('search')}?{urlencode({'q': title[:300]})}",
        )
