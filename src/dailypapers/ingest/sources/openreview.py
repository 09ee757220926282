"""OpenReview: submissions to conferences and journals that are open to read, one by one or by venue.

Two APIs tell of them: the newer one, in which each value is wrapped, and that of venues before 2023. Both
answer in notes; the submission is the note that begins its forum. Reviews and replies are no papers.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from urllib.parse import urljoin

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    Listed,
    PaperRecord,
    Precision,
    Summary,
    Withdrawal,
)
from dailypapers.ingest import payload
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.markup import plain
from dailypapers.ingest.payload import Object
from dailypapers.ingest.source import Bad, BadPage, Page, Parsed, SourceFailure, Span

SITE = "https://openreview.net"
BEFORE_2023 = "https://api.openreview.net"
PER_PAGE = 500
MOST_PAGES = 200
"""A venue of 100,000 submissions is none: such a list does not end."""

_NOBODY = frozenset({"", "anonymous", "anonymous authors", "paper under double-blind review"})


class OpenReview:
    """`/notes`, by id at both APIs and by venue at the newer one."""

    name = "openreview"
    label = "OpenReview"
    base_url = "https://api2.openreview.net"
    pause = 1.0

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """What a venue accepted (`--set ICLR.cc/2024/Conference`); the cursor is how many notes are done.

        Raises `SourceFailure` when no venue is named, and for a list that does not end.
        """
        venue = span.set.strip()
        if not venue or any(character.isspace() for character in venue):
            raise SourceFailure(
                "openreview: say which venue with --set, as its group is called: ICLR.cc/2024/Conference"
            )
        if cursor and not cursor.isdecimal():
            raise SourceFailure(f"openreview: {cursor!r} is not a place to go on from")
        done = int(cursor or 0)
        url = f"{span.address(self.base_url)}/notes"
        for _ in range(MOST_PAGES):
            asked: dict[str, str | int] = {"content.venueid": venue, "limit": PER_PAGE, "offset": done}
            place = f"openreview {venue} after {done}" if done else f"openreview {venue}"
            body, answer = payload.get(http, url, asked, place, _notes)
            came = len(_notes(answer, place))
            if not came:
                return
            first, done = done + 1, done + came
            total = payload.number(payload.an_object(answer).get("count"))
            yield Page(body, str(done), place, kind="notes", first=first, total=total, done=done)
            if total is not None and done >= total:
                return
        raise SourceFailure(f"openreview {venue}: the list did not end after {MOST_PAGES} pages")

    def by_identifier(self, identifiers: Sequence[Identifier], span: Span, http: Http) -> Iterator[Page]:
        """One submission a request, at the newer API, then at the older one."""
        for name in (one.value for one in identifiers if one.scheme == "openreview"):
            for own in (self.base_url, BEFORE_2023):
                place = f"openreview {name}"
                try:
                    body, answer = payload.get(
                        http, f"{span.address(own)}/notes", {"id": name}, place, _notes
                    )
                except HttpFailure as failure:
                    # 403 is told of what is not open to read, and of what the other API has.
                    if failure.status not in (400, 403, 404):
                        raise
                    continue
                if _notes(answer, place):
                    yield Page(body, cursor="", place=place, kind="notes")
                    break

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read submissions; notes that answer others are passed over."""
        notes = _notes(payload.load(page.body, page.place), page.place)
        for number, note in enumerate(notes, page.first):
            place = f"{page.place} note {number}"
            if not isinstance(note, dict):
                yield Bad(place, "not an object", str(note)[:300])
            elif payload.text(note.get("forum")) in ("", payload.text(note.get("id"))):
                yield _read(note, place)


def _notes(answer: object, place: str) -> list[object]:
    """The notes of an answer. Raises `BadPage` where there is no list of them."""
    document = payload.an_object(answer)
    notes = document.get("notes")
    if not isinstance(notes, list):
        said = payload.text(document.get("message")) or payload.text(document.get("name")) or "no reason"
        raise BadPage(f"{place}: no list of notes; OpenReview said: {said[:200]}")
    return notes


def _read(note: Object, place: str) -> Parsed | Bad:
    own = payload.identifier("openreview", note.get("id"))
    if own is None:
        return Bad(place, f"no OpenReview id: {str(note.get('id'))[:80]!r}", str(note)[:300])
    content = payload.an_object(note.get("content"))
    day = _day(note)
    venue = payload.text(_value(content, "venue"))
    words = plain(payload.text(_value(content, "TL;DR")) or payload.text(_value(content, "TLDR"))).strip()
    return Parsed(
        PaperRecord(
            source="openreview",
            authority=Authority.PUBLISHER,
            identifiers=(own,),
            title=payload.text(_value(content, "title")),
            authors=tuple(_authors(_value(content, "authors"))),
            abstract=payload.text(_value(content, "abstract")),
            day=day,
            precision=Precision.DAY if day else Precision.NONE,
            venue=venue,
            licence=_licence(payload.text(note.get("license"))),
            keywords=payload.texts(_value(content, "keywords")),
            links=tuple(_links(own, content)),
            listed=(Listed(day, "openreview", announced=True, estimated=True),) if day else (),
            summaries=(Summary(words, "openreview"),) if words else (),
            withdrawal=_withdrawal(venue, payload.text(_value(content, "venueid"))),
        ),
        place,
    )


def _value(content: Object, key: str) -> object:
    """A value of a note's content, wrapped (`{"value": …}`) or as it is."""
    value = content.get(key)
    return value.get("value") if isinstance(value, dict) else value


def _day(note: Object) -> date | None:
    """The day a submission was published, else opened, else made; told in thousandths of a second."""
    for key in ("pdate", "odate", "cdate", "tcdate"):
        moment = note.get(key)
        if isinstance(moment, int) and not isinstance(moment, bool) and 0 < moment < 4_102_444_800_000:
            when = datetime.fromtimestamp(moment / 1_000, UTC)
            return payload.make_day(when.year, when.month, when.day)
    return None


def _authors(value: object) -> Iterator[Author]:
    """Names, as texts or as objects with a `fullname`; nobody is named while a review is blind."""
    names = payload.texts(value) or tuple(payload.text(one.get("fullname")) for one in payload.objects(value))
    for name in names:
        if name.strip().casefold() not in _NOBODY:
            yield Author(name)


def _licence(text: str) -> str:
    """The address of a licence that is told by its name (`CC BY 4.0`)."""
    return payload.licence(text.strip().lower().replace(" ", "-"))


def _links(own: Identifier, content: Object) -> Iterator[Link]:
    if pdf := payload.text(_value(content, "pdf")):
        yield Link("pdf", urljoin(SITE, pdf) if pdf.startswith("/") else pdf)
    else:
        yield Link("pdf", f"{SITE}/pdf?id={own.value}")
    if code := payload.text(_value(content, "code")).strip():
        yield Link("code", code)


def _withdrawal(venue: str, venueid: str) -> Withdrawal | None:
    if "withdrawn" in venue.casefold() or venueid.rpartition("/")[2].casefold() == "withdrawn_submission":
        return Withdrawal(reason="withdrawn from review by its authors")
    return None


SOURCE = OpenReview()
