"""Reading what a call asks for: each wrong value is named, none is guessed at."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from dailypapers.api.errors import CallRefused
from dailypapers.ranking.periods import Kind, NotAPeriod, Period

LONGEST: Final = 250
"""Characters of a value."""


def whole(query: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    """A whole number between two. Raises `CallRefused`."""
    text = query.get(name, "")
    if not text:
        return usual
    if re.fullmatch(r"\d{1,9}", text, re.ASCII) and least <= int(text) <= most:
        return int(text)
    raise CallRefused(400, f"{name} is a whole number from {least} to {most:,}.", name)


def choice(query: Mapping[str, str], name: str, usual: str, allowed: tuple[str, ...]) -> str:
    """One of a few words. Raises `CallRefused`."""
    text = query.get(name, "") or usual
    if text not in allowed:
        raise CallRefused(400, f"{name} is one of {', '.join(allowed)}.", name)
    return text


def text_of(query: Mapping[str, str], name: str, longest: int = LONGEST) -> str:
    """A text in one line. Raises `CallRefused` for one that is too long or has no characters of print."""
    text = query.get(name, "")
    if len(text) > longest:
        raise CallRefused(400, f"{name} has up to {longest} characters.", name)
    if "\x00" in text:
        raise CallRefused(400, f"{name} has a character that is none of text.", name)
    return " ".join(text.split())


def period_of(query: Mapping[str, str]) -> Period | None:
    """The days asked for by `date`, `week` and `month`; where several are, those that all of them have.

    None for no limit. A period without a day has its last before its first. Raises `CallRefused`.
    """
    asked = [_period(kind, query[kind]) for kind in ("date", "week", "month") if query.get(kind)]
    if not asked:
        return None
    if len(asked) == 1:
        return asked[0]
    first, last = max(one.first for one in asked), min(one.last for one in asked)
    return Period("date", first, last)


def _period(kind: Kind, text: str) -> Period:
    if kind == "date" and "T" in text:
        try:
            return Period.of("date", datetime.fromisoformat(text).date())
        except ValueError:
            pass
    try:
        return Period.parse(kind, text)
    except NotAPeriod as problem:
        raise CallRefused(400, str(problem), kind) from None


def day_before(day: date, days: int) -> date:
    """So many days before a day; the first day there is where there are none before it."""
    return date.fromordinal(max(1, day.toordinal() - days))
