"""bioRxiv and medRxiv: the preprints posted on a day, through the details API that both share.

A first version is the announcement of a paper; a later version is an update and announces nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from dailypapers.catalogue.identifiers import Identifier, url_of
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
from dailypapers.ingest.markup import plain
from dailypapers.ingest.payload import Object
from dailypapers.ingest.source import Bad, BadPage, Page, Parsed, SourceFailure, Span

SERVERS = ("biorxiv", "medrxiv")
FIRST_DAY = date(2013, 11, 7)
"""The day the first preprint was posted."""

DAYS_BACK = 7
"""Days asked when nobody says since when."""

MOST_PAGES = 500
"""A day has under 1,000 postings; a list of more pages than this does not end."""

NOTHING_POSTED = "no posts found"
"""The status of a list without entries; anything but this and "ok" is an error."""


class BioRxiv:
    """`/details/{server}/{from}/{to}/{cursor}/json` and `/details/{server}/{doi}/na/json`."""

    name = "biorxiv"
    label = "bioRxiv and medRxiv"
    base_url = "https://api.biorxiv.org"
    pause = 1.0
    routes: tuple[str, ...] = ("api",)
    settles_after = 2
    """Postings reach the API up to a day after they appear."""

    def announces_on(self, day: date) -> bool:
        """Every day: both servers post on weekends too."""
        return day >= FIRST_DAY

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """Walk the days and, within a day, the servers (`--set medrxiv` for one of them).

        The cursor is the day, the server and the entry to go on from. Raises `SourceFailure`.
        """
        servers = _servers(span)
        last = min(span.until or span.today, span.today)
        first = max(span.since or last - timedelta(days=DAYS_BACK), FIRST_DAY)
        day, at, offset = _resume(cursor, servers, first)
        days = (last - first).days + 1
        while day <= last:
            for server in servers[at:]:
                for page in self._day(server, day, offset, span, http):
                    yield replace(page, total=days, done=(day - first).days + 1)
                offset = 0
            at = 0
            day += timedelta(days=1)

    def of_day(self, route: str, day: date, span: Span, http: Http) -> Iterator[Page]:
        """Everything posted that day on both servers, new versions of older preprints included."""
        for server in _servers(span):
            yield from self._day(server, day, 0, span, http)

    def by_identifier(self, identifiers: Sequence[Identifier], span: Span, http: Http) -> Iterator[Page]:
        """All versions of each preprint; which of the two servers has it is not to be seen in its number."""
        base = span.address(self.base_url)
        for identifier in identifiers:
            if identifier.scheme != "biorxiv":
                continue
            doi = url_of(identifier).removeprefix("https://doi.org/")
            for server in _servers(span):
                place = f"{server} {doi}"
                url = f"{base}/details/{server}/{doi}/na/json"
                try:
                    body, answer = payload.get(http, url, None, place, _entries)
                except HttpFailure as failure:
                    if failure.status == 404:
                        continue
                    raise
                if _entries(answer, place):
                    yield Page(body, cursor="", place=place, kind=server)
                    break

    def _day(self, server: str, day: date, offset: int, span: Span, http: Http) -> Iterator[Page]:
        base = span.address(self.base_url)
        servers = _servers(span)
        after = servers.index(server) + 1
        following = (
            f"{day} {servers[after]} 0"
            if after < len(servers)
            else f"{day + timedelta(days=1)} {servers[0]} 0"
        )
        place = f"{server} {day}"
        for _ in range(MOST_PAGES):
            url = f"{base}/details/{server}/{day}/{day}/{offset}/json"
            body, answer = payload.get(http, url, None, place, _entries)
            came = _entries(answer, place)
            total = _total(answer)
            start, offset = offset, offset + came
            # A page has had 100 entries and 30: what came is counted, never a size of page supposed.
            ended = not came or (offset >= total if total is not None else came < 30)
            cursor = following if ended else f"{day} {server} {offset}"
            yield Page(body, cursor, place, kind=server, day=day, first=start + 1)
            if ended:
                return
        raise SourceFailure(f"{server} {day}: the list did not end after {MOST_PAGES} pages")

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read the postings of a page, each one a version of a preprint."""
        answer = payload.load(page.body, page.place)
        _entries(answer, page.place)
        entries = payload.an_object(answer).get("collection")
        for number, entry in enumerate(entries if isinstance(entries, list) else [], page.first):
            yield _read(entry, f"{page.place} entry {number}", page.kind)


def _servers(span: Span) -> tuple[str, ...]:
    if not span.set:
        return SERVERS
    if span.set.lower() not in SERVERS:
        raise SourceFailure(
            f"biorxiv: no set {span.set!r}; there are biorxiv and medrxiv, both when none is given"
        )
    return (span.set.lower(),)


def _resume(cursor: str, servers: tuple[str, ...], first: date) -> tuple[date, int, int]:
    if not cursor:
        return first, 0, 0
    try:
        day, server, offset = cursor.split(" ")
        return date.fromisoformat(day), servers.index(server), int(offset)
    except ValueError:
        raise SourceFailure(f"biorxiv: {cursor!r} is not a place to go on from") from None


def _entries(answer: object, place: str) -> int:
    """How many entries the answer has. Raises `BadPage` for an error message or another document."""
    document = payload.an_object(answer)
    status = next((payload.text(one.get("status")) for one in payload.objects(document.get("messages"))), "")
    if status.lower().startswith(NOTHING_POSTED):
        return 0
    entries = document.get("collection")
    if status.lower() != "ok" or not isinstance(entries, list):
        raise BadPage(f"{place}: the server answered {status[:200] or 'with no status'!r}; try again later")
    return len(entries)


def _total(answer: object) -> int | None:
    messages = payload.objects(payload.an_object(answer).get("messages"))
    return next((payload.number(one.get("total")) for one in messages), None)


def _read(entry: object, place: str, server: str) -> Parsed | Bad:
    if not isinstance(entry, dict):
        return Bad(place, "not an object", str(entry)[:300])
    doi = payload.text(entry.get("doi"))
    own = payload.identifier("doi", doi)
    if own is None or own.scheme != "biorxiv":
        return Bad(place, f"no bioRxiv or medRxiv DOI: {doi[:80]!r}", str(entry)[:300])
    number = payload.number(entry.get("version"))
    day = payload.day(entry.get("date"))
    if not number or day is None:
        missing = "date" if number else "version number"
        return Bad(place, f"no {missing}", str(entry)[:300], own)
    name = payload.text(entry.get("server")).lower() or server
    title, withdrawal = _withdrawn(entry, day)
    published = payload.identifier("doi", entry.get("published"))
    new = number == 1
    return Parsed(
        PaperRecord(
            source="biorxiv",
            authority=Authority.ARCHIVE,
            identifiers=(own, published) if published and published != own else (own,),
            title=title,
            authors=_authors(entry),
            # What stands in the abstract's place now is the notice; the paper keeps the abstract it had.
            abstract="" if withdrawal else plain(payload.text(entry.get("abstract"))),
            # The day of a later version is not the day the paper appeared.
            day=day if new else None,
            precision=Precision.DAY if new else Precision.NONE,
            version=number,
            categories=(payload.text(entry.get("category")).lower().replace("_", " "),),
            venue="medRxiv" if name == "medrxiv" else "bioRxiv",
            licence=payload.licence(payload.text(entry.get("license"))),
            links=_links(doi, number, name),
            versions=(Version(own, number, day),),
            listed=(Listed(day, "biorxiv", announced=True),) if new else (),
            withdrawal=withdrawal,
        ),
        place,
    )


def _withdrawn(entry: Object, day: date) -> tuple[str, Withdrawal | None]:
    """The title without the mark of a withdrawal, and the withdrawal where it was marked."""
    title = plain(payload.text(entry.get("title"))).strip()
    head, colon, rest = title.partition(":")
    if colon and rest.strip() and head.strip().upper() in ("WITHDRAWN", "REMOVED", "RETRACTED"):
        return rest.strip(), Withdrawal(day, plain(payload.text(entry.get("abstract")))[:500])
    return title, None


def _authors(entry: Object) -> tuple[Author, ...]:
    """Names as `Last, F. M.; …`; the corresponding author's institution is the only one that is told."""
    corresponding = payload.text(entry.get("author_corresponding")).strip()
    institution = payload.text(entry.get("author_corresponding_institution")).strip()
    words = corresponding.split()
    family, initial = (words[-1].casefold(), words[0][:1].casefold()) if words else ("", "")
    authors = []
    for written in payload.text(entry.get("authors")).split(";"):
        last, comma, given = (part.strip() for part in written.partition(","))
        if not last:
            continue
        is_theirs = bool(family) and last.split()[-1].casefold() == family and given[:1].casefold() == initial
        affiliation = institution if is_theirs and institution.upper() != "NA" else ""
        authors.append(Author(f"{given} {last}" if comma and given else last, affiliation))
    return tuple(authors)


def _links(doi: str, number: int, server: str) -> tuple[Link, ...]:
    site = "https://www.medrxiv.org" if server == "medrxiv" else "https://www.biorxiv.org"
    page = f"{site}/content/{doi.strip()}"
    return (Link("page", page), Link("pdf", f"{page}v{number}.full.pdf"))


SOURCE = BioRxiv()
