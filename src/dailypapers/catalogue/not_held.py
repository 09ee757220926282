"""What someone asked for by its name and is not held: where it may be, and what may bring it."""

import calendar
import re
from dataclasses import dataclass

from dailypapers.catalogue.finding import as_pasted, meant
from dailypapers.catalogue.identifiers import Identifier, parse, url_of

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LIKE_ARXIV = re.compile(r"(?:arxiv:\s?)?\d{4}\.\d{4,5}(?:v\d+)?", re.IGNORECASE | re.ASCII)
_ARXIV_MONTH = re.compile(r"(\d\d)(\d\d)\.", re.ASCII)
_BIORXIV_DAY = re.compile(r"(?:10\.64898/)?(\d{4})\.(\d\d)\.(\d\d)\.", re.ASCII)


@dataclass(frozen=True, slots=True)
class NotHeld:
    """A name under which no paper is held."""

    name: str
    elsewhere: str = ""
    """Where the paper may be."""
    command: str = ""
    """What brings it, if its source has it."""


def not_held(text: str) -> NotHeld | None:
    """What an identifier or an address names that is not held; None for any other text."""
    if meant(text) is not None:
        return None
    for one in as_pasted(text.strip()):
        if (reference := parse(one)) is not None:
            identifier = reference.identifier
            shown = identifier.value if identifier.scheme in ("arxiv", "doi") else str(identifier)
            return NotHeld(shown, url_of(identifier), _command(identifier))
        # Without a link: no page leads where its own address tells it to.
        if _ADDRESS.fullmatch(one) or _LIKE_ARXIV.fullmatch(one):
            return NotHeld(one)
    return None


def _command(identifier: Identifier) -> str:
    """The harvest of the days in which the source must have announced it, as far as its name says them."""
    if identifier.scheme == "arxiv" and (month := _ARXIV_MONTH.match(identifier.value)) is not None:
        year, number = 2000 + int(month[1]), int(month[2])
        days = calendar.monthrange(year, number)[1]
        return f"dailypapers ingest arxiv --since {year}-{number:02}-01 --until {year}-{number:02}-{days}"
    if identifier.scheme == "biorxiv" and (day := _BIORXIV_DAY.match(identifier.value)) is not None:
        return f"dailypapers ingest biorxiv --since {'-'.join(day.groups())} --until {'-'.join(day.groups())}"
    return ""
