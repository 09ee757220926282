"""The feeds of the lists: the newest papers, a day, a week, a month, trending."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dailypapers.api.feeds.answer import answer, remembered
from dailypapers.api.feeds.feed import Feed, site_of, told_plainly
from dailypapers.api.feeds.papers import PAPERS, entries_of, stamps_of
from dailypapers.catalogue.clock import today
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.list_choices import ListChoices, WrongChoice, heading, list_choices
from dailypapers.ranking import lists
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.lists import LAST_PAGE, PER_PAGE, ListPage
from dailypapers.ranking.nearby import front_day, neighbours, newest_day
from dailypapers.ranking.periods import Kind, NotAPeriod, Period

PAGES = PAPERS // PER_PAGE
"""Pages of a list on one page of its feed."""

DAYS_BACK = 6
"""Days before the newest that fill up the newest papers while that day has only begun."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands on one page of a feed, which is remembered for some seconds."""

    period: Period | None
    paper_ids: tuple[int, ...] = ()
    stamps: tuple[Any, ...] = ()
    has_next: bool = False
    earlier: str = ""
    later: str = ""


@require_safe
@told_plainly
def newest(request: HttpRequest, form: str) -> HttpResponse:
    """The newest day's papers, filled up with those of the days before it while it has few."""
    wanted, day = _asked(request), today()
    found = remembered(f"newest {day} {wanted.query} {wanted.page}", lambda: _newest(day, wanted))
    feed = _feed(request, wanted, found, "/papers", f"The newest papers{_of(wanted)}")
    return answer(request, form, feed)


@require_safe
@told_plainly
def of_period(request: HttpRequest, form: str, kind: Kind, text: str) -> HttpResponse:
    """The list of a day, a week or a month. That of a past day is an archive of the newest papers."""
    try:
        period = Period.parse(kind, text)
    except NotAPeriod as problem:
        raise Http404(str(problem)) from None
    wanted = _asked(request)
    found = remembered(f"{period.path} {wanted.query} {wanted.page}", lambda: _of_period(period, wanted))
    feed = _feed(request, wanted, found, period.path, f"{_named(period)}{_of(wanted)}")
    if kind == "date":
        feed = replace(feed, archive=period.last < today(), current="/papers")
    else:
        feed = replace(feed, earlier="", later="")
    return answer(request, form, feed)


@require_safe
@told_plainly
def trending(request: HttpRequest, form: str) -> HttpResponse:
    """The most warmly received papers of the last weeks."""
    wanted, day = _asked(request), today()
    found = remembered(f"trending {day} {wanted.query} {wanted.page}", lambda: _trending(day, wanted))
    return answer(request, form, _feed(request, wanted, found, "/papers/trending", f"Trending{_of(wanted)}"))


def standing() -> dict[str, list[int]]:
    """The papers on the first page of the feeds that readers subscribe to most, by path and query."""
    found = {}
    for query in ({}, {"show": "submitted"}):
        wanted = list_choices(query)
        found[f"/papers {wanted.query}"] = sorted(_newest(today(), wanted).paper_ids)
    found["/papers/trending "] = sorted(_trending(today(), list_choices({})).paper_ids)
    return found


def _asked(request: HttpRequest) -> ListChoices:
    """What the address asks for. Raises Http404 that says what is allowed."""
    try:
        wanted = list_choices(request.GET)
    except WrongChoice as problem:
        raise Http404(str(problem)) from None
    if wanted.page > LAST_PAGE // PAGES:
        raise Http404(f"Pages of a feed are numbered from 1 to {LAST_PAGE // PAGES}.")
    return replace(wanted, shows_read=False)


def _newest(day: date, wanted: ListChoices) -> _Found:
    """The newest day with something, and while it does not fill a page, days before it."""
    first = front_day(day, wanted.selection) or newest_day(day)
    if first is None:
        return _Found(None)
    period = Period.of("date", first)
    ids, has_next = _of_list(period, wanted)
    earlier, _ = neighbours(period, wanted.selection)
    oldest = first - timedelta(days=DAYS_BACK)
    while wanted.page == 1 and len(ids) < PAPERS and earlier and earlier.first >= oldest:
        more, _ = _of_list(earlier, wanted)
        fresh = [one for one in more if one not in ids]
        room = PAPERS - len(ids)
        ids += fresh[:room]
        if len(fresh) > room:
            break  # The rest of it stands on its own list, which is the part before this one.
        earlier, _ = neighbours(earlier, wanted.selection)
    return _found(period, ids, has_next, earlier)


def _trending(day: date, wanted: ListChoices) -> _Found:
    last = front_day(day, Selection(followed=settings.FIELDS))
    if last is None:
        return _Found(None)
    ids, has_next = _pages(lambda at: lists.trending_page(last, wanted.selection, at), wanted.page)
    return _found(Period.of("date", last), ids, has_next)


def _of_period(period: Period, wanted: ListChoices) -> _Found:
    ids, has_next = _of_list(period, wanted)
    return _found(period, ids, has_next, *neighbours(period, wanted.selection))


def _of_list(period: Period, wanted: ListChoices) -> tuple[list[int], bool]:
    def page(at: int) -> ListPage:
        return lists.list_page(period, wanted.selection, wanted.order, at)

    return _pages(page, wanted.page)


def _pages(list_page: Callable[[int], ListPage], page: int) -> tuple[list[int], bool]:
    """The papers on one page of a feed, and whether there is another. Raises Http404 past the end."""
    ids: list[int] = []
    papers = 0
    for at in range((page - 1) * PAGES + 1, page * PAGES + 1):
        listed = list_page(at)
        papers = listed.papers
        ids += [entry.paper_id for entry in listed.entries]
        if papers <= at * PER_PAGE:
            break
    if page > 1 and not ids:
        raise Http404("This feed has no such page: it has fewer papers.")
    return ids, papers > page * PAPERS and page * PAGES < LAST_PAGE


def _found(
    period: Period | None,
    ids: list[int],
    has_next: bool,
    earlier: Period | None = None,
    later: Period | None = None,
) -> _Found:
    neighbouring = (one.path if one else "" for one in (earlier, later))
    return _Found(period, tuple(ids), tuple(stamps_of(ids)), has_next, *neighbouring)


def _feed(request: HttpRequest, wanted: ListChoices, found: _Found, path: str, title: str) -> Feed:
    site = site_of(request)
    began = datetime.combine(found.period.first, time(), settings.LISTING_ZONE) if found.period else None
    orders = {"trending": "in the order of heat", "votes": "in the order of votes", "newest": "newest first"}
    order = "by heat and age" if path == "/papers/trending" else orders[wanted.order]
    return Feed(
        path=path,
        home=wanted.address(path, page=1),
        title=f"{title} · {settings.SITE_NAME}",
        about=f"Papers {order}; how: {site}/about#order",
        stamps=found.stamps,
        entries=lambda: entries_of(found.paper_ids, site),
        fresh=lambda: stamps_of(found.paper_ids),
        query=wanted.query,
        page=wanted.page,
        has_next=found.has_next,
        began=began.astimezone(UTC) if began else None,
        earlier=found.earlier,
        later=found.later,
    )


def _named(period: Period) -> str:
    return heading(period) if period.kind == "month" else f"{heading(period)}, {period.first.year}"


def _of(wanted: ListChoices) -> str:
    """What of a list is asked for, in words behind its name."""
    selection = wanted.selection
    field = f" in {field_name(selection.field)} ({selection.field})" if selection.field else ""
    return f"{field}{', put forward' if selection.show == 'submitted' else ''}"
