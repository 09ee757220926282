"""A library of references as a person brings it: of a format that its bytes tell, and maybe hostile."""

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from dailypapers.catalogue.records import PaperRecord, RejectedRecord, admitted
from dailypapers.ingest.file_formats.archive import Damaged
from dailypapers.ingest.file_formats.bibtex import Bibtex
from dailypapers.ingest.file_formats.csl import Csl
from dailypapers.ingest.file_formats.entry import Entry, Piece, Unreadable, too_long
from dailypapers.ingest.file_formats.rdf import Rdf
from dailypapers.ingest.file_formats.ris import Ris

log = logging.getLogger(__name__)

LARGEST = 20 * 2**20
"""Bytes of a library."""
MOST_ENTRIES = 20_000
LONGEST_ENTRY = 200_000
"""Bytes of one entry: what reads them takes time with the square of that."""
LONGEST_READING = 30.0
"""Seconds for all of it."""

_RIS = re.compile(rb"^\s*TY  ?-", re.MULTILINE)
_BIBTEX = re.compile(rb"@\s*[A-Za-z]+\s*[{(]")
_ITEMS = re.compile(rb'\s*\{\s*"items"\s*:\s*(?=\[)')
_LOOKED_AT = 200_000


class _Format(Protocol):
    unit: str

    def split(self, chunks: Iterator[bytes]) -> Iterator[Piece]: ...

    def read(self, piece: Piece) -> Iterator[Entry]: ...


@dataclass(slots=True)
class Library:
    """What was read of a library, and what could not be."""

    kind: str = ""
    records: list[PaperRecord] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """Where each stands, and what is wrong with it."""
    cut: str = ""
    """Why the rest was not read; empty where all was."""


def read_library(data: bytes) -> Library:
    """The references of a library, in order. Whatever the bytes are, this raises nothing.

    At most `MOST_ENTRIES` are read, in at most `LONGEST_READING` seconds.
    """
    if len(data) > LARGEST:
        return Library(cut=f"The file is longer than {LARGEST // 2**20} MB.")
    data = _utf8(data)
    kind, reader = _told(data)
    library = Library(kind)
    if reader is None:
        library.cut = "This is neither BibTeX, RIS, CSL-JSON, Zotero RDF nor JSON of Zotero’s API."
        return library
    until = time.monotonic() + LONGEST_READING
    try:
        for number, piece in enumerate(reader.split(iter((data,))), 1):
            if number > MOST_ENTRIES:
                library.cut = f"Only the first {MOST_ENTRIES:,} entries were read."
                break
            if time.monotonic() > until:
                library.cut = f"Reading took too long: only the first {number - 1:,} entries were read."
                break
            _read(reader, piece, library)
    except Damaged as damage:
        library.cut = f"The file is damaged: {damage}."
    except Exception:  # What others wrote reads what a stranger made: whatever it meets, the page answers.
        log.exception("a library of %d bytes could not be read to its end", len(data))
        library.cut = "The file could not be read to its end."
    return library


def _read(reader: _Format, piece: Piece, library: Library) -> None:
    place = f"{reader.unit} {piece.number}"
    try:
        if piece.fault or len(piece.data) > LONGEST_ENTRY:
            raise Unreadable(piece.fault or too_long(len(piece.data), LONGEST_ENTRY))
        for entry in reader.read(piece):
            admitted(entry.record)
            library.records.append(entry.record)
    except (Unreadable, RejectedRecord) as problem:
        library.unreadable.append((place, str(problem)))
    except Exception:
        log.exception("an entry of %d bytes could not be read", len(piece.data))
        library.unreadable.append((place, "it could not be read"))


def _utf8(data: bytes) -> bytes:
    """The bytes as UTF-8, whichever of the usual encodings they are in, without a mark before them."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode()
    try:
        data.decode()
    except UnicodeDecodeError:
        # XML says its own encoding.
        return data if data.lstrip().startswith(b"<?xml") else data.decode("cp1252", "replace").encode()
    return data


def _told(data: bytes) -> tuple[str, _Format | None]:
    """The format that the bytes are in, and what reads it."""
    start = data[:_LOOKED_AT].lstrip()
    if start.startswith(b"<"):
        return "Zotero RDF", Rdf()
    if start.startswith((b"[", b"{")) and not _BIBTEX.match(start):
        return "JSON", _Items()
    ris, bibtex = _RIS.search(start), _BIBTEX.search(start)
    if ris and (bibtex is None or ris.start() < bibtex.start()):
        return "RIS", Ris()
    return ("BibTeX", Bibtex()) if bibtex else ("", None)


class _Items(Csl):
    """CSL items and Zotero's, as a list, as one object, or as the list that an object names `items`."""

    def split(self, chunks: Iterator[bytes]) -> Iterator[Piece]:
        data = b"".join(chunks)
        if named := _ITEMS.match(data):
            end = data.rfind(b"]")
            data = data[named.end() : end + 1] if end > named.end() else data[named.end() :]
        return super().split(iter((data,)))
