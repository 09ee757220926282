"""Reading OAI-PMH 2.0: lists of records in pages, resumption tokens, deleted records, errors. No Django.

Protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html. What the metadata of a record
looks like is the business of the source.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from lxml import etree

from dailypapers.ingest.http import Http
from dailypapers.ingest.source import BadPage, SourceFailure
from dailypapers.ingest.xml import child, child_text, children, get_xml, name_of, parse_xml, text_of

LISTS = ("ListRecords", "GetRecord")

MOST_PAGES = 10_000
"""Pages after which a list is given up as endless. All of arXiv has about 3,000."""

LONGEST_TOKEN = 2_000
"""Characters of a resumption token: longer ones do not fit into an address."""


class OaiError(SourceFailure):
    """An error that the server told in the protocol's own words; `code` is one of its codes."""

    def __init__(self, place: str, code: str, message: str) -> None:
        super().__init__(
            f"{place}: the server says {code[:100]}" + (f" ({message[:500]})" if message else "")
        )
        self.code = code


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a list. `metadata` is the element inside <metadata>, None for a deleted record."""

    identifier: str
    datestamp: date | None
    deleted: bool
    sets: tuple[str, ...]
    metadata: etree._Element | None


@dataclass(frozen=True, slots=True)
class List:
    """One page of a list: its records, the token of the next page ("" on the last), and the list's size."""

    records: tuple[Record, ...]
    token: str = ""
    total: int | None = None
    behind: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came. `token` takes up the list after it; "" after the last, and to start anew."""

    body: bytes
    place: str
    list: List
    token: str


def read_list(body: bytes, place: str) -> List:
    """Read a page of a list. A list without any record (noRecordsMatch) is an empty one.

    Raises `BadPage` for what is not OAI-PMH, and `OaiError` for every other error the server tells.
    """
    return _read_root(parse_xml(body, place, "OAI-PMH"), place)


def list_pages(http: Http, url: str, arguments: Mapping[str, str], token: str = "") -> Iterator[Fetched]:
    """Fetch a list of records page by page, from its start or from a resumption token.

    `arguments` are those of ListRecords (metadataPrefix, from, until, set). A token the server no
    longer knows starts the list anew, once. Raises `SourceFailure` when the server hands out a token
    for the second time (the list would never end), refuses the request, or sends no OAI-PMH; and when
    the list has more than `MOST_PAGES`, the last of which it was still given.
    """
    seen = {token}
    renewed = False
    for _ in range(MOST_PAGES):
        asked: dict[str, str] = {"verb": "ListRecords"}
        asked |= {"resumptionToken": token} if token else dict(arguments)
        place = f"{url}?{urlencode(asked)}"
        body, root = get_xml(http, url, asked, place, "OAI-PMH")
        try:
            page = _read_root(root, place)
        except OaiError as error:
            if error.code != "badResumptionToken" or not token or renewed:
                raise
            token, renewed, seen = "", True, {""}
            continue
        repeats = page.token in seen if page.token else False
        yield Fetched(body, place, page, "" if repeats else page.token)
        if repeats:
            raise SourceFailure(
                f"{place}: the server gave the resumption token {page.token!r} a second time, so its list"
                " would never end; run the same command again later, it starts the list anew"
            )
        if not page.token:
            return
        seen.add(page.token)
        token = page.token
    raise SourceFailure(f"{place}: the list did not end within {MOST_PAGES:,} pages")


def _read_root(root: etree._Element, place: str) -> List:
    errors = [
        OaiError(place, error.get("code", "an error without a code"), text_of(error))
        for error in children(root, "error")
    ]
    if errors:
        if all(error.code == "noRecordsMatch" for error in errors):
            return List(())
        raise next(error for error in errors if error.code != "noRecordsMatch")
    found = next((element for element in root if name_of(element) in LISTS), None)
    if found is None:
        raise BadPage(f"{place}: an OAI-PMH answer without a list of records")
    token = child(found, "resumptionToken")
    if len(text_of(token)) > LONGEST_TOKEN:
        raise BadPage(f"{place}: a resumption token of {len(text_of(token)):,} characters")
    return List(
        tuple(_read_record(record) for record in children(found, "record")),
        text_of(token),
        _number(token, "completeListSize"),
        _number(token, "cursor"),
    )


def _read_record(record: etree._Element) -> Record:
    header = child(record, "header")
    metadata = child(record, "metadata")
    if header is None:
        return Record("", None, False, (), None)
    deleted = header.get("status") == "deleted"
    return Record(
        child_text(header, "identifier"),
        day_of(child_text(header, "datestamp")),
        deleted,
        tuple(text_of(one) for one in children(header, "setSpec")),
        None if deleted or metadata is None else next(iter(metadata), None),
    )


def day_of(text: str) -> date | None:
    """The day of a datestamp in either granularity (2026-04-30, 2026-04-30T12:00:00Z); None for others."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _number(token: etree._Element | None, name: str) -> int | None:
    value = token.get(name, "") if token is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None
