"""BibTeX and BibLaTeX, read by bibtexparser."""

import logging
import re
from collections.abc import Iterator
from datetime import date

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Entry as Block
from bibtexparser.model import Field, ParsingFailedBlock, String

from dailypapers.catalogue.records import MAX_TITLE, Author, Authority, Link, PaperRecord, Precision, one_line
from dailypapers.ingest.file_formats.archive import lines
from dailypapers.ingest.file_formats.bibliography import identify, venue
from dailypapers.ingest.file_formats.entry import (
    Entry,
    Piece,
    Unreadable,
    dated,
    decoded,
    from_parts,
    listed_on,
    too_long,
    whole_number,
)
from dailypapers.ingest.file_formats.gather import LONGEST_REFERENCE, gathered

_BEGINS = re.compile(rb"\s*@\s*[A-Za-z]+\s*[{(]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_VENUES = ("journal", "journaltitle", "booktitle", "school", "institution")
_MOST_MACROS = 10_000
_LONGEST_MACRO = 1_000
"""Characters of an abbreviation. Each may be made of others, twenty of which could stand for a gigabyte."""
_LONGEST_DECODED = 100_000
"""Characters of one field that are searched for LaTeX: twice the longest abstract taken."""

_ONLY_BRACES = re.compile(r"""[^\\~`'"$%&#^_?!<>\s]*(?: +[^\\~`'"$%&#^_?!<>\s]+)*""")
"""A text in which LaTeX has nothing but braces to say."""
_BRACES = re.compile("[{}]")

_ASCII_SIGNS = {0x2C6: "^", 0x2DC: "~"}
"""\\textasciicircum and \\textasciitilde are decoded as accents."""

# Both write a warning for each entry they cannot read; ours say it in the list of what was kept aside.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)


class Bibtex:
    """Reads BibTeX files, one entry at a time; remembers the abbreviations (`@string`) met so far."""

    unit = "line"

    def __init__(self) -> None:
        self._macros = {name: name for name in _MONTHS}
        self._decoder = LatexDecodingMiddleware()

    def split(self, chunks: Iterator[bytes]) -> Iterator[Piece]:
        """The entries: each from its @ to the line before the next one.

        A brace that is never closed so spoils its own entry only.
        """
        first = True
        for piece in gathered(lines(chunks), _BEGINS):
            # What stands before the first entry is a comment, as is everything outside entries.
            if not first or piece.fault or _BEGINS.match(piece.data):
                yield piece
            first = False

    def read(self, piece: Piece) -> Iterator[Entry]:
        """The papers of an entry: one, or none for an abbreviation or a comment. Raises `Unreadable`."""
        try:
            failure = ""
            for found in parse_string(decoded(piece.data), parse_stack=[]).blocks:
                # What is whole but for a key or a field given twice is taken, as BibTeX does.
                block = getattr(found, "ignore_error_block", None) or found
                if isinstance(block, String):
                    self._define(block)
                elif isinstance(block, Block):
                    yield self._entry(block)
                elif isinstance(block, ParsingFailedBlock):
                    failure = failure or getattr(block.error, "abort_reason", "") or str(block.error)
            if failure:
                raise Unreadable(f"not BibTeX: {one_line(failure)[:200]}")
        except RecursionError:
            raise Unreadable("not BibTeX: braces are nested too deep") from None

    def _define(self, macro: String) -> None:
        value = self._value(str(macro.value))
        if len(value) > _LONGEST_MACRO:
            raise Unreadable(f"abbreviation of {len(value):,} characters (at most {_LONGEST_MACRO:,})")
        if len(self._macros) < _MOST_MACROS:
            self._macros[macro.key.casefold()] = value

    def _entry(self, block: Block) -> Entry:
        # Backwards, so that the first counts of a field given twice.
        fields = {field.key.casefold(): self._value(str(field.value)) for field in reversed(block.fields)}
        if len(fields.get("title", "")) > 10 * MAX_TITLE:
            raise Unreadable(f"title of {len(fields['title']):,} characters (at most {MAX_TITLE:,})")
        authors = tuple(self._authors(fields.get("author", "")))
        day, precision = _date(fields)
        title = self._plain(fields.get("title", ""))
        places = [self._plain(fields[key]) for key in _VENUES if fields.get(key)]
        url, eprint = _unescaped(fields.get("url", "")), _unescaped(fields.get("eprint", ""))
        kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").casefold()
        identifiers = identify(
            dois=(_unescaped(fields.get("doi", "")),),
            others=(eprint if "://" in eprint else f"{kind}:{eprint}", url),
            prose=(*places, fields.get("note", ""), fields.get("howpublished", ""), fields.get("volume", "")),
            title=title,
            authors=authors,
            day=day,
        )
        return Entry(
            PaperRecord(
                source="file",
                authority=Authority.FILE,
                identifiers=identifiers,
                title=title,
                authors=authors,
                abstract=self._plain(fields.get("abstract", "")),
                day=day,
                precision=precision,
                categories=tuple(fields.get("primaryclass", "").split()),
                venue=next(filter(None, map(venue, places)), ""),
                keywords=tuple(re.split("[,;]", self._plain(fields.get("keywords", "")))),
                links=(Link("page", url),) if url and identifiers[0].scheme == "local" else (),
                listed=listed_on(day, precision),
            ),
            block.key or str(identifiers[0]),
        )

    def _value(self, raw: str) -> str:
        """A field without what encloses it, its parts joined and its abbreviations spelled out."""
        size = 0
        joined: list[str] = []
        for part in _parts(raw):
            joined.append(self._part(part.strip()))
            size += len(joined[-1])
            if size > LONGEST_REFERENCE:
                raise Unreadable("with its abbreviations spelled out " + too_long(size, LONGEST_REFERENCE))
        return "".join(joined)

    def _part(self, part: str) -> str:
        if len(part) >= 2 and (part[0], part[-1]) in {("{", "}"), ('"', '"')}:
            return part[1:-1]
        return self._macros.get(part.casefold(), part)

    def _authors(self, text: str) -> Iterator[Author]:
        for name in split_multiple_persons_names(text):
            if name.strip().casefold() not in {"", "others"}:
                parts = parse_single_name_into_parts(name, strict=False)
                words = (*parts.first, *parts.von, *parts.last, *parts.jr)
                yield Author(one_line(self._plain(" ".join(words))))

    def _plain(self, text: str) -> str:
        """LaTeX's accents, quotes and commands as plain text; mathematics as it is."""
        if len(text) > _LONGEST_DECODED or not any(mark in text for mark in "\\{}~-`'"):
            return text
        if _ONLY_BRACES.fullmatch(text) and "--" not in text and _is_balanced(text):
            # Most titles: the decoder needs a hundred times as long for the same.
            return text.replace("{", "").replace("}", "")
        whole = self._decoder.transform_entry(
            Block("misc", "key", [Field("text", text)]),
            library=Library(),
        )
        return str(whole.fields[0].value).translate(_ASCII_SIGNS) if isinstance(whole, Block) else text


def _is_balanced(text: str) -> bool:
    depth = 0
    for mark in _BRACES.findall(text):
        depth += 1 if mark == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _parts(raw: str) -> Iterator[str]:
    """The parts of a value, which `#` joins where it stands outside braces and quotes."""
    depth, quoted, start = 0, False, 0
    for found in re.finditer(r'\\.|[{}"#]', raw, re.DOTALL):
        match found[0]:
            case "{":
                depth += 1
            case "}":
                depth -= 1
            case '"' if depth == 0:
                quoted = not quoted
            case "#" if depth == 0 and not quoted:
                yield raw[start : found.start()]
                start = found.end()
    yield raw[start:]


def _unescaped(address: str) -> str:
    """An address, a DOI or another identifier as it is: without \\url{} and TeX's escapes."""
    if wrapped := re.fullmatch(r"\s*\\url\s*\{(.*)\}\s*", address, re.DOTALL):
        address = wrapped[1]
    return re.sub(r"\\([_%&#$~{}])", r"\1", address).strip("{} ")


def _date(fields: dict[str, str]) -> tuple[date | None, Precision]:
    """BibLaTeX's `date`, or `year` with the `month` and `day` there may be."""
    if text := re.split("[/T]", fields.get("date", ""), maxsplit=1)[0].strip():
        return dated(text)
    year = fields.get("year", "").strip("{} ")
    if not year.isascii() or not year.isdecimal():
        return dated("")  # "to appear", "n.d."
    if len(year) != 4:
        raise Unreadable(f"year {year[:40]!r} is not a year")
    month = _month(fields.get("month", ""))
    day = whole_number(fields.get("day", "").strip("{} ")) or 0
    parts = [int(year), month, day]
    return from_parts(parts[: parts.index(0)] if 0 in parts else parts)


def _month(text: str) -> int:
    word = text.strip("{} .").casefold()
    if (number := whole_number(word)) is not None:
        return number
    return _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else 0
