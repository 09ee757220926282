"""RIS, as most reference managers and publishers write it, read by rispy."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import rispy

from dailypapers.catalogue.records import Authority, Link, PaperRecord, Precision
from dailypapers.ingest.file_formats.archive import lines
from dailypapers.ingest.file_formats.bibliography import identify, venue
from dailypapers.ingest.file_formats.entry import (
    Entry,
    Piece,
    Unreadable,
    decoded,
    from_parts,
    listed_on,
    natural,
    whole_number,
)
from dailypapers.ingest.file_formats.gather import gathered

_JOURNALS = ("journal_name", *(f"alternate_title{number}" for number in (3, 2, 1)), "secondary_title")
_BEGINS = re.compile(rb"\s*TY  ?-")


class Ris:
    """Reads RIS files, one reference at a time."""

    unit = "line"

    def split(self, chunks: Iterator[bytes]) -> Iterator[Piece]:
        """The references: each from its TY line to the line before the next one."""
        return gathered(lines(chunks), _BEGINS)

    def read(self, piece: Piece) -> Iterator[Entry]:
        """The paper of a reference. Raises `Unreadable`."""
        text = "\n".join(line.strip() for line in decoded(piece.data).strip().splitlines())
        if not text.startswith("TY"):
            raise Unreadable("not a reference: it does not begin with a TY line")
        if not re.search(r"^ER  ?-", text, re.MULTILINE):
            raise Unreadable("the reference has no ER line at its end")
        # Some exporters write one space where the format asks for two.
        text = re.sub(r"^([A-Z][A-Z0-9]) ?-(?= |$)", r"\1  -", text, flags=re.MULTILINE)
        try:
            # Addresses are not cut at semicolons: DOIs of the nineties have them.
            references = rispy.loads(text, delimiter_tags_mapping={})
        except KeyError:
            raise Unreadable("a line without a tag stands where a reference begins") from None
        if not references:
            raise Unreadable("not a reference")
        for reference in references:
            yield self._entry(reference)

    def _entry(self, fields: dict[str, Any]) -> Entry:
        title = _first(fields, "title", "primary_title")
        authors = tuple(natural(name) for name in _all(fields, "authors", "first_authors") if name)
        day, precision = _date(*_all(fields, "date", "publication_year", "year"))
        addresses = [url for text in _all(fields, "urls") for url in re.split(r";\s*(?=https?://)", text)]
        where = _first(fields, *_JOURNALS)
        identifiers = identify(
            dois=_all(fields, "doi"),
            others=addresses,
            prose=(where, *_all(fields, "notes", "number", "custom1", "publisher")),
            title=title,
            authors=authors,
            day=day,
        )
        pages = [Link("page", url) for url in addresses if identifiers[0].scheme == "local"]
        pdfs = [Link("pdf", url) for url in _all(fields, "file_attachments1")]
        name = _first(fields, "id", "accession_number")
        return Entry(
            PaperRecord(
                source="file",
                authority=Authority.FILE,
                identifiers=identifiers,
                title=title,
                authors=authors,
                abstract=_first(fields, "abstract", "notes_abstract"),
                day=day,
                precision=precision,
                venue=venue(where),
                keywords=tuple(_all(fields, "keywords")),
                links=(*pages, *pdfs),
                listed=listed_on(day, precision),
            ),
            name or str(identifiers[0]),
        )


def _all(fields: dict[str, Any], *keys: str) -> list[str]:
    found: list[str] = []
    for key in keys:
        value = fields.get(key)
        found.extend([value] if isinstance(value, str) else value or [])
    return found


def _first(fields: dict[str, Any], *keys: str) -> str:
    return next((text for text in _all(fields, *keys) if text.strip()), "")


def _date(*texts: str) -> tuple[date | None, Precision]:
    """Read YYYY/MM/DD/anything, any part of which but the first may be missing, or YYYY-MM-DD.

    The first text that begins with a year counts: DA and PY may both be there, or be "in press".
    """
    text = next((text for text in texts if re.match(r"\d{4}", text, re.ASCII)), "")
    known = []
    for part in (part.strip() for part in text.replace("-", "/").split("/")[:3]):
        if not part:
            break
        if (number := whole_number(part)) is None:
            raise Unreadable(f"date {text[:40]!r} is not YYYY/MM/DD")
        known.append(number)
    return from_parts(known)
