"""What is said of papers, in the order of reading, as programs read it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import Count

from dailypapers.api.v1 import cursors
from dailypapers.api.v1.moments import moment
from dailypapers.api.v1.problems import not_found
from dailypapers.api.v1.reading import Viewer
from dailypapers.api.v1.schemas import community as schemas
from dailypapers.community.models.comments import Comment, Reaction
from dailypapers.presentation.comment_words import html_elsewhere
from dailypapers.presentation.visitors import may_see

THREADS: Final = 25
"""Threads on a page."""
MOST_ANSWERS: Final = 500
"""Answers on a page, as on the site's own."""


def threads(paper_id: int, after: int, viewer: Viewer) -> tuple[list[Comment], str | None]:
    """A page of threads that begin after a comment, in the order of reading, and where it goes on."""
    said = Comment.objects.filter(paper_id=paper_id).select_related("author", "paper")
    roots = list(said.filter(root=None, pk__gt=after).order_by("pk")[: THREADS + 1])
    more = len(roots) > THREADS
    roots = roots[:THREADS]
    under: dict[int | None, list[Comment]] = defaultdict(list)
    answers = said.filter(root__in=[root.pk for root in roots]).order_by("pk")
    for answer in answers[:MOST_ANSWERS]:
        under[answer.parent_id].append(answer)
    found = [one for root in roots for one in _thread(root, under, viewer)]
    return found, cursors.cursor("threads", roots[-1].pk) if more else None


def _thread(root: Comment, under: dict[int | None, list[Comment]], viewer: Viewer) -> list[Comment]:
    """A thread without what is gone and has nothing below it."""

    def walk() -> Iterator[Comment]:
        waiting = [root]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += reversed(under[one.pk])

    kept: list[Comment] = []
    needed: set[int] = set()
    for one in reversed(list(walk())):
        if not one.is_hidden or one.pk in needed or reads_hidden(one, viewer):
            kept.append(one)
            if one.parent_id is not None:
                needed.add(one.parent_id)
    return kept[::-1]


def reads_hidden(comment: Comment, viewer: Viewer) -> bool:
    """Whether someone reads what was hidden: its author does, and moderators."""
    if not viewer.is_authenticated or not (comment.hidden_for or comment.waits):
        return False
    return comment.author_id == viewer.pk or viewer.moderates


def one(comment_id: int, viewer: Viewer) -> Comment:
    """A comment that everyone may read, or that its author or a moderator still does. Raises `Problem`."""
    rows = Comment.objects.select_related("author", "paper__hidden")
    found = rows.filter(pk=comment_id).first()
    if found is None or not may_see(viewer, found.paper):
        raise not_found("number: there is no such comment.", "number")
    if found.is_hidden and not reads_hidden(found, viewer):
        raise not_found("number: this comment is gone.", "number")
    return found


def shown(comments: Sequence[Comment], site: str, viewer: Viewer) -> list[schemas.Comment]:
    """Comments as programs read them, in one query more."""
    rows = Reaction.objects.filter(comment__in=[one.pk for one in comments if not one.is_hidden])
    reactions: dict[int, dict[str, int]] = defaultdict(dict)
    counted = rows.values_list("comment_id", "kind").annotate(people=Count("pk"))
    for comment_id, kind, people in counted.order_by("comment_id", "kind"):
        reactions[comment_id][kind] = people
    return [_shown(one, reactions[one.pk], site, viewer) for one in comments]


def _shown(comment: Comment, reactions: dict[str, int], site: str, viewer: Viewer) -> schemas.Comment:
    readable = not comment.is_hidden or reads_hidden(comment, viewer)
    author = comment.author if readable or comment.hidden_for else None
    created = moment(comment.created_at)
    assert created is not None  # noqa: S101
    return {
        "id": comment.pk,
        "url": f"{site}/comments/{comment.pk}",
        "paper": comment.paper.handle,
        "author": {"handle": author.handle, "name": author.shown_name} if author else None,
        "by_author": comment.is_by_author,
        "answers": comment.parent_id,
        "depth": comment.depth,
        "body": comment.body if readable else "",
        "html": html_elsewhere(comment, site) if readable else "",
        "quote": comment.quote if readable else "",
        "created_at": created,
        "edited_at": moment(comment.edited_at),
        "gone": _why_gone(comment) if comment.is_hidden else None,
        "reactions": reactions,
        "mine": viewer.is_authenticated and comment.author_id == viewer.pk,
    }


def _why_gone(comment: Comment) -> str:
    if comment.waits:
        return "Waits for a moderator, as links of new accounts to other sites do"
    return f"Hidden by a moderator: {comment.hidden_for}" if comment.hidden_for else "Removed by its author"
