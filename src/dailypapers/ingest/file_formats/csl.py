"""CSL-JSON, as Zotero and pandoc write it, and what Zotero's API gives: a list of items, or a single one."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import Author, Authority, Link, PaperRecord, Precision
from dailypapers.ingest.file_formats.archive import Damaged
from dailypapers.ingest.file_formats.bibliography import identify, venue
from dailypapers.ingest.file_formats.entry import (
    BEGINNING,
    LONGEST_PIECE,
    Entry,
    Piece,
    Unreadable,
    dated,
    from_parts,
    listed_on,
    text_of,
    too_long,
    whole_number,
)
from dailypapers.ingest.file_formats.jsonl import json_object
from dailypapers.ingest.file_formats.zotero import csl_of_api, is_of_api

_OUTSIDE = re.compile(rb'["{}\[\],]')
# No text spans lines in JSON: at the end of one it is over, so that a quote left out spoils one item only.
_INSIDE = re.compile(rb'["\\\n]')


class Csl:
    """Reads CSL-JSON without ever holding more than one item of the list."""

    unit = "item"

    def split(self, chunks: Iterator[bytes]) -> Iterator[Piece]:
        """The items of the list, or the one object there is."""
        return _Items().of(chunks)

    def read(self, piece: Piece) -> Iterator[Entry]:
        """The paper of an item. Raises `Unreadable`."""
        row = json_object(piece.data)
        if is_of_api(row):
            item = csl_of_api(row)
            if item is None:
                return
            row = item
        title = text_of(row, "title")
        day, precision = self._issued(row.get("issued"))
        authors = tuple(self._authors(row.get("author")))
        url = text_of(row, "URL")
        identifiers = identify(
            dois=(text_of(row, "DOI"),),
            others=(url,),
            prose=[text_of(row, key) for key in ("note", "container-title", "publisher")] + [_number(row)],
            title=title,
            authors=authors,
            day=day,
        )
        name = row.get("id")
        yield Entry(
            PaperRecord(
                source="file",
                authority=Authority.FILE,
                identifiers=identifiers,
                title=title,
                authors=authors,
                abstract=text_of(row, "abstract"),
                day=day,
                precision=precision,
                venue=venue(text_of(row, "container-title") or text_of(row, "event-title")),
                licence=_licence(row),
                keywords=tuple(re.split("[,;]", text_of(row, "keyword"))),
                links=_page(identifiers, url),
                listed=listed_on(day, precision),
            ),
            str(name) if isinstance(name, str | int) and name != "" else str(identifiers[0]),
        )

    def _issued(self, issued: object) -> tuple[date | None, Precision]:
        if issued is None:
            return dated("")
        if isinstance(issued, str):
            issued = {"raw": issued}
        if not isinstance(issued, dict):
            raise Unreadable("issued is not an object with date-parts or raw")
        parts = issued.get("date-parts")
        if not parts:
            raw = text_of(issued, "raw") or text_of(issued, "literal")
            # Anything may stand here: "2020 spring" is no date, "20260-01-01" is a wrong one.
            return dated(raw.split("T")[0] if re.fullmatch(r"[\d-]+(T.*)?", raw, re.ASCII) else "")
        first = parts[0] if isinstance(parts, list) else None
        if not isinstance(first, list):
            raise Unreadable("issued.date-parts is not a list of lists of numbers")
        known = []
        for part in first[:3]:
            if part in (None, ""):
                break
            if (number := whole_number(str(part))) is None:
                raise Unreadable("issued.date-parts is not a list of lists of numbers")
            known.append(number)
        return from_parts(known)

    def _authors(self, authors: object) -> Iterator[Author]:
        if authors is None:
            return
        if not isinstance(authors, list):
            raise Unreadable("author is not a list")
        for author in authors:
            if not isinstance(author, dict):
                raise Unreadable("author holds something that is not an object of name parts")
            keys = ("given", "non-dropping-particle", "dropping-particle", "family", "suffix")
            name = text_of(author, "literal") or " ".join(
                part for key in keys if (part := text_of(author, key).strip())
            )
            if name.strip():
                yield Author(name)


def _number(row: dict[str, Any]) -> str:
    """The number of a report or preprint, which CSL lets be written as a number."""
    number = row.get("number")
    return str(number) if isinstance(number, int | float) else text_of(row, "number")


def _licence(row: dict[str, Any]) -> str:
    """CSL's is text; DOI registrars give a list of objects with the address of one each."""
    licences = row.get("license")
    if isinstance(licences, list):
        return next((text_of(one, "URL") for one in licences if isinstance(one, dict)), "")
    return text_of(row, "license")


def _page(identifiers: tuple[Identifier, ...], url: str) -> tuple[Link, ...]:
    return (Link("page", url),) if url and identifiers[0].scheme == "local" else ()


class _Items:
    """Cuts a JSON list at its commas, without reading what stands between them."""

    def __init__(self) -> None:
        self._depth = 0
        self._listed = False
        self._ended = False
        self._in_text = False
        self._escaped = False
        self._held = bytearray()
        self._size = 0
        self._number = 0

    def of(self, chunks: Iterator[bytes]) -> Iterator[Piece]:
        """The items with their numbers. Raises `Damaged` after the last, also for a list without an end."""
        try:
            for chunk in chunks:
                yield from self._feed(chunk)
        except Damaged:
            yield from self._item()
            raise
        yield from self._item()
        if self._listed and not self._ended:
            raise Damaged("the list of items is cut off")

    def _feed(self, chunk: bytes) -> Iterator[Piece]:
        start, at = 0, int(self._escaped and bool(chunk))
        self._escaped = self._escaped and not chunk
        while found := (_INSIDE if self._in_text else _OUTSIDE).search(chunk, at):
            mark, at = found[0], found.end()
            if mark == b"\\":
                self._escaped = at == len(chunk)  # what is escaped comes with the next chunk
                at += 1
            elif self._in_text or mark == b'"':
                self._in_text = not self._in_text
            elif self._parts(mark, chunk, start, at - 1):
                self._keep(chunk[start : at - 1])
                yield from self._item()
                start = at
        self._keep(chunk[start:])

    def _parts(self, mark: bytes, chunk: bytes, start: int, at: int) -> bool:
        """Whether the mark begins the list, ends it or parts two of its items."""
        if mark in b"{[":
            self._depth += 1
            if mark == b"{" or self._depth > 1 or self._number:
                return False
            self._listed = not chunk[start:at].strip() and not self._held.strip()
            return self._listed
        if mark in b"}]":
            self._depth -= 1
            self._ended = self._ended or (self._listed and self._depth == 0)
            return self._listed and self._depth == 0
        return self._listed and self._depth == 1

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size <= LONGEST_PIECE:
            self._held += data

    def _item(self) -> Iterator[Piece]:
        data, size = bytes(self._held).strip(), self._size
        self._held.clear()
        self._size = 0
        if size > LONGEST_PIECE:
            self._number += 1
            yield Piece(self._number, data[:BEGINNING], too_long(size))
        elif data:
            self._number += 1
            yield Piece(self._number, data)
