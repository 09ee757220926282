"""Zotero's own formats, turned into CSL items: what its API gives as JSON, and its RDF."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
from lxml import etree

from dailypapers.ingest.file_formats.archive import Damaged
from dailypapers.ingest.file_formats.entry import Piece, Unreadable, text_of
from dailypapers.ingest.source import BadPage
from dailypapers.ingest.xml import child, child_text, children, name_of, parse_xml
from dailypapers.ingest.xml import text_of as text_in

LARGEST_RDF = 64 * 2**20
"""Bytes of an RDF file: its items refer to each other, so that it is read as a whole."""

_NO_WORKS = frozenset(("attachment", "note", "annotation"))
_BY = frozenset(("author", "bookAuthor", "presenter", "inventor", "programmer", "artist"))
_IN = ("publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "repository", "publisher")
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?![\d-])", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d{2}(?!\d)", re.ASCII)
_DOI_LINE = re.compile(r"^\s*DOI:\s*(10\.\S+)", re.IGNORECASE | re.MULTILINE)
_NOT_ITEMS = frozenset(("Attachment", "Memo", "Collection", "Journal", "Series", "UserItem", "Conference"))


def is_of_api(row: dict[str, Any]) -> bool:
    """Whether an object is an item as Zotero's API gives it."""
    data = row.get("data")
    return isinstance(data, dict) and isinstance(data.get("itemType"), str)


def csl_of_api(row: dict[str, Any]) -> dict[str, Any] | None:
    """An item of Zotero's API as a CSL item; None for a note or an attachment. Raises `Unreadable`."""
    data = row["data"]
    if data["itemType"] in _NO_WORKS:
        return None
    extra = text_of(data, "extra")
    doi = text_of(data, "DOI") or next(iter(_DOI_LINE.findall(extra)), "")
    return {
        "id": text_of(row, "key") or text_of(data, "key"),
        "title": text_of(data, "title"),
        "author": list(_authors_of_api(data.get("creators"))),
        "issued": _issued(text_of(data, "date")),
        "DOI": doi,
        "URL": text_of(data, "url"),
        "abstract": text_of(data, "abstractNote"),
        "container-title": next((text for key in _IN if (text := text_of(data, key))), ""),
        "number": text_of(data, "archiveID") or text_of(data, "reportNumber"),
        "note": extra,
        "keyword": ",".join(_tags(data.get("tags"))),
    }


def _authors_of_api(creators: object) -> Iterator[dict[str, str]]:
    if creators is None:
        return
    if not isinstance(creators, list):
        raise Unreadable("creators is not a list")
    for one in creators:
        if not isinstance(one, dict):
            raise Unreadable("creators holds something that is not an object of name parts")
        if one.get("creatorType", "author") in _BY:
            yield {
                "literal": text_of(one, "name"),
                "given": text_of(one, "firstName"),
                "family": text_of(one, "lastName"),
            }


def _tags(tags: object) -> Iterator[str]:
    for one in tags if isinstance(tags, list) else []:
        if isinstance(one, dict) and isinstance(one.get("tag"), str):
            yield one["tag"].replace(",", " ")


def _issued(text: str) -> dict[str, str]:
    """A date as people type it: as it is where a machine wrote it, else the year in it."""
    if found := _DAY.match(text.strip()):
        return {"raw": found[0]}
    year = _YEAR.search(text)
    return {"raw": year[0]} if year else {}


class ZoteroRdf:
    """Cuts Zotero RDF into CSL items."""

    unit = "item"

    def split(self, chunks: Iterator[bytes]) -> Iterator[Piece]:
        """The items, numbered as they stand. Raises `Damaged` for what is no RDF, or too much of it."""
        held: list[bytes] = []
        size = 0
        for chunk in chunks:
            held.append(chunk)
            size += len(chunk)
            if size > LARGEST_RDF:
                raise Damaged(f"longer than {LARGEST_RDF // 2**20} MB")
        try:
            root = parse_xml(b"".join(held), "the file", "RDF")
        except BadPage as problem:
            raise Damaged(str(problem)) from None
        named = {about: one for one in root if (about := _attribute(one, "about"))}
        shared = Counter(_attribute(part, "resource") for one in root for part in children(one, "isPartOf"))
        for number, item in enumerate(root, 1):
            if name_of(item) not in _NOT_ITEMS and child_text(item, "itemType") not in _NO_WORKS:
                yield Piece(number, orjson.dumps(_csl_of_rdf(item, named, shared)))


def _csl_of_rdf(
    item: etree._Element, named: dict[str, etree._Element], shared: Counter[str]
) -> dict[str, Any]:
    whole = _container(item, named)
    own = list(_identifiers(item))
    if whole is not None and shared[_attribute(whole, "about")] <= 1:
        # Zotero writes an article's DOI to its journal; one that several articles have says nothing of each.
        own += _identifiers(whole)
    dois = [text.partition("DOI ")[2] for text in own if text.startswith("DOI ")]
    extra = child_text(item, "description")
    urls = [text for text in (*own, _attribute(item, "about")) if text.startswith(("http://", "https://"))]
    return {
        "id": _attribute(item, "about")[:200],
        "title": child_text(item, "title"),
        "author": list(_authors_of_rdf(item)),
        "issued": _issued(child_text(item, "date")),
        "DOI": next(iter([*dois, *_DOI_LINE.findall(extra)]), ""),
        "URL": next(iter(urls), ""),
        "abstract": child_text(item, "abstract"),
        "container-title": child_text(whole, "title") if whole is not None else "",
        "number": child_text(item, "number"),
        "note": extra,
        "keyword": ",".join(text_in(one).replace(",", " ") for one in children(item, "subject")),
    }


def _container(item: etree._Element, named: dict[str, etree._Element]) -> etree._Element | None:
    """The journal or proceedings that an item is part of, written within it or beside it."""
    for part in children(item, "isPartOf"):
        if len(part):
            return part[0]
        if (whole := named.get(_attribute(part, "resource"))) is not None:
            return whole
    return None


def _identifiers(item: etree._Element) -> Iterator[str]:
    for one in children(item, "identifier"):
        yield text_in(one)


def _authors_of_rdf(item: etree._Element) -> Iterator[dict[str, str]]:
    authors = child(item, "authors")
    if authors is None:
        return
    for person in (one for one in authors.iter() if name_of(one) == "Person"):
        yield {
            "given": child_text(person, "givenName") or child_text(person, "givenname"),
            "family": child_text(person, "surname"),
        }


def _attribute(element: etree._Element, name: str) -> str:
    """An attribute of RDF's by its name, in whatever namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith(f"}}{name}")), "")
