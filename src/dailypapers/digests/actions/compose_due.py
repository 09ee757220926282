"""What is due at a moment is composed and written down, before anything is sent.

A batch of subscribers is one transaction: after a kill it is composed again, and its rows are the same.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from dailypapers.digests.compose import Composed, Kitchen, Recipe, looks_back
from dailypapers.digests.history import NOTHING_SENT, History
from dailypapers.digests.models.issues import Delivery, Issue
from dailypapers.digests.models.subscriptions import SubscribedTopic, Subscription
from dailypapers.digests.schedule import Due, Frequency, Schedule, latest_due, next_due
from dailypapers.ranking.nearby import newest_day

log = logging.getLogger(__name__)

AT_A_TIME = 1_000
State = Delivery.State


@dataclass(slots=True)
class Round:
    """One run of composing: what is shared by all its subscribers."""

    now: datetime
    kitchen: Kitchen
    history: History = field(default_factory=History)
    _latest: dict[Schedule, Due] = field(default_factory=dict)
    _next: dict[Schedule, datetime] = field(default_factory=dict)

    def latest(self, schedule: Schedule) -> Due:
        """The period to be sent."""
        if (known := self._latest.get(schedule)) is None:
            known = self._latest[schedule] = latest_due(schedule, self.now)
        return known

    def next(self, schedule: Schedule) -> datetime:
        """When the one after it is due."""
        if (known := self._next.get(schedule)) is None:
            known = self._next[schedule] = next_due(schedule, self.now).at
        return known


def compose_due(*, now: datetime, at_a_time: int = AT_A_TIME) -> Counter[str]:
    """Write a delivery for everyone for whom one is due; gives how many are due and how many too thin.

    Whoever missed several periods gets one for the last of them.
    """
    counts: Counter[str] = Counter()
    newest = newest_on(now)
    if newest is None:
        return counts  # No papers yet: what is due waits for them.
    round_ = Round(now, Kitchen(newest))
    while batch := _batch(now, at_a_time):
        counts.update(_compose(batch, round_))
    return counts


def newest_on(now: datetime) -> date | None:
    """The newest day that had papers at a moment."""
    return newest_day(now.astimezone(settings.LISTING_ZONE).date())


def _batch(now: datetime, most: int) -> list[Subscription]:
    rows = Subscription.objects.filter(state=Subscription.State.ACTIVE, next_due__lte=now)
    return list(rows.order_by("next_due", "pk")[:most])


def _compose(batch: Sequence[Subscription], round_: Round) -> Counter[str]:
    schedules = {one.pk: schedule_of(one) for one in batch}
    dues = {pk: round_.latest(schedule) for pk, schedule in schedules.items()}
    _give_up_unsent(list(dues))
    past = round_.history.of(list(dues))
    known = set(
        Delivery.objects.filter(
            subscription__in=dues, period__in={due.period for due in dues.values()}
        ).values_list("subscription_id", "period")
    )
    fresh = [one for one in batch if (one.pk, dues[one.pk].period) not in known]
    recipes = recipes_of(fresh, {pk: last for pk, (_, last) in past.items()}, round_.now)
    round_.kitchen.prepare(recipes.values())
    composed = {
        pk: round_.kitchen.compose(recipe, past[pk][0] if pk in past else NOTHING_SENT)
        for pk, recipe in recipes.items()
    }
    with transaction.atomic():
        issues = _issues(composed.values(), round_.now)
        rows = [_delivery(pk, dues[pk], issues.get(one.key), round_.now) for pk, one in composed.items()]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        by_next: dict[datetime, list[int]] = {}
        for pk, schedule in schedules.items():
            by_next.setdefault(round_.next(schedule), []).append(pk)
        for at, pks in by_next.items():
            Subscription.objects.filter(pk__in=pks, next_due__isnull=False).update(next_due=at)
    return Counter(str(row.state) for row in rows)


def _give_up_unsent(subscriptions: list[int]) -> None:
    """Where the mail server was away over a period, the next digest stands for both."""
    old = Delivery.objects.filter(subscription__in=subscriptions, state=State.DUE)
    old.update(state=State.EMPTY, issue=None, next_try=None, answer="a later one went instead")


def schedule_of(one: Subscription) -> Schedule:
    """When its digests are due; equal ones are found equal, so that each is computed once."""
    return Schedule(Frequency(one.frequency), one.hour, ZoneInfo(one.zone), one.weekday)


def recipes_of(
    subscriptions: Sequence[Subscription], last: dict[int, datetime], now: datetime
) -> dict[int, Recipe]:
    """What each of them chose; one query for the searches of all."""
    topics: dict[int, list[tuple[int, str]]] = {}
    with_searches = [one.pk for one in subscriptions if one.searches]
    rows = SubscribedTopic.objects.filter(subscription__in=with_searches).order_by("pk")
    for subscription, topic, text in rows.values_list("subscription_id", "topic_id", "topic__text"):
        topics.setdefault(subscription, []).append((topic, text))
    return {
        one.pk: Recipe(
            order="trending" if one.frequency in (Frequency.DAILY, Frequency.WEEKDAYS) else "heat",
            days=looks_back(Frequency(one.frequency), (now - last[one.pk]).days if one.pk in last else None),
            trending=one.trending,
            least_votes=one.least_votes,
            fields=tuple(one.fields),
            searches=tuple(topics.get(one.pk, ())),
            person=one.person_id if one.follows else None,
            papers=one.papers,
            least_papers=one.least_papers,
        )
        for one in subscriptions
    }


def _issues(composed: Iterable[Composed], now: datetime) -> dict[str, Issue]:
    """The rows of what was composed, by key; made where there are none."""
    wanted = {one.key: one for one in composed if one.sections}
    known = {one.key: one for one in Issue.objects.filter(key__in=wanted).only("pk", "key")}
    made = [
        Issue(key=key, created_at=now, sections=one.told, papers=list(one.papers))
        for key, one in wanted.items()
        if key not in known
    ]
    Issue.objects.bulk_create(made)
    return known | {one.key: one for one in made}


def _delivery(subscription: int, due: Due, issue: Issue | None, now: datetime) -> Delivery:
    return Delivery(
        subscription_id=subscription,
        period=due.period,
        issue=issue,
        state=State.DUE if issue is not None else State.EMPTY,
        due_at=due.at,
        next_try=now if issue is not None else None,
    )
