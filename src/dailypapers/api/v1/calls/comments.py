"""What is said of papers: read by everyone, written with a token."""

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path, Router

from dailypapers.api.v1 import comments, cursors
from dailypapers.api.v1.access import Asked, person_of, reader_of
from dailypapers.api.v1.answers import answer, done, following, site_of
from dailypapers.api.v1.parameters import Cursor, Number, PaperId, changes, reads, takes
from dailypapers.api.v1.reading import named
from dailypapers.api.v1.schemas import community as schemas
from dailypapers.api.v1.tokens import Token
from dailypapers.community.actions import comment as actions
from dailypapers.community.actions.react import react
from dailypapers.community.models.comments import Comment, Discussion, Reaction
from dailypapers.ranking.refresh import refresh_paper

router = Router(tags=["Comments"])

CommentNumber = Annotated[Number, Path(description="The number of a comment.")]
Kind = Annotated[
    Literal["agree", "insightful", "thanks", "doubtful"],
    Path(description="What one thinks of it, in a word."),
]


@router.get(
    "/papers/{path:id}/comments",
    response=reads(schemas.Discussion),
    operation_id="listComments",
    summary="What is said of a paper",
)
def list_comments(request: Asked, paper_id: PaperId, cursor: Cursor = "") -> HttpResponse:
    """The discussion of a paper as its page shows it, 25 threads a page, the first written first."""
    viewer, site = reader_of(request), site_of(request)
    after = cursors.number(cursor, "threads")
    paper = named(paper_id, viewer)
    counted = Discussion.objects.filter(paper=paper.pk).first()
    found, last = comments.threads(paper.pk, after, viewer) if counted else ([], None)
    further = following(request, last)
    keys = [one.pk for one in found]
    said = Reaction.objects.filter(comment__in=keys).values_list("comment_id", "kind", "person_id")
    reacted = sorted(said) if keys else []

    def make() -> schemas.Discussion:
        return {
            "count": counted.comments if counted else 0,
            "locked": (counted.locked or None) if counted else None,
            "comments": comments.shown(found, site, viewer),
            "next": further,
        }

    told = (counted.comments, counted.locked) if counted else ()
    written = [(one.pk, one.edited_at, one.hidden_at, one.body, _name(one)) for one in found]
    return answer(request, make, told, written, reacted, further=further)


def _name(comment: Comment) -> tuple[str, str]:
    return (comment.author.handle, comment.author.shown_name) if comment.author else ("", "")


@router.post(
    "/papers/{path:id}/comments",
    response=changes(schemas.Comment, 201),
    operation_id="writeComment",
    summary="Write a comment",
    auth=Token("comment"),
    openapi_extra=takes("comment"),
)
def write(request: Asked, paper_id: PaperId, body: schemas.CommentWritten) -> HttpResponse:
    """Comment on a paper, or answer a comment on it. Sent twice within five minutes it is written once."""
    person = person_of(request)
    paper = named(paper_id, person)
    written = actions.write(
        person=person, paper_id=paper.pk, body=body.body, answers=body.answers, quote=body.quote
    )
    refresh_paper(paper.pk)
    response = _told(request, written.pk, status=201)
    response["Location"] = f"{site_of(request)}/api/v1/comments/{written.pk}"
    return response


@router.get(
    "/comments/{number}", response=reads(schemas.Comment), operation_id="getComment", summary="One comment"
)
def get_comment(request: Asked, number: CommentNumber) -> HttpResponse:
    """A comment, wherever in a discussion it stands."""
    viewer, site = reader_of(request), site_of(request)
    found = comments.one(number, viewer)
    (told,) = comments.shown([found], site, viewer)
    return answer(request, lambda: told, told)


@router.patch(
    "/comments/{number}",
    response=changes(schemas.Comment),
    operation_id="changeComment",
    summary="Change a comment",
    auth=Token("comment"),
    openapi_extra=takes("comment"),
)
def change(request: Asked, number: CommentNumber, body: schemas.CommentChanged) -> HttpResponse:
    """Change one's own comment. What it said before stays to be seen on the site."""
    person = person_of(request)
    comments.one(number, person)
    actions.edit(person=person, comment_id=number, body=body.body)
    return _told(request, number)


@router.delete(
    "/comments/{number}",
    response=changes(None, 204),
    operation_id="removeComment",
    summary="Remove a comment",
    auth=Token("comment"),
    openapi_extra=takes("comment"),
)
def remove(request: Asked, number: CommentNumber) -> HttpResponse:
    """Take one's own comment away, with all that it ever said. Answers to it stay."""
    person = person_of(request)
    found = comments.one(number, person)
    actions.remove(person=person, comment_id=number)
    refresh_paper(found.paper_id)
    return done(None, 204)


@router.put(
    "/comments/{number}/reactions/{kind}",
    response=changes(schemas.Comment),
    operation_id="react",
    summary="Say what one thinks of a comment",
    auth=Token("comment"),
    openapi_extra=takes("comment"),
)
def put_reaction(request: Asked, number: CommentNumber, kind: Kind) -> HttpResponse:
    """Put a word to another's comment; twice changes nothing."""
    comments.one(number, person_of(request))
    react(person=person_of(request), comment_id=number, kind=kind)
    return _told(request, number)


@router.delete(
    "/comments/{number}/reactions/{kind}",
    response=changes(schemas.Comment),
    operation_id="takeReactionBack",
    summary="Take a word back",
    auth=Token("comment"),
    openapi_extra=takes("comment"),
)
def take_reaction_back(request: Asked, number: CommentNumber, kind: Kind) -> HttpResponse:
    """Take a word back that one put to a comment; where there is none nothing changes."""
    comments.one(number, person_of(request))
    react(person=person_of(request), comment_id=number, kind=kind, back=True)
    return _told(request, number)


def _told(request: Asked, comment_id: int, status: int = 200) -> HttpResponse:
    person = person_of(request)
    found = Comment.objects.select_related("author", "paper").get(pk=comment_id)
    (told,) = comments.shown([found], site_of(request), person)
    return done(told, status)
