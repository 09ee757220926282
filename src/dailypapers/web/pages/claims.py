"""Claims to papers: made, given back, appealed, and decided by moderators."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dailypapers.catalogue.likeness import name_key
from dailypapers.catalogue.models import Author, Paper
from dailypapers.community.access import Invalid, Refused
from dailypapers.community.actions import claim as actions
from dailypapers.community.actions import decide_claim
from dailypapers.community.authorship import holders
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.visitors import person_of, shown_paper
from dailypapers.web.deeds import number_of, status_of
from dailypapers.web.moderating import decided, for_moderators


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Say which of the authors one is, and see what became of it."""
    paper = shown_paper(paper_id, person_of(request))
    person = person_of(request)
    if request.method != "POST":
        return _page(request, paper)
    place, reason = number_of(request.POST.get("author")), request.POST.get("reason", "")
    try:
        if place is None:
            raise Invalid("Choose which of the authors you are.")
        made = actions.claim(person=person, paper_id=paper.pk, position=place, reason=reason)
    except Refused as problem:
        return _page(request, paper, problem, chosen=place, typed=reason)
    if made.state == Claim.State.CONFIRMED:
        messages.success(request, f"You are confirmed as {made.name}, {made.get_how_display()}.")
    else:
        messages.success(request, "A moderator will look at it; you will be told.")
    return redirect("claim", paper.pk)


@login_required
@require_POST
def give_back(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Take one's claim back."""
    return _do(
        request,
        paper_id,
        lambda person: actions.give_back(person=person, paper_id=paper_id),
        "Your claim is taken back.",
    )


@login_required
@require_POST
def appeal(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Ask for another look at a claim that was denied."""
    words, place = request.POST.get("reason", ""), number_of(request.POST.get("author"))

    def change(person: User) -> object:
        return actions.appeal(person=person, paper_id=paper_id, words=words, position=place)

    return _do(request, paper_id, change, "Another look will be taken; you will be told.")


@for_moderators
@require_POST
def decide(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Confirm a claim (`deed` is `confirm`) or deny it with a `reason`."""
    by, reason, deed = person_of(request), request.POST.get("reason", ""), request.POST.get("deed", "")

    def act() -> str:
        if deed == "confirm":
            made = decide_claim.confirm(claim_id=claim_id, by=by)
            return f"{made.person.shown_name} is confirmed as {made.name}."
        if deed == "deny":
            made = decide_claim.deny(claim_id=claim_id, by=by, reason=reason)
            return f"{made.person.shown_name} is told why."
        raise Invalid("Choose what to do.")

    return decided(request, act, "/moderation?show=claims")


def _do(request: HttpRequest, paper_id: int, change: Callable[[User], object], done: str) -> HttpResponse:
    paper = shown_paper(paper_id, person_of(request))
    try:
        change(person_of(request))
    except Refused as problem:
        return _page(
            request,
            paper,
            problem,
            chosen=number_of(request.POST.get("author")),
            typed=request.POST.get("reason", ""),
        )
    messages.success(request, done)
    return redirect("claim", paper.pk)


def _page(
    request: HttpRequest,
    paper: Paper,
    problem: Refused | None = None,
    *,
    chosen: int | None = None,
    typed: str = "",
) -> HttpResponse:
    person = person_of(request)
    mine = Claim.objects.filter(person=person, paper=paper).first()
    authors = list(Author.objects.filter(paper=paper).order_by("position"))
    held = holders(paper.pk, [author.name for author in authors])
    if chosen is None:
        chosen = mine.position if mine else _likely(person, authors)
    context: dict[str, Any] = {
        "paper": paper,
        "path": address_of(paper.handle),
        "claim": mine,
        "authors": [(one, held.get(one.position)) for one in authors],
        "chosen": chosen,
        "typed": typed[: 2 * actions.LONGEST] or (mine.reason if mine and mine.state == "open" else ""),
        "longest": actions.LONGEST,
        "refused": problem,
        "orcid": person.orcid,
    }
    status = status_of(problem) if problem else 200
    return render(request, "pages/claim.html", context, status=status)


def _likely(person: User, authors: list[Author]) -> int | None:
    """The author that the person most likely is: by ORCID, else the only one of that name."""
    by_orcid = [one.position for one in authors if person.orcid and one.orcid == person.orcid]
    by_name = [one.position for one in authors if name_key(one.name) == name_key(person.name)]
    likely = by_orcid or by_name
    return likely[0] if len(likely) == 1 else None
