"""The one way into `/api/v1`: who asks, how much they may, what is answered where there is nothing.

django-ninja and the calls are imported with the first request: neither a command nor a page waits for them.
"""

import logging
from functools import cache
from typing import Final, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver
from django.views.decorators.csrf import csrf_exempt

from dailypapers.api.callers import caller_of, counted_as
from dailypapers.api.limiting import Left, windows
from dailypapers.api.v1.access import Asked
from dailypapers.api.v1.answers import Reply, replies, site_of
from dailypapers.api.v1.problems import Problem, told

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 200_000
"""Bytes: a comment of the longest kind, with every character escaped."""
READABLE: Final = "ETag, Last-Modified, Link, Location, RateLimit, RateLimit-Policy, Retry-After"
"""Headers that a page of another site may read."""
PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


@csrf_exempt  # Nothing here looks at cookies, and no browser sends a token by itself.
def enter(request: HttpRequest) -> HttpResponse:
    """Answer a program: every answer but the documentation is JSON, errors too."""
    left = None
    try:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers=PREFLIGHT)
        else:
            asked = cast(Asked, request)
            asked.caller = caller_of(request)
            left = _counted(asked)
            response = _turned_away(asked, left) or _answered(asked)
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        response = told(500, "This went wrong here, and was noted. Asking again may help.")
    for name, value in left.headers.items() if left is not None else ():
        response[name] = value
    # What a page of another site can read without credentials it could fetch from anywhere.
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = READABLE
    return response


def _counted(request: Asked) -> Left | None:
    """What is left of the window that one has for all calls of the API together."""
    if not settings.API_LIMIT:
        return None
    return windows.count(counted_as(request, request.caller), settings.API_LIMIT)


def _turned_away(request: Asked, left: Left | None) -> HttpResponse | None:
    """Why a call is not looked at."""
    if left is not None and left.calls < 0:
        response = told(429, f"That is more calls than one can make. Go on in {left.seconds} seconds.")
        response["Retry-After"] = str(left.seconds)
        return response
    if "Authorization" in request.headers and request.caller is None:
        return told(401, "This token is not known here, was revoked or ran out: see /settings/tokens.")
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return told(400, "The address holds a zero byte, which no text has.", "address")
    sent = request.headers.get("Content-Length") or "0"
    if sent.isdecimal() and int(sent) > LARGEST_BODY:
        return told(413, f"A body can have {LARGEST_BODY:,} bytes.", "body")
    return None


def _answered(request: Asked) -> HttpResponse:
    """The answer; to HEAD the one to GET, of which the server sends the headers."""
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"
    try:
        return _found(request)
    finally:
        request.method = asked


def _found(request: Asked) -> HttpResponse:
    key = ""
    if request.method == "GET" and request.caller is None:
        key = f"{site_of(request)} {request.get_full_path()}"
        if (kept := replies.get(key)) is not None:
            return kept.written(request)
    try:
        response = _asked(request)
        if isinstance(response, Reply):
            if key:
                replies.keep(key, response)
            response = response.written(request)
    except Resolver404:
        return told(404, "There is nothing at this address. /api/v1/docs says what there is.", "address")
    except Problem as problem:
        return told(problem.status, str(problem), problem.field)
    except RequestDataTooBig:
        return told(413, f"A body can have {LARGEST_BODY:,} bytes.", "body")
    if response.status_code == 405:
        allowed = response.headers.get("Allow", "")
        response = told(405, f"This address takes {allowed}.")
        response["Allow"] = allowed
    return response


def _asked(request: Asked) -> HttpResponse:
    match = _addresses().resolve(request.path_info)
    return cast(HttpResponse, match.func(request, *match.args, **match.kwargs))


@cache
def _addresses() -> URLResolver:
    from dailypapers.api.v1.api import addresses

    return addresses()
