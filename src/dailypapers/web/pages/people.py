"""A person's page and picture."""

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control

from dailypapers.community.actions.follow import following
from dailypapers.community.actions.report import OF_PEOPLE, choices
from dailypapers.community.claiming import papers_claimed
from dailypapers.community.collecting import of_person
from dailypapers.community.grouping import groups_of
from dailypapers.community.joined import joined
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.models.votes import Vote
from dailypapers.community.trust import links_wait
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.comment_words import excerpt
from dailypapers.presentation.other_forms import OtherForms, forms_of
from dailypapers.presentation.people import avatar
from dailypapers.presentation.visitors import reader
from dailypapers.web.deeds import page_of

PER_PAGE = 25
SHOWN_PAPERS = 10
"""Claimed papers that a page shows at first; `?papers=all` shows the others too."""
MOST_PAPERS = 500
LAST_PAGE = 400
SHOWN_COLLECTIONS = 10
SHOWN_SUBMISSIONS = 10
SHOWN_COMMENTS = 5
LONGEST_EXCERPT = 160


def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """What a person says and lets others see; oneself sees all of it."""
    if handle != handle.lower():
        return HttpResponseRedirect(f"/people/{handle.lower()}")
    person = joined().filter(handle=handle).first()
    if person is None:
        raise Http404("Nobody has this handle. People change theirs, and leave.")
    viewer = reader(request)
    is_own = viewer.pk == person.pk
    page = page_of(request, LAST_PAGE)
    votes = list(_votes(person, is_own=is_own)[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    path = f"/people/{handle}"
    most = MOST_PAPERS if request.GET.get("papers") == "all" else SHOWN_PAPERS
    claims = list(papers_claimed(person, is_own=is_own)[: most + 1])
    context = {
        "person": person,
        "is_own": is_own,
        "waits": (waits := links_wait(person, timezone.now())),
        "tells": is_own or not waits or (viewer.is_authenticated and viewer.moderates),
        "papers": [(claim, address_of(claim.paper.handle)) for claim in claims[:most]],
        "organizations": [
            one.group
            for one in groups_of(person, kind=Group.Kind.ORGANIZATION)
            if one.state in Membership.BELONGS
        ],
        "more_papers": most == SHOWN_PAPERS < len(claims),
        "votes": [(vote, address_of(vote.paper.handle)) for vote in votes[:PER_PAGE]],
        "previous_page": (path if page == 2 else f"{path}?page={page - 1}") if page > 1 else "",
        "next_page": f"{path}?page={page + 1}" if len(votes) > PER_PAGE and page < LAST_PAGE else "",
    }
    if viewer.is_authenticated and not is_own:
        context["follows"], context["followed"] = True, following(viewer, "person", handle)
        context["report_reasons"] = choices(OF_PEOPLE)
    put_forward = Submission.objects.filter(person=person, paper__hidden=None).select_related("paper")
    newest = put_forward.only("day", "paper__handle", "paper__title").order_by("-created_at")
    context["submissions"] = [(one, address_of(one.paper.handle)) for one in newest[:SHOWN_SUBMISSIONS]]
    context["comments"] = _shown_comments(_comments(person, is_own=is_own)[:SHOWN_COMMENTS])
    context["collections"] = of_person(person, viewer)[:SHOWN_COLLECTIONS]
    context["other_forms"] = [
        OtherForms("", markdown=f"{path}.md"),
        forms_of(f"{path}/submissions", title="Put forward"),
        *_feeds(person),
    ]
    return render(request, "pages/profile.html", context)


def _feeds(person: User) -> list[OtherForms]:
    """The feed of someone's comments, where they let others see them."""
    return [forms_of(f"/people/{person.handle}/comments", title="Comments")] if person.shows_comments else []


def comments(request: HttpRequest, handle: str) -> HttpResponse:
    """What someone has said, as far as they let it be seen; oneself sees also what waits or is hidden."""
    person = joined().filter(handle=handle).first()
    if person is None:
        raise Http404("Nobody has this handle. People change theirs, and leave.")
    is_own = reader(request).pk == person.pk
    page = page_of(request, LAST_PAGE)
    rows = _comments(person, is_own=is_own)[(page - 1) * PER_PAGE : page * PER_PAGE + 1]
    found = _shown_comments(rows)
    context = {
        "person": person,
        "is_own": is_own,
        "other_forms": _feeds(person),
        "comments": found[:PER_PAGE],
        "previous_page": f"?page={page - 1}" if page > 1 else "",
        "next_page": f"?page={page + 1}" if len(found) > PER_PAGE and page < LAST_PAGE else "",
    }
    return render(request, "pages/person_comments.html", context)


def _comments(person: User, *, is_own: bool) -> QuerySet[Comment]:
    """The comments to show, the newest first."""
    said = Comment.objects.filter(author=person).select_related("paper").order_by("-created_at", "-pk")
    if is_own:
        still_there = Q(hidden_at=None) | Q(waits=True) | ~Q(hidden_for="")
        return said.filter(still_there).exclude(body="")
    return said.filter(hidden_at=None, paper__hidden=None) if person.shows_comments else said.none()


def _shown_comments(rows: QuerySet[Comment]) -> list[tuple[Comment, str]]:
    return [(one, excerpt(one, LONGEST_EXCERPT)) for one in rows]


def _votes(person: User, *, is_own: bool) -> QuerySet[Vote]:
    """The votes to show, the newest first; one that is held is seen by its person only."""
    votes = (
        Vote.objects.filter(person=person)
        .select_related("paper")
        .only("created_at", "held", "person_id", "paper__handle", "paper__title", "paper__withdrawn")
        .order_by("-created_at")
    )
    if is_own:
        return votes
    return votes.filter(held="", paper__hidden=None) if person.shows_votes else votes.none()


@cache_control(public=True, max_age=86_400)
def picture(request: HttpRequest, handle: str) -> HttpResponse:
    """Two letters on a colour; nobody outside is asked for a picture."""
    person = joined().filter(handle=handle).only("handle", "name").first()
    if person is None:
        raise Http404("Nobody has this handle.")
    return HttpResponse(avatar(person.handle, person.shown_name), content_type="image/svg+xml")
