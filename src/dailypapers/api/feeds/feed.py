"""What a feed holds, whichever form it is written in."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotFound
from django.utils.encoding import iri_to_uri

FORMS: Final = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
"""The forms a feed is written in, with their media types."""

NAMED_SINCE: Final = 2026
"""The year in the names of entries and feeds (RFC 4151). It never changes: readers would take all for new."""

_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text without what XML 1.0 cannot hold or warns of: one control character ends a reader's parser."""
    return _NOT_XML.sub("", text)


def uri(address: str) -> str:
    """The address as it stands in a feed: in ASCII, whatever a source wrote into it."""
    return iri_to_uri(clean(address)) or ""


def name_of(what: str) -> str:
    """A name for an entry or feed that stays when its address changes: `tag:example.org,2026:paper-12`."""
    host = urlsplit(settings.BASE_URL).hostname if settings.BASE_URL else ""
    return f"tag:{host or 'localhost'},{NAMED_SINCE}:{quote(what, safe='/?=&:.-_~+%')}"


def site_of(request: HttpRequest) -> str:
    """The beginning of every address in a feed, which is read elsewhere: `https://papers.example.org`."""
    return settings.BASE_URL or f"{request.scheme}://{request.get_host()}"


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote an entry."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Something that belongs to an entry and lies elsewhere."""

    url: str
    title: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a paper or a comment. All its addresses are whole ones."""

    name: str
    """What makes it the same entry wherever and whenever it is met."""
    url: str
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    """Neither changes with votes and comments: readers show again what was changed."""
    writers: tuple[Writer, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    """Each as it is written and in words: (`cs.CL`, `Computation and Language`)."""
    identifiers: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    """The first is the work at its source."""
    comments: str = ""
    """The address of the discussion."""
    replies: str = ""
    """The address of the feed of its comments, without the ending that names the form."""
    answers: str = ""
    """The name of the entry that it answers."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a list is as a feed, before any of its entries is looked up."""

    path: str
    """The address of the list without the ending that names the form: `/papers/date/2026-04-08`."""
    home: str
    """The address of the page that shows the list, with what it asks for."""
    title: str
    about: str
    stamps: Sequence[tuple[Any, ...]]
    """What tells whether anything changed: the key of each entry and when it was written last."""
    entries: Callable[[], list[Entry]]
    query: str = ""
    """What the address asks for beside the page, in one fixed order: `field=cs.CL`."""
    page: int = 1
    has_next: bool = False
    ending: str = ""
    """What stands before the form in the ending, where `.json` is taken: `.feed`."""
    began: datetime | None = None
    """When the list began; what a feed without entries gives as its last change."""
    archive: bool = False
    """Whether it is a closed part of another feed (RFC 5005)."""
    current: str = ""
    """Of an archive: the feed that goes on, without ending (`/papers`)."""
    earlier: str = ""
    later: str = ""
    """The parts before and after it, without ending; for `current` also the newest part."""
    private: bool = False
    """Whether only one person has the address."""
    fresh: Callable[[], Sequence[tuple[Any, ...]]] | None = None
    """Gives the stamps as they are now: while they are the same, what was written once is sent again."""

    @property
    def name(self) -> str:
        """What makes it the same feed, whatever page of it and in whatever form."""
        return name_of(f"feed{self.path}{f'?{self.query}' if self.query else ''}")

    def address(self, form: str, page: int | None = None, path: str = "") -> str:
        """The path of the feed in a form, of a page of it, or of another list that is asked the same."""
        number = page or 1
        query = "&".join(part for part in (self.query, f"page={number}" if number > 1 else "") if part)
        ending = "" if path else self.ending
        return f"{path or self.path}{ending if form == 'json' else ''}.{form}{f'?{query}' if query else ''}"


def page_of(request: HttpRequest, last: int) -> int:
    """The page that the address asks for. Raises Http404 that says which there are."""
    text = request.GET.get("page", "1")
    number = int(text) if len(text) < 8 and text.isascii() and text.isdecimal() else 0
    if not 1 <= number <= last:
        raise Http404(f"Pages of this feed are numbered from 1 to {last}.")
    return number


def told_plainly(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What is not there is said in plain text: programs that read feeds have no use for a page."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404 as problem:
            reason = str(problem.args[0]) if problem.args else "There is no such feed."
            return HttpResponseNotFound(f"{reason}\n", content_type="text/plain; charset=utf-8")

    return told
