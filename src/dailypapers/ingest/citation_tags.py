"""What a paper's page says of it in the tags that scholarly search engines read. No Django.

Publishers, archives and conferences put them there (Highwire's `citation_*`, else Dublin Core's and
PRISM's). The page is anybody's: its words count least, and an identifier that it names is asked for at
its own source.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from dailypapers.catalogue.identifiers import Identifier, parse
from dailypapers.catalogue.records import Author, Authority, Link, PaperRecord, Precision
from dailypapers.ingest import payload
from dailypapers.ingest.source import BadPage

LARGEST: Final = 4 * 2**20
"""Bytes of a page: the tags stand at its beginning, and the longest of 3,000 authors has 1 MB."""

MOST_TAGS: Final = 20_000
MOST_AUTHORS: Final = 5_000
SOURCE: Final = "page"

_TITLE = ("citation_title", "dc.title", "dcterms.title", "og:title")
_AUTHOR = ("citation_author", "dc.creator", "dcterms.creator")
_DOI = ("citation_doi", "prism.doi", "dc.identifier.doi", "dc.identifier", "bepress_citation_doi")
_DAY = (
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date",
    "prism.publicationdate",
)
_VENUE = (
    "citation_journal_title",
    "citation_conference_title",
    "citation_inbook_title",
    "prism.publicationname",
)
_ABSTRACT = ("citation_abstract", "dc.description", "dcterms.abstract", "og:description", "description")
Tags = defaultdict[str, list[str]]

_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)", re.ASCII)
_NO_DOI = re.compile(r"[?#\\<>\"'%:]+")


@dataclass(frozen=True, slots=True)
class Described:
    """What a page says: the identifiers it names, surest first, and the paper in its own words if it does."""

    identifiers: tuple[Identifier, ...]
    record: PaperRecord | None


def described(body: bytes, url: str) -> Described:
    """Read the page at an address. Raises `BadPage` for what is not HTML."""
    tags = _tags(body)
    identifiers = tuple(_identifiers(tags))
    title = _first(tags, _TITLE[:3]) or (_first(tags, _TITLE) if identifiers else "")
    authors = _authors(tags)
    if not title or not (authors or identifiers):
        return Described(identifiers, None)
    day, precision = _day(tags)
    return Described(
        identifiers,
        PaperRecord(
            source=SOURCE,
            authority=Authority.COMMUNITY,
            identifiers=identifiers or named_by(url),
            title=title,
            authors=authors,
            abstract=_first(tags, _ABSTRACT),
            day=day,
            precision=precision,
            venue=_first(tags, _VENUE),
            keywords=tuple(word for word in tags["citation_keywords"][:20] if len(word) < 200),
            links=(
                Link("page", url),
                *(Link("pdf", urljoin(url, pdf)) for pdf in tags["citation_pdf_url"][:1]),
            ),
        ),
    )


def _tags(body: bytes) -> Tags:
    """What the meta elements say, by their names in small letters."""
    if b"<" not in body[:LARGEST]:
        raise BadPage("not a page of HTML")
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise BadPage(f"not a page of HTML ({error})") from None
    found: Tags = defaultdict(list)
    for number, meta in enumerate(root.iter("meta")):
        if number >= MOST_TAGS:
            break
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        content = (meta.get("content") or "").strip()
        if name and content:
            found[name].append(content)
    return found


def _first(tags: Tags, names: Sequence[str]) -> str:
    return next((tags[name][0] for name in names if tags[name]), "")


def _identifiers(tags: Tags) -> list[Identifier]:
    found: dict[Identifier, None] = {}
    for number in tags["citation_arxiv_id"]:
        if (read := parse(f"arxiv:{number}")) is not None:
            found.setdefault(read.identifier)
    for name in _DOI:
        for doi in tags[name][:5]:
            read = parse(doi) or parse(f"doi:{doi.removeprefix('doi:').strip()}")
            if read is not None and read.identifier.scheme not in ("acl", "openalex"):
                found.setdefault(read.identifier)
    return list(found)


def _authors(tags: Tags) -> tuple[Author, ...]:
    named: list[str] = next((tags[name] for name in _AUTHOR if tags[name]), [])
    if len(named) == 1 and ";" in named[0]:
        named = named[0].split(";")
    return tuple(Author(_in_order(name)) for name in named[:MOST_AUTHORS] if name.strip())


def _in_order(name: str) -> str:
    """`Lovelace, Ada` as `Ada Lovelace`."""
    family, comma, given = (part.strip() for part in name.partition(","))
    return f"{given} {family}" if comma and given and "," not in given else name.strip()


def _day(tags: Tags) -> tuple[date | None, Precision]:
    written = _DATE.match(_first(tags, _DAY))
    if written is None:
        return None, Precision.NONE
    numbers = [int(part) for part in written.groups() if part]
    day = payload.make_day(*(*numbers, 1, 1)[:3])
    return day, (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(numbers) - 1] if day else Precision.NONE


def named_by(url: str) -> tuple[Identifier, ...]:
    """A name of our own for a paper that has no other: where its page is."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = _NO_DOI.sub("-", parts.path.strip("/") + (f"/{parts.query}" if parts.query else ""))
    read = parse(f"local:{host}/{path}"[:190])
    return (read.identifier,) if read is not None else ()
