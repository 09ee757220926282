"""OpenAlex: works of all fields, chosen by a filter, with subjects, institutions and ORCIDs.

An aggregator: its words fill blanks and give way to those of archives and publishers. The day of a
work is that of its publication, so the listing it brings is an estimate and no announcement.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import quote

from dailypapers.catalogue.identifiers import Identifier, parse
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

KEY = "DAILYPAPERS_SOURCE_OPENALEX_KEY"
PER_PAGE = 100
LONGEST_ABSTRACT = 20_000
"""Words of an abstract that are put back in order: more is no abstract."""

_FIELDS = (
    "id,doi,ids,title,publication_date,type,authorships,primary_location,locations,primary_topic,topics,"
    "keywords,is_retracted,is_paratext,abstract_inverted_index"
)
_NO_PAPERS = frozenset(
    (
        "dataset",
        "erratum",
        "grant",
        "paratext",
        "peer-review",
        "retraction",
        "software",
        "supplementary-materials",
    )
)


class OpenAlex:
    """`/works`, by filter with a cursor or one by one."""

    name = "openalex"
    label = "OpenAlex"
    base_url = "https://api.openalex.org"
    pause = 0.2

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """Every work of the filter in `span.set` published in the span's days, in OpenAlex's order.

        The cursor is OpenAlex's own with the number of works behind it. Raises `SourceFailure` when
        neither a filter nor a first day is given: that would be 250 million works.
        """
        conditions = [part.strip() for part in span.set.split(",") if part.strip()]
        if span.since is None and not conditions:
            raise SourceFailure("openalex: say what to fetch, with --since or --set (a filter of its works)")
        if any(":" not in condition for condition in conditions):
            raise SourceFailure(
                f"openalex: {span.set!r} is no filter; write name:value, as primary_topic.field.id:17"
            )
        if span.since is not None:
            conditions.insert(0, f"from_publication_date:{span.since}")
        conditions.insert(0, f"to_publication_date:{min(span.until or span.today, span.today)}")
        base = span.address(self.base_url)
        query: dict[str, str | int] = {
            "filter": ",".join(conditions),
            "select": _FIELDS,
            "per_page": PER_PAGE,
        }
        done, token = _resume(cursor)
        told = {token}
        while token:
            place = f"openalex works after {done}" if done else "openalex works"
            asked = _with_key({**query, "cursor": token})
            body, value = payload.get(http, f"{base}/works", asked, place, _results)
            answer = payload.an_object(value)
            came = _results(answer, place)
            if not came:
                return
            meta = payload.an_object(answer.get("meta"))
            token = payload.text(meta.get("next_cursor"))
            if token in told:
                raise SourceFailure(f"{place}: the cursor {token[:40]!r} came a second time; try again later")
            told.add(token)
            first, done = done + 1, done + came
            yield Page(
                body,
                # Works can be published later than the list is read: the end is never a place to go on from.
                cursor=f"{done} {token}" if token else f"{done} ",
                place=place,
                kind="list",
                first=first,
                total=payload.number(meta.get("count")),
                done=done,
            )

    def by_identifier(self, identifiers: Sequence[Identifier], span: Span, http: Http) -> Iterator[Page]:
        """One work a request: these cost nothing there, by OpenAlex number or by DOI."""
        base = span.address(self.base_url)
        for identifier in identifiers:
            name = _name(identifier)
            if not name:
                continue
            place = f"openalex {identifier}"
            try:
                body, _ = payload.get(http, f"{base}/works/{name}", _with_key({"select": _FIELDS}), place)
            except HttpFailure as failure:
                if failure.status == 404:
                    continue
                raise
            yield Page(body, cursor="", place=place, kind="one")

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read works. What is no paper (a cover, an erratum, a data set) is passed over in a list."""
        answer = payload.an_object(payload.load(page.body, page.place))
        if page.kind == "one":
            if "id" not in answer:
                raise BadPage(f"{page.place}: not a work; {_complaint(answer)}")
            works: Sequence[object] = [answer]
        else:
            _results(answer, page.place)
            works = answer["results"]
        for number, work in enumerate(works, page.first):
            place = page.place if page.kind == "one" else f"openalex work {number}"
            if not isinstance(work, dict):
                yield Bad(place, "not an object", str(work)[:300])
            elif work.get("is_paratext") is True or payload.text(work.get("type")) in _NO_PAPERS:
                if page.kind == "one":
                    yield Bad(place, f"not a paper but {payload.text(work.get('type'))[:60] or 'paratext'}")
            else:
                yield _read(work, place)


def _with_key(query: dict[str, str | int]) -> dict[str, str | int]:
    key = os.environ.get(KEY, "").strip()
    return {**query, "api_key": key} if key else query


def _resume(cursor: str) -> tuple[int, str]:
    if not cursor:
        return 0, "*"
    done, space, token = cursor.partition(" ")
    if not space or not done.isdecimal():
        raise SourceFailure(f"openalex: {cursor!r} is not a place to go on from")
    return int(done), token


def _results(answer: object, place: str) -> int:
    """How many works the answer has. Raises `BadPage` when it is no list of works."""
    document = payload.an_object(answer)
    results = document.get("results")
    if not isinstance(results, list):
        raise BadPage(f"{place}: no list of works; {_complaint(document)}")
    return len(results)


def _complaint(answer: Object) -> str:
    said = payload.text(answer.get("message")) or payload.text(answer.get("error")) or "it gave no reason"
    return f"OpenAlex said: {said[:200]}"


def _name(identifier: Identifier) -> str:
    match identifier.scheme:
        case "openalex":
            return identifier.value
        case "arxiv":
            return f"doi:10.48550/arxiv.{identifier.value}"
        case "biorxiv":
            number = identifier.value
            return f"doi:{number if number.startswith('10.') else '10.1101/' + number}"
        case "doi" if not {".", ".."} & set(identifier.value.split("/")):
            return f"doi:{quote(identifier.value, safe='/')}"
    return ""


def _read(work: Object, place: str) -> Parsed | Bad:
    own = parse(payload.text(work.get("id")))
    if own is None or own.identifier.scheme != "openalex":
        return Bad(place, f"no OpenAlex number: {str(work.get('id'))[:80]!r}", str(work)[:300])
    day, precision = _published(work)
    locations = list(_locations(work))
    title, retracted = plain(payload.text(work.get("title")) or payload.text(work.get("display_name"))), False
    for mark in ("RETRACTED ARTICLE:", "RETRACTED:", "WITHDRAWN:"):
        if title.upper().startswith(mark):
            title, retracted = title[len(mark) :], True
    source = payload.an_object(payload.an_object(work.get("primary_location")).get("source"))
    return Parsed(
        PaperRecord(
            source="openalex",
            authority=Authority.AGGREGATOR,
            identifiers=(own.identifier, *_other_names(work, locations)),
            title=title,
            authors=tuple(_authors(work)),
            abstract=plain(_in_order(work.get("abstract_inverted_index"))),
            day=day,
            precision=precision,
            categories=tuple(_subjects(work)),
            venue=payload.text(source.get("display_name")),
            licence=next(
                filter(None, (payload.licence(payload.text(one.get("license"))) for one in locations)), ""
            ),
            keywords=tuple(
                payload.text(one.get("display_name")) for one in payload.objects(work.get("keywords"))
            ),
            links=tuple(_links(locations)),
            listed=(
                (Listed(day, "openalex", announced=True, precision=precision, estimated=True),)
                if day and precision is not Precision.YEAR
                else ()
            ),
            withdrawal=Withdrawal(reason="retracted")
            if retracted or work.get("is_retracted") is True
            else None,
        ),
        place,
    )


def _published(work: Object) -> tuple[date | None, Precision]:
    """The day of publication. OpenAlex fills up what it does not know: a first of January is a year."""
    day = payload.day(work.get("publication_date"))
    if day is None:
        return None, Precision.NONE
    if day.day > 1:
        return day, Precision.DAY
    return day, Precision.MONTH if day.month > 1 else Precision.YEAR


def _locations(work: Object) -> Iterator[Object]:
    yield payload.an_object(work.get("primary_location"))
    yield from payload.objects(work.get("locations"))


def _other_names(work: Object, locations: Sequence[Object]) -> Iterator[Identifier]:
    """The DOI, and the arXiv, Anthology, OpenReview and bioRxiv numbers that its addresses tell."""
    if doi := payload.identifier("doi", _bare_doi(work.get("doi"))):
        yield doi
    for location in locations:
        for key in ("landing_page_url", "pdf_url"):
            found = parse(payload.text(location.get(key)))
            # A repository's own DOI for its copy (figshare, Zenodo) need not name the same work.
            if found and found.identifier.scheme in ("arxiv", "acl", "openreview", "biorxiv"):
                yield found.identifier


def _bare_doi(value: object) -> str:
    return payload.text(value).strip().removeprefix("https://doi.org/").removeprefix("http://doi.org/")


def _authors(work: Object) -> Iterator[Author]:
    for authorship in payload.objects(work.get("authorships")):
        author = payload.an_object(authorship.get("author"))
        name = payload.text(author.get("display_name")) or payload.text(authorship.get("raw_author_name"))
        institutions = (
            payload.text(one.get("display_name")) for one in payload.objects(authorship.get("institutions"))
        )
        yield Author(name, "; ".join(filter(None, institutions)), payload.orcid(author.get("orcid")))


def _subjects(work: Object) -> Iterator[str]:
    """The names of its fields (Computer Science, Medicine), the main one first."""
    topics = [payload.an_object(work.get("primary_topic")), *payload.objects(work.get("topics"))]
    for topic in topics:
        if name := payload.text(payload.an_object(topic.get("field")).get("display_name")):
            yield name


def _links(locations: Sequence[Object]) -> Iterator[Link]:
    if locations and (page := payload.text(locations[0].get("landing_page_url"))):
        yield Link("page", page)
    for location in locations:
        if (pdf := payload.text(location.get("pdf_url"))) and location.get("is_oa") is True:
            yield Link("pdf", pdf)
            return


def _in_order(index: object) -> str:
    """Turn an inverted index (each word with its places) back into text."""
    placed: list[tuple[int, str]] = []
    for word, places in payload.an_object(index).items():
        places = places if isinstance(places, list) else []
        placed.extend((place, word) for place in places if type(place) is int and place >= 0)
        if len(placed) > LONGEST_ABSTRACT:
            return ""
    return " ".join(word for _, word in sorted(placed))


SOURCE = OpenAlex()
