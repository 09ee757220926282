"""The one way in which XML from outside is read: no entities, no DTD, no network. No Django."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from dailypapers.ingest.http import Http
from dailypapers.ingest.source import BadPage

TRIES = 3
"""How often a page that cannot be read is asked for: a proxy that cuts a page short does so once."""

LARGEST_MENDED = 16 * 2**20
"""Bytes above which a broken page is not mended: what is taken out piece by piece costs ten times as much."""

_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_ILLEGAL = bytes(code for code in range(32) if code not in b"\t\n\r")
_ILLEGAL_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8BbCcEeFf]|1[0-9A-Fa-f]));"
)


def parse_xml(body: bytes, place: str, root_name: str = "") -> etree._Element:
    """The root element of an XML document, without comments and processing instructions.

    Control characters and broken UTF-8, which XML forbids and real records carry, are taken out or
    replaced. `place` names the page in errors. Raises `BadPage` for an empty page, for one that is
    cut off or not XML, for any page with a DOCTYPE, and where the root is not a `root_name`, if told.
    """
    if not body.strip():
        raise BadPage(f"{place}: an empty page instead of XML")
    first = _FIRST_ELEMENT.search(body)
    if b"<!DOCTYPE" in (body[: first.start()] if first else body):
        raise BadPage(f"{place}: the XML has a DOCTYPE, which is refused (it could define entities)")
    try:
        root = _parse(body)
    except etree.XMLSyntaxError as error:
        mended = _mended(body)
        if mended == body:
            raise BadPage(f"{place}: cut off or not XML ({error.msg})") from None
        try:
            root = _parse(mended)
        except etree.XMLSyntaxError as second:
            raise BadPage(f"{place}: cut off or not XML ({second.msg})") from None
    if root.getroottree().docinfo.doctype:
        raise BadPage(f"{place}: the XML has a DOCTYPE, which is refused (it could define entities)")
    if root_name and name_of(root) != root_name:
        raise BadPage(f"{place}: not <{root_name}> but <{name_of(root)[:100]}>")
    return root


def _parse(body: bytes) -> etree._Element:
    # A new parser each time: lxml's are not to be shared between threads.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(body, parser)


def _mended(body: bytes) -> bytes:
    if len(body) > LARGEST_MENDED:
        return body
    declared = re.search(rb"encoding=[\"']([\w.-]+)", body[:200])
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        return body
    text = _ILLEGAL_REFERENCE.sub(b"", body.translate(None, _ILLEGAL))
    return text.decode("utf-8", "replace").encode()


def get_xml(
    http: Http, url: str, params: Mapping[str, str | int], place: str, root_name: str = ""
) -> tuple[bytes, etree._Element]:
    """Fetch a page of XML: its bytes and its root. A page that cannot be read is asked for again.

    So is one with another root than the one named: a proxy's page of its own may well be good XML.
    Raises `BadPage` when it could not be read `TRIES` times, and `HttpFailure`.
    """
    for attempt in range(1, TRIES + 1):
        body = http.get(url, params or None, accept="application/xml, text/xml, application/atom+xml")
        try:
            return body, parse_xml(body, place, root_name)
        except BadPage:
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def name_of(element: etree._Element) -> str:
    """The element's name without its namespace: servers differ in which namespace they declare."""
    return str(element.tag).rpartition("}")[2]


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The child elements of that name, in any namespace."""
    return (child for child in element if name_of(child) == name)


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child element of that name."""
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """All text inside the element, stripped; empty for None."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first child of that name; empty if there is none."""
    return text_of(child(element, name))
