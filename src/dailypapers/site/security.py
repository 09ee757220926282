"""What keeps a page from doing what it was not made for, and whom the site answers."""

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject

from dailypapers.site.accounts import LOOPBACK_NAMES

if TYPE_CHECKING:
    from dailypapers.community.models.people import User

POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self'",
        "media-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # a field's colour is set on its element
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def _policy(path: str) -> str:
    """The policy of a page. Forms of sign-in may end at the sites that one signs in with.

    A browser holds the address that a form's answer leads on to to the policy as well.
    """
    if path.startswith("/accounts/") and settings.SIGN_IN_ORIGINS:
        return POLICY.replace(
            "form-action 'self'", " ".join(("form-action 'self'", *settings.SIGN_IN_ORIGINS))
        )
    return POLICY


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the content security policy, unless the page set its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request.path))
        response.headers.setdefault("Permissions-Policy", "interest-cohort=()")
        return response

    return middleware


HEALTH = "/status/health"


def health_for_anyone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, before all others: the health check answers under any name.

    A load balancer asks by IP address. The answer says nothing but "ok" and repeats nothing of what was
    asked, so that the name does not matter; every other page is answered under its own names only.
    """
    from dailypapers.web.pages.status import health

    def middleware(request: HttpRequest) -> HttpResponse:
        return health(request) if request.path == HEALTH else get_response(request)

    return middleware


def pages_are_of_whom_they_show(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page that names its reader is nobody else's; all pages differ by who asks.

    What no template was rendered for (pictures, files) is the same for everyone and stays so.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (person := getattr(request, "shown_to", None)) is not None:
            patch_vary_headers(response, ["Cookie"])
            if person.is_authenticated:
                patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware


def limits_know_the_visitor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the log of limits says where a try came from, and an answer of 429 when to try again."""
    from dailypapers.community.limits import visit
    from dailypapers.presentation.visitors import address_of_visitor

    def middleware(request: HttpRequest) -> HttpResponse:
        with visit(address_of_visitor(request)) as this:
            response = get_response(request)
        if response.status_code == 429 and this.wait:
            response.headers.setdefault("Retry-After", str(this.wait))
        return response

    return middleware


def owner_on_loopback(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: on a site of one's own, whoever sits at this machine is its owner.

    That takes a request from a loopback address, for a loopback name, that no proxy passed on. The name
    is looked at because any page can make a browser ask 127.0.0.1 under a name of its own (DNS rebinding).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.ACCOUNTS == "single":
            who = SimpleLazyObject(_owner) if _is_from_here(request) else AnonymousUser()
            request.user = who  # type: ignore[assignment]
        return get_response(request)

    return middleware


def _owner() -> "User":
    from dailypapers.community.actions.create_person import owner

    return owner()


PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


def _is_from_here(request: HttpRequest) -> bool:
    if any(name in request.META for name in PASSED_ON):
        return False
    name = request.META.get("HTTP_HOST", "").lower()
    host = name.rpartition(":")[0] if ":" in name.rpartition("]")[2] else name
    if host.strip("[]") not in LOOPBACK_NAMES:
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
