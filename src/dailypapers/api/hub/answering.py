"""How calls of the Hub's API are answered: JSON, its errors, its headers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt

from dailypapers.api.callers import caller_of, counted_as, require
from dailypapers.api.errors import CallRefused
from dailypapers.api.limiting import windows
from dailypapers.api.remembered import Answer, answer, answers
from dailypapers.community.access import Refused
from dailypapers.community.models.people import User
from dailypapers.community.tokens import Bearer
from dailypapers.presentation.visitors import address_of_visitor

LARGEST_BODY: Final = 200_000
"""Bytes of what is sent: a comment of the longest kind, with every character escaped."""

Read = Callable[..., Answer]
Told = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A call of somebody with a token, and what was sent."""

    bearer: Bearer
    body: Mapping[str, Any]
    address: str
    """Where it comes from, as far as that is known."""
    site: str
    """How addresses here begin."""

    @property
    def person(self) -> User:
        """For whom it is made."""
        return self.bearer.person

    def text(self, name: str, *, needed: bool = False) -> str:
        """A text of the body; empty where it is not there. Raises `CallRefused`."""
        value = self.body.get(name)
        if value is None and not needed:
            return ""
        if not isinstance(value, str):
            raise CallRefused(400, f"{name} is a text.", name)
        if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
            raise CallRefused(400, f"{name} has a character that is none of text.", name)
        return value


def json_answer(content: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Content as JSON."""
    return answer(orjson.dumps(content), headers)


def reads(view: Read) -> Callable[..., HttpResponse]:
    """A call that reads what everyone may: GET and HEAD, kept for some seconds, 304 for who has it.

    The view takes the query as text values and what the address names.
    """

    @csrf_exempt
    @wraps(view)
    def call(request: HttpRequest, **named: str) -> HttpResponse:
        def answered(_: Bearer | None) -> HttpResponse:
            query = {name: request.GET[name] for name in request.GET}
            site = _site(request)
            key = f"{site} {view.__module__} {request.get_full_path()}"
            made = answers.get(key, lambda: view(query, site, **named))
            if made.etag in parse_etags(request.headers.get("If-None-Match", "")):
                response: HttpResponse = HttpResponseNotModified()
            else:
                response = HttpResponse(made.body, content_type="application/json; charset=utf-8")
            response["ETag"] = made.etag
            response["Cache-Control"] = "public, max-age=10"
            for name, value in made.headers.items():
                response[name] = value
            return response

        return _told(request, ("GET", "HEAD"), answered)

    return call


def personal(view: Told) -> Callable[..., HttpResponse]:
    """A call that tells the bearer of a token something of their own: GET and HEAD, kept nowhere."""
    return _with_token(view, ("GET", "HEAD"), "")


def writes(scope: str) -> Callable[[Told], Callable[..., HttpResponse]]:
    """A call that acts for the bearer of a token with this scope: POST of a JSON object.

    The view takes what was `Sent` and what the address names.
    """
    return lambda view: _with_token(view, ("POST",), scope)


def _with_token(view: Told, methods: tuple[str, ...], scope: str) -> Callable[..., HttpResponse]:
    @csrf_exempt
    @wraps(view)
    def call(request: HttpRequest, **named: str) -> HttpResponse:
        def answered(caller: Bearer | None) -> HttpResponse:
            who = require(caller, scope)
            body = _body(request) if request.method == "POST" else {}
            told = view(Sent(who, body, address_of_visitor(request), _site(request)), **named)
            if request.method == "POST":
                answers.clear()
            response = HttpResponse(orjson.dumps(told), content_type="application/json; charset=utf-8")
            response["Cache-Control"] = "no-store"
            return response

        return _told(request, methods, answered)

    return call


def _site(request: HttpRequest) -> str:
    return settings.BASE_URL or f"{request.scheme}://{request.get_host()}"


def _told(
    request: HttpRequest, methods: tuple[str, ...], answered: Callable[[Bearer | None], HttpResponse]
) -> HttpResponse:
    left: Mapping[str, str] = {}
    try:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = ", ".join((*methods, "OPTIONS"))
            response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        elif request.method not in methods:
            allowed = {"Allow": ", ".join((*methods, "OPTIONS"))}
            response = refused(
                CallRefused(405, f"This address takes {' and '.join(methods)}.", headers=allowed)
            )
        else:
            caller = caller_of(request)
            left = _counted(request, caller)
            response = answered(caller)
    except CallRefused as problem:
        response = refused(problem)
    except Refused as problem:
        response = refused(CallRefused(problem.status, str(problem)))
    except Http404 as problem:
        response = refused(CallRefused(404, str(problem)))
    for name, value in left.items():
        response[name] = value
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Link, X-Error-Message, ratelimit, ratelimit-policy"
    return response


def refused(problem: CallRefused) -> HttpResponse:
    """An error as the Hub's client reads it."""
    told = {"error": problem.told} | ({"field": problem.field} if problem.field else {})
    response = HttpResponse(
        orjson.dumps(told), content_type="application/json; charset=utf-8", status=problem.status
    )
    # A header holds one line of ASCII.
    response["X-Error-Message"] = problem.told.encode("ascii", "replace").decode().replace("\n", " ")
    response["Cache-Control"] = "no-store"
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _counted(request: HttpRequest, caller: Bearer | None) -> Mapping[str, str]:
    """Count a call; gives the headers that tell what is left. Raises `CallRefused` for one too many."""
    if not settings.API_LIMIT:
        return {}
    left = windows.count(counted_as(request, caller), settings.API_LIMIT)
    if left.calls < 0:
        told = f"That is more calls than one can make. Go on in {left.seconds} seconds."
        raise CallRefused(429, told, headers=left.headers | {"Retry-After": str(left.seconds)})
    return left.headers


def _body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. Raises `CallRefused`."""
    try:
        sent = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        raise CallRefused(400, "Content-Length is a number of bytes.", "Content-Length") from None
    if sent > LARGEST_BODY:
        raise CallRefused(413, f"A body can have {LARGEST_BODY:,} bytes.")
    try:
        found = orjson.loads(request.body or b"{}")
    except RequestDataTooBig:
        raise CallRefused(413, f"A body can have {LARGEST_BODY:,} bytes.") from None
    except orjson.JSONDecodeError:
        raise CallRefused(400, "The body is no JSON.", "body") from None
    if not isinstance(found, dict):
        raise CallRefused(400, "The body is a JSON object.", "body")
    return found
