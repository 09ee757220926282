"""JSON lines: one paper a line, an object with `id`, `title` and whatever else is known."""

from collections.abc import Iterator
from typing import Any

import orjson

from dailypapers.catalogue.identifiers import MAX_LENGTH, Identifier, parse, parse_record_id, url_of
from dailypapers.catalogue.records import Author, Authority, Link, PaperRecord, Summary, Withdrawal
from dailypapers.ingest.file_formats.archive import lines
from dailypapers.ingest.file_formats.entry import (
    Entry,
    Piece,
    Unreadable,
    dated,
    decoded,
    listed_on,
    named,
    text_of,
    texts_of,
)
from dailypapers.ingest.withdrawals import says_withdrawn

_LINKS = ("pdf", "code", "project")


class Jsonl:
    """Reads JSON lines. `sample`: the papers bundled with the site, which any other source overrides."""

    unit = "line"

    def __init__(self, *, sample: bool = False) -> None:
        self._authority = Authority.SAMPLE if sample else Authority.FILE
        self._origin = "sample" if sample else "file"

    def split(self, chunks: Iterator[bytes]) -> Iterator[Piece]:
        """The lines that are not blank."""
        return (piece for piece in lines(chunks) if piece.fault or piece.data.strip())

    def read(self, piece: Piece) -> Iterator[Entry]:
        """The paper of a line. Raises `Unreadable`."""
        row = json_object(piece.data)
        written = text_of(row, "id").strip()
        if not written:
            raise Unreadable("no id")
        own = parse_record_id(written)
        if own is None:
            raise Unreadable(
                f"id {written[:60]!r} cannot be used: at most {MAX_LENGTH} characters, no white space, "
                "none of ? # % \\ < > \" ' and no part that is . or ..; where it names a scheme, "
                "in the form of that (arxiv:2604.04913)"
            )
        urls = self._urls(row)
        arxiv_id, doi, page = text_of(row, "arxiv_id"), text_of(row, "doi"), urls.get("abs", "")
        further = named(
            arxiv_id if arxiv_id == "" or "://" in arxiv_id else f"arxiv:{arxiv_id}",
            doi if not doi.startswith("10.") else f"doi:{doi}",
            page if page != url_of(own) else "",  # most are, and reading an address takes its time
        )
        day, precision = dated(text_of(row, "date"), text_of(row, "date_precision"))
        comment = text_of(row, "comment")
        yield Entry(
            PaperRecord(
                source="file",
                authority=self._authority,
                identifiers=(own, *further),
                title=text_of(row, "title"),
                authors=tuple([Author(name) for name in texts_of(row, "authors")]),
                abstract=text_of(row, "abstract"),
                day=day,
                precision=precision,
                categories=tuple(texts_of(row, "categories")),
                venue=text_of(row, "venue"),
                comment=comment,
                licence=text_of(row, "licence"),
                keywords=tuple(texts_of(row, "keywords")),
                links=tuple(self._links(urls, page, own)),
                listed=listed_on(day, precision),
                summaries=self._summaries(row),
                withdrawal=Withdrawal(None, comment) if says_withdrawn(comment) else None,
            ),
            str(own),
        )

    def _urls(self, row: dict[str, Any]) -> dict[str, str]:
        urls = row.get("urls")
        if urls is None:
            return {}
        if not isinstance(urls, dict):
            raise Unreadable("urls is not an object of addresses by kind")
        return {kind: text_of(urls, kind) for kind in urls}

    def _links(self, urls: dict[str, str], page: str, own: Identifier) -> Iterator[Link]:
        for kind in _LINKS:
            if url := urls.get(kind):
                yield Link(kind, url)
        # The page of an identifier is known from the identifier; any other has to be kept.
        if page and own.scheme == "local" and parse(page) is None:
            yield Link("page", page)

    def _summaries(self, row: dict[str, Any]) -> tuple[Summary, ...]:
        text = text_of(row, "summary") or text_of(row, "tldr")
        return (Summary(text, self._origin),) if text else ()


def json_object(data: bytes) -> dict[str, Any]:
    """The JSON object the bytes are. Raises `Unreadable` for anything else."""
    try:
        row = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        decoded(data)
        raise Unreadable(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise Unreadable("not a JSON object")
    return row
