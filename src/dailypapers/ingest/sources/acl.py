"""The ACL Anthology: every paper of a collection, from the XML files the Anthology is made of.

A collection (`2024.acl`, `P19`) is one file and one page. What is known of the day is the month that
its volume gives.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from lxml import etree

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    Listed,
    PaperRecord,
    Precision,
    Version,
    Withdrawal,
)
from dailypapers.ingest import payload
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.source import Bad, BadPage, Page, Parsed, SourceFailure, Span
from dailypapers.ingest.xml import child, child_text, children, get_xml, name_of, parse_xml, text_of

SITE = "https://aclanthology.org"

_COLLECTION = re.compile(r"[A-Z]\d{2}|\d{4}\.[a-z0-9_]+", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile("|".join(_MONTHS), re.IGNORECASE)


class AclAnthology:
    """`{base}/{collection}.xml` for each collection named."""

    name = "acl"
    label = "ACL Anthology"
    base_url = "https://raw.githubusercontent.com/acl-org/acl-anthology/master/data/xml"
    pause = 1.0

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """One page a collection of `span.set`, in the order given; the cursor is how many are done.

        Raises `SourceFailure` when no collection is named, or one that the Anthology does not have.
        """
        collections = _collections(span.set)
        if cursor and not cursor.isdecimal():
            raise SourceFailure(f"acl: {cursor!r} is not a place to go on from")
        base = span.address(self.base_url)
        for number, collection in enumerate(collections[int(cursor or 0) :], int(cursor or 0) + 1):
            place = f"acl {collection}"
            try:
                body, root = get_xml(http, f"{base}/{collection}.xml", {}, place)
            except HttpFailure as failure:
                if failure.status != 404:
                    raise
                raise SourceFailure(
                    f"acl: the Anthology has no collection {collection!r}; its addresses begin with "
                    "the collection, as 2024.acl in 2024.acl-long.1"
                ) from None
            _check(root, place)
            yield Page(
                body,
                cursor=str(number),
                place=place,
                kind="collection",
                total=len(collections),
                done=number,
            )

    def by_identifier(self, identifiers: Sequence[Identifier], span: Span, http: Http) -> Iterator[Page]:
        """One page a paper: its collection's file without the other papers."""
        base = span.address(self.base_url)
        for name in (one.value for one in identifiers if one.scheme == "acl"):
            collection = name.partition("-")[0]
            if not _COLLECTION.fullmatch(collection):
                continue
            try:
                _, root = get_xml(http, f"{base}/{collection}.xml", {}, f"acl {collection}")
            except HttpFailure as failure:
                if failure.status != 404:
                    raise
                continue
            _check(root, f"acl {collection}")
            if _cut_down(root, name):
                yield Page(etree.tostring(root), "", f"acl {name}", kind="collection")

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read the papers of a collection, volume by volume; front matter is no paper."""
        root = parse_xml(page.body, page.place)
        _check(root, page.place)
        collection = root.get("id", "")
        for volume in children(root, "volume"):
            name = volume.get("id", "")
            meta = child(volume, "meta")
            for paper in children(volume, "paper"):
                place = f"acl {collection} volume {name} paper {paper.get('id', '')}"[:300]
                yield _read(paper, meta, collection, name, place)


def _collections(written: str) -> list[str]:
    names = [part.strip().removesuffix(".xml") for part in written.split(",") if part.strip()]
    if not names:
        raise SourceFailure("acl: say which collections to fetch, as --set 2024.acl or --set P19,P20")
    for name in names:
        if not _COLLECTION.fullmatch(name):
            raise SourceFailure(f"acl: {name[:60]!r} is no collection; they are named as 2024.acl or P19")
    return names


def _check(root: etree._Element, place: str) -> None:
    if name_of(root) != "collection" or not _COLLECTION.fullmatch(root.get("id", "")):
        raise BadPage(f"{place}: not a collection of the Anthology but <{name_of(root)[:60]}>")


def _cut_down(root: etree._Element, name: str) -> bool:
    """Leave one paper in a collection, with what is said of its volume; whether it is there."""
    found = False
    for volume in list(children(root, "volume")):
        others = []
        for paper in children(volume, "paper"):
            number = anthology_id(root.get("id", ""), volume.get("id", ""), paper.get("id", ""))
            if number != name:
                others.append(paper)
        found = found or len(others) < sum(1 for _ in children(volume, "paper"))
        for paper in others:
            volume.remove(paper)
    return found


def anthology_id(collection: str, volume: str, paper: str) -> str:
    """The id of a paper from its place: `2024.acl-long.1`, or `P19-1001` for those before 2020.

    The old ids share four digits between volume and paper: two and two for workshops (W, and the two
    other collections with more than nine volumes), else one and three. Empty where they do not fit.
    """
    if not _NUMBER.fullmatch(paper) or int(paper) == 0:
        return ""
    if not collection[0].isupper():
        return f"{collection}-{volume}.{int(paper)}"
    if not _NUMBER.fullmatch(volume):
        return ""
    by_two = collection[0] == "W" or collection == "C69" or (collection == "D19" and int(volume) >= 5)
    digits = f"{int(volume):02d}{int(paper):02d}" if by_two else f"{int(volume)}{int(paper):03d}"
    return f"{collection}-{digits}" if len(digits) == 4 else ""


def _read(
    paper: etree._Element, meta: etree._Element | None, collection: str, volume: str, place: str
) -> Parsed | Bad:
    own = payload.identifier("acl", anthology_id(collection, volume, paper.get("id", "")))
    if own is None:
        return Bad(place, "its numbers make no Anthology id", _text(child(paper, "title"))[:300])
    doi = payload.identifier("doi", child_text(paper, "doi"))
    day, precision = _month(meta)
    versions = tuple(
        Version(own, number, payload.day(revision.get("date")))
        for revision in children(paper, "revision")
        if (number := payload.number(revision.get("id")))
    )
    return Parsed(
        PaperRecord(
            source="acl",
            authority=Authority.PUBLISHER,
            identifiers=(own, doi) if doi else (own,),
            title=_text(child(paper, "title")),
            authors=tuple(_author(author) for author in children(paper, "author")),
            abstract=_text(child(paper, "abstract")),
            day=day,
            precision=precision,
            version=max((version.number for version in versions), default=0),
            venue=_venue(meta),
            comment="; ".join(text_of(award) for award in children(paper, "award")),
            links=tuple(_links(paper, own.value)),
            versions=versions,
            listed=(
                (Listed(day, "acl", announced=True, precision=precision),)
                if day and precision is Precision.MONTH
                else ()
            ),
            withdrawal=_withdrawal(paper),
        ),
        place,
    )


def _text(element: etree._Element | None) -> str:
    """The text of marked-up words; formulas go between dollar signs, as they do everywhere else."""
    return "" if element is None else "".join(_pieces(element)).strip()


def _pieces(element: etree._Element) -> Iterator[str]:
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        formula = name_of(inner) == "tex-math"
        if event == "start":
            yield ("$" if formula else "") + (inner.text or "")
        else:
            yield ("$" if formula else "") + ((inner.tail or "") if inner is not element else "")


def _author(author: etree._Element) -> Author:
    name = " ".join(filter(None, (child_text(author, "first"), child_text(author, "last"))))
    return Author(name, child_text(author, "affiliation"), payload.orcid(author.get("orcid")))


def _month(meta: etree._Element | None) -> tuple[date | None, Precision]:
    """The first month a volume names ("July 5-10", "November–December"), else its year."""
    year = payload.number(child_text(meta, "year")) if meta is not None else None
    written = child_text(meta, "month") if meta is not None else ""
    found = _MONTH.search(written)
    number = _MONTHS.index(found[0].lower()) + 1 if found else payload.number(written)
    if not year:
        return None, Precision.NONE
    if number and (day := payload.make_day(year, number, 1)):
        return day, Precision.MONTH
    day = payload.make_day(year, 1, 1)
    return day, Precision.YEAR if day else Precision.NONE


def _venue(meta: etree._Element | None) -> str:
    if meta is None:
        return ""
    return child_text(meta, "journal-title") or _text(child(meta, "booktitle"))


def _links(paper: etree._Element, name: str) -> Iterator[Link]:
    # A paper without an address has no PDF in the Anthology; some have one elsewhere.
    if address := child_text(paper, "url"):
        yield Link("pdf", address if "://" in address else f"{SITE}/{name}.pdf")
    for code in children(paper, "pwccode"):
        yield Link("code", code.get("url", ""))
    for dataset in children(paper, "pwcdataset"):
        yield Link("dataset", dataset.get("url", ""))
    for video in children(paper, "video"):
        address = video.get("href", "")
        if address and video.get("permission", "true") != "false":
            yield Link("media", address if "://" in address else f"{SITE}/{address}")


def _withdrawal(paper: etree._Element) -> Withdrawal | None:
    for kind in ("retracted", "removed"):
        notice = child(paper, kind)
        if notice is not None:
            return Withdrawal(payload.day(notice.get("date")), text_of(notice)[:500] or kind)
    return None


SOURCE = AclAnthology()
