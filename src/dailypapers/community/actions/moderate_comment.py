"""What moderators do to comments: hide one, show it again, close a discussion."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dailypapers.community import discussions
from dailypapers.community.access import Refused, require_moderator
from dailypapers.community.actions import notify
from dailypapers.community.comment_text import one_line
from dailypapers.community.models.comments import Comment, Discussion, Report
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)


@transaction.atomic
def hide(*, comment_id: int, by: User, reason: str, now: datetime | None = None) -> Comment:
    """Hide a comment and say why; its reports are closed as right. Raises `Refused`."""
    require_moderator(by)
    now = now or timezone.now()
    reason = _reason(reason)
    comment = Comment.objects.select_for_update().filter(pk=comment_id, hidden_at=None).first()
    if comment is None:
        raise Refused("This comment is gone.")
    comment.hidden_at, comment.hidden_by, comment.hidden_for = now, by, reason
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_for"])
    discussions.add(comment, times=-1)
    notify.nobody_more(comment, now)
    _close(comment, by, Report.State.UPHELD, now)
    log.info("%s hid comment %d: %s", by.handle, comment.pk, reason)
    return comment


@transaction.atomic
def show(*, comment_id: int, by: User) -> Comment:
    """Show a comment again that a moderator hid. Raises `Refused`; one that was removed is gone."""
    require_moderator(by)
    hidden = Comment.objects.select_for_update().filter(pk=comment_id, hidden_at__isnull=False)
    comment = hidden.exclude(hidden_for="").first()
    if comment is None:
        raise Refused("No moderator hid this comment.")
    comment.hidden_at, comment.hidden_by, comment.hidden_for = None, None, ""
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_for"])
    discussions.recount(comment.paper_id)
    log.info("%s shows comment %d again", by.handle, comment.pk)
    return comment


@transaction.atomic
def dismiss_reports(*, comment_id: int, by: User, now: datetime | None = None) -> None:
    """Close the reports of a comment that nothing is wrong with. Raises `Refused`."""
    require_moderator(by)
    comment = Comment.objects.filter(pk=comment_id).first()
    if comment is None:
        raise Refused("This comment is gone.")
    _close(comment, by, Report.State.DISMISSED, now or timezone.now())
    log.info("%s dismissed the reports of comment %d", by.handle, comment_id)


def lock(*, paper_id: int, by: User, reason: str) -> None:
    """Close the discussion of a paper: what was said stays, nothing is added. Raises `Refused`."""
    require_moderator(by)
    reason = _reason(reason)
    Discussion.objects.update_or_create(paper_id=paper_id, defaults={"locked": reason})
    log.info("%s closed the discussion of paper %d: %s", by.handle, paper_id, reason)


def unlock(*, paper_id: int, by: User) -> None:
    """Open the discussion of a paper again. Raises `Refused`."""
    require_moderator(by)
    Discussion.objects.filter(paper_id=paper_id).update(locked="")
    log.info("%s opened the discussion of paper %d", by.handle, paper_id)


def _reason(text: str) -> str:
    reason = one_line(text)
    if not reason:
        raise Refused("Say why: the people concerned will read it.")
    return reason


def _close(comment: Comment, by: User, state: Report.State, now: datetime) -> None:
    still = comment.reports.filter(state=Report.State.OPEN)
    still.update(state=state, closed_at=now, closed_by=by)
