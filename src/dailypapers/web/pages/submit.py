"""Submitting a paper: its name is looked up, the paper is shown, and whoever asked confirms it."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dailypapers.catalogue import pasted
from dailypapers.catalogue.finding import find, meant
from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.identifiers import url_of
from dailypapers.catalogue.models import Identifier, Paper
from dailypapers.catalogue.pasted import Pasted
from dailypapers.catalogue.records import PaperRecord
from dailypapers.community import media
from dailypapers.community.access import Refused
from dailypapers.community.actions import submit as actions
from dailypapers.community.comment_text import LONGEST
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.media import LONGEST_VIDEO, Upload
from dailypapers.community.models.people import User
from dailypapers.community.submitting import require_may_submit, require_new_enough, submitted
from dailypapers.community.trust import links_wait
from dailypapers.ingest.looking_up import NotFound, Slow, look_up, looked_up
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.sources import label
from dailypapers.presentation.visitors import address_of_visitor, person_of
from dailypapers.ranking.refresh import refresh_paper
from dailypapers.web.deeds import status_of
from dailypapers.web.pages.paper import dated

SHOWN_AUTHORS = 20
LOOKS_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The paper that a name leads to: one that is held, or what a source told of it."""

    name: str
    record: PaperRecord
    paper: Paper | None = None


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for a paper's name; with `?paper=`, show the paper and ask whether it is this one.

    A GET asks no source: it shows what was found before, so that no link makes us fetch anything.
    """
    person = person_of(request)
    posted = request.method == "POST"
    name = (request.POST if posted else request.GET).get("paper", "").replace("\x00", "").strip()
    name = name[: pasted.LONGEST]
    try:
        require_may_submit(person, timezone.now())
        if not name:
            problem = "Write or paste something that names the paper." if posted else ""
            return _form(request, problem=problem, status=422 if posted else 200)
        wanted = _looked_for(person, name, ask=posted)
    except (Refused, NotFound) as problem:
        return _form(request, name, str(problem), _status(problem) if posted else 200)
    except Slow:
        again = f"{reverse('submit')}?{urlencode({'paper': name})}"
        return render(request, "pages/submit_waits.html", {"again": again, "name": name})
    if wanted is None:
        return _form(request, name)
    if wanted.paper is not None and (stays := _why_it_stays(person, wanted.paper)):
        messages.info(request, stays)
        return HttpResponseRedirect(address_of(wanted.paper.handle))
    if posted:
        return HttpResponseRedirect(f"{reverse('submit')}?{urlencode({'paper': wanted.name})}")
    return _preview(request, wanted)


@never_cache
@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Submit the paper that was shown, with what the person says of it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"], "A paper is submitted with the form.\n", "text/plain")
    person = person_of(request)
    name = request.POST.get("paper", "").replace("\x00", "")[: pasted.LONGEST]
    words = request.POST.get("words", "")
    try:
        wanted = _looked_for(person, name, ask=True)
        assert wanted is not None  # noqa: S101
    except (Refused, NotFound) as problem:
        return _form(request, name, str(problem), _status(problem))
    except Slow:
        return _form(request, name, "The source is slow. Look the paper up once more in a minute.", 503)
    if wanted.paper is not None and (stays := _why_it_stays(person, wanted.paper)):
        messages.info(request, stays)
        return HttpResponseRedirect(address_of(wanted.paper.handle))
    try:
        submission = actions.submit(
            person=person,
            paper_id=wanted.paper.pk if wanted.paper else None,
            record=None if wanted.paper else wanted.record,
            words=words,
            uploads=[cast(Upload, one) for one in request.FILES.getlist("media")],
            description=request.POST.get("description", "")[:1_000],
            address=address_of_visitor(request),
        )
    except Refused as problem:
        why = f"{problem} Choose the files again." if request.FILES else str(problem)
        return _preview(request, wanted, why, words[: 2 * LONGEST], _status(problem))
    refresh_paper(submission.paper_id)
    messages.success(request, "The paper stands on today’s list. Your vote for it is counted.")
    handle = Paper.objects.values_list("handle", flat=True).get(pk=submission.paper_id)
    return HttpResponseRedirect(address_of(handle))


@login_required
def take_back(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Let a paper be put forward no more."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"], "This is done on a paper’s page.\n", "text/plain")
    handle = Paper.objects.filter(pk=paper_id).values_list("handle", flat=True).first()
    back = address_of(handle) if handle else "/"
    try:
        actions.take_back(paper_id=paper_id, by=person_of(request), reason=request.POST.get("reason", ""))
    except Refused as problem:
        context = {"refused": str(problem), "back": back}
        return render(request, "pages/refused.html", context, status=_status(problem))
    messages.success(request, "The paper is put forward no more. Your vote and your comments stay.")
    return HttpResponseRedirect(back)


def _status(problem: Refused | NotFound) -> int:
    return status_of(problem) if isinstance(problem, Refused) else 422


def _looked_for(person: User, name: str, *, ask: bool) -> _Wanted | None:
    """The paper that a name means; None where no source was asked for it yet and none is to be.

    Raises `NotFound`, `Slow`, and `TooMany` for someone who looks up more than anyone reads.
    """
    named = pasted.read(name)
    if (paper := _held(name, named)) is not None:
        return _Wanted(paper.handle, held_records([paper.pk], most_authors=SHOWN_AUTHORS)[paper.pk], paper)
    if named == Pasted():
        raise NotFound(
            "This names no paper that we know how to look up. Paste its arXiv number, its DOI, or the "
            "address of its page."
        )
    if ask:
        told = "That is many papers to look up in an hour. Go on in an hour."
        allow("look up", person, times=LOOKS_AN_HOUR, seconds=AN_HOUR, told=told)
    record = look_up(named) if ask else looked_up(named)
    if record is None:
        return None
    # The source may know it by a name under which it is held.
    for identifier in record.identifiers:
        scheme, value = identifier
        held = Identifier.objects.select_related("paper").filter(scheme=scheme, value=value).first()
        if held is not None:
            return _Wanted(held.paper.handle, record, held.paper)
    return _Wanted(name, record)


def _held(name: str, named: Pasted) -> Paper | None:
    if named.identifier is not None:
        found = find(str(named.identifier))
        return found[0] if found else None
    return None if named.url else meant(name)


def _why_it_stays(person: User, paper: Paper) -> str:
    """Why a paper that is held cannot be submitted; empty where it can."""
    if reason_for(paper):
        return "This paper is here already. Moderators hid it, and it is not put forward any more."
    if (before := submitted([paper.pk]).get(paper.pk)) is not None:
        who = "You" if before.handle == person.handle else before.name
        return f"This paper is here already: {who} put it forward on {before.day:%B} {before.day.day}."
    try:
        require_new_enough(person, paper.date, paper.precision)
    except Refused as problem:
        return f"This paper is here already. {problem}"
    return "This paper is here already. It was withdrawn." if paper.withdrawn else ""


def _form(request: HttpRequest, name: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "name": name,
        "problem": problem,
        "days": settings.SUBMIT_DAYS,
        "daily": settings.SUBMIT_DAILY,
    }
    return render(request, "pages/submit.html", context, status=status)


def _preview(
    request: HttpRequest, wanted: _Wanted, problem: str = "", words: str = "", status: int = 200
) -> HttpResponse:
    record, paper = wanted.record, wanted.paper
    context: dict[str, Any] = {
        "name": wanted.name,
        "record": record,
        "authors": record.authors[:SHOWN_AUTHORS],
        "more_authors": (paper.author_count if paper else len(record.authors)) - SHOWN_AUTHORS,
        "dated": dated(record),
        "names": [(name, url_of(name)) for name in record.identifiers],
        "source": "" if paper else label(record.source),
        "held_at": address_of(paper.handle) if paper else "",
        "problem": problem,
        "words": words,
        "longest": LONGEST,
        "waits": links_wait(person_of(request), timezone.now()),
        "description": request.POST.get("description", "")[:200],
        "takes_videos": media.takes_videos(),
        "most_media": media.MOST,
        "largest_picture": media.LARGEST_PICTURE >> 20,
        "largest_video": media.LARGEST_VIDEO >> 20,
        "longest_video": f"{LONGEST_VIDEO:g}",
    }
    return render(request, "pages/submit_confirm.html", context, status=status)
