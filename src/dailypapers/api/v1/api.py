"""The calls of `/api/v1` put together, and the document that describes them."""

from functools import cache
from typing import Any, Final

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from dailypapers.api.v1 import docs
from dailypapers.api.v1.calls import collections, comments, lists, papers, people, search, site, votes
from dailypapers.api.v1.problems import JSON, Problem, of_validation, refused, told
from dailypapers.community.access import Refused
from dailypapers.search.store import NoIndex

PREFIX: Final = "/api/v1/"
VERSION: Final = "1.0"

ABOUT: Final = """Everything that a person can see on the site, for programs.

Reading takes no token. What is private, and every change, takes one of `/settings/tokens`, sent as
`Authorization: Bearer dp_…`, with the scope that the call names. Cookies are not looked at.

Lists come in pages: `next` is the address of the page after this one, also as a `Link` header. `fields`
leaves out of an answer what is not named. Every answer that can be had again has an `ETag` and
`Last-Modified`; send them back and an answer that is the same costs you nothing (304).

An error is `{"error": {"code", "message", "field"}}`, whatever went wrong; `field` names what of the call is
wrong. `RateLimit` says how many calls are left, and after `429` `Retry-After` says when to go on."""


class StrictParser(Parser):
    """Bodies as JSON in UTF-8: no half characters, no numbers that are none, no zero bytes."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python has it. Raises `Problem`."""
        try:
            sent = orjson.loads(request.body)
        except orjson.JSONDecodeError as problem:
            raise Problem(400, f"body: expected JSON: {problem}", "body") from None
        if b"\\u0000" in request.body:
            raise Problem(422, "body: holds a zero byte, which no text has.", "body")
        return sent


@cache
def api() -> NinjaAPI:
    """The API, with all its calls."""
    made = NinjaAPI(
        title="dailypapers",
        version=VERSION,
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        urls_namespace="api-v1",
        parser=StrictParser(),
    )
    # Those with more behind an identifier come first: an identifier may have slashes of its own.
    for calls in (search, lists, comments, votes, papers, collections, people, site):
        made.add_router("", calls.router)

    @made.exception_handler(Problem)
    def problem(request: HttpRequest, raised: Problem) -> HttpResponse:
        return told(raised.status, str(raised), raised.field)

    @made.exception_handler(Refused)
    def refusal(request: HttpRequest, raised: Refused) -> HttpResponse:
        found = refused(raised)
        return told(found.status, str(found), found.field)

    @made.exception_handler(ValidationError)
    def wrong(request: HttpRequest, raised: ValidationError) -> HttpResponse:
        found = of_validation(raised.errors)
        return told(found.status, str(found), found.field)

    @made.exception_handler(NoIndex)
    def no_index(request: HttpRequest, raised: NoIndex) -> HttpResponse:
        return told(503, "The search index is being built. Try again in a few minutes.")

    @made.exception_handler(Http404)
    def missing(request: HttpRequest, raised: Http404) -> HttpResponse:
        return told(404, str(raised.args[0]) if raised.args else "There is no such thing here.")

    @made.exception_handler(HttpError)
    def unreadable(request: HttpRequest, raised: HttpError) -> HttpResponse:
        # What the parser says of a body, which django-ninja puts in words of its own.
        found = raised.__cause__
        if isinstance(found, Problem):
            return told(found.status, str(found), found.field)
        return told(raised.status_code, str(raised), "body" if raised.status_code == 400 else None)

    return made


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    made = api().get_openapi_schema(path_prefix=PREFIX)
    plain: dict[str, Any] = orjson.loads(orjson.dumps(made, option=orjson.OPT_NON_STR_KEYS))
    for call in (one for methods in plain["paths"].values() for one in methods.values()):
        for parameter in call["parameters"]:
            # Beside a schema `examples` are named; django-ninja puts the schema's list there.
            parameter.pop("examples", None)
    plain["servers"] = [{"url": "/"}]
    plain["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    return plain


def openapi(request: HttpRequest) -> HttpResponse:
    """The document as it is fetched."""
    return HttpResponse(orjson.dumps(document(), option=orjson.OPT_INDENT_2), content_type=JSON)


def documentation(request: HttpRequest) -> HttpResponse:
    """The document as a page for people."""
    return docs.page(request, document())


def addresses() -> URLResolver:
    """Every address below `/api/v1/`."""
    patterns = [path("openapi.json", openapi), path("docs", documentation), *api()._get_urls()[:-1]]
    return URLResolver(RegexPattern(r"^/api/v1/"), patterns)
