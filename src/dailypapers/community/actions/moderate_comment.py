"""What moderators do to comments: hide one, show it again, let a waiting one be seen, close a discussion."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dailypapers.catalogue.models import Paper
from dailypapers.community import discussions, markdown
from dailypapers.community.access import Refused, checked_reason, require_decision, require_moderator
from dailypapers.community.actions import notify
from dailypapers.community.actions.report import close_reports
from dailypapers.community.deciding import require_others_paper
from dailypapers.community.joined import joined
from dailypapers.community.models.comments import Comment, Discussion, Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Kind as Told
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import enter

log = logging.getLogger(__name__)

Kind = Decision.Kind


@transaction.atomic
def hide(*, comment_id: int, by: User, reason: str, now: datetime | None = None) -> Comment:
    """Hide a comment and say why; its reports are closed as right. Raises `Refused`.

    One that waits for a moderator stays hidden by this.
    """
    require_moderator(by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    comment = Comment.objects.select_for_update().filter(pk=comment_id).first()
    if comment is None or (comment.is_hidden and not comment.waits):
        raise Refused("This comment is gone.")
    require_decision(by=by, about=[comment.author])
    if not comment.waits:
        discussions.add(comment, times=-1)
    comment.hidden_at, comment.hidden_by, comment.hidden_for, comment.waits = now, by, reason, False
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_for", "waits"])
    notify.nobody_more(comment, now)
    close_reports(comment.reports.all(), by=by, state=Report.State.UPHELD, now=now)
    _enter(Kind.HIDE_COMMENT, comment, by, reason, now)
    if comment.author_id is not None:
        notify.tell(
            person_id=comment.author_id,
            kind=Told.DECIDED,
            said=f"A moderator hid a comment of yours: {reason}",
            leads_to=f"/comments/{comment.pk}",
            paper_id=comment.paper_id,
            now=now,
        )
    log.info("%s hid comment %d: %s", by.handle, comment.pk, reason)
    return comment


@transaction.atomic
def show(*, comment_id: int, by: User, reason: str, now: datetime | None = None) -> Comment:
    """Show a comment again that a moderator hid. Raises `Refused`; one that was removed is gone."""
    require_moderator(by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    hidden = Comment.objects.select_for_update().filter(pk=comment_id, hidden_at__isnull=False)
    comment = hidden.exclude(hidden_for="").first()
    if comment is None:
        raise Refused("No moderator hid this comment.")
    if not comment.body:
        raise Refused("Its author removed it for good.")
    require_decision(by=by, about=[comment.author])
    comment.hidden_at, comment.hidden_by, comment.hidden_for = None, None, ""
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_for"])
    discussions.recount(comment.paper_id)
    _enter(Kind.SHOW_COMMENT, comment, by, reason, now)
    log.info("%s shows comment %d again: %s", by.handle, comment.pk, reason)
    return comment


@transaction.atomic
def let_be_seen(*, comment_id: int, by: User, reason: str, now: datetime | None = None) -> Comment:
    """Let a comment be seen that waited, and tell whom it answers and calls. Raises `Refused`."""
    require_moderator(by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    comment = Comment.objects.select_for_update().filter(pk=comment_id, waits=True).first()
    if comment is None:
        raise Refused("This comment does not wait any more.")
    require_decision(by=by, about=[comment.author])
    comment.hidden_at, comment.told_at, comment.waits = None, None, False
    comment.save(update_fields=["hidden_at", "told_at", "waits"])
    discussions.add(comment)
    called = joined().filter(handle__in=markdown.mentioned(comment.body))
    notify.taking_part(comment, called.values_list("pk", flat=True), now)
    _enter(Kind.LET_COMMENT, comment, by, reason, now)
    log.info("%s let comment %d be seen: %s", by.handle, comment.pk, reason)
    return comment


@transaction.atomic
def dismiss_reports(*, comment_id: int, by: User, reason: str, now: datetime | None = None) -> Comment:
    """Close the reports of a comment that nothing is wrong with. Raises `Refused`."""
    require_moderator(by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    comment = Comment.objects.select_related("author").filter(pk=comment_id).first()
    if comment is None:
        raise Refused("This comment is gone.")
    require_decision(by=by, about=[comment.author])
    if not close_reports(comment.reports.all(), by=by, state=Report.State.DISMISSED, now=now):
        raise Refused("Someone else has looked at these reports already.")
    _enter(Kind.DISMISS, comment, by, reason, now)
    log.info("%s dismissed the reports of comment %d: %s", by.handle, comment_id, reason)
    return comment


@transaction.atomic
def lock(*, paper_id: int, by: User, reason: str, now: datetime | None = None) -> None:
    """Close the discussion of a paper: what was said stays, nothing is added. Raises `Refused`.

    Of a paper of one's own another moderator decides.
    """
    require_moderator(by)
    require_others_paper(paper_id, by)
    reason = checked_reason(reason)
    if not Paper.objects.filter(pk=paper_id).exists():
        raise Refused("This paper is not held here.")
    if Discussion.objects.filter(paper_id=paper_id).exclude(locked="").exists():
        raise Refused("This discussion is closed already.")
    Discussion.objects.update_or_create(paper_id=paper_id, defaults={"locked": reason})
    enter(Kind.LOCK, by=by, reason=reason, paper_id=paper_id, now=now)
    log.info("%s closed the discussion of paper %d: %s", by.handle, paper_id, reason)


@transaction.atomic
def unlock(*, paper_id: int, by: User, reason: str, now: datetime | None = None) -> None:
    """Open the discussion of a paper again. Raises `Refused`."""
    require_moderator(by)
    require_others_paper(paper_id, by)
    reason = checked_reason(reason)
    if not Discussion.objects.filter(paper_id=paper_id).exclude(locked="").update(locked=""):
        raise Refused("This discussion is open.")
    enter(Kind.UNLOCK, by=by, reason=reason, paper_id=paper_id, now=now)
    log.info("%s opened the discussion of paper %d: %s", by.handle, paper_id, reason)


def _enter(kind: Decision.Kind, comment: Comment, by: User, reason: str, now: datetime) -> None:
    enter(
        kind,
        by=by,
        reason=reason,
        about=[comment.author],
        paper_id=comment.paper_id,
        comment=comment,
        now=now,
    )
