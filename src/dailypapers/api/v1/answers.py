"""Answers: whether anything changed is decided before any of it is written."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from dailypapers.api.remembered import KEPT_FOR
from dailypapers.api.remembered import answers as hub_answers
from dailypapers.api.v1.access import Asked
from dailypapers.api.v1.problems import JSON, Problem

VERSION: Final = 1
"""Goes up when the same things are told in another form, so that nobody goes on with the old one."""

_SEEN_FOR: Final = 7 * 24 * 3600
_MOST_KEPT: Final = 256


class Reply(HttpResponse):
    """An answer that is not written yet: what it hangs on is known, its body is made if someone wants it."""

    def __init__(self, make: Callable[[], Any], etag: str, changed: int, link: str) -> None:
        super().__init__()
        self.make = make
        self.etag = etag
        self.changed = changed
        self.link = link
        self._body: bytes | None = None

    def written(self, request: Asked) -> HttpResponse:
        """The answer to this request: 304 where its program has it."""
        response = get_conditional_response(request, self.etag, self.changed)
        if response is None:
            if self._body is None:
                self._body = orjson.dumps(self.make())
            response = HttpResponse(self._body, content_type=JSON)
        response["ETag"] = self.etag
        response["Last-Modified"] = http_date(self.changed)
        response["Cache-Control"] = "public, max-age=10" if request.caller is None else "private, no-cache"
        response["Vary"] = "Authorization"
        if self.link:
            response["Link"] = self.link
        return response


class Replies:
    """The answers of the last seconds that everyone is given alike, by what was asked."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Reply]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Reply | None:
        """The answer that was kept, if it is not too old."""
        with self._lock:
            known = self._kept.get(key)
        return known[1] if known is not None and time.monotonic() - known[0] < KEPT_FOR else None

    def keep(self, key: str, reply: Reply) -> None:
        """Keep an answer for some seconds."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (time.monotonic(), reply)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all: whoever changed something reads it back changed."""
        with self._lock:
            self._kept.clear()


replies = Replies()
"""Those of this process."""


def site_of(request: HttpRequest) -> str:
    """The beginning of every address in an answer."""
    return settings.BASE_URL or f"{request.scheme}://{request.get_host()}"


def answer(request: Asked, make: Callable[[], Any], *stamp: Any, further: str | None = None) -> HttpResponse:
    """What `make` gives as JSON, or 304 where the program has it.

    `stamp` is what the answer at this address hangs on; where it is the same, so is the answer. `further` is
    the address of the page after this one. With a token the answer is for that person only.
    """
    who = request.caller.person.pk if request.caller else None
    where = (VERSION, site_of(request), request.get_full_path(), who)
    digest = _digest((where, stamp, further))
    link = f'<{further}>; rel="next"' if further else ""
    return Reply(make, f'"{digest}"', _first_seen(digest, where), link)


def forget() -> None:
    """Forget what is kept for some seconds: whoever changed something reads it back changed."""
    replies.clear()
    hub_answers.clear()


def done(told: Any, status: int = 200) -> HttpResponse:
    """The answer to a call that changed something."""
    forget()
    response = HttpResponse(b"" if status == 204 else orjson.dumps(told), status=status, content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response


def following(request: HttpRequest, cursor: str | None) -> str | None:
    """The address of the page after this one; None where there is none."""
    return with_query(request, request.path, cursor=cursor) if cursor else None


def with_query(request: HttpRequest, path: str, cursor: str = "") -> str:
    """The address of another page or list, asked for in the same way."""
    asked: QueryDict = request.GET.copy()
    asked.pop("cursor", None)
    if cursor:
        asked["cursor"] = cursor
    query = asked.urlencode()
    return f"{site_of(request)}{path}{f'?{query}' if query else ''}"


def chosen(fields: str, known: Iterable[str]) -> frozenset[str] | None:
    """The fields that are asked for; None for all. Raises `Problem` for one that there is not."""
    if not fields:
        return None
    names, there = [one.strip() for one in fields.split(",")], set(known)
    if strange := [one for one in names if one not in there]:
        told = f"fields: there is no {strange[0][:40]!r}. There are {', '.join(sorted(there))}."
        raise Problem(400, told, "fields")
    return frozenset(names) | {"id"}


def _first_seen(digest: str, where: tuple[Any, ...]) -> int:
    """When this process first saw the answer at this address as it is.

    No row tells when a paper left a list or its place. A time that is too late costs one more answer, one
    that is too early would keep a change from a program.
    """
    cache = caches["memory"]
    kept_as = f"v1-seen-{_digest(where)}"
    known: tuple[str, int] | None = cache.get(kept_as)
    if known is None or known[0] != digest:
        known = (digest, int(timezone.now().timestamp()))
        cache.set(kept_as, known, _SEEN_FOR)
    return known[1]


def _digest(told: tuple[Any, ...]) -> str:
    return hashlib.blake2b(repr(told).encode("utf-8", "replace"), digest_size=16).hexdigest()
