"""Voting: a form that works without JavaScript, and the same answer in place with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dailypapers.catalogue.models import Mention
from dailypapers.community.actions import vote as actions
from dailypapers.community.models.people import User
from dailypapers.community.voting import SHOWN_VOTERS, voting
from dailypapers.presentation.visitors import address_of_visitor, reader
from dailypapers.presentation.voting import ON_A_PAPER_PAGE, ShownVotes, shown_votes
from dailypapers.ranking.refresh import refresh_paper
from dailypapers.web.deeds import at_paper, deed


def change(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Cast the reader's vote, or take it back with `back=1`; then back to where the reader was."""

    def cast(person: User) -> None:
        if request.POST.get("back") == "1":
            changed = actions.take_back(person=person, paper_id=paper_id)
        else:
            changed = actions.vote(person=person, paper_id=paper_id, address=address_of_visitor(request))
        if changed.outcome in ("counted", "taken back"):
            refresh_paper(paper_id)

    def in_place(refused: str) -> HttpResponse:
        asks = reader(request).is_authenticated
        context = {"votes": _shown(request, paper_id), "asks": asks, "refused": refused}
        return render(request, "votes.html", context)

    return deed(request, at_paper(request, paper_id), cast, in_place)


def _shown(request: HttpRequest, paper_id: int) -> ShownVotes:
    on_page = request.GET.get("page") == "1"
    viewer = reader(request)
    found = voting([paper_id], viewer, ON_A_PAPER_PAGE if on_page else SHOWN_VOTERS)[paper_id]
    return shown_votes(found, Mention.objects.filter(paper=paper_id), on_page=on_page)
