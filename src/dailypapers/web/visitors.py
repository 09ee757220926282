"""Who asks, and from where, as far as that is known."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from dailypapers.community.models.people import User


def reader(request: HttpRequest) -> User | AnonymousUser:
    """Whoever is signed in."""
    return request.user


def person_of(request: HttpRequest) -> User:
    """Who is signed in, for pages that are for nobody else."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def address_of_visitor(request: HttpRequest) -> str:
    """The visitor's address; empty where a proxy that nobody vouched for hides it.

    The entries of X-Forwarded-For that our own proxies wrote are the last ones: those before them can be
    made up.
    """
    passed_on = request.headers.get("X-Forwarded-For", "")
    if settings.PROXIES:
        entries = [entry.strip() for entry in passed_on.split(",")]
        return entries[-settings.PROXIES] if len(entries) >= settings.PROXIES else ""
    return "" if passed_on else str(request.META.get("REMOTE_ADDR", ""))
