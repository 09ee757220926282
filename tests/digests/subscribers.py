"""Subscribers for tests, active from the start."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from dailypapers.digests import links
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.schedule import next_due
from tests.papers import NOW

BEFORE = datetime(2026, 4, 15, 12, tzinfo=UTC)
"""When those of tests began: the day before `NOW`."""
assert BEFORE < NOW


def subscriber(name: str = "ada", *, begun: datetime = BEFORE, **told: Any) -> Subscription:
    """Someone whose first digest is due within the day after `begun`."""
    address = name if "@" in name else f"{name}@example.org"
    one = Subscription(
        address=address,
        key=address.lower(),
        nonce=links.fresh_nonce(),
        state=Subscription.State.ACTIVE,
        created_at=begun,
        consented_at=begun,
        **told,
    )
    one.next_due = next_due(one.schedule, begun).at
    one.save()
    return one


def sends() -> None:
    """Have the site send digests; `settings` go back after a test that asks for the fixture of that name."""
    settings.SENDS_DIGESTS, settings.BASE_URL = True, "https://papers.example.org"
