"""How often something may be done, counted for all processes together."""

import logging

from django.core.cache import cache

from dailypapers.community.access import TooMany

log = logging.getLogger(__name__)

A_MINUTE = 60
AN_HOUR = 60 * A_MINUTE
A_DAY = 24 * AN_HOUR
"""Seconds, for `allow`."""


def allow(what: str, who: str, *, times: int, seconds: int, told: str) -> None:
    """Count a try. Raises `TooMany`, with words for the person, beyond so many in so many seconds.

    The time begins with the first try and ends by itself, so that a limit recovers however many more
    tries come meanwhile.
    """
    key = f"limit {what} {who}".replace(" ", ":")
    if cache.add(key, 1, seconds):
        return
    try:
        tries = cache.incr(key)
    except ValueError:  # It ran out between the two.
        return
    if tries == times + 1:
        log.warning("%s tried to %s more than %d times in %d s", who, what, times, seconds)
    if tries > times:
        raise TooMany(told)
