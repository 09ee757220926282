"""Mails that came back: counted, and an address that is dead is written to no more."""

import logging

from django.db.models import F

from dailypapers.digests.actions.subscribe import pause
from dailypapers.digests.models.subscriptions import Subscription

log = logging.getLogger(__name__)

HARD, SOFT = 2, 6
"""Mails in a row after which an address rests: those refused for good, and those refused for now."""


def note_bounce(*, subscription_id: int, hard: bool, said: str) -> None:
    """Count a mail that was refused; pauses the subscription of an address that takes none.

    `said` is what the other side answered, told to the reader on the site.
    """
    rows = Subscription.objects.filter(pk=subscription_id)
    rows.update(
        **{"hard_bounces" if hard else "soft_bounces": F("hard_bounces" if hard else "soft_bounces") + 1}
    )
    one = rows.first()
    if one is not None and (one.hard_bounces >= HARD or one.soft_bounces >= SOFT):
        pause(subscription=one, why=f"Mails to this address came back: {said}"[:200])
        log.warning("subscription %d rests: its mails came back", subscription_id)


def note_taken(*, subscription_id: int) -> None:
    """A mail was taken: what came back before does not count any more."""
    rows = Subscription.objects.filter(pk=subscription_id).exclude(hard_bounces=0, soft_bounces=0)
    rows.update(hard_bounces=0, soft_bounces=0)
