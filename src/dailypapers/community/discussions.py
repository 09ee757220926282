"""The counts that are kept beside a paper's comments."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q

from dailypapers.catalogue.hiding import hidden_among
from dailypapers.community.access import Refused
from dailypapers.community.grouping import belongs
from dailypapers.community.models.comments import Comment, Discussion
from dailypapers.community.models.people import User


def seen(comment_id: int, viewer: User | AnonymousUser) -> Comment | None:
    """A comment that the viewer may read, hidden ones included: of a private group only its members may."""
    comment = Comment.everywhere.filter(pk=comment_id).first()
    if comment is not None and comment.group_id is not None and not belongs(viewer, comment.group_id):
        return None
    return comment


def require_open(paper_id: int) -> None:
    """Raise `Refused` for a paper that a moderator hid or whose discussion one closed."""
    if hidden_among([paper_id]):
        raise Refused("This paper was hidden by a moderator.")
    locked = Discussion.objects.filter(paper_id=paper_id).values_list("locked", flat=True).first()
    if locked:
        raise Refused(f"The discussion of this paper is closed: {locked}")


def add(comment: Comment, *, times: int = 1) -> None:
    """Count a comment, or with -1 count it no more; within the transaction that writes or hides it.

    With 0 there is a discussion all the same: of a comment that waits. What private groups say is counted
    nowhere.
    """
    if comment.group_id is not None:
        return
    change = {
        "comments": F("comments") + times,
        "by_authors": F("by_authors") + times * comment.is_by_author,
    }
    if times > 0:
        change["newest_at"] = comment.created_at  # type: ignore[assignment]
    rows = Discussion.objects.filter(paper_id=comment.paper_id)
    if rows.update(**change):
        return
    try:
        with transaction.atomic():
            Discussion.objects.create(
                paper_id=comment.paper_id,
                comments=max(times, 0),
                by_authors=max(times, 0) * comment.is_by_author,
                newest_at=comment.created_at if times > 0 else None,
            )
    except IntegrityError:  # Two first comments at once.
        rows.update(**change)


def recount(paper_id: int) -> None:
    """Count anew; for what changes many comments at once."""
    said = Comment.objects.filter(paper_id=paper_id, hidden_at=None)
    counted: dict[str, int | datetime | None] = said.aggregate(
        comments=Count("pk"), by_authors=Count("pk", filter=Q(is_by_author=True)), newest_at=Max("created_at")
    )
    Discussion.objects.update_or_create(paper_id=paper_id, defaults=counted)
