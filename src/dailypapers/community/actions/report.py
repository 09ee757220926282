"""Comments that a moderator should look at."""

import logging
from datetime import datetime

from django.utils import timezone

from dailypapers.community.access import Refused, require_active
from dailypapers.community.comment_text import cleaned
from dailypapers.community.limits import allow
from dailypapers.community.models.comments import Comment, Report
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)

LONGEST = 1_000


def report(
    *, person: User, comment_id: int, reason: str, text: str = "", now: datetime | None = None
) -> Comment:
    """Report a comment; a person reports one once. Raises `Refused`, `TooMany`."""
    now = now or timezone.now()
    require_active(person, now)
    if reason not in Report.Reason.values:
        raise Refused("Say what is wrong with it.")
    if len(text) > 2 * LONGEST or len(text := cleaned(text)) > LONGEST:
        raise Refused(f"A report can have {LONGEST:,} characters.")
    if reason == Report.Reason.OTHER and not text:
        raise Refused("Say in your own words what is wrong with it.")
    told = "Thank you; that is enough to look at for now. Go on in an hour."
    allow("report", str(person.pk), times=20, seconds=60 * 60, told=told)
    comment = Comment.objects.filter(pk=comment_id, hidden_at=None).first()
    if comment is None:
        raise Refused("This comment is gone.")
    if comment.author_id == person.pk:
        raise Refused("This is your own comment; you can remove it.")
    row = Report(comment=comment, reporter=person, reason=reason, text=text, created_at=now)
    Report.objects.bulk_create([row], ignore_conflicts=True)
    log.info("%s reported comment %d: %s", person.handle, comment_id, reason)
    return comment
