"""Papers as the files of reference managers: many at once, in the order of a list."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Final

import orjson
from lxml import etree

from dailypapers.catalogue.hiding import hidden_among
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.records import PaperRecord, Precision
from dailypapers.presentation import citations, names
from dailypapers.presentation.mathematics import plain

FORMATS: Final = {
    "bib": ("BibTeX", "application/x-bibtex; charset=utf-8"),
    "ris": ("RIS", "application/x-research-info-systems; charset=utf-8"),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json; charset=utf-8"),
    "rdf": ("Zotero RDF", "application/rdf+xml; charset=utf-8"),
}
"""What each ending of an address gives, and its media type."""

AT_ONCE: Final = 300
"""Papers that are read from the database together."""

_NAMES: Final = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "z": "http://www.zotero.org/namespaces/export#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "bib": "http://purl.org/net/biblio#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prism": "http://prismstandard.org/namespaces/1.2/basic/",
}
_NOT_XML: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF))

Url = Callable[[PaperRecord], str]
"""The address of a paper on this site."""


def written(kind: str, paper_ids: Sequence[int], url: Url) -> Iterator[bytes]:
    """A file with these papers, in order, piece by piece. Keys of entries are unique within it."""
    write = {"bib": _bibtex, "ris": _ris, "json": _csl, "rdf": _rdf}[kind]
    return write(_records(paper_ids), url)


def _records(paper_ids: Sequence[int]) -> Iterator[PaperRecord]:
    for at in range(0, len(paper_ids), AT_ONCE):
        some = paper_ids[at : at + AT_ONCE]
        held = held_records(set(some) - hidden_among(some))
        yield from (held[pk] for pk in some if pk in held)


def _keyed(records: Iterator[PaperRecord]) -> Iterator[tuple[str, PaperRecord]]:
    """Each record with its key; the second of the same key has an `a` after it, as bibliographies do."""
    taken: set[str] = set()
    for record in records:
        key = base = citations.key(record)
        for number in count(1):
            if key not in taken:
                break
            key = base + _letters(number)
        taken.add(key)
        yield key, record


def _letters(number: int) -> str:
    """1 is a, 26 z, 27 aa."""
    text = ""
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(ord("a") + place) + text
    return text


def _bibtex(records: Iterator[PaperRecord], url: Url) -> Iterator[bytes]:
    for key, record in _keyed(records):
        yield citations.bibtex(record, url(record), key).encode() + b"\n"


def _ris(records: Iterator[PaperRecord], url: Url) -> Iterator[bytes]:
    for key, record in _keyed(records):
        yield citations.ris(record, url(record), key).encode() + b"\r\n"


def _csl(records: Iterator[PaperRecord], url: Url) -> Iterator[bytes]:
    before = b"[\n"
    for key, record in _keyed(records):
        yield before + orjson.dumps(citations.csl(record, url(record), key))
        before = b",\n"
    yield b"\n]\n" if before != b"[\n" else b"[]\n"


def _rdf(records: Iterator[PaperRecord], url: Url) -> Iterator[bytes]:
    spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in _NAMES.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n'.encode()
    for number, record in enumerate(records, 1):
        item = _item(record, url(record), number)
        # The names are declared above, once for all.
        text = etree.tostring(item, encoding="unicode")
        yield text.replace(spaces, "", 1).encode() + b"\n"
    yield b"</rdf:RDF>\n"


def _item(record: PaperRecord, url: str, number: int) -> etree._Element:
    """A paper as an item of Zotero's RDF."""
    arxiv, doi = citations.name_in(record, "arxiv"), citations.doi_of(record)
    kind, zotero = {
        "article": ("Article", "preprint" if arxiv and not record.venue else "journalArticle"),
        "inproceedings": ("Article", "conferencePaper"),
    }.get(citations.kind_of(record), ("Document", "document"))
    address = citations.url_of_work(record, url)
    item = etree.Element(_tag("bib", kind), {_tag("rdf", "about"): f"#item_{number}"}, nsmap=_NAMES)
    _add(item, "z", "itemType", zotero)
    if record.venue:
        journal = etree.SubElement(
            etree.SubElement(item, _tag("dcterms", "isPartOf")), _tag("bib", "Journal")
        )
        _add(journal, "dc", "title", plain(record.venue))
    _add_authors(item, record)
    _add(item, "dc", "title", plain(record.title))
    _add(item, "dcterms", "abstract", plain(record.abstract))
    _add(item, "dc", "date", _date(record))
    _add(item, "dc", "identifier", f"DOI {doi}" if doi else "")
    where = etree.SubElement(etree.SubElement(item, _tag("dc", "identifier")), _tag("dcterms", "URI"))
    _add(where, "rdf", "value", address)
    _add(item, "prism", "number", f"arXiv:{arxiv}" if arxiv else "")
    _add(item, "dc", "description", citations.withdrawn(record))
    for keyword in record.keywords:
        _add(item, "dc", "subject", plain(keyword))
    return item


def _add_authors(item: etree._Element, record: PaperRecord) -> None:
    if not record.authors:
        return
    listed = etree.SubElement(etree.SubElement(item, _tag("bib", "authors")), _tag("rdf", "Seq"))
    for author in record.authors:
        name = names.split(author.name)
        if not name.inverted:
            continue
        person = etree.SubElement(etree.SubElement(listed, _tag("rdf", "li")), _tag("foaf", "Person"))
        family = " ".join(part for part in (name.particle, name.family) if part)
        _add(person, "foaf", "surname", name.whole or family)
        _add(person, "foaf", "givenName", " ".join(part for part in (name.given, name.suffix) if part))


def _date(record: PaperRecord) -> str:
    if record.day is None:
        return ""
    forms = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}
    return f"{record.day:{forms[record.precision]}}" if record.precision in forms else ""


def _add(parent: etree._Element, space: str, name: str, text: str) -> None:
    if text := " ".join(text.translate(_NOT_XML).split()):
        etree.SubElement(parent, _tag(space, name)).text = text


def _tag(space: str, name: str) -> str:
    return f"{{{_NAMES[space]}}}{name}"


def file_name(text: str, kind: str) -> str:
    """A name for the file, of letters that any system takes."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text.lower())
    return f"{'-'.join(part for part in kept.split('-') if part)[:60] or 'papers'}.{kind}"


def local_handle(record: PaperRecord, site: str) -> str:
    """The part after /papers/ of a paper of this site that a record was written from; empty for others."""
    pages = (link.url for link in record.links if link.kind == "page")
    return next((url.removeprefix(site) for url in pages if url.startswith(site)), "")
