"""What a subscriber says of a paper that was sent."""

import logging
from datetime import datetime

from django.utils import timezone

from dailypapers.community.access import Refused
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.digests.models.issues import Delivery, Opinion
from dailypapers.digests.models.subscriptions import Subscription

log = logging.getLogger(__name__)


def say(*, subscription: Subscription, paper_id: int, useful: bool, now: datetime | None = None) -> None:
    """Keep whether a paper was useful; the last word counts. Raises `Refused` for one that was not sent."""
    told = "That is a lot in an hour. Go on in an hour."
    allow("digest opinion", f"subscription-{subscription.pk}", times=200, seconds=AN_HOUR, told=told)
    sent = Delivery.objects.filter(subscription=subscription, issue__isnull=False)
    if not any(paper_id in papers for papers in sent.values_list("issue__papers", flat=True)):
        raise Refused("This paper was not sent to you.")
    Opinion.objects.update_or_create(
        subscription=subscription,
        paper_id=paper_id,
        defaults={"useful": useful, "said_at": now or timezone.now()},
    )
    log.info("subscription %d finds paper %d %suseful", subscription.pk, paper_id, "" if useful else "not ")


def join(gone: int, kept: int) -> None:
    """Have opinions of a paper be of the one that it is joined to."""
    twice = Opinion.objects.filter(paper_id=kept).values("subscription_id")
    Opinion.objects.filter(paper_id=gone).exclude(subscription_id__in=twice).update(paper_id=kept)
