"""The calls of the Hub that change something: each does for a token's person what a page would do."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from dailypapers.api.errors import CallRefused
from dailypapers.api.hub.answering import Sent, writes
from dailypapers.api.hub.comments import comment_told
from dailypapers.api.hub.facts import facts_of
from dailypapers.api.hub.items import AUTHOR, COMMENT, USER, flat, key_of
from dailypapers.api.hub.paper import paper_key
from dailypapers.catalogue import pasted
from dailypapers.catalogue.finding import find
from dailypapers.catalogue.hiding import hidden_among
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.models import Identifier, Paper
from dailypapers.catalogue.records import PaperRecord
from dailypapers.community.access import Refused
from dailypapers.community.actions import comment as comments
from dailypapers.community.actions import correct_paper
from dailypapers.community.actions.claim import claim as claim_paper
from dailypapers.community.actions.submit import submit as submit_paper
from dailypapers.community.actions.take_in import take_in
from dailypapers.community.authorship import is_author
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.people import User
from dailypapers.community.models.tokens import AccessToken
from dailypapers.community.submitting import require_submitter
from dailypapers.ingest.looking_up import NotFound, Slow, look_up
from dailypapers.ranking.refresh import refresh_paper

Scope = AccessToken.Scope

LOOKS_AN_HOUR = 60
"""As on the page that submits: both are counted together."""


@writes(Scope.SUBMIT)
def index(sent: Sent) -> dict[str, Any]:
    """`POST /api/papers/index {arxivId}`: have a paper taken in; one that is held stays as it is."""
    held, record = _named(sent, "arxivId")
    if held is None and record is not None:
        take_in(person=sent.person, record=record)
    return {}


@writes(Scope.SUBMIT)
def submit(sent: Sent) -> dict[str, Any]:
    """`POST /api/papers/submit {paper_id, comment?}`: put a paper forward on today's list."""
    if sent.body.get("media_urls"):
        told = "Pictures and videos are added where a paper is submitted on the site, not by their addresses."
        raise CallRefused(422, told, "media_urls")
    held, record = _named(sent, "paper_id")
    made = submit_paper(
        person=sent.person,
        paper_id=held,
        record=None if held is not None else record,
        words=sent.text("comment"),
        address=sent.address,
    )
    refresh_paper(made.paper_id)
    return {"paper": flat(facts_of([made.paper_id])[made.paper_id], sent.site)}


@writes(Scope.SUBMIT)
def links(sent: Sent, handle: str) -> dict[str, Any]:
    """`POST /api/papers/{id}/links {projectPage, githubRepo}`: say which these are, for the paper's authors.

    What is not named stays; null takes the links of that kind off.
    """
    paper_id = _shown(handle)
    if sent.body.get("organizationId") is not None:
        told = "A paper comes to an organization on the organization's page."
        raise CallRefused(422, told, "organizationId")
    wanted = [
        (kind, sent.text(name))
        for kind, name in (("project", "projectPage"), ("code", "githubRepo"))
        if name in sent.body
    ]
    with transaction.atomic():
        if not is_author(sent.person, paper_id):
            raise Refused("Only its confirmed authors can put this paper right.")
        for kind, url in wanted:
            _let_be_first(sent.person, paper_id, kind, url)
    return {}


@writes(Scope.SUBMIT)
def claim(sent: Sent) -> dict[str, Any]:
    """`POST /api/settings/papers/claim {paperId, claimAuthorId, targetUserId?, reason?}`."""
    paper_id = _shown(sent.text("paperId", needed=True), "paperId")
    author = key_of(sent.text("claimAuthorId", needed=True), AUTHOR)
    if author is None or author[0] != paper_id:
        raise CallRefused(400, "claimAuthorId is the _id of one of the paper's authors.", "claimAuthorId")
    if (target := sent.text("targetUserId")) and key_of(target, USER) != (sent.person.pk, 0):
        raise CallRefused(403, "One claims papers for oneself.", "targetUserId")
    made = claim_paper(person=sent.person, paper_id=paper_id, position=author[1], reason=sent.text("reason"))
    return {"state": made.state}


@writes(Scope.COMMENT)
def comment(sent: Sent, handle: str) -> dict[str, Any]:
    """`POST /api/papers/{id}/comment {comment}`."""
    return _written(sent, _shown(handle), None)


@writes(Scope.COMMENT)
def reply(sent: Sent, handle: str, comment: str) -> dict[str, Any]:
    """`POST /api/papers/{id}/comment/{commentId}/reply {comment}`."""
    paper_id = _shown(handle)
    return _written(sent, paper_id, _comment(comment, paper_id).pk)


@writes(Scope.COMMENT)
def hide(sent: Sent, handle: str, comment: str) -> dict[str, Any]:
    """`POST /api/papers/{id}/comment/{commentId}/hide`: take a comment of one's own away.

    What moderators decide they decide on pages: no token is good for it.
    """
    paper_id = _shown(handle)
    gone = comments.remove(person=sent.person, comment_id=_comment(comment, paper_id).pk)
    refresh_paper(paper_id)
    return {"updatedMessage": comment_told(gone.pk, sent.site)}


def _written(sent: Sent, paper_id: int, answers: int | None) -> dict[str, Any]:
    words = sent.text("comment", needed=True)
    made = comments.write(person=sent.person, paper_id=paper_id, body=words, answers=answers)
    refresh_paper(paper_id)
    return {"newMessage": comment_told(made.pk, sent.site)}


def _shown(name: str, field: str = "id") -> int:
    """The key of a paper that is shown. Raises `CallRefused` for one that is not."""
    paper_id = paper_key(name)
    if not Paper.objects.filter(pk=paper_id, hidden=None).exists():
        raise CallRefused(404, "Paper not found", field)
    return paper_id


def _comment(name: str, paper_id: int) -> Comment:
    """A comment on a paper that everyone may read. Raises `CallRefused`."""
    key = key_of(name, COMMENT)
    found = Comment.objects.filter(pk=key[0], paper=paper_id).first() if key is not None else None
    if found is None:
        raise CallRefused(404, "Comment not found", "commentId")
    return found


def _named(sent: Sent, field: str) -> tuple[int | None, PaperRecord | None]:
    """The key of the paper that a field names, or what its source tells of one that is not held.

    Raises `CallRefused` where it names none, no source knows it, or the source is slow; `Refused` for someone
    who does not submit here, before any source is asked; `TooMany`.
    """
    require_submitter(sent.person, timezone.now())
    name = sent.text(field, needed=True).strip()[: pasted.LONGEST]
    named = pasted.read(name)
    if named.identifier is None:
        raise CallRefused(400, f"{field} names no paper: write its arXiv number or its DOI.", field)
    if (found := find(str(named.identifier))) is not None:
        if hidden_among([found[0].pk]):
            raise CallRefused(404, "Paper not found", field)
        return found[0].pk, None
    told = "That is many papers to look up in an hour. Go on in an hour."
    allow("look up", sent.person, times=LOOKS_AN_HOUR, seconds=AN_HOUR, told=told)
    try:
        record = look_up(named)
    except NotFound as problem:
        raise CallRefused(404, str(problem), field) from None
    except Slow:
        told = "The source is slow. Ask again in some seconds."
        raise CallRefused(503, told, field, {"Retry-After": "10"}) from None
    # The source may know it by a name under which it is held.
    for scheme, value in record.identifiers:
        held = (
            Identifier.objects.filter(scheme=scheme, value=value).values_list("paper_id", flat=True).first()
        )
        if held is not None:
            return held, None
    return None, record


def _let_be_first(person: User, paper_id: int, kind: str, url: str) -> None:
    """Have a paper's first link of a kind be this one, or have none where there is no address."""
    held = [
        link.url for link in held_records([paper_id], most_authors=1)[paper_id].links if link.kind == kind
    ]
    before = held[: held.index(url)] if url in held else held
    for other in before:
        correct_paper.take_off_link(person=person, paper_id=paper_id, kind=kind, url=other)
    if url and url not in held:
        correct_paper.add_link(person=person, paper_id=paper_id, kind=kind, url=url)
