"""What authors put right of a paper: seen by everyone, changed by them, undone by moderators."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dailypapers.catalogue.corrections import BY_AUTHOR, find_place
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import PaperRecord
from dailypapers.community.access import Invalid, Refused
from dailypapers.community.actions import correct_paper as actions
from dailypapers.community.claiming import amendments, confirmed_authors
from dailypapers.community.models.claims import Amendment, Claim
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.visitors import person_of, reader, shown_paper
from dailypapers.web.deeds import status_of
from dailypapers.web.moderating import decided, for_moderators

KIND_NAMES = {
    "code": "Code",
    "project": "Project page",
    "model": "Model",
    "dataset": "Data set",
    "media": "Video, slides or poster",
}
"""What the links are called of which authors may add or take off some."""


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, paper_id: int) -> HttpResponse:
    """What was put right and by whom; for confirmed authors, the forms to do so."""
    paper = shown_paper(paper_id, reader(request))
    if request.method != "POST":
        return _page(request, paper)
    person = reader(request)
    if not isinstance(person, User) and not person.is_authenticated:
        return HttpResponseRedirect(f"/accounts/login/?next=/corrections/on/{paper_id}")
    deed = request.POST.get("deed", "")
    try:
        _change(request, paper_id, deed)(person)
    except Refused as problem:
        return _page(request, paper, problem, deed)
    messages.success(request, "It is put right.")
    return redirect("corrections", paper.pk)


def _change(request: HttpRequest, paper_id: int, deed: str) -> Callable[[User], PaperRecord]:
    """What a form asks for. Raises `Refused` for one that is none of ours."""
    kind, url, text = (request.POST.get(name, "") for name in ("kind", "url", "text"))

    def change(person: User) -> PaperRecord:
        if deed == "add-link":
            return actions.add_link(person=person, paper_id=paper_id, kind=kind, url=url)
        if deed == "take-off-link":
            return actions.take_off_link(person=person, paper_id=paper_id, kind=kind, url=url)
        if deed == "summary":
            return actions.summarize(person=person, paper_id=paper_id, text=text)
        if deed == "affiliation":
            return actions.affiliate(person=person, paper_id=paper_id, text=text)
        raise Invalid("Use one of the forms below.")

    return change


@for_moderators
@require_POST
def undo(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Let what sources say count again, for moderators."""
    by = person_of(request)
    paper_id = get_object_or_404(Amendment, pk=amendment_id).paper_id

    def act() -> str:
        actions.undo(amendment_id=amendment_id, by=by, reason=request.POST.get("reason", ""))
        return "What sources say counts again."

    return decided(request, act, f"/corrections/on/{paper_id}")


def _page(request: HttpRequest, paper: Paper, problem: Refused | None = None, deed: str = "") -> HttpResponse:
    viewer = reader(request)
    mine = None
    if viewer.is_authenticated:
        mine = Claim.objects.filter(person=viewer, paper=paper, state=Claim.State.CONFIRMED).first()
    moderates = viewer.is_authenticated and viewer.moderates
    context = {
        "paper": paper,
        "path": address_of(paper.handle),
        "claim": mine,
        "amendments": [(one, _what(one), _put(one)) for one in amendments(paper.pk)],
        "moderates": moderates,
        "confirmed": confirmed_authors(paper.pk) if moderates else (),
        "refused": problem,
        "deed": deed,
        "typed": {name: request.POST.get(name, "")[:2_000] for name in ("kind", "url", "text")},
        "kinds": KIND_NAMES,
        "longest_summary": actions.LONGEST_SUMMARY,
        "longest_affiliation": actions.LONGEST_AFFILIATION,
    }
    if mine is not None:
        record = held_records([paper.pk])[paper.pk]
        place = find_place([author.name for author in record.authors], mine.name, mine.position)
        context |= {
            "links": [(KIND_NAMES[link.kind], link) for link in record.links if link.kind in KIND_NAMES],
            "summary": next((one.text for one in record.summaries if one.origin == BY_AUTHOR), ""),
            "author": record.authors[place] if place is not None else None,
        }
    status = status_of(problem) if problem else 200
    return render(request, "pages/corrections.html", context, status=status)


def _what(amendment: Amendment) -> str:
    """What was put right, in words."""
    kind, _, _ = amendment.subject.partition(" ")
    name = KIND_NAMES.get(kind, kind).lower()
    if amendment.kind == "link":
        return f"Link added, {name}"
    if amendment.kind == "no-link":
        return f"Link taken off, {name}"
    if amendment.kind == "affiliation":
        return f"Affiliation of {amendment.subject}"
    return "Summary in a sentence"


def _put(amendment: Amendment) -> str:
    """What it says since."""
    return amendment.text or amendment.subject.partition(" ")[2]
