"""What is said of a paper, in the shape of the Hub's discussions."""

from typing import Any, Final

from django.db.models import Count

from dailypapers.api.hub.facts import Person
from dailypapers.api.hub.items import COMMENT, moment, object_id, user
from dailypapers.community import markdown
from dailypapers.community.models.comments import Comment, Reaction

MOST: Final = 1_000
"""Comments that one call gives, the first that were written."""


def comments_of(paper_id: int, site: str) -> list[dict[str, Any]]:
    """The comments of a paper that everyone may read, and the places of those gone that were answered.

    A flat list in the order of writing: three queries.
    """
    rows = Comment.objects.filter(paper_id=paper_id).select_related("author").annotate(edited=Count("edits"))
    comments = list(rows.order_by("pk")[:MOST])
    answered = {one.parent_id for one in comments}
    shown = [one for one in comments if not one.is_hidden or one.pk in answered]
    said: dict[int, list[dict[str, Any]]] = {}
    counted = Reaction.objects.filter(comment__in=[one.pk for one in shown if not one.is_hidden])
    for pk, kind, people in counted.values_list("comment_id", "kind").annotate(people=Count("pk")):
        said.setdefault(pk, []).append({"reaction": kind, "users": [], "count": people})
    return [_told(one, said.get(one.pk, []), site) for one in shown]


def comment_told(comment_id: int, site: str) -> dict[str, Any]:
    """One comment, as whoever wrote it is told that it is kept."""
    rows = Comment.objects.select_related("author").annotate(edited=Count("edits"))
    return _told(rows.get(pk=comment_id), [], site)


def _told(one: Comment, reactions: list[dict[str, Any]], site: str) -> dict[str, Any]:
    hidden = one.is_hidden
    author = one.author
    html = one.html if one.renderer == markdown.VERSION else markdown.render(one.body)
    return {
        "id": object_id(COMMENT, one.pk),
        "type": "comment",
        "author": user(Person(author.pk, author.handle, author.shown_name), site)
        if author is not None and not hidden
        else {"_id": object_id(0, 0), "name": "", "user": "", "fullname": "someone who has left"},
        "createdAt": moment(one.created_at),
        "isAuthorOfPaper": one.is_by_author and not hidden,
        "data": {
            "edited": one.edited_at is not None,
            "hidden": hidden,
            "hiddenBy": "",
            "hiddenReason": one.hidden_for,
            "numEdits": one.edited,  # type: ignore[attr-defined]
            "latest": {
                "raw": "" if hidden else one.body,
                "html": "" if hidden else html,
                "updatedAt": moment(one.edited_at or one.created_at),
            },
            "quote": "" if hidden else one.quote,
            "reactions": reactions,
            # Clients of the Hub know one level: the thread. What it answers within it stands beside.
            "parentCommentId": object_id(COMMENT, one.root_id) if one.root_id else None,
            "answers": object_id(COMMENT, one.parent_id) if one.parent_id else None,
        },
    }
