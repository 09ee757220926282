"""Reads JSON that may be anything: what has the wrong type counts as not there. No Django."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import orjson

from dailypapers.catalogue.identifiers import Identifier, parse
from dailypapers.catalogue.records import EARLIEST_YEAR, LATEST_YEAR
from dailypapers.ingest.http import Http
from dailypapers.ingest.source import BadPage

Object = dict[str, Any]
"""A JSON object; its values are to be read with the functions below only."""

TRIES = 3
"""How often a page that cannot be read is asked for: a proxy that cuts a page short does so once."""

LARGEST_COUNT = 2**31 - 1
"""What the database's integers hold."""

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![0-9])", re.ASCII)
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", re.ASCII)
_COMMONS = re.compile(r"cc-by(?:-(nc-nd|nc-sa|nc|nd|sa))?(?:-([1-4]\.0))?")


def load(body: bytes, place: str) -> object:
    """The JSON value of a page. Raises `BadPage` when there is none (cut off, or not JSON)."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        start = body[:80].decode("utf-8", "replace")
        raise BadPage(f"{place}: not JSON ({error}); it begins {start!r}; try again later") from None


def get(
    http: Http,
    url: str,
    params: Mapping[str, str | int] | None,
    place: str,
    check: Callable[[object, str], object] | None = None,
) -> tuple[bytes, object]:
    """Fetch a page of JSON: its bytes and its value. A page that cannot be read is asked for again.

    `check` may raise `BadPage` for a value that is not what was asked for. Raises `BadPage` when the
    page could not be read `TRIES` times, and `HttpFailure`.
    """
    for attempt in range(1, TRIES + 1):
        body = http.get(url, params or None, accept="application/json")
        try:
            value = load(body, place)
            if check:
                check(value, place)
            return body, value
        except BadPage:
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def an_object(value: object) -> Object:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> Iterator[Object]:
    """The objects in a list; nothing for anything else."""
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def text(value: object) -> str:
    """The value if it is text, else empty."""
    return value if isinstance(value, str) else ""


def texts(value: object) -> tuple[str, ...]:
    """The texts in a list."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def number(value: object) -> int | None:
    """A count, also where it is written as text; None for what is no number or beyond all counts."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 10:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT:
        return value
    return None


def day(value: object) -> date | None:
    """The day of an ISO date or time; None for anything else."""
    found = _DAY.match(value) if isinstance(value, str) else None
    return make_day(int(found[1]), int(found[2]), int(found[3])) if found else None


def make_day(year: int, month: int, day_of_month: int) -> date | None:
    """The date, or None where there is no such day or no paper of that time."""
    try:
        made = date(year, month, day_of_month)
    except (ValueError, OverflowError):
        return None
    return made if EARLIEST_YEAR <= made.year <= LATEST_YEAR else None


def identifier(scheme: str, value: object) -> Identifier | None:
    """The normalised identifier, however the source writes it; None when it is none."""
    found = parse(f"{scheme}:{value}") if isinstance(value, str) and value.strip() else None
    return found.identifier if found else None


def orcid(value: object) -> str:
    """The bare 0000-0000-0000-0000 form of an ORCID written in any way, else empty."""
    found = _ORCID.search(value) if isinstance(value, str) else None
    return found[0] if found else ""


def licence(code: str) -> str:
    """The address of a licence that a source names by a short code (`cc_by`, `cc-by-nc`, `cc0`).

    A code that names no licence (`cc_no`) gives an empty text, one we do not know stays as it is.
    """
    short = code.strip().lower()
    if short in ("", "cc_no", "na", "none"):
        return ""
    if short.replace("-", "").replace("_", "").startswith(("cc0", "publicdomain")):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    # bioRxiv joins the parts with underscores (cc_by_nc_nd), OpenAlex with hyphens.
    found = _COMMONS.fullmatch(short.replace("_", "-"))
    if not found:
        return code.strip()
    kind = "by-" + found[1] if found[1] else "by"
    return f"https://creativecommons.org/licenses/{kind}/{found[2] or '4.0'}/"
