"""What moderators do to papers: hide one and show it again, join two, part what was joined."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dailypapers.catalogue import hiding, joining, splitting
from dailypapers.catalogue.models import Merge, Paper
from dailypapers.community.access import Refused, checked_reason, require_moderator
from dailypapers.community.actions import notify
from dailypapers.community.actions.report import close_reports
from dailypapers.community.deciding import require_others_paper
from dailypapers.community.models.comments import Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import enter

log = logging.getLogger(__name__)

Kind = Decision.Kind


@transaction.atomic
def hide(*, paper_id: int, by: User, reason: str, now: datetime | None = None) -> Paper:
    """Take a paper off all lists and out of search, and say why on its page. Raises `Refused`.

    What reports there are of it are closed as right; votes and comments stay, and nobody adds to them or is
    told of them. Of one's own another moderator decides.
    """
    require_moderator(by)
    require_others_paper(paper_id, by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    paper = _held(paper_id)
    if not hiding.hide(paper_id, reason, now):
        raise Refused("This paper is hidden already.")
    close_reports(Report.objects.filter(paper=paper), by=by, state=Report.State.UPHELD, now=now)
    notify.nobody_of(paper_id, now)
    enter(Kind.HIDE_PAPER, by=by, reason=reason, paper_id=paper_id, now=now)
    log.info("%s hid paper %d: %s", by.handle, paper_id, reason)
    return paper


@transaction.atomic
def show(*, paper_id: int, by: User, reason: str, now: datetime | None = None) -> Paper:
    """List a paper again; of one's own another moderator does. Raises `Refused`."""
    require_moderator(by)
    require_others_paper(paper_id, by)
    reason = checked_reason(reason)
    paper = _held(paper_id)
    if not hiding.show(paper_id):
        raise Refused("This paper is not hidden.")
    enter(Kind.SHOW_PAPER, by=by, reason=reason, paper_id=paper_id, now=now)
    log.info("%s shows paper %d again: %s", by.handle, paper_id, reason)
    return paper


@transaction.atomic
def join(*, first: int, second: int, by: User, reason: str, now: datetime | None = None) -> Paper:
    """Make two papers one, with the votes, comments and reports of both; gives it. Raises `Refused`."""
    require_moderator(by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    try:
        kept = joining.join(first, second, f"joined by a moderator: {reason}", now)
    except joining.CannotJoin as problem:
        raise Refused(str(problem)) from None
    close_reports(
        Report.objects.filter(paper=kept, reason=Report.Reason.TWICE),
        by=by,
        state=Report.State.UPHELD,
        now=now,
    )
    enter(Kind.MERGE, by=by, reason=reason, paper_id=kept.pk, now=now)
    log.info("%s joined papers %d and %d: %s", by.handle, first, second, reason)
    return kept


@transaction.atomic
def part(*, merge_id: int, by: User, reason: str, now: datetime | None = None) -> tuple[Paper, Paper]:
    """Undo a merge; gives the paper that is kept and the one that is parted from it. Raises `Refused`.

    Votes and comments stay with the first: nobody knows which of the two they were meant for.
    """
    require_moderator(by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    merge = Merge.objects.filter(pk=merge_id).first()
    if merge is None:
        raise Refused("This was parted already.")
    try:
        kept, parted = splitting.split(merge, now)
    except splitting.CannotSplit:
        raise Refused("This copy has no identifier of its own under which it could stand alone.") from None
    enter(Kind.SPLIT, by=by, reason=reason, paper_id=kept.pk, now=now)
    log.info("%s parted paper %d from %d: %s", by.handle, parted.pk, kept.pk, reason)
    return kept, parted


def _held(paper_id: int) -> Paper:
    paper = Paper.objects.filter(pk=paper_id).first()
    if paper is None:
        raise Refused("This paper is not held here.")
    return paper
