"""Voting: a form that works without JavaScript, and the same answer in place with it."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from dailypapers.catalogue.models import Mention, Paper
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import vote as actions
from dailypapers.community.voting import SHOWN_VOTERS, voting
from dailypapers.ranking.refresh import refresh_paper
from dailypapers.web.addresses import address_of
from dailypapers.web.visitors import address_of_visitor, reader
from dailypapers.web.voting import ON_A_PAPER_PAGE, ShownVotes, shown_votes


def change(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Cast the reader's vote, or take it back with `back=1`; then back to where the reader was."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"], "Votes are cast with the button on a paper.\n", "text/plain")
    in_place = bool(HtmxDetails(request))
    back = _back(request, paper_id)
    person = reader(request)
    if not person.is_authenticated:
        to = f"{reverse('account_login')}?{urlencode({'next': back})}"
        return HttpResponse(headers={"HX-Redirect": to}) if in_place else HttpResponseRedirect(to)
    refused, status = "", 200
    try:
        if request.POST.get("back") == "1":
            changed = actions.take_back(person=person, paper_id=paper_id)
        else:
            changed = actions.vote(person=person, paper_id=paper_id, address=address_of_visitor(request))
        if changed.outcome in ("counted", "taken back"):
            refresh_paper(paper_id)
    except TooMany as problem:
        refused, status = str(problem), 429
    except Refused as problem:
        refused, status = str(problem), 403
    if in_place:
        context = {"votes": _shown(request, paper_id), "refused": refused}
        return render(request, "votes.html", context, status=status)
    if refused:
        return render(request, "pages/refused.html", {"refused": refused, "back": back}, status=status)
    return HttpResponseRedirect(back)


def _back(request: HttpRequest, paper_id: int) -> str:
    """Where the reader was, at the paper; its own page where that is not told or leads elsewhere."""
    told = request.POST.get("next", "")[:2_000]
    if told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None):
        return f"{told.partition('#')[0]}#paper-{paper_id}"
    handle = Paper.objects.filter(pk=paper_id).values_list("handle", flat=True).first()
    return address_of(handle) if handle else "/"


def _shown(request: HttpRequest, paper_id: int) -> ShownVotes:
    on_page = request.GET.get("page") == "1"
    viewer = reader(request)
    found = voting([paper_id], viewer, ON_A_PAPER_PAGE if on_page else SHOWN_VOTERS)[paper_id]
    return shown_votes(found, Mention.objects.filter(paper=paper_id), on_page=on_page)
