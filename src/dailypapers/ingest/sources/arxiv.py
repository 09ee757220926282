"""arXiv: the announcement feed of the day, OAI-PMH for days gone by, the query API for single papers.

Terms (info.arxiv.org/help/api/tou): one request every three seconds, on one connection.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from lxml import etree

from dailypapers.catalogue.identifiers import Identifier, parse
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    Listed,
    PaperRecord,
    Precision,
    Version,
    Withdrawal,
    can_be_seen,
    one_line,
)
from dailypapers.ingest.arxiv_calendar import day_in_zone, listing_day, listing_day_of
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.oai import Record, day_of, list_pages, read_list
from dailypapers.ingest.source import Bad, Page, Parsed, SourceFailure, Span
from dailypapers.ingest.withdrawals import says_withdrawn
from dailypapers.ingest.xml import child, child_text, children, get_xml, parse_xml, text_of

ARCHIVES = (
    "astro-ph", "cond-mat", "cs", "econ", "eess", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math",
    "math-ph", "nlin", "nucl-ex", "nucl-th", "physics", "q-bio", "q-fin", "quant-ph", "stat",
)  # fmt: skip
"""Every archive that announces; a category such as cs.CL belongs to one."""

MOST_IN_A_FEED = 2_000
"""Entries after which arXiv cuts a feed off (info.arxiv.org/help/rss)."""

IDS_A_REQUEST = 100
USUAL_DAYS = 7
"""Days that a harvest without --since looks back."""

SOON = timedelta(days=7)
"""A first version whose record changed within this time of its submission changed by being announced."""

_ANNOUNCED_AS = re.compile(r"^arXiv:\S+\s+Announce Type:\s*\S+\s*(?:Abstract:\s*)?", re.I)
_SEVERAL_DOIS = re.compile(r"[\s,;]+(?=10\.\d{4})|\s")
"""Between two DOIs of one field. Commas and semicolons alone are none: a DOI may have them within it."""
_CODE = re.compile(r"https?://(?:www\.)?(?:github|gitlab)\.com/[\w.-]+/[\w.-]+", re.I)
_MODEL = re.compile(r"https?://(?:www\.)?huggingface\.co/(datasets/)?[\w.-]+/[\w.-]+", re.I)


class Arxiv:
    """See `ingest.source` for what each of these is."""

    name = "arxiv"
    label = "arXiv"
    base_url = "https://arxiv.org"
    pause = 3.0
    routes: tuple[str, ...] = ("rss", "oai")
    settles_after = 1

    def announces_on(self, day: date) -> bool:
        """Lists are dated Monday to Friday."""
        return day.weekday() < 5

    def parts(self, span: Span) -> Sequence[str]:
        """Archives and categories, by the names of their feeds."""
        return _feeds(span) if span.set or span.fields else ()

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """OAI-PMH from `since` to `until`, archive by archive; the cursor is `set token`."""
        since = span.since or span.today - timedelta(days=USUAL_DAYS)
        at, _, token = cursor.partition(" ")
        sets = _oai_sets(span)
        for chosen in sets[sets.index(at) if at in sets else 0 :]:
            yield from _oai(span, http, since, span.until, chosen, token if chosen == at else "")

    def of_day(self, route: str, day: date, span: Span, http: Http) -> Iterator[Page]:
        """What arXiv announced on the day: by its feed if that is of the day, or by OAI-PMH."""
        if route == "oai":
            for chosen in _oai_sets(span):
                yield from _oai(span, http, day, day, chosen, "")
            return
        if day != span.today:
            return  # A feed is of today; days gone by are OAI-PMH's, which also has what a feed left out.
        for number, feed in enumerate(_feeds(span)):
            url = f"{span.address('https://rss.arxiv.org')}/atom/{feed}"
            body, root = get_xml(http, url, {}, url, "feed")
            if (told := _feed_day(root)) != day:
                if number == 0:
                    return  # The feeds are of another day: this route cannot tell, the next one is asked.
                raise SourceFailure(f"{url}: the feed is of {told or 'no day'}, those before it of {day}")
            yield Page(body, "", url, kind="rss", day=day)
            if sum(1 for _ in children(root, "entry")) >= MOST_IN_A_FEED:
                raise SourceFailure(f"{url}: the feed has {MOST_IN_A_FEED} entries, where arXiv cuts it off")

    def by_identifier(self, identifiers: Sequence[Identifier], span: Span, http: Http) -> Iterator[Page]:
        """Single papers from the query API, a hundred at a time; one alone by OAI-PMH, if that has it.

        OAI-PMH tells the licence, and answers where the API is overloaded; the API has new papers first.
        """
        url = f"{span.address('https://export.arxiv.org')}/api/query"
        values = [name.value for name in identifiers if name.scheme == "arxiv"]
        if len(values) == 1 and (page := _alone(values[0], span, http)) is not None:
            yield page
            return
        for start in range(0, len(values), IDS_A_REQUEST):
            some = values[start : start + IDS_A_REQUEST]
            asked: dict[str, str] = {"id_list": ",".join(some), "max_results": str(len(some))}
            body, _ = get_xml(http, url, asked, url, "feed")
            yield Page(body, "", f"{url} from {some[0]}", kind="api")

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read a page of any of the three."""
        if page.kind == "oai":
            for number, record in enumerate(read_list(page.body, page.place).records, 1):
                yield _read(page, number, record.identifier, partial(_from_oai, record))
            return
        root = parse_xml(page.body, page.place, "feed")
        for number, entry in enumerate(children(root, "entry"), 1):
            name = child_text(entry, "id")
            if page.kind == "rss":
                yield _read(page, number, name, partial(_from_feed, entry, page.day))
            elif child_text(entry, "title") and "/api/errors" not in name:
                yield _read(page, number, name, partial(_from_api, entry))


_PHYSICS = frozenset(ARCHIVES) - {"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"}
"""The archives of arXiv's group `physics`; every other group is one archive of the same name."""


def _feeds(span: Span) -> list[str]:
    """The feeds to read: that of the set asked for, else of each field that is followed, else of all."""
    if span.set == "physics":
        return [archive for archive in ARCHIVES if archive in _PHYSICS]
    if span.set:
        # group:archive:CATEGORY, of which a feed is called archive.CATEGORY.
        return [".".join(span.set.split(":")[1:]) or span.set]
    return list(dict.fromkeys(span.fields)) or list(ARCHIVES)


def _oai_sets(span: Span) -> list[str]:
    """The sets to ask for: the one told, else the archives of the fields that are followed, else no set."""
    if span.set:
        # `physics` is the name of a set, that of the whole group, before it is that of an archive.
        return [span.set if ":" in span.set or span.set == "physics" else _oai_set(*span.set.split(".", 1))]
    return list(dict.fromkeys(_oai_set(field.partition(".")[0]) for field in span.fields)) or [""]


def _oai_set(archive: str, category: str = "") -> str:
    """The set of an archive, or of one of its categories."""
    group = "physics" if archive in _PHYSICS else archive
    if category:
        return f"{group}:{archive}:{category}"
    return f"{group}:{archive}" if archive in _PHYSICS else archive


def _oai(span: Span, http: Http, since: date, until: date | None, chosen: str, token: str) -> Iterator[Page]:
    url = f"{span.address('https://oaipmh.arxiv.org')}/oai"
    arguments = {"metadataPrefix": "arXiv", "from": since.isoformat()}
    arguments |= {"until": until.isoformat()} if until else {}
    arguments |= {"set": chosen} if chosen else {}
    for fetched in list_pages(http, url, arguments, token):
        behind = (fetched.list.behind or 0) + len(fetched.list.records)
        day = since if since == until else None
        yield Page(
            fetched.body,
            f"{chosen} {fetched.token}",
            fetched.place,
            kind="oai",
            day=day,
            total=fetched.list.total,
            done=behind if fetched.list.total else None,
        )


def _alone(number: str, span: Span, http: Http) -> Page | None:
    """One paper's record by OAI-PMH; None where there is none. Raises for a server that is down."""
    url = f"{span.address('https://oaipmh.arxiv.org')}/oai"
    asked = {"verb": "GetRecord", "identifier": f"oai:arXiv.org:{number}", "metadataPrefix": "arXiv"}
    try:
        body, _ = get_xml(http, url, asked, url, "OAI-PMH")
        found = read_list(body, url).records
    except SourceFailure:
        return None
    except HttpFailure as failure:
        if failure.is_down:
            raise
        return None
    return Page(body, "", url, kind="oai") if found and not found[0].deleted else None


def _read(page: Page, number: int, name: str, read: Callable[[], PaperRecord]) -> Parsed | Bad:
    """One entry: what it says, or why it cannot be used. One bad entry must not cost the page."""
    place = f"{page.place} {name[:200] or f'entry {number}'}"
    try:
        return Parsed(read(), place)
    except (ValueError, OverflowError) as problem:
        known = parse(name.removeprefix("oai:arXiv.org:")) or parse(name)
        return Bad(place, str(problem), name[:200], known.identifier if known else None)


def _feed_day(root: etree._Element) -> date | None:
    """The announcement day of a feed: that of its entries, else that of the feed itself."""
    entry = child(root, "entry")
    stamp = child_text(entry, "published") if entry is not None else ""
    stamp = stamp or child_text(root, "updated")
    try:
        return day_in_zone(datetime.fromisoformat(stamp))
    except ValueError:
        return None


def _from_feed(entry: etree._Element, day: date | None) -> PaperRecord:
    """An entry of the feed. A new paper, or one cross-listed in its first version, is announced."""
    name = child_text(entry, "id").removeprefix("oai:arXiv.org:")
    identifier, version = _named(name)
    kind = child_text(entry, "announce_type")
    announced = day is not None and (kind == "new" or (kind == "cross" and version == 1))
    creators = child_text(entry, "creator")
    return _record(
        identifier,
        version,
        title=child_text(entry, "title"),
        abstract=_ANNOUNCED_AS.sub("", child_text(entry, "summary").strip()),
        authors=tuple(Author(author.strip()) for author in creators.split(", ") if author.strip()),
        day=day if announced else None,
        categories=tuple(term for one in children(entry, "category") if (term := one.get("term", ""))),
        doi=child_text(entry, "DOI"),
        venue=child_text(entry, "journal_reference"),
        licence=child_text(entry, "rights"),
        listed=(Listed(day, "arxiv", announced=True),) if announced and day else (),
    )


def _from_oai(record: Record) -> PaperRecord:
    """A record of OAI-PMH in arXiv's own format; a deleted one says that arXiv took the paper down."""
    if record.deleted:
        identifier, _ = _named(record.identifier.removeprefix("oai:arXiv.org:"))
        withdrawal = Withdrawal(record.datestamp, "removed by arXiv")
        return PaperRecord("arxiv", Authority.ARCHIVE, (identifier,), title="", withdrawal=withdrawal)
    if record.metadata is None:
        raise ValueError("a record without metadata")
    paper = record.metadata
    identifier, _ = _named(child_text(paper, "id"))
    created, updated = day_of(child_text(paper, "created")), day_of(child_text(paper, "updated"))
    authors = child(paper, "authors")
    return _record(
        identifier,
        0 if updated else 1,
        title=child_text(paper, "title"),
        abstract=child_text(paper, "abstract"),
        authors=tuple(_oai_author(one) for one in children(authors, "author")) if authors is not None else (),
        day=created,
        categories=tuple(child_text(paper, "categories").split()),
        doi=child_text(paper, "doi"),
        venue=child_text(paper, "journal-ref"),
        licence=child_text(paper, "license"),
        comment=child_text(paper, "comments"),
        changed=updated or record.datestamp,
        listed=_oai_listing(created, updated, record.datestamp),
    )


def _oai_author(author: etree._Element) -> Author:
    parts = (child_text(author, name) for name in ("forenames", "keyname", "suffix"))
    affiliation = "; ".join(text_of(one) for one in children(author, "affiliation"))
    return Author(" ".join(part for part in parts if part), affiliation)


def _oai_listing(created: date | None, updated: date | None, changed: date | None) -> tuple[Listed, ...]:
    """The day a first version was announced is the day its record appeared; of others it is estimated."""
    if created is None:
        return ()
    if updated is None and changed is not None and timedelta(0) <= changed - created <= SOON:
        return (Listed(changed, "arxiv", announced=True),)
    return (Listed(listing_day_of(created), "arxiv", announced=True, estimated=True),)


def _from_api(entry: etree._Element) -> PaperRecord:
    """An entry of the query API."""
    identifier, version = _named(child_text(entry, "id"))
    published = datetime.fromisoformat(child_text(entry, "published"))
    primary = child(entry, "primary_category")
    terms = [one.get("term", "") for one in children(entry, "category")]
    first = [primary.get("term", "")] if primary is not None else []
    return _record(
        identifier,
        version,
        title=child_text(entry, "title"),
        abstract=child_text(entry, "summary"),
        authors=tuple(
            Author(child_text(one, "name"), child_text(one, "affiliation"))
            for one in children(entry, "author")
        ),
        day=published.date(),
        categories=tuple(term for term in dict.fromkeys(first + terms) if term),
        doi=child_text(entry, "doi"),
        venue=child_text(entry, "journal_ref"),
        comment=child_text(entry, "comment"),
        changed=day_of(child_text(entry, "updated")),
        listed=(Listed(listing_day(published), "arxiv", announced=True, estimated=True),),
    )


def _named(text: str) -> tuple[Identifier, int]:
    found = parse(text)
    if found is None or found.identifier.scheme != "arxiv":
        raise ValueError(f"no arXiv number in {text[:80]!r}")
    return found.identifier, found.version or 0


def _record(
    identifier: Identifier,
    version: int,
    *,
    title: str,
    abstract: str,
    authors: tuple[Author, ...],
    day: date | None,
    categories: tuple[str, ...],
    doi: str,
    venue: str,
    listed: tuple[Listed, ...],
    licence: str = "",
    comment: str = "",
    changed: date | None = None,
) -> PaperRecord:
    """What the three protocols have in common."""
    if not can_be_seen(one_line(title)):
        raise ValueError("no title")
    also = parse(f"doi:{_SEVERAL_DOIS.split(doi)[0]}") if doi else None
    identifiers = (identifier, also.identifier) if also else (identifier,)
    return PaperRecord(
        source="arxiv",
        authority=Authority.ARCHIVE,
        identifiers=identifiers,
        title=title,
        authors=authors,
        abstract=abstract,
        day=day,
        precision=Precision.DAY if day else Precision.NONE,
        version=version,
        categories=categories,
        venue=venue,
        comment=comment,
        licence=licence,
        links=_links(identifier, f"{comment} {abstract}"),
        versions=_versions(identifier, version, day, changed),
        listed=listed,
        withdrawal=Withdrawal(changed, comment) if says_withdrawn(comment) else None,
    )


def _versions(
    identifier: Identifier, version: int, day: date | None, changed: date | None
) -> tuple[Version, ...]:
    if version == 0:
        return (Version(identifier, 1, day),) if day else ()
    return (Version(identifier, version, day if version == 1 else changed),)


def _links(identifier: Identifier, text: str) -> tuple[Link, ...]:
    links = [Link("pdf", f"https://arxiv.org/pdf/{identifier.value}")]
    links += [Link("code", found[0].rstrip(".")) for found in _CODE.finditer(text)][:3]
    for found in list(_MODEL.finditer(text))[:3]:
        links.append(Link("dataset" if found[1] else "model", found[0].rstrip(".")))
    return tuple(links)


SOURCE = Arxiv()
