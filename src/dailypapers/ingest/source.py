"""What a source is: something that fetches pages and something that reads them. No Django, no clock.

A source is one file in `sources/` that ends in `SOURCE = …`; the registry finds it. Its network half
(`pages`, `of_day`, `by_identifier`) yields `Page`s, its reading half (`parse`) turns the bytes of a
page into records without any network, database or clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, runtime_checkable

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import PaperRecord
from dailypapers.ingest.http import Http


class SourceFailure(Exception):
    """A source did not give what was asked; says what happened, where, and what to do."""


class BadPage(SourceFailure):
    """A page that cannot be read as a whole: cut off, not XML or JSON, or an error message."""


@dataclass(frozen=True, slots=True)
class Span:
    """What to harvest: days from `since` to `until` (both included, None: open), one set, or paths.

    `today` is the current day in the site's announcement time zone. `base_url` is where the source is
    reached instead of its own `base_url`; "" for its own (`address` chooses).
    """

    today: date
    since: date | None = None
    until: date | None = None
    set: str = ""
    fields: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    base_url: str = ""

    def address(self, own: str) -> str:
        """The base address to ask, without a slash at its end: the one told, else the source's own."""
        return (self.base_url or own).rstrip("/")


@dataclass(frozen=True, slots=True)
class Page:
    """What came back from one request (or one piece of a file).

    `cursor` is where the next harvest goes on if this page was the last one taken. `place` names the
    page in reports (an address, or `file.jsonl`); `first` is the number of its first record or line.
    `day` is the announcement day the page is about, where it is about one. `kind` is a word of the
    source's own that tells `parse` what it looks at (`rss`, `oai`, `bibtex`). `total` is how many
    records (or bytes, for a file) the whole harvest has, `done` how many lie behind once this page is
    taken; both are for the progress bar and may be None.
    """

    body: bytes
    cursor: str
    place: str
    kind: str = ""
    day: date | None = None
    first: int = 1
    total: int | None = None
    done: int | None = None


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that could not be read: where it stood, why, and its beginning.

    `identifier` where it could be made out: it is then counted as announced but not held.
    """

    place: str
    reason: str
    excerpt: str = ""
    identifier: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """One thing read from a page: a record, and where it stood (`place` is used if it is rejected)."""

    record: PaperRecord
    place: str


@runtime_checkable
class Source(Protocol):
    """Every source has these."""

    name: str
    """File name, command-line argument and the value kept with each paper."""
    label: str
    """Name shown to people."""
    base_url: str
    """Where it is reached unless `--base-url` says otherwise; empty for files."""
    pause: float
    """Seconds between two requests that the source asks for."""

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        """Fetch what the span asks for, from `cursor` on ("" from the start). Raises `SourceFailure`."""
        ...

    def parse(self, page: Page) -> Iterator[Parsed | Bad]:
        """Read one page. Raises `BadPage` when nothing of it can be trusted."""
        ...


@runtime_checkable
class AnnouncingSource(Source, Protocol):
    """A source that announces papers day by day, so that what is missing can be counted."""

    routes: tuple[str, ...]
    """The ways to learn what a day announced, the one to try first at the front."""
    settles_after: int
    """Days for which a day's list still changes (votes come in, entries are added)."""

    def announces_on(self, day: date) -> bool:
        """Whether an announcement is expected that day (weekends, say, have none)."""
        ...

    def of_day(self, route: str, day: date, span: Span, http: Http) -> Iterator[Page]:
        """Everything the day announced, by one route; nothing at all where the route cannot reach back."""
        ...


@runtime_checkable
class FetchingSource(Source, Protocol):
    """A source that can be asked for single papers."""

    def by_identifier(self, identifiers: Sequence[Identifier], span: Span, http: Http) -> Iterator[Page]:
        """Fetch these papers; those it does not know are left out of the pages."""
        ...


@runtime_checkable
class PartedSource(Source, Protocol):
    """A source of which a span asks for parts: fields, sections."""

    def parts(self, span: Span) -> Sequence[str]:
        """The names of the parts that the span asks for, without spaces; none for everything."""
        ...


@runtime_checkable
class ChangingSource(Source, Protocol):
    """A source whose cursors may lose their meaning: those of a file that was changed."""

    def can_resume(self, span: Span, cursor: str) -> bool:
        """Whether the cursor still tells where to go on; the harvest starts anew where it does not."""
        ...


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the week on which a source announces (0 is Monday)."""

    weekdays: frozenset[int] = field(default_factory=lambda: frozenset(range(5)))

    def announces_on(self, day: date) -> bool:
        """Whether the day is one of them."""
        return day.weekday() in self.weekdays
