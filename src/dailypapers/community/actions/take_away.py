"""What administrators of a private group do to comments of others there: take one away, show it again.

Moderators do not reach there, so nothing goes quietly: all members see that a comment was taken away, by whom
and why, and its author reads it still.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dailypapers.community.access import Refused, checked_reason, require_active
from dailypapers.community.actions import notify
from dailypapers.community.comment_text import one_line
from dailypapers.community.grouping import belongs, is_admin
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.notifications import Kind
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)


@transaction.atomic
def take_away(*, by: User, comment_id: int, reason: str, now: datetime | None = None) -> Comment:
    """Take another member's comment away and say why; its place stays. Raises `Refused`."""
    now = now or timezone.now()
    require_active(by, now)
    comment = _of_another(by, comment_id)
    if comment.is_hidden:
        raise Refused("This comment is gone.")
    reason = checked_reason(reason)
    comment.hidden_at, comment.hidden_by, comment.hidden_for = now, by, reason
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_for"])
    notify.nobody_more(comment, now)
    _tell(comment, f"{one_line(by.shown_name, 60)} took a comment of yours away in", f": {reason}", now)
    log.info("%s took comment %d of a group away", by.handle, comment.pk)
    return comment


@transaction.atomic
def put_back(*, by: User, comment_id: int, now: datetime | None = None) -> Comment:
    """Show a comment of another again that an administrator took away. Raises `Refused`.

    One that its author has removed since is gone.
    """
    now = now or timezone.now()
    require_active(by, now)
    comment = _of_another(by, comment_id)
    if not comment.hidden_for or not comment.body:
        raise Refused("This comment is gone.")
    comment.hidden_at, comment.hidden_by, comment.hidden_for = None, None, ""
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_for"])
    _tell(comment, f"{one_line(by.shown_name, 60)} shows a comment of yours again in", ".", now)
    log.info("%s shows comment %d of a group again", by.handle, comment.pk)
    return comment


def _of_another(by: User, comment_id: int) -> Comment:
    """A comment of a private group that `by` runs, which somebody else wrote. Raises `Refused`."""
    rows = Comment.everywhere.select_for_update().filter(pk=comment_id, group__isnull=False)
    comment = rows.first()
    if comment is None or comment.group_id is None or not belongs(by, comment.group_id):
        raise Refused("This comment is gone.")
    if comment.author_id == by.pk:
        raise Refused("This is your own comment. You can remove it for good.")
    if not is_admin(by, comment.group_id):
        log.warning("%s tried to take comment %d of someone else away", by.handle, comment_id)
        raise Refused("Only administrators of the group can do this.")
    return comment


def _tell(comment: Comment, said: str, end: str, now: datetime) -> None:
    """Tell its author, where they still belong to the group."""
    if comment.author_id is None or comment.author is None or comment.group is None:
        return
    if belongs(comment.author, comment.group.pk):
        notify.tell(
            person_id=comment.author_id,
            kind=Kind.GROUP,
            said=f"{said} {one_line(comment.group.name, 60)}{end}",
            leads_to=f"/comments/{comment.pk}",
            now=now,
        )
