"""People as they let others see them, oneself, organizations, and what one follows."""

from typing import Annotated, Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router

from dailypapers.api.v1 import cursors
from dailypapers.api.v1.access import Asked, person_of, reader_of
from dailypapers.api.v1.answers import answer, chosen, following, site_of
from dailypapers.api.v1.calls.collections import told_of
from dailypapers.api.v1.parameters import Cursor, Fields, reads, takes
from dailypapers.api.v1.problems import Problem, not_found
from dailypapers.api.v1.reading import FIELDS, Viewer, kept_stamp, papers, stamps
from dailypapers.api.v1.schemas import community as schemas
from dailypapers.api.v1.schemas.papers import Papers
from dailypapers.api.v1.tokens import Token
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Category, Paper
from dailypapers.community import grouping
from dailypapers.community.actions.follow import all_of
from dailypapers.community.claiming import papers_claimed
from dailypapers.community.collecting import of_person
from dailypapers.community.joined import joined
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.models.votes import Vote
from dailypapers.community.trust import links_wait
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.following import because
from dailypapers.ranking import followed
from dailypapers.ranking.nearby import newest_day

router = Router(tags=["People"])

NEWEST: Final = 25
MOST_PAPERS: Final = 100
PER_PAGE: Final = 25
LAST_PAGE: Final = 400


@router.get(
    "/me",
    response=reads(schemas.Me),
    operation_id="me",
    summary="Whose token it is",
    auth=Token(""),
    openapi_extra=takes("any"),
)
def me(request: Asked) -> HttpResponse:
    """Who a token stands for and what it is good for."""
    person = person_of(request)
    scopes = sorted(request.caller.scopes) if request.caller else []
    told: schemas.Me = {"handle": person.handle, "name": person.shown_name, "scopes": scopes}
    return answer(request, lambda: told, told)


@router.get(
    "/feed",
    response=reads(schemas.FeedPage),
    operation_id="feed",
    summary="The newest from what one follows",
    auth=Token("read"),
    openapi_extra=takes("read"),
)
def feed(request: Asked, cursor: Cursor = "", fields: Fields = "") -> HttpResponse:
    """What `/following` shows: papers from the people, authors, fields and searches that one follows."""
    wanted, page = chosen(fields, FIELDS), cursors.number(cursor, "page") or 1
    if page > followed.LAST_PAGE:
        raise Problem(400, f"cursor: a feed has {followed.LAST_PAGE} pages.", "cursor")
    person, site = person_of(request), site_of(request)
    follows = all_of(person)
    found = followed.newest_followed(follows, newest_day(today()) or today(), page)
    more = len(found) > followed.PER_PAGE and page < followed.LAST_PAGE
    shown = {one.paper_id: one for one in found[: followed.PER_PAGE]}
    ids = list(shown)
    stamp = stamps(ids)
    further = following(request, cursors.cursor("page", page + 1) if more else None)

    def make() -> schemas.FeedPage:
        of_paper: dict[int, list[str]] = {}
        rows = Category.objects.filter(paper__in=ids).order_by("position")
        for paper_id, name in rows.values_list("paper_id", "name"):
            of_paper.setdefault(paper_id, []).append(name)
        by_number = {one.pk: one for one in follows}
        told = dict(zip([row[0] for row in stamp], papers(ids, site, person, wanted), strict=True))
        return {
            "entries": [
                {
                    "day": shown[pk].day.isoformat(),
                    "because": [
                        {"how": one.how, "label": one.label, "url": site + one.address}
                        for one in because(of_paper.get(pk, []), shown[pk], by_number)
                    ],
                    "paper": paper,
                }
                for pk, paper in told.items()
            ],
            "next": further,
        }

    brought = [(one.paper_id, one.day, sorted(one.by.items())) for one in shown.values()]
    return answer(request, make, stamp, kept_stamp(ids, person), brought, further=further)


@router.get("/people/{handle}", response=reads(schemas.Person), operation_id="getPerson", summary="A person")
def get_person(
    request: Asked, handle: Annotated[str, Path(description="What follows /people/.", max_length=100)]
) -> HttpResponse:
    """What someone says, and what of theirs they let others see; with one's own token all of one's own."""
    person = joined().filter(handle=handle.lower()).first()
    if person is None:
        raise not_found("handle: nobody has this handle. People change theirs, and leave.", "handle")
    told = _person(person, reader_of(request), site_of(request))
    return answer(request, lambda: told, told)


def _person(person: User, viewer: Viewer, site: str) -> schemas.Person:
    is_own = viewer.pk == person.pk
    # As on the page: what new accounts say of themselves waits as their links do.
    tells = is_own or not links_wait(person, timezone.now()) or (viewer.is_authenticated and viewer.moderates)
    belongs = grouping.groups_of(person, kind=Group.Kind.ORGANIZATION)
    collections = list(of_person(person, viewer).select_related("owner", "group")[:NEWEST])
    put_forward = Submission.objects.filter(person=person, paper__hidden=None).select_related("paper")
    return {
        "handle": person.handle,
        "name": person.shown_name,
        "url": f"{site}/people/{person.handle}",
        "affiliation": person.affiliation,
        "about": person.about if tells else "",
        "links": list(person.links) if tells else [],
        "orcid": person.orcid,
        "moderator": person.is_moderator,
        "organizations": [one.group.slug for one in belongs if one.state in Membership.BELONGS],
        "papers": [_name(one.paper, site) for one in papers_claimed(person, is_own=is_own)[:MOST_PAPERS]],
        "submitted": [_name(one.paper, site) for one in put_forward.order_by("-created_at")[:NEWEST]],
        "votes": _votes(person, site) if is_own or person.shows_votes else None,
        "comments": _comments(person) if is_own or person.shows_comments else None,
        "collections": told_of(collections, site, {one.pk for one in collections} if is_own else set()),
    }


def _votes(person: User, site: str) -> list[schemas.PaperName]:
    votes = Vote.objects.filter(person=person, held="", paper__hidden=None).select_related("paper")
    return [_name(one.paper, site) for one in votes.order_by("-created_at")[:NEWEST]]


def _comments(person: User) -> list[int]:
    said = Comment.objects.filter(author=person, hidden_at=None, paper__hidden=None)
    return list(said.order_by("-created_at", "-pk").values_list("pk", flat=True)[:NEWEST])


def _name(paper: Paper, site: str) -> schemas.PaperName:
    return {"id": paper.handle, "title": paper.title, "url": site + address_of(paper.handle)}


@router.get(
    "/organizations",
    response=reads(schemas.Organizations),
    operation_id="listOrganizations",
    summary="Organizations",
)
def organizations(
    request: Asked,
    q: Annotated[str, Query(description="What their names have.", max_length=100)] = "",
    cursor: Cursor = "",
) -> HttpResponse:
    """All organizations by their names, 25 a page. Private groups are not among them."""
    page, site = _page(cursor), site_of(request)
    rows = list(grouping.organizations(q.strip())[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    further = following(request, cursors.cursor("page", page + 1) if len(rows) > PER_PAGE else None)
    told = [_organization(one, site) for one in rows[:PER_PAGE]]
    return answer(request, lambda: {"organizations": told, "next": further}, told, further=further)


@router.get(
    "/organizations/{slug}/papers",
    response=reads(Papers),
    operation_id="listOrganizationPapers",
    summary="The papers of an organization",
)
def organization_papers(
    request: Asked,
    slug: Annotated[str, Path(description="What follows /organizations/.", max_length=100)],
    cursor: Cursor = "",
    fields: Fields = "",
) -> HttpResponse:
    """What an organization's page shows, the newest first, 25 a page."""
    wanted, page = chosen(fields, FIELDS), _page(cursor)
    viewer, site = reader_of(request), site_of(request)
    group = _seen(slug, viewer)
    found = list(grouping.papers_of(group)[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    ids = found[:PER_PAGE]
    further = following(request, cursors.cursor("page", page + 1) if len(found) > PER_PAGE else None)

    def make() -> Papers:
        return {"papers": papers(ids, site, viewer, wanted), "next": further}

    return answer(request, make, stamps(ids), kept_stamp(ids, viewer), further=further)


@router.get(
    "/organizations/{slug}",
    response=reads(schemas.Organization),
    operation_id="getOrganization",
    summary="One organization",
)
def organization(
    request: Asked, slug: Annotated[str, Path(description="What follows /organizations/.", max_length=100)]
) -> HttpResponse:
    """What an organization says of itself."""
    told = _organization(_seen(slug, reader_of(request)), site_of(request))
    return answer(request, lambda: told, told)


def _seen(slug: str, viewer: Viewer) -> Group:
    seen = grouping.visible(slug, Group.Kind.ORGANIZATION, viewer)
    if seen is None:
        raise not_found("slug: there is no such organization.", "slug")
    return seen[0]


def _organization(group: Group, site: str) -> schemas.Organization:
    return {
        "slug": group.slug,
        "url": site + group.address,
        "name": group.name,
        "about": group.about,
        "links": list(group.links),
        "ror": group.ror,
        "members": group.members,
    }


def _page(cursor: str) -> int:
    page = cursors.number(cursor, "page") or 1
    if page > LAST_PAGE:
        raise Problem(400, f"cursor: there are {LAST_PAGE} pages at most.", "cursor")
    return page
