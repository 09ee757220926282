"""How often something may be done, counted for all processes together."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import ceil
from typing import NoReturn

from django.core.cache import cache

from dailypapers.community.access import TooMany
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)

A_MINUTE = 60
AN_HOUR = 60 * A_MINUTE
A_DAY = 24 * AN_HOUR
"""Seconds, for `allow`."""


@dataclass(slots=True)
class Visit:
    """One request, as far as limits are concerned."""

    address: str = ""
    """Where it comes from, for the log; empty where that is not known."""
    wait: int = 0
    """Seconds after which what was refused for now can be tried again; 0 where nothing was."""


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


@contextmanager
def visit(address: str) -> Iterator[Visit]:
    """While a request is answered: actions know nothing of requests, and the log needs the address."""
    one = Visit(address)
    token = _visit.set(one)
    try:
        yield one
    finally:
        _visit.reset(token)


def allow(what: str, who: User | str, *, times: int, seconds: int, told: str) -> None:
    """Count a try. Raises `TooMany`, with words for the person, beyond so many in so many seconds.

    `who` is a person, or the name of something else that is counted for, such as a group. The time begins
    with the first try and ends by itself, so that a limit recovers however many more tries come meanwhile.
    """
    counted, named = (str(who.pk), f"@{who.handle}") if isinstance(who, User) else (who, who)
    key = f"limit {what} {counted}".replace(" ", ":")
    try:
        tries = 1 if cache.add(key, 1, seconds) else cache.incr(key)
    except ValueError:  # It ran out between the two.
        return
    if tries == times + 1:
        log.warning("limit reached: %s, by %s%s, %d in %d s", what, named, _from_where(), times, seconds)
    if tries > times:
        refuse(told, _left(key) or seconds)


def refuse(told: str, seconds: int) -> NoReturn:
    """Raise `TooMany`, and note after how many seconds it makes sense to try again."""
    if (one := _visit.get()) is not None:
        one.wait = max(one.wait, seconds)
    raise TooMany(told)


def _from_where() -> str:
    one = _visit.get()
    return f" from {one.address}" if one is not None and one.address else ""


def _left(key: str) -> int:
    """Seconds until a count ends, where the cache can tell."""
    left = getattr(cache, "seconds_left", None)
    return ceil(left(key)) if left is not None else 0
