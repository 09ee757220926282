"""The private address of one's own feed: made, made anew, given up."""

import logging
import secrets
from datetime import datetime
from typing import Any

from django.utils import timezone

from dailypapers.community.giving import Giving
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.feed_keys import FeedKey
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)


def make(*, person: User, now: datetime | None = None) -> FeedKey:
    """Make an address for a person's own feed; one that they had is none any more. Raises `TooMany`.

    Whoever may read may: also someone who is suspended.
    """
    told = "That is many addresses in an hour. Go on in an hour."
    allow("feed key", person, times=20, seconds=AN_HOUR, told=told)
    fresh = {"nonce": secrets.token_urlsafe(16), "made_at": now or timezone.now()}
    key, _ = FeedKey.objects.update_or_create(person=person, defaults=fresh)
    log.info("%s made a private address for their feed", person.handle)
    return key


def give_up(*, person: User) -> None:
    """Have no such address any more; without one nothing changes."""
    if FeedKey.objects.filter(person=person).delete()[0]:
        log.info("%s gave up the private address of their feed", person.handle)


def hand_out(person: User) -> list[dict[str, Any]]:
    """Since when there is such an address; the address itself is on one's settings page."""
    return [dict(row) for row in FeedKey.objects.filter(person=person).values("made_at")]


def forget(*, person: User) -> set[int]:
    """Delete it; no paper's numbers hang on it."""
    FeedKey.objects.filter(person=person).delete()
    return set()


GIVING = Giving("feed-address", (FeedKey,), hand_out, forget)
