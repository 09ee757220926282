"""What may be meant by a query that can be read, but is hardly meant so, and the query mended."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from dailypapers.search.query.model import Problem

_OPERATORS: Final = ("AND", "OR", "NOT")
_AUTHOR: Final = re.compile(r"(-?author):([^\s\":]+)", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\W\d_][\w.'-]*,?")
_DAY: Final = re.compile(r"(after|before):(\d[\d-]*)", re.IGNORECASE)
_UNKNOWN: Final = re.compile(r"(-?)([A-Za-z]{2,10}):(.+)")

_CALLED_OTHERWISE: Final = {
    "au": "author",
    "authors": "author",
    "by": "author",
    "cat": "field",
    "category": "field",
    "subject": "field",
    "journal": "venue",
    "conference": "venue",
    "since": "after",
    "from": "after",
    "until": "before",
    "to": "before",
}
"""Filters of other search engines, by ours that do the same."""


def operators(parts: Sequence[str]) -> Problem | None:
    """`AND`, `OR` and `NOT`, which are words here; a text all in capitals is a title."""
    written = [part for part in parts if part in _OPERATORS]
    if not written or not any(letter.islower() for letter in "".join(parts)):
        return None
    mended: list[str] = []
    for at, part in enumerate(parts):
        after_not = at > 0 and parts[at - 1] == "NOT"
        if part not in _OPERATORS:
            mended.append(f"-{part}" if after_not and not part.startswith("-") else part)
    hint = "is no operator here: papers with most of the words come first, and a minus rules one out."
    return Problem(written[0], hint, " ".join(mended))


def unquoted_author(parts: Sequence[str]) -> Problem | None:
    """`author:Geoffrey Hinton`, of which the second part is a word unless both stand in quotes."""
    for at, part in enumerate(parts):
        found = _AUTHOR.fullmatch(part)
        if found is None or not found[2][:1].isupper():
            continue
        end = at + 1
        while end < len(parts) and parts[end][:1].isupper() and _NAME.fullmatch(parts[end]):
            end += 1
        if at + 1 < end <= at + 4 and not set(_OPERATORS) & set(parts[at + 1 : end]):
            whole = f'{found[1]}:"{" ".join((found[2], *parts[at + 1 : end]))}"'
            mended = " ".join((*parts[:at], whole, *parts[end:]))
            return Problem(
                part, "was taken for the whole name; a name of several parts needs quotes.", mended
            )
    return None


def days_turned(parts: Sequence[str], first: date | None, last: date | None) -> Problem | None:
    """From a day on that is not before the other: nothing can be found. `first` and `last` are as read."""
    if first is None or last is None or first < last:
        return None
    turned = {"after": "before", "before": "after"}

    def turn(part: str) -> str:
        found = _DAY.fullmatch(part)
        return f"{turned[found[1].lower()]}:{found[2]}" if found else part

    written = next(part for part in parts if part.lower().startswith("after:"))
    mended = " ".join(map(turn, parts)) if first > last else ""
    hint = f"is not before {last}: no day is in both."
    return Problem(written, hint, mended)


def unknown_filter(parts: Sequence[str], key: str) -> str:
    """The query with a filter that we have, or the words alone, in place of one that we do not have."""
    return " ".join(_in_place_of(part, key) for part in parts)


def _in_place_of(part: str, key: str) -> str:
    found = _UNKNOWN.fullmatch(part)
    if found is None or found[2].lower() != key.lower():
        return part
    minus, value = found[1], found[3]
    if key.lower() == "year" and re.fullmatch(r"[12]\d{3}", value, re.ASCII) and not minus:
        return f"after:{value} before:{int(value) + 1}"
    ours = _CALLED_OTHERWISE.get(key.lower())
    return f"{minus}{ours}:{value}" if ours else f"{minus}{value}"
