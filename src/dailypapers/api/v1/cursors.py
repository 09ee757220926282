"""Cursors: where a list goes on, as text that programs hand back and need not understand."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import orjson

from dailypapers.api.v1.problems import Problem

LONGEST: Final = 400
LARGEST: Final = 2**53 - 1
"""The largest number that every reader of JSON keeps whole."""

Value = int | str


def cursor(of: str, *values: Value) -> str:
    """The text for a place in a list of this kind."""
    return urlsafe_b64encode(orjson.dumps([of, *values])).decode().rstrip("=")


def place(text: str, of: str, types: Sequence[type[Value]]) -> list[Value]:
    """The values that `cursor` was given. Raises `Problem` for what it never gave for this kind of list."""
    try:
        name, *values = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (Error, ValueError, TypeError):
        raise _wrong() from None
    if name != of or [type(one) for one in values] != list(types):
        raise _wrong()
    if any(isinstance(one, int) and not 0 <= one <= LARGEST for one in values):
        raise _wrong()
    return list(values)


def number(text: str, of: str) -> int:
    """The one number of a cursor; 0 for none. Raises `Problem`."""
    return int(place(text, of, (int,))[0]) if text else 0


def moment(text: Value) -> datetime:
    """The moment that a cursor's value says. Raises `Problem`."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong() from None


def _wrong() -> Problem:
    return Problem(400, "cursor: hand back what `next` said, of the same list, or leave it out.", "cursor")
