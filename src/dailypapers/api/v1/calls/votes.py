"""Votes and bookmarks: who voted, as far as they let it be seen; one's own with a token."""

from typing import Annotated, Final

from django.http import HttpResponse
from ninja import Query, Router

from dailypapers.api.v1 import cursors
from dailypapers.api.v1.access import Asked, person_of, reader_of
from dailypapers.api.v1.answers import answer, chosen, done, following, site_of
from dailypapers.api.v1.parameters import Cursor, Fields, PaperId, changes, reads, takes
from dailypapers.api.v1.problems import Problem
from dailypapers.api.v1.reading import FIELDS, kept_stamp, named, papers, stamps
from dailypapers.api.v1.schemas.community import PaperVotes, VoteChanged
from dailypapers.api.v1.schemas.papers import Papers
from dailypapers.api.v1.tokens import Token
from dailypapers.catalogue.models import Mention
from dailypapers.community.actions import bookmark
from dailypapers.community.actions import vote as actions
from dailypapers.community.models.collections import Bookmark
from dailypapers.community.voting import voting
from dailypapers.presentation.visitors import address_of_visitor
from dailypapers.ranking.refresh import refresh_paper

router = Router(tags=["Votes and bookmarks"])

PER_PAGE: Final = 25
LAST_PAGE: Final = 1_000


@router.get(
    "/papers/{path:id}/votes", response=reads(PaperVotes), operation_id="getVotes", summary="Who voted"
)
def get_votes(
    request: Asked,
    paper_id: PaperId,
    limit: Annotated[int, Query(ge=0, le=100, description="How many voters to name.")] = 20,
) -> HttpResponse:
    """The votes for a paper: how many, and the newest who let it be seen."""
    viewer = reader_of(request)
    paper = named(paper_id, viewer)
    found = voting([paper.pk], viewer, limit)[paper.pk]
    elsewhere = sum(Mention.objects.filter(paper=paper.pk).values_list("votes", flat=True))
    told: PaperVotes = {
        "total": found.votes + elsewhere,
        "here": found.votes,
        "elsewhere": elsewhere,
        "voters": [{"handle": one.handle, "name": one.name} for one in found.voters],
        "more": found.more,
        "mine": found.mine,
        "held": found.held,
    }
    return answer(request, lambda: told, told)


@router.put(
    "/papers/{path:id}/vote",
    response=changes(VoteChanged),
    operation_id="vote",
    summary="Vote for a paper",
    auth=Token("vote"),
    openapi_extra=takes("vote"),
)
def vote(request: Asked, paper_id: PaperId) -> HttpResponse:
    """Vote for a paper; voting twice changes nothing."""
    paper = named(paper_id, person_of(request))
    address = address_of_visitor(request)
    return _voted(actions.vote(person=person_of(request), paper_id=paper.pk, address=address), paper.pk)


@router.delete(
    "/papers/{path:id}/vote",
    response=changes(VoteChanged),
    operation_id="takeVoteBack",
    summary="Take a vote back",
    auth=Token("vote"),
    openapi_extra=takes("vote"),
)
def take_vote_back(request: Asked, paper_id: PaperId) -> HttpResponse:
    """Take one's vote back; where there is none nothing changes."""
    paper = named(paper_id, person_of(request))
    return _voted(actions.take_back(person=person_of(request), paper_id=paper.pk), paper.pk)


def _voted(changed: actions.Changed, paper_id: int) -> HttpResponse:
    if changed.outcome in ("counted", "taken back"):
        refresh_paper(paper_id)
    told: VoteChanged = {"outcome": changed.outcome, "votes": changed.votes}
    return done(told)


@router.get(
    "/saved",
    response=reads(Papers),
    operation_id="listSaved",
    summary="One's bookmarks",
    auth=Token("read"),
    openapi_extra=takes("read"),
)
def saved(request: Asked, cursor: Cursor = "", fields: Fields = "") -> HttpResponse:
    """The papers that one wants to come back to, the last kept first, 25 a page."""
    wanted, page = chosen(fields, FIELDS), cursors.number(cursor, "page") or 1
    if page > LAST_PAGE:
        raise Problem(400, f"cursor: there are {LAST_PAGE:,} pages at most.", "cursor")
    person, site = person_of(request), site_of(request)
    kept = Bookmark.objects.filter(person=person, paper__hidden=None).order_by("-created_at", "-pk")
    found = list(kept.values_list("paper_id", flat=True)[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    ids = found[:PER_PAGE]
    more = len(found) > PER_PAGE and page < LAST_PAGE
    further = following(request, cursors.cursor("page", page + 1) if more else None)

    def make() -> Papers:
        return {"papers": papers(ids, site, person, wanted), "next": further}

    return answer(request, make, stamps(ids), kept_stamp(ids, person), further=further)


@router.put(
    "/papers/{path:id}/saved",
    response=changes(None, 204),
    operation_id="savePaper",
    summary="Bookmark a paper",
    auth=Token("collect"),
    openapi_extra=takes("collect"),
)
def save(request: Asked, paper_id: PaperId) -> HttpResponse:
    """Keep a paper to come back to; twice changes nothing."""
    paper = named(paper_id, person_of(request))
    bookmark.bookmark(person=person_of(request), paper_id=paper.pk)
    return done(None, 204)


@router.delete(
    "/papers/{path:id}/saved",
    response=changes(None, 204),
    operation_id="letPaperGo",
    summary="Take a bookmark away",
    auth=Token("collect"),
    openapi_extra=takes("collect"),
)
def let_go(request: Asked, paper_id: PaperId) -> HttpResponse:
    """Take one's bookmark away; where there is none nothing changes."""
    paper = named(paper_id, person_of(request))
    bookmark.let_go(person=person_of(request), paper_id=paper.pk)
    return done(None, 204)
