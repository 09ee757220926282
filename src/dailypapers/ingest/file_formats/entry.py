"""What every file format gives: pieces of a file, and the papers read from them."""

import re
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from dailypapers.catalogue.identifiers import Identifier, parse
from dailypapers.catalogue.records import Author, Listed, PaperRecord, Precision, one_line

LONGEST_PIECE = 4 * 1024 * 1024
"""Bytes of one record in a file. The longest of 270,717 real ones has 53,151."""


class Unreadable(ValueError):
    """A piece that is not a paper, with the reason in words."""


class Piece(NamedTuple):
    """One record's worth of a file: the line (or the item of a list) it begins at, and its bytes.

    `fault` says why it is not to be read; `data` then is its beginning.
    """

    number: int
    data: bytes
    fault: str = ""


class Entry(NamedTuple):
    """A paper read from a piece, and the name the file itself gives it (an id, a citation key)."""

    record: PaperRecord
    name: str


BEGINNING = 300
"""Bytes of a piece that cannot be read which are kept to show where it is."""


def too_long(size: int, most: int = LONGEST_PIECE) -> str:
    """The reason for not reading a piece of that many bytes."""
    return f"{size:,} bytes long (at most {most:,} are read)"


def decoded(data: bytes) -> str:
    """The piece as text. Raises `Unreadable` where it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"not UTF-8: byte 0x{data[error.start]:02x} at position {error.start + 1}; convert the file"
        ) from None


_TIME = r"[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?"
_DATE = re.compile(rf"(\d{{4}})(?:-(\d{{2}})(?:-(\d{{2}})(?:{_TIME})?)?)?", re.ASCII)
_EXACTNESS = (Precision.NONE, Precision.YEAR, Precision.MONTH, Precision.DAY)


@lru_cache(maxsize=4_096)
def dated(text: str, said: str = "") -> tuple[date | None, Precision]:
    """Read YYYY-MM-DD, YYYY-MM or YYYY, and how exact it is: as exact as written, or as `said`.

    The day of a less exact date is its first. Of a moment (2026-04-15T23:30:00Z) the day is taken as it is
    written: which zone its writer counts days in is not known. Raises `Unreadable` for a date there is
    none of, and for one said to be more exact than it is written.
    """
    try:
        precision = Precision(said) if said else None
    except ValueError:
        raise Unreadable(f"date_precision {said[:40]!r} is not day, month, year or none") from None
    if not text or precision is Precision.NONE:
        return None, Precision.NONE
    found = _DATE.fullmatch(text)
    if not found:
        raise Unreadable(f"date {text[:40]!r} is not YYYY-MM-DD, YYYY-MM or YYYY")
    year, month, day = (int(part) if part else None for part in found.groups())
    return from_parts([part for part in (year, month, day) if part is not None], precision)


def from_parts(parts: list[int], said: Precision | None = None) -> tuple[date | None, Precision]:
    """As `dated`, from the numbers: year, month, day, or the first of these, or none."""
    if not parts:
        return None, Precision.NONE
    written = _EXACTNESS[len(parts)]
    precision = said or written
    if _EXACTNESS.index(precision) > len(parts):
        raise Unreadable(f"date_precision says {precision.value}, but the date is {_joined(parts)!r}")
    try:
        whole = date(*(*parts, 1, 1)[:3])
    except (ValueError, OverflowError):
        raise Unreadable(f"there is no date {_joined(parts)!r}") from None
    if precision is not Precision.DAY:
        whole = whole.replace(day=1)
    if precision is Precision.YEAR:
        whole = whole.replace(month=1)
    return whole, precision


def whole_number(text: str) -> int | None:
    """The number that a text is; None for any other, and for one too long to be part of a date."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _joined(parts: list[int]) -> str:
    return "-".join(f"{part:0{2 if place else 4}}" for place, part in enumerate(parts))[:60]


def listed_on(day: date | None, precision: Precision) -> tuple[Listed, ...]:
    """The list a paper stands on: that of its day, or of its month where no more is known."""
    if day is None or precision not in (Precision.DAY, Precision.MONTH):
        return ()
    return (Listed(day, "file", announced=True, precision=precision),)


def text_of(row: dict[str, Any], key: str) -> str:
    """The text under a key, "" where there is none. Raises `Unreadable` for anything but text."""
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"{key} is {_kind(value)}, not text")
    return value


def texts_of(row: dict[str, Any], key: str) -> list[str]:
    """The list of texts under a key. Raises `Unreadable` for anything but a list of texts."""
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{key} is {_kind(value)}, not a list")
    for item in value:
        if not isinstance(item, str):
            raise Unreadable(f"{key} holds {_kind(item)}, not only texts")
    return value


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "an object"
    return "null"


def named(*texts: str) -> list[Identifier]:
    """The identifiers among texts that may be one or be none."""
    return [found.identifier for text in texts if text and (found := parse(text))]


def natural(name: str) -> Author:
    """An author from `Family, Given` or `Family, Given, Suffix`, in the order in which names are printed."""
    family, *given = (part.strip() for part in name.split(","))
    return Author(one_line(" ".join([*given[:1], family, *given[1:]])))
