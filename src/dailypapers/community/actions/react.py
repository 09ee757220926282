"""What people think of a comment, in a word."""

import logging
from datetime import datetime

from django.utils import timezone

from dailypapers.community import discussions
from dailypapers.community.access import Invalid, Refused, require_active
from dailypapers.community.limits import allow
from dailypapers.community.models.comments import Comment, Reaction
from dailypapers.community.models.people import User
from dailypapers.community.trust import REACTIONS, count_act

log = logging.getLogger(__name__)


def react(
    *, person: User, comment_id: int, kind: str, back: bool = False, now: datetime | None = None
) -> Comment:
    """Put a word to a comment or take it back; doing either twice changes nothing.

    Raises `Refused` for someone who may not, one's own comment, a word that is not one of ours; `TooMany`.
    """
    now = now or timezone.now()
    require_active(person, now)
    if kind not in Reaction.Kind.values:
        raise Invalid("There is no such reaction.")
    allow("react", person, times=60, seconds=60, told="That was quick. Go on in a minute.")
    count_act(person, REACTIONS, now)
    comment = discussions.seen(comment_id, person)
    if comment is None or comment.is_hidden:
        raise Refused("This comment is gone.")
    if comment.author_id == person.pk:
        raise Refused("This is your own comment.")
    if back:
        Reaction.objects.filter(person=person, comment=comment, kind=kind).delete()
    else:
        if comment.group_id is None:
            discussions.require_open(comment.paper_id)
        Reaction.objects.bulk_create(
            [Reaction(person=person, comment=comment, kind=kind, created_at=now)], ignore_conflicts=True
        )
    log.info("%s %s comment %d: %s", person.handle, "takes back on" if back else "on", comment_id, kind)
    return comment
