"""What the members of a private group say of a paper among themselves."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dailypapers.catalogue.models import Paper
from dailypapers.community.grouping import visible
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.visitors import reader, shown_paper
from dailypapers.web.deeds import number_of
from dailypapers.web.discussion import ShownDiscussion, Told, group_discussion


@never_cache
@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, slug: str, paper_id: int) -> HttpResponse:
    """The group's discussion of a paper; for others there is no such page."""
    seen = visible(slug, Group.Kind.PRIVATE, reader(request))
    if seen is None:
        raise Http404("There is no such group, or it is private and you do not belong to it.")
    paper = shown_paper(paper_id, reader(request))
    return show(request, paper, seen[0].pk, page=number_of(request.GET.get("comments")) or 1)


def shown_discussion(
    request: HttpRequest, paper: Paper, group_id: int, *, page: int = 1, told: Told | None = None
) -> ShownDiscussion:
    """The discussion, for members. Raises `Http404` for everyone else, those invited among them."""
    viewer = reader(request)
    mine = None
    if viewer.is_authenticated:
        rows = Membership.objects.filter(group=group_id, person=viewer, state__in=Membership.BELONGS)
        mine = rows.filter(group__kind=Group.Kind.PRIVATE).select_related("group").first()
    if mine is None:
        raise Http404("There is no such group, or it is private and you do not belong to it.")
    assert isinstance(viewer, User) or viewer.is_authenticated  # noqa: S101
    runs = mine.state == Membership.State.ADMIN
    return group_discussion(paper, mine.group, viewer, runs=runs, page=page, told=told)


def show(
    request: HttpRequest,
    paper: Paper,
    group_id: int,
    *,
    page: int = 1,
    told: Told | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `told` is what one of its forms could not do."""
    shown = shown_discussion(request, paper, group_id, page=page, told=told)
    context = {
        "paper": paper,
        "group": shown.group,
        "discussion": shown,
        "path": address_of(paper.handle),
    }
    return render(request, "pages/group_paper.html", context, status=status)
