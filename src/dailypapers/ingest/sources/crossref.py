"""Crossref: what publishers register with a DOI, one by one, by journal (ISSN) or by filter.

The day of a work is that of its publication, so the listing it brings is an estimate and no
announcement. A retraction shows on the work itself; the notice that tells of it is no paper.
"""

import os
import re
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import quote

from dailypapers.catalogue.identifiers import Identifier, parse, url_of
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    Listed,
    PaperRecord,
    Precision,
    Withdrawal,
)
from dailypapers.ingest import payload
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.markup import plain
from dailypapers.ingest.payload import Object
from dailypapers.ingest.source import Bad, BadPage, Page, Parsed, SourceFailure, Span

PER_PAGE = 100
CONTACT = "DAILYPAPERS_CONTACT"
"""Whoever gives a mail address is served by the machines that Crossref keeps for polite clients."""

_ISSN = re.compile(r"\d{4}-\d{3}[\dXx]", re.ASCII)
_FILTER = re.compile(r"[a-z][a-z.-]*:[^,:]+", re.ASCII)
_NO_PAPERS = frozenset(
    """book-series book-set component database dataset grant journal journal-issue journal-volume peer-review
    proceedings proceedings-series reference-entry report-series standard-series""".split()  # noqa: SIM905
)
_NOTICES = frozenset(
    """addendum clarification corrigendum correction erratum expression_of_concern partial_retraction removal
    retraction withdrawal""".split()  # noqa: SIM905
)
_GONE = frozenset(("removal", "retraction", "withdrawal"))
_SAME_WORK = ("has-preprint", "is-preprint-of", "is-identical-to")
_LICENCE_OF = {"vor": 0, "am": 1, "unspecified": 2}
_MARKED = re.compile(r"(?:RETRACTED ARTICLE|RETRACTED|WITHDRAWN)\s*:\s*(?=\S)", re.IGNORECASE)


class Crossref:
    """`/works`, by filter with a cursor or one by one."""

    name = "crossref"
    label = "Crossref"
    base_url = "https://api.crossref.org"
    pause = 0.2

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """What `span.set` names: DOIs parted by commas, an ISSN, or a filter of Crossref's.

        For the last two, the works published in the span's days. Raises `SourceFailure` when nothing
        is named, and for a DOI in the list that Crossref does not know.
        """
        wanted = span.set.strip()
        if not wanted:
            raise SourceFailure(
                "crossref: say what to fetch with --set: DOIs, an ISSN, or a filter (name:value)"
            )
        if _ISSN.fullmatch(wanted):
            yield from self._list(f"issn:{wanted.upper()}", span, http, cursor)
        elif all(_FILTER.fullmatch(part) and not part.startswith("doi:") for part in wanted.split(",")):
            yield from self._list(wanted, span, http, cursor)
        else:
            yield from self._singly(wanted.split(","), span, http, cursor)

    def by_identifier(self, identifiers: Sequence[Identifier], span: Span, http: Http) -> Iterator[Page]:
        """One work a request."""
        for identifier in identifiers:
            if page := self._one(identifier, span, http):
                yield page

    def _singly(self, dois: Sequence[str], span: Span, http: Http, cursor: str) -> Iterator[Page]:
        names = []
        for written in dois:
            found = parse(written.strip()) or parse(f"doi:{written.strip()}")
            if found is None or found.identifier.scheme not in ("doi", "biorxiv"):
                raise SourceFailure(
                    f"crossref: {written.strip()[:120]!r} is neither a DOI nor an ISSN nor a filter"
                )
            names.append(found.identifier)
        start, _ = _resume(cursor)
        for number, name in enumerate(names[start:], start + 1):
            page = self._one(name, span, http, cursor=f"{number} ", done=number, total=len(names))
            if page is None:
                raise SourceFailure(
                    f"crossref: no work {name.value}; is it a DOI of DataCite or of another agency?"
                )
            yield page

    def _one(
        self,
        identifier: Identifier,
        span: Span,
        http: Http,
        cursor: str = "",
        done: int | None = None,
        total: int | None = None,
    ) -> Page | None:
        if identifier.scheme not in ("doi", "biorxiv"):
            return None
        doi = url_of(identifier).removeprefix("https://doi.org/")
        base = span.address(self.base_url)
        url, place = f"{base}/works/{quote(doi, safe='')}", f"crossref {doi}"
        try:
            body, _ = payload.get(http, url, _politely({}), place, _is_work)
        except HttpFailure as failure:
            if failure.status == 404:
                return None
            raise
        return Page(body, cursor, place, kind="work", done=done, total=total)

    def _list(self, wanted: str, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        conditions = [wanted, f"until-pub-date:{min(span.until or span.today, span.today)}"]
        if span.since is not None:
            conditions.append(f"from-pub-date:{span.since}")
        base = span.address(self.base_url)
        query: dict[str, str | int] = {"filter": ",".join(conditions), "rows": PER_PAGE}
        done, token = _resume(cursor)
        while token:
            place = f"crossref works after {done}" if done else "crossref works"
            asked = _politely({**query, "cursor": token})
            try:
                body, answer = payload.get(http, f"{base}/works", asked, place, _is_list)
            except HttpFailure as failure:
                # Crossref forgets a cursor after five minutes; taking what is held once more does no harm.
                if not cursor or failure.status not in (400, 404):
                    raise
                cursor, done, token = "", 0, "*"
                continue
            cursor = ""
            message = _message(answer, place, "work-list")
            items = message.get("items")
            came = len(items) if isinstance(items, list) else 0
            if not came:
                return
            total = payload.number(message.get("total-results"))
            # The next cursor may well be the same text again; what has come is counted instead.
            token = payload.text(message.get("next-cursor"))
            first, done = done + 1, done + came
            if total is not None and done >= total:
                token = ""
            yield Page(
                body, cursor=f"{done} {token}", place=place, kind="list", first=first, total=total, done=done
            )

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read works. Journals, issues and notices of corrections are passed over in a list."""
        answer = payload.load(page.body, page.place)
        if page.kind == "list":
            items = _message(answer, page.place, "work-list").get("items")
            for number, work in enumerate(items if isinstance(items, list) else [], page.first):
                place = f"crossref work {number}"
                if not isinstance(work, dict):
                    yield Bad(place, "not an object", str(work)[:300])
                elif not _no_paper(work):
                    yield _read(work, place)
            return
        work = _message(answer, page.place, "work")
        if reason := _no_paper(work):
            yield Bad(page.place, reason, str(work.get("title"))[:300])
        else:
            yield _read(work, page.place)


def _politely(query: dict[str, str | int]) -> dict[str, str | int]:
    contact = os.environ.get(CONTACT, "").strip()
    return {**query, "mailto": contact} if contact else query


def _resume(cursor: str) -> tuple[int, str]:
    if not cursor:
        return 0, "*"
    done, space, token = cursor.partition(" ")
    if not space or not done.isdecimal():
        raise SourceFailure(f"crossref: {cursor!r} is not a place to go on from")
    return int(done), token


def _message(answer: object, place: str, kind: str) -> Object:
    document = payload.an_object(answer)
    message = document.get("message")
    if document.get("message-type") != kind or not isinstance(message, dict):
        raise BadPage(
            f"{place}: expected a {kind} and got {str(document.get('message-type'))[:60]}; try again later"
        )
    return message


def _is_list(answer: object, place: str) -> None:
    _message(answer, place, "work-list")


def _is_work(answer: object, place: str) -> None:
    _message(answer, place, "work")


def _no_paper(work: Object) -> str:
    """Why the work is no paper; empty where it is one."""
    kind = payload.text(work.get("type"))
    if kind in _NO_PAPERS:
        return f"not a paper but a {kind}"
    for update in payload.objects(work.get("update-to")):
        if payload.text(update.get("type")) in _NOTICES:
            told = f"{update.get('type')} of {str(update.get('DOI'))[:120]}"
            return f"not a paper but the notice of a {told}; fetch that DOI to have it marked"
    return ""


def _read(work: Object, place: str) -> Parsed | Bad:
    own = payload.identifier("doi", work.get("DOI"))
    if own is None:
        return Bad(place, f"no DOI: {str(work.get('DOI'))[:80]!r}", str(work)[:300])
    day, precision = _published(work)
    title = _title(work)
    marked = _MARKED.match(title)
    gone = _withdrawal(work)
    if marked:
        title, gone = title[marked.end() :], gone or Withdrawal(reason="retracted")
    return Parsed(
        PaperRecord(
            source="crossref",
            authority=Authority.PUBLISHER,
            identifiers=(own, *_same_work(work, own)),
            title=title,
            authors=tuple(_authors(work)),
            abstract=plain(payload.text(work.get("abstract"))),
            day=day,
            precision=precision,
            venue=_venue(work),
            licence=_licence(work),
            keywords=payload.texts(work.get("subject")),
            links=tuple(_links(work)),
            listed=(
                (Listed(day, "crossref", announced=True, precision=precision, estimated=True),)
                if day and precision is not Precision.YEAR
                else ()
            ),
            withdrawal=gone,
        ),
        place,
    )


def _title(work: Object) -> str:
    title = plain(next(iter(payload.texts(work.get("title"))), "")).strip()
    subtitle = plain(next(iter(payload.texts(work.get("subtitle"))), "")).strip()
    if title and subtitle and subtitle.casefold() not in title.casefold():
        return f"{title.rstrip(':')}: {subtitle}"
    return title


def _published(work: Object) -> tuple[date | None, Precision]:
    """When the work first came out: `issued` is the earlier of print and online, `posted` for preprints."""
    for key in ("issued", "published", "published-online", "published-print", "posted"):
        parts = payload.an_object(work.get(key)).get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
        numbers = [number for part in first[:3] if (number := payload.number(part))]
        if not numbers or len(numbers) < len(first[:3]):
            continue
        year, month, day = (*numbers, 1, 1)[:3]
        if made := payload.make_day(year, month, day):
            return made, (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(numbers) - 1]
    return None, Precision.NONE


def _withdrawal(work: Object) -> Withdrawal | None:
    for update in payload.objects(work.get("updated-by")):
        if payload.text(update.get("type")) in _GONE:
            when = payload.text(payload.an_object(update.get("updated")).get("date-time"))
            return Withdrawal(payload.day(when), payload.text(update.get("label"))[:200] or "retracted")
    return None


def _same_work(work: Object, own: Identifier) -> Iterator[Identifier]:
    """The other names that the publisher says are this work's: of the preprint, of the published copy."""
    relations = payload.an_object(work.get("relation"))
    for kind in _SAME_WORK:
        for relation in payload.objects(relations.get(kind)):
            scheme = payload.text(relation.get("id-type"))
            if scheme in ("doi", "arxiv"):
                found = payload.identifier(scheme, relation.get("id"))
                if found and found != own:
                    yield found


def _authors(work: Object) -> Iterator[Author]:
    for author in payload.objects(work.get("author")):
        parts = [payload.text(author.get(key)).strip() for key in ("given", "family", "suffix")]
        name = " ".join(filter(None, parts)) or payload.text(author.get("name"))
        places = (payload.text(one.get("name")) for one in payload.objects(author.get("affiliation")))
        yield Author(plain(name), "; ".join(filter(None, places)), payload.orcid(author.get("ORCID")))


def _venue(work: Object) -> str:
    for key in ("container-title", "group-title"):
        value = work.get(key)
        if name := next(iter(payload.texts(value)), "") or payload.text(value):
            return plain(name)
    return next((payload.text(one.get("name")) for one in payload.objects(work.get("institution"))), "")


def _licence(work: Object) -> str:
    """The licence of the published text; those for text mining only let nobody read it."""
    licences = [
        (_LICENCE_OF[version], url)
        for one in payload.objects(work.get("license"))
        if (version := payload.text(one.get("content-version"))) in _LICENCE_OF
        and (url := payload.text(one.get("URL")))
    ]
    return min(licences, default=(0, ""))[1]


def _links(work: Object) -> Iterator[Link]:
    if page := payload.text(
        payload.an_object(payload.an_object(work.get("resource")).get("primary")).get("URL")
    ):
        yield Link("page", page)
    for link in payload.objects(work.get("link")):
        is_pdf = payload.text(link.get("content-type")) == "application/pdf"
        # What is meant for the plagiarism check is closed to everyone else.
        if is_pdf and payload.text(link.get("intended-application")) != "similarity-checking":
            yield Link("pdf", payload.text(link.get("URL")))
            return


SOURCE = Crossref()
