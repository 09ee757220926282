"""Who is trusted: found once a day by what each has given that stood, and what moderators decided."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count
from django.utils import timezone

from dailypapers.community.models.comments import Comment, Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from dailypapers.community.trust import Level

log = logging.getLogger(__name__)

OLD_ENOUGH: Final = timedelta(days=60)
DAYS_ACTIVE: Final = 15
GIVEN: Final = 20
"""Votes that count, comments that stand and reports that were right, together."""
WELL_FOR: Final = timedelta(days=90)
"""How long moderators must have had nothing against someone."""

AGAINST: Final = (
    Decision.Kind.WARN,
    Decision.Kind.SUSPEND,
    Decision.Kind.HIDE_COMMENT,
    Decision.Kind.WITHHOLD_COLLECTION,
    Decision.Kind.DROP_VOTES,
)

_AT_ONCE: Final = 500


def review(now: datetime | None = None) -> tuple[int, int]:
    """Find who has become trusted and who is so no more; gives how many. The worker's, once a day."""
    now = now or timezone.now()
    lately = Decision.people.through.objects.filter(
        decision__created_at__gt=now - WELL_FOR, decision__kind__in=AGAINST
    ).values("user_id")
    fallen = User.objects.filter(trust__gte=Level.TRUSTED, pk__in=lately).update(trust=Level.KNOWN)
    candidates = User.objects.filter(
        is_active=True, trust__lt=Level.TRUSTED, joined_at__lte=now - OLD_ENOUGH, days_active__gte=DAYS_ACTIVE
    ).exclude(pk__in=lately)
    risen = 0
    keys = list(candidates.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _AT_ONCE):
        given = _given(keys[start : start + _AT_ONCE])
        enough = [person for person, things in given.items() if things >= GIVEN]
        risen += User.objects.filter(pk__in=enough).update(trust=Level.TRUSTED)
    if risen or fallen:
        log.info("%d people are trusted from now on, %d no more", risen, fallen)
    return risen, fallen


def _given(people: list[int]) -> Counter[int]:
    """How much of what some people gave has stood: three queries."""
    found: Counter[int] = Counter()
    votes = Vote.objects.filter(person__in=people, held="").values_list("person_id")
    comments = Comment.objects.filter(author__in=people, hidden_at=None).values_list("author_id")
    reports = Report.objects.filter(reporter__in=people, state=Report.State.UPHELD).values_list("reporter_id")
    for rows in (votes, comments, reports):
        found.update(dict(rows.annotate(things=Count("pk")).order_by()))
    return found
