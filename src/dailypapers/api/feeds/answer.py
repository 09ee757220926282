"""A feed as an answer: whether anything changed is decided before any of it is written."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from dailypapers.api.feeds import atom, json_feed, rss
from dailypapers.api.feeds.feed import FORMS, Feed, site_of
from dailypapers.api.feeds.links import Whole, hub_of

VERSION = 1
"""Goes up when the same papers are written another way, so that readers fetch them anew."""

WRITERS = {"rss": rss.write, "atom": atom.write, "json": json_feed.write}

KEPT_FOR = 15
"""Seconds for which it is remembered what stands in a feed. Its entries are looked up each time."""

_SEEN_FOR = 7 * 24 * 3600

T = TypeVar("T")


def remembered(key: str, make: Callable[[], T]) -> T:
    """What `make` gave within the last seconds: readers of one feed come in crowds, on the hour."""
    cache = caches["memory"]
    kept_as = _key("feed", key)
    known: T | None = cache.get(kept_as)
    if known is None:
        known = make()
        cache.set(kept_as, known, KEPT_FOR)
    return known


def answer(request: HttpRequest, form: str, feed: Feed) -> HttpResponse:
    """The feed in a form (a key of `FORMS`), or 304 where the reader has it."""
    site = site_of(request)
    etag = _etag(feed, form, site)
    changed = _changed(f"{site} {form} {feed.path} {feed.query} {feed.page}", etag)
    response = get_conditional_response(request, etag, int(changed.timestamp()))
    if response is None:
        whole = Whole(feed, form, site, settings.SITE_NAME, feed.entries())
        response = HttpResponse(WRITERS[form](whole), content_type=FORMS[form])
        links = [f'<{whole.own}>; rel="self"'] + ([f'<{hub}>; rel="hub"'] if (hub := hub_of(feed)) else [])
        response["Link"] = ", ".join(links)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed.timestamp())
    response["Cache-Control"] = "private, max-age=300" if feed.private else "public, max-age=300"
    if feed.private:
        response["X-Robots-Tag"] = "noindex"
    else:
        # A page elsewhere that reads a feed learns nothing that it could not fetch itself.
        response["Access-Control-Allow-Origin"] = "*"
    return response


def _etag(feed: Feed, form: str, site: str) -> str:
    told = (VERSION, form, site, settings.SITE_NAME, settings.WEBSUB_HUB, feed.path, feed.query, feed.page)
    rest = (feed.title, feed.about, feed.has_next, feed.archive, feed.earlier, feed.later)
    digest = hashlib.blake2b(repr((told, rest, feed.stamps)).encode("utf-8", "replace"), digest_size=12)
    return f'"{digest.hexdigest()}"'


def _changed(key: str, etag: str) -> datetime:
    """When this process first saw the feed as it is.

    No row tells when a paper left a list or its place; a time that is too late costs one more answer, one
    that is too early would keep a change from a reader.
    """
    cache = caches["memory"]
    kept_as = _key("feed-seen", key)
    known: tuple[str, datetime] | None = cache.get(kept_as)
    if known is None or known[0] != etag:
        known = (etag, timezone.now())
        cache.set(kept_as, known, _SEEN_FOR)
    return known[1]


def _key(kind: str, text: str) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16)
    return f"{kind}-{digest.hexdigest()}"
