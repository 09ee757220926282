"""Error pages that say what to do next."""

import logging
import re

from django.core.cache import cache
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotFound,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django_htmx.middleware import HtmxDetails

from dailypapers.community.actions.former_handle import handle_now
from dailypapers.presentation.visitors import address_of_visitor

log = logging.getLogger(__name__)

_OF_A_PERSON = re.compile(r"/people/(?P<handle>[a-z0-9-]{1,40})(?P<rest>(?:\.svg|/.*)?)", re.DOTALL)


def without_slash(request: HttpRequest) -> HttpResponse:
    """A page's address with a slash too many leads to the page; what is asked of the page is kept."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(request.path.rstrip("/") + (f"?{query}" if query else ""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, without what other pages know of the request: the name it was sent to may be anything."""
    context = {
        "is_name": isinstance(exception, DisallowedHost),
        "is_too_large": isinstance(exception, RequestDataTooBig),
    }
    return HttpResponseBadRequest(render_to_string("pages/bad_request.html", context))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the reason where one was given; an address that was ours before leads on."""
    if request.method in ("GET", "HEAD") and (now := _now_at(request, exception)):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{now}?{query}" if query else now)
    reason = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    response = render(request, "pages/not_found.html", {"reason": reason})
    return HttpResponseNotFound(response.content)


def too_often(request: HttpRequest) -> HttpResponse:
    """429 for tries at signing in and joining beyond allauth's limits, all of which recover in minutes."""
    address = address_of_visitor(request).replace(" ", "")[:100] or "somewhere"
    if cache.add(
        f"told-of-limit:{request.path[:100]}:{address}", 1, 60
    ):  # Once a minute, not a thousand times.
        log.warning("limit reached: %s from %s", request.path, address)
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "300"
    return response


def _now_at(request: HttpRequest, exception: Exception) -> str:
    """Where that stands which was looked for: without slashes too many, under the handle of today."""
    path = request.path
    if isinstance(exception, Resolver404) and path.endswith("/"):
        bare = path.rstrip("/")
        # Two slashes at the beginning would name another site.
        if bare.startswith("/") and not bare.startswith("//") and _leads_somewhere(bare):
            return bare
    if (person := _OF_A_PERSON.fullmatch(path)) and (handle := handle_now(person["handle"])):
        return f"/people/{handle}{person['rest']}"
    return ""


def _leads_somewhere(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def server_error(request: HttpRequest) -> HttpResponse:
    """500: no database, no context, styles by their plain names, so that it shows whatever is broken."""
    return render(request, "pages/server_error.html", status=500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that no page of ours sent, or one too old; Django has logged the reason."""
    response = render(request, "403_csrf.html", status=403)
    if HtmxDetails(request):
        # In the place of a button the page would make no sense; loaded anew it has a token that works.
        response["HX-Refresh"] = "true"
    return response
