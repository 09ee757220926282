"""The Hugging Face daily papers page: what its community put forward on a day, with its votes.

Its words about a paper count least of all sources; its votes and comments are an outside signal and
are never added to our own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    Listed,
    Mention,
    PaperRecord,
    Precision,
    Summary,
    Withdrawal,
)
from dailypapers.ingest import payload
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.payload import Object
from dailypapers.ingest.source import Bad, BadPage, Calendar, Page, Parsed, SourceFailure, Span

PER_PAGE = 100
LAST_PAGE = 50
"""No day had more than 50 entries in two years: a list that does not end by then never will."""

FIRST_DAY = date(2023, 5, 4)
"""The first day the page has."""

DAYS_BACK = 7
"""Days asked when nobody says since when."""

_NAMED = re.compile(r"""['"]id['"]:\s*['"](\d{4}\.\d{4,5})['"]""", re.ASCII)


class HuggingFace:
    """`/api/daily_papers`, day by day."""

    name = "huggingface"
    label = "Hugging Face Daily Papers"
    base_url = "https://huggingface.co"
    pause = 1.0
    """Anonymous readers have 500 requests in five minutes; a day needs one."""
    routes: tuple[str, ...] = ("api",)
    settles_after = 3
    """Entries are added during the day, and votes go on coming in for days."""

    def announces_on(self, day: date) -> bool:
        """From Monday to Friday, since the page began."""
        return day >= FIRST_DAY and Calendar().announces_on(day)

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """Walk the days; the cursor is the next day to ask for.

        A day that the server refuses is passed over. Raises `SourceFailure` when it refuses them all.
        """
        last = min(span.until or span.today, span.today)
        day = max(span.since or last - timedelta(days=DAYS_BACK), FIRST_DAY)
        if cursor:
            try:
                day = date.fromisoformat(cursor)
            except ValueError:
                raise SourceFailure(f"huggingface: {cursor!r} is not a day to go on from") from None
        days = [
            one
            for number in range((last - day).days + 1)
            if self.announces_on(one := day + timedelta(number))
        ]
        answered = 0
        refusal: HttpFailure | None = None
        for done, day in enumerate(days, 1):
            try:
                for page in self._day(day, span, http):
                    answered += 1
                    yield replace(page, total=len(days), done=done)
            except HttpFailure as failure:
                if failure.status not in (400, 404):
                    raise
                refusal = failure
        if refusal is not None and not answered:
            raise SourceFailure(f"{refusal} for every day asked; check the days and the base address")

    def of_day(self, route: str, day: date, span: Span, http: Http) -> Iterator[Page]:
        """The entries of the day; no page at all for a day that the server refuses to speak of."""
        try:
            for page in self._day(day, span, http):
                yield replace(page, kind="day")
        except HttpFailure as failure:
            if failure.status not in (400, 404):
                raise

    def _day(self, day: date, span: Span, http: Http) -> Iterator[Page]:
        base = span.address(self.base_url)
        seen: set[bytes] = set()
        for number in range(LAST_PAGE):
            query: dict[str, str | int] = {"date": day.isoformat(), "limit": PER_PAGE, "p": number}
            body, entries = payload.get(http, f"{base}/api/daily_papers", query, f"huggingface {day}")
            # An error object has no further page; a server that knows no `p` gives the first one again.
            more = isinstance(entries, list) and len(entries) >= PER_PAGE
            if body in seen or (number and entries == []):
                return
            seen.add(body)
            yield Page(
                body=body,
                # A day is one step: votes move entries between its pages, so it is begun again as a whole.
                cursor=(day if more else day + timedelta(days=1)).isoformat(),
                place=f"huggingface {day}",
                kind="days",
                day=day,
                first=number * PER_PAGE + 1,
            )
            if not more:
                return
        raise SourceFailure(f"huggingface {day}: the list did not end after {LAST_PAGE} pages")

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read a day's entries; each one that is no object is reported with its day and number."""
        if page.day is None:
            raise BadPage(f"{page.place}: a page of no day")
        entries = payload.load(page.body, page.place)
        if not isinstance(entries, list):
            answer = payload.an_object(entries)
            wrapped = answer.get("data")
            if not isinstance(wrapped, list):
                reason = payload.text(answer.get("error")) or "not a list of papers"
                if page.kind == "day":
                    # Asked for this day alone, coverage must learn that the day's list is not known.
                    raise BadPage(f"{page.place}: {reason[:200]}")
                yield Bad(page.place, reason[:200], page.body[:300].decode("utf-8", "replace"))
                return
            entries = wrapped
        for number, entry in enumerate(entries, page.first):
            yield _read(entry, page.day, f"{page.place} entry {number}")


def _read(entry: object, day: date, place: str) -> Parsed | Bad:
    if not isinstance(entry, dict):
        written = entry if isinstance(entry, str) else ""
        named = _NAMED.search(written)
        found = payload.identifier("arxiv", named[1]) if named else None
        return Bad(place, "not an object but text: its origin wrote it wrong", written[:300], found)
    paper = payload.an_object(entry.get("paper")) or entry
    identifier = payload.identifier("arxiv", paper.get("id"))
    if identifier is None:
        return Bad(place, f"no arXiv number: {str(paper.get('id'))[:60]!r}", str(entry)[:300])
    first_day = payload.day(paper.get("publishedAt"))
    withdrawn = paper.get("withdrawnAt")
    return Parsed(
        PaperRecord(
            source="huggingface",
            authority=Authority.COMMUNITY,
            identifiers=(identifier,),
            title=payload.text(paper.get("title")) or payload.text(entry.get("title")),
            abstract=payload.text(paper.get("summary")) or payload.text(entry.get("summary")),
            authors=tuple(
                Author(payload.text(author.get("name"))) for author in payload.objects(paper.get("authors"))
            ),
            day=first_day,
            precision=Precision.DAY if first_day else Precision.NONE,
            links=tuple(_links(paper, entry)),
            listed=(Listed(day, "huggingface", submitted=True),),
            mentions=(_mention(identifier, paper, entry, day),),
            summaries=_summaries(paper),
            withdrawal=Withdrawal(payload.day(withdrawn)) if withdrawn else None,
        ),
        place,
    )


def _mention(identifier: Identifier, paper: Object, entry: Object, day: date) -> Mention:
    submitter = payload.an_object(entry.get("submittedBy")) or payload.an_object(
        paper.get("submittedOnDailyBy")
    )
    organization = (
        payload.an_object(entry.get("organization"))
        or payload.an_object(paper.get("organization"))
        or payload.an_object(entry.get("submitterOrganization"))
    )
    return Mention(
        source="huggingface",
        day=day,
        votes=payload.number(paper.get("upvotes")) or 0,
        comments=payload.number(entry.get("numComments")) or 0,
        submitter=_display_name(submitter),
        organization=_display_name(organization),
        url=f"https://huggingface.co/papers/{identifier.value}",
        # The list does not say when it was made: not before its day began. So a paper that stood on two
        # days keeps the votes of the later one, whichever of the two is fetched last.
        captured_at=datetime.combine(day, time(), UTC),
    )


def _display_name(account: Object) -> str:
    for key in ("fullname", "name", "user"):
        if written := payload.text(account.get(key)).strip():
            return written[:200]
    return ""


def _links(paper: Object, entry: Object) -> Iterator[Link]:
    if code := payload.text(paper.get("githubRepo")):
        yield Link("code", code, payload.number(paper.get("githubStars")))
    if project := payload.text(paper.get("projectPage")):
        yield Link("project", project.strip())
    shown = (
        *payload.texts(paper.get("mediaUrls")),
        *payload.texts(entry.get("mediaUrls")),
        payload.text(entry.get("mediaUrl")),
    )
    for url in dict.fromkeys(shown):
        # Until 2024 `mediaUrl` held the card made by the site itself where nothing had been uploaded.
        if url and not _is_card(url):
            yield Link("media", url)


def _is_card(url: str) -> bool:
    try:
        return "/social-thumbnails/" in urlsplit(url).path
    except ValueError:
        return True


def _summaries(paper: Object) -> tuple[Summary, ...]:
    words = payload.text(paper.get("ai_summary"))
    keywords = payload.texts(paper.get("ai_keywords"))
    if not words and not keywords:
        return ()
    return (Summary(words, "huggingface", payload.text(paper.get("ai_summary_model"))[:200], keywords),)


SOURCE = HuggingFace()
