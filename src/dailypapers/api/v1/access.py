"""Who asks, and for whose eyes an answer is."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from dailypapers.community.models.people import User
from dailypapers.community.tokens import Bearer


class Asked(HttpRequest):
    """A request that came through the door, which found out who asks."""

    caller: Bearer | None
    """Whose token came along; none for anyone."""


def person_of(request: Asked) -> User:
    """Whose token it is, for calls that take one."""
    assert request.caller is not None  # noqa: S101
    return request.caller.person


def reader_of(request: Asked) -> User | AnonymousUser:
    """For whose eyes an answer is: nobody's in particular without a token that lets its program read."""
    caller = request.caller
    return caller.person if caller is not None and caller.may("read") else AnonymousUser()
