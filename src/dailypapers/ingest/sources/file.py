"""Papers from files: JSON lines, BibTeX, RIS, CSL-JSON and Zotero RDF, as they are or packed."""

import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Protocol, Self

import orjson

from dailypapers.catalogue.records import RejectedRecord, admitted, one_line
from dailypapers.ingest.file_formats.archive import PACKED, Damaged, Unpacked
from dailypapers.ingest.file_formats.bibtex import Bibtex
from dailypapers.ingest.file_formats.csl import Csl
from dailypapers.ingest.file_formats.entry import BEGINNING, Entry, Piece, Unreadable
from dailypapers.ingest.file_formats.jsonl import Jsonl
from dailypapers.ingest.file_formats.rdf import Rdf
from dailypapers.ingest.file_formats.ris import Ris
from dailypapers.ingest.file_formats.seen import Seen
from dailypapers.ingest.http import Http
from dailypapers.ingest.source import Bad, Page, Parsed, SourceFailure, Span

SAMPLE = Path(__file__).resolve().parent.parent / "sample" / "papers.jsonl"
"""The papers bundled with the site: their summaries are ours, and any real source overrides them."""

PAGE_BYTES = 16 * 1024 * 1024
"""A page ends here even if it has few papers yet: bounds the memory that one takes."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SUFFIXES = ".jsonl, .ndjson, .json, .bib, .bibtex, .ris, .rdf, each also with .gz or .zst"


class Format(Protocol):
    """Reads one file of a kind. It may keep what it met (abbreviations), so each file has its own."""

    unit: str
    """What a piece's number counts: `line` or `item`."""

    def split(self, chunks: Iterator[bytes]) -> Iterator[Piece]:
        """Cut the file's bytes into pieces of one record each. Raises `Damaged` after the last good one."""
        ...

    def read(self, piece: Piece) -> Iterator[Entry]:
        """The papers of a piece. Raises `Unreadable`."""
        ...


@dataclass(frozen=True, slots=True)
class FilePage(Page):
    """A page of a file: its pieces (`body` is empty), what reads them, and what the file named before."""

    pieces: Sequence[Piece] = ()
    format: Format | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where a harvest is: the file and how many of its pieces were taken, and what failed before.

    `files` is a digest of all the files' sizes and times of change.
    """

    files: str
    file: int = 0
    piece: int = 0
    failed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return json.dumps([self.files, self.file, self.piece, list(self.failed)])

    @classmethod
    def read(cls, text: str, paths: Sequence[Path]) -> Self:
        """The place the text tells, or the beginning if it is empty or the files have changed since."""
        files = _digest(paths)
        if text:
            before, file, piece, failed = json.loads(text)
            if before == files:
                return cls(files, file, piece, tuple(failed))
        return cls(files)


class File:
    """The source. `page_records` is how many records (lines, mostly) are taken at once."""

    name = "file"
    label = "Files"
    base_url = ""
    pause = 0.0

    def __init__(self, page_records: int = 2_000) -> None:
        self._page_records = page_records

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """Read the files of `span.paths`, one after another, from the cursor on.

        A file that is cut off or damaged gives what is good of it, the others are read nevertheless,
        and in the end `SourceFailure` is raised. It is raised at once for a file that is not there or
        of an unknown kind.
        """
        paths = [Path(path) for path in span.paths]
        for path in paths:
            _usable(path)
        start = _Cursor.read(cursor, paths)
        failed = list(start.failed)
        names = _names(paths)
        sizes = [path.stat().st_size for path in paths]
        for at in range(start.file, len(paths)):
            before = _Cursor(start.files, at, start.piece if at == start.file else 0, tuple(failed))
            failure = yield from self._file(paths[at], names[at], before, sum(sizes[:at]), sum(sizes))
            if failure and failure not in failed:
                failed.append(failure)
        if failed:
            raise SourceFailure("; ".join(failed))

    def can_resume(self, span: Span, cursor: str) -> bool:
        """Whether the files are still those the cursor tells a place in."""
        try:
            return bool(json.loads(cursor)[0] == _digest([Path(path) for path in span.paths]))
        except OSError:
            return True  # `pages` says what is wrong with them

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read the papers of a page; a name that stood in the file before with other words is bad."""
        if not isinstance(page, FilePage) or page.format is None or page.seen is None:
            raise TypeError("a page of the file source comes from its pages()")
        for piece in page.pieces:
            place = f"{page.place} {page.format.unit} {piece.number}"
            try:
                if piece.fault:
                    raise Unreadable(piece.fault)
                for entry in page.format.read(piece):
                    yield self._judged(entry, place, piece, page.format, page.seen)
            except Unreadable as error:
                yield Bad(place, str(error), _excerpt(piece))

    def _judged(self, entry: Entry, place: str, piece: Piece, form: Format, seen: Seen) -> Parsed | Bad:
        """The entry as a record, or what is wrong with it."""
        name = entry.record.identifiers[0]
        try:
            # `land` checks everything, but a record it refuses must not stand in a good one's way here.
            title, abstract = admitted(entry.record)
        except RejectedRecord as refusal:
            return Bad(place, str(refusal), _excerpt(piece), name)
        authors = one_line("|".join([author.name for author in entry.record.authors]))
        words = "\x00".join((title, abstract, authors))
        if (first := seen.clash(entry.name, words, piece.number)) is not None:
            return Bad(
                place,
                f"same identifier as {form.unit} {first} with different text: {entry.name[:100]}",
                _excerpt(piece),
                name,
            )
        return Parsed(entry.record, place)

    def _file(
        self, path: Path, name: str, start: _Cursor, behind: int, total: int
    ) -> Generator[Page, None, str]:
        """The pages of one file from the cursor on; returns what went wrong in it, if anything."""
        unpacked = Unpacked(path)
        form, seen = _format(path), Seen()
        number = taken = 0

        def page(pieces: Sequence[Piece]) -> FilePage:
            nonlocal number, taken
            number, taken = pieces[-1].number, taken + len(pieces)
            return FilePage(
                body=b"",
                cursor=str(replace(start, piece=taken)),
                place=name,
                first=pieces[0].number,
                total=total,
                done=behind + unpacked.position,
                pieces=pieces,
                format=form,
                seen=seen,
            )

        try:
            pieces = form.split(_without_mark(unpacked.chunks()))
            for batch in self._batches(islice(pieces, start.piece)):
                # What was taken before is read once more, to know which names it gave and abbreviations
                # it made; that takes a tenth of the time that taking it did.
                deque(self.parse(page(batch)), maxlen=0)
            for batch in self._batches(pieces):
                yield page(batch)
        except Damaged as damage:
            good = f"what is good up to {form.unit} {number} was taken" if number else "nothing was taken"
            return f"{path}: {damage}; {good}; get the file again and repeat the command"
        except OSError as error:
            return f"{path} cannot be read: {error.strerror or error}; mend that and repeat the command"
        return ""

    def _batches(self, pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
        """Pieces by the page. Raises `Damaged` after the last."""
        batch: list[Piece] = []
        size = 0
        try:
            for piece in pieces:
                batch.append(piece)
                size += len(piece.data)
                if len(batch) >= self._page_records or size >= PAGE_BYTES:
                    yield batch
                    batch, size = [], 0
        except Damaged:
            if batch:
                yield batch
            raise
        if batch:
            yield batch


def _usable(path: Path) -> None:
    """Raise `SourceFailure` for a path that cannot be a file of papers."""
    if not path.exists():
        raise SourceFailure(f"{path}: there is no such file; check the path")
    if not path.is_file():
        raise SourceFailure(f"{path} is not a file; name the files in it")
    if _suffix(path) not in _FORMATS:
        raise SourceFailure(f"{path} is of no kind that can be read: the name must end in {_SUFFIXES}")
    try:
        path.open("rb").close()
    except OSError as error:
        raise SourceFailure(f"{path} cannot be opened: {error.strerror}; check its permissions") from None


def _suffix(path: Path) -> str:
    """What the name ends in before it was packed."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix in PACKED else suffix


def _format(path: Path) -> Format:
    return _FORMATS[_suffix(path)](path)


def _jsonl(path: Path) -> Format:
    return Jsonl(sample=path.resolve() == SAMPLE)


def _json(path: Path) -> Format:
    """JSON lines where the second line is an object of its own, or the first one that CSL-JSON has not."""
    try:
        beginning = next(_without_mark(Unpacked(path).chunks()), b"").lstrip()
    except (Damaged, OSError):
        return Jsonl()  # which will come upon the same
    first, _, rest = beginning.partition(b"\n")
    if rest.lstrip().startswith(b"{") and first.startswith(b"{"):
        return Jsonl()
    try:
        row = orjson.loads(first)
    except orjson.JSONDecodeError:
        return Csl()
    return Jsonl() if isinstance(row, dict) and not row.keys() & {"author", "issued", "type"} else Csl()


_FORMATS: dict[str, Callable[[Path], Format]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".json": _json,
    ".bib": lambda path: Bibtex(),
    ".bibtex": lambda path: Bibtex(),
    ".ris": lambda path: Ris(),
    ".rdf": lambda path: Rdf(),
}


def _names(paths: Sequence[Path]) -> list[str]:
    """What the files are called in reports: their names, in full where two have the same."""
    names = Counter(path.name for path in paths)
    return [path.name if names[path.name] == 1 else str(path) for path in paths]


def _digest(paths: Sequence[Path]) -> str:
    found = [(path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    return hashlib.blake2b(repr(found).encode(), digest_size=8).hexdigest()


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes without the mark that Windows programs put before UTF-8."""
    first = next(chunks, b"")
    yield first.removeprefix(_BYTE_ORDER_MARK)
    yield from chunks


def _excerpt(piece: Piece) -> str:
    return piece.data[:BEGINNING].decode(errors="replace")


SOURCE = File()
