"""Errors in one form: `{"error": {"code": …, "message": …, "field": …}}`, whatever went wrong."""

from typing import Any, Final

import orjson
from django.http import HttpResponse

from dailypapers.community.access import Refused

JSON: Final = "application/json"

CODES: Final = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "hidden",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "server_error",
    503: "unavailable",
}
"""The `code` of an error by the status of its answer: programs need to read one of the two."""


class Problem(Exception):
    """Why a call has no other answer; the text is for whoever wrote the program."""

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.field = field
        """What of the call is wrong: a parameter, a part of the path or of the body."""


def not_found(message: str, field: str | None = None) -> Problem:
    """That there is nothing under a name."""
    return Problem(404, message, field)


def refused(problem: Refused, field: str | None = None) -> Problem:
    """What an action refused, as the API says it."""
    return Problem(problem.status, str(problem), field)


def told(status: int, message: str, field: str | None = None) -> HttpResponse:
    """An error as an answer."""
    body = {"error": {"code": CODES[status], "message": message, "field": field}}
    response = HttpResponse(orjson.dumps(body), status=status, content_type=JSON)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="dailypapers"'
    if status == 503:
        response["Retry-After"] = "300"
    return response


def of_validation(errors: list[dict[str, Any]]) -> Problem:
    """The first thing that is wrong with a call: 400 where it stands in the address, 422 in the body."""
    first = errors[0]
    # Where something stands: ("query", "limit"), ("body", "body", "papers", 0).
    where, *path = [str(part) for part in first["loc"]]
    if where == "body" and path[:1] == ["body"]:
        path = path[1:]
    field = ".".join(path) or where
    return Problem(422 if where == "body" else 400, f"{field}: {first['msg']}", field)
