"""What a person's subscriptions are to the account: handed out, and gone with it."""

from collections.abc import Sequence
from typing import Any

from dailypapers.community.actions.follow import let_go_of_topics
from dailypapers.community.giving import Giving
from dailypapers.community.models.people import User
from dailypapers.digests.models.subscriptions import SubscribedTopic, Subscription

_TOLD = (
    *("address", "state", "created_at", "consented_at", "consented_where", "ended_at"),
    *("frequency", "weekday", "hour", "zone", "trending", "follows", "fields", "searches"),
    *("papers", "least_votes", "least_papers"),
)


def wanted_topics(topics: Sequence[int]) -> set[int]:
    """Those of some searches that digests are made of."""
    return set(SubscribedTopic.objects.filter(topic__in=topics).values_list("topic_id", flat=True))


def hand_out(person: User) -> list[dict[str, Any]]:
    """What is sent to the person's addresses."""
    return [dict(row) for row in Subscription.objects.filter(person=person).order_by("pk").values(*_TOLD)]


def forget(*, person: User) -> set[int]:
    """Delete the subscriptions; no paper's numbers hang on them."""
    own = Subscription.objects.filter(person=person)
    topics = list(SubscribedTopic.objects.filter(subscription__in=own).values_list("topic_id", flat=True))
    own.delete()
    let_go_of_topics(topics)
    return set()


GIVING = Giving("subscriptions", (Subscription,), hand_out, forget)
