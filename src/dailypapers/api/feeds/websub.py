"""WebSub: telling the hub that lists have new papers, so that it fetches them and tells who subscribed."""

import logging
from typing import Final

import httpx
from django.conf import settings
from django.core.cache import cache

from dailypapers.api.feeds.feed import FORMS
from dailypapers.api.feeds.lists import standing

log = logging.getLogger(__name__)

SECONDS: Final = 20.0
"""What a hub may take to answer."""
REMEMBERED: Final = 30 * 24 * 3600


def tell_hub() -> list[str]:
    """Name the feeds to the hub that have other papers than when it was told last; gives their addresses.

    Does nothing without a hub, and without a public address, under which it could fetch them. Where the hub
    does not take it, it is told again the next time.
    """
    if not (settings.WEBSUB_HUB and settings.BASE_URL):
        return []
    now = standing()
    changed = [key for key, papers in now.items() if cache.get(_kept_as(key)) != papers]
    topics = [topic for key in changed for topic in _topics(key)]
    if not topics or not _taken(topics):
        return []
    for key in changed:
        cache.set(_kept_as(key), now[key], REMEMBERED)
    log.info("told the hub of %d feeds", len(topics))
    return topics


def _topics(key: str) -> list[str]:
    path, _, query = key.partition(" ")
    return [f"{settings.BASE_URL}{path}.{form}{f'?{query}' if query else ''}" for form in FORMS]


def _taken(topics: list[str]) -> bool:
    # How a publisher tells its hub is not laid down; hubs read the one name or the other.
    told = {"hub.mode": "publish", "hub.url": topics, "hub.topic": topics}
    try:
        answer = httpx.post(settings.WEBSUB_HUB, data=told, timeout=SECONDS)
    except httpx.HTTPError as problem:
        log.warning("the WebSub hub cannot be told: %s", problem)
        return False
    if not answer.is_success:
        log.warning("the WebSub hub did not take what it was told: %d", answer.status_code)
    return answer.is_success


def _kept_as(key: str) -> str:
    return f"websub-told-{key}".replace(" ", "?")
