"""Looks for the newest papers of what people follow by name or query, so that their pages need not search."""

import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from dailypapers.catalogue import finding
from dailypapers.community.models.follows import Topic, TopicPaper

log = logging.getLogger(__name__)

KEPT = 100
"""Newest papers that are kept of a topic."""
FRESH_FOR = timedelta(minutes=20)
"""How long it is before a topic is looked up again."""
LONGEST_ROUND = 20.0
"""Seconds that the worker looks at a time."""

Newest = Callable[[str, int], list[tuple[int, date]] | None]


def look_up(*, topic: Topic, now: datetime | None = None, newest: Newest = finding.newest) -> bool:
    """Find the newest papers of a topic anew; False where there is no index yet.

    What is found no more stays until newer papers push it out: no paper vanishes from where it was seen.
    """
    found = newest(query_of(topic), KEPT)
    if found is None:
        return False
    with transaction.atomic():
        known = dict(TopicPaper.objects.filter(topic=topic).values_list("paper_id", "day"))
        TopicPaper.objects.bulk_create(
            [TopicPaper(topic=topic, paper_id=paper, day=day) for paper, day in found if paper not in known],
            ignore_conflicts=True,
        )
        rows = TopicPaper.objects.filter(topic=topic)
        for paper, day in found:
            if paper in known and known[paper] != day:
                rows.filter(paper=paper).update(day=day)
        kept = rows.order_by("-day", "-paper").values_list("pk", flat=True)
        if beyond := list(kept[KEPT:]):
            rows.filter(pk__in=beyond).delete()
        Topic.objects.filter(pk=topic.pk).update(looked_at=now or timezone.now())
    return True


def look_up_due(*, now: datetime | None = None, newest: Newest = finding.newest) -> int:
    """Look up the topics that wait longest, for `LONGEST_ROUND` seconds; the worker's. Gives how many."""
    moment = now or timezone.now()
    due = Topic.objects.filter(Q(looked_at=None) | Q(looked_at__lt=moment - FRESH_FOR))
    until = time.monotonic() + LONGEST_ROUND
    looked = 0
    for topic in due.order_by(F("looked_at").asc(nulls_first=True))[:5_000].iterator():
        if time.monotonic() > until:
            log.info("looked up %d topics; the others wait for the next round", looked)
            break
        if not look_up(topic=topic, now=moment, newest=newest):
            break
        looked += 1
    return looked


def query_of(topic: Topic) -> str:
    """The query that finds a topic's papers."""
    return f'author:"{topic.text}"' if topic.kind == Topic.Kind.AUTHOR else topic.text
