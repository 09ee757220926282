"""A feed as an answer: whether anything changed is decided before any of it is written."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
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

KEPT = 64
"""Feeds that a process keeps as they were written, some 8 MB."""

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
        own = site + feed.address(form, feed.page)
        response = _whole(request, form, feed, site, etag)
        links = [f'<{own}>; rel="self"'] + ([f'<{hub}>; rel="hub"'] if (hub := hub_of(feed)) else [])
        response["Link"] = ", ".join(links)
    # Packed it is the same feed in other bytes.
    response["ETag"] = f"W/{etag}" if "Content-Encoding" in response else etag
    response["Last-Modified"] = http_date(changed.timestamp())
    response["Cache-Control"] = "private, max-age=300" if feed.private else "public, max-age=300"
    if feed.private:
        response["X-Robots-Tag"] = "noindex"
    else:
        # A page elsewhere that reads a feed learns nothing that it could not fetch itself.
        response["Access-Control-Allow-Origin"] = "*"
    return response


class _Written:
    """Feeds as they were written last, a few of them: readers that never say what they have ask as often.

    Each is kept packed too: packing it takes longer than all the rest of sending it again.
    """

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, etag: str) -> tuple[bytes, bytes] | None:
        with self._lock:
            if (body := self._bodies.get(etag)) is not None:
                self._bodies.move_to_end(etag)
            return body

    def put(self, etag: str, body: bytes) -> tuple[bytes, bytes]:
        kept = body, gzip.compress(body, 6, mtime=0)
        with self._lock:
            self._bodies[etag] = kept
            while len(self._bodies) > KEPT:
                self._bodies.popitem(last=False)
        return kept


_written = _Written()


def _whole(request: HttpRequest, form: str, feed: Feed, site: str, etag: str) -> HttpResponse:
    """The feed, written anew unless it was just so, and what stands in it is as it was."""
    again = feed.fresh is not None and list(feed.fresh()) == list(feed.stamps)
    kept = _written.get(etag) if again else None
    if kept is None:
        body = WRITERS[form](Whole(feed, form, site, settings.SITE_NAME, feed.entries()))
        if not again:
            return HttpResponse(body, content_type=FORMS[form])
        kept = _written.put(etag, body)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(kept[packed], content_type=FORMS[form])
    response["Vary"] = "Accept-Encoding"
    if packed:
        response["Content-Encoding"] = "gzip"
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
