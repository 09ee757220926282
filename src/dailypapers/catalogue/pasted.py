"""What someone pasted to name a paper: an identifier, the address of a page, or both. No database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from dailypapers.catalogue.identifiers import Identifier, parse

LONGEST: Final = 2_000
"""Characters of what is looked at."""

MOST_WORDS: Final = 40

_AROUND = "<>()[]{}\"'“”‘’«».,; "
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_HOST = re.compile(r"(?:www\.)?(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,18}/\S+", re.IGNORECASE | re.ASCII)
_DOI = re.compile(r"10\.\d{4,9}/[^\s?#&\"<>]+", re.ASCII)
_AFTER_DOI = re.compile(
    r"(?:/(?:full|abstract|abs|summary|pdf|epdf|meta|html|fulltext|references|figures|download)"
    r"|\.(?:full|pdf|abstract|html|epdf))+/?$",
    re.IGNORECASE,
)
"""What publishers write behind a DOI in the address of one of a paper's pages."""
_STAMP = re.compile(r"arxiv\s?:?\s?((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)", re.I | re.A)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text names."""

    identifier: Identifier | None = None
    url: str = ""
    """The address of a page that may name a paper; empty where the identifier itself was written."""


def read(text: str) -> Pasted:
    """The paper that a text names; an empty answer where it names none.

    An identifier in any form counts, alone, in a sentence, or within the address of a publisher's page:
    there it is a guess, and the address is told too.
    """
    text = " ".join(text[:LONGEST].split())
    for piece in _pieces(text):
        if (found := parse(piece)) is not None:
            return Pasted(found.identifier)
    for piece in _pieces(text):
        if url := _address(piece):
            return Pasted(_doi_within(url), url)
    if (stamp := _STAMP.search(text)) is not None and (found := parse(f"arxiv:{stamp[1]}")) is not None:
        return Pasted(found.identifier)
    if (doi := _DOI.search(text)) is not None and (found := parse(doi[0].strip(_AROUND))) is not None:
        return Pasted(found.identifier)
    return Pasted()


def _pieces(text: str) -> Iterator[str]:
    """The text and its words, each as it is and without what stands around it."""
    for piece in (text, *text.split()[:MOST_WORDS]):
        yield piece
        # Second: a DOI may end in a bracket of its own.
        if (bare := piece.strip(_AROUND)) != piece:
            yield bare


def _address(piece: str) -> str:
    """The piece as a web address, or empty."""
    if _ADDRESS.fullmatch(piece):
        url = piece
    elif _HOST.fullmatch(piece):
        url = f"https://{piece}"
    else:
        return ""
    try:
        parts = urlsplit(url)
        # A port that is no number is told only when it is looked at.
        return url if parts.hostname and parts.port != 0 else ""
    except ValueError:
        return ""


def _doi_within(url: str) -> Identifier | None:
    parts = urlsplit(url)
    for part in (parts.path, parts.query):
        if (doi := _DOI.search(unquote(part))) is not None:
            found = parse(f"doi:{_AFTER_DOI.sub('', doi[0])}")
            if found is not None:
                return found.identifier
    return None
