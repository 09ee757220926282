"""The front page and the lists of a day, a week, a month, and of what is trending."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.clock import today
from dailypapers.community.actions.follow import following
from dailypapers.ingest.models import Coverage
from dailypapers.presentation.card import shown_cards
from dailypapers.presentation.list_choices import ListChoices, WrongChoice, heading, list_choices
from dailypapers.presentation.other_forms import forms_of
from dailypapers.presentation.sources import followed_sources
from dailypapers.presentation.visitors import reader
from dailypapers.presentation.wholeness import wholeness
from dailypapers.ranking import lists, trending
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.lists import ORDERS, PER_PAGE, ListPage
from dailypapers.ranking.nearby import front_day, neighbours, newest_day
from dailypapers.ranking.periods import Kind, NotAPeriod, Period
from dailypapers.web.pages import sample


def _asked(request: HttpRequest) -> ListChoices:
    """What the address asks for. Raises Http404 that says what is allowed."""
    try:
        return list_choices(request.GET)
    except WrongChoice as problem:
        raise Http404(str(problem)) from None


def front(request: HttpRequest) -> HttpResponse:
    """The newest day that has something of what is asked for; on an empty site, how to fill it.

    Where only the bundled sample is held, `/` opens on its well-known papers.
    """
    if request.path == "/" and set(request.GET) <= {"page"} and (page := sample.front(request)):
        return page
    newest = front_day(today(), _asked(request).selection) or newest_day(today())
    if newest is None:
        return render(request, "pages/empty_site.html")
    return _period_page(request, Period.of("date", newest), is_front=True)


def of_date(request: HttpRequest, text: str) -> HttpResponse:
    """The list of one day."""
    return _named_period(request, "date", text)


def of_week(request: HttpRequest, text: str) -> HttpResponse:
    """The list of one ISO week."""
    return _named_period(request, "week", text)


def of_month(request: HttpRequest, text: str) -> HttpResponse:
    """The list of one month."""
    return _named_period(request, "month", text)


def _named_period(request: HttpRequest, kind: Kind, text: str) -> HttpResponse:
    try:
        period = Period.parse(kind, text)
    except NotAPeriod as problem:
        raise Http404(str(problem)) from None
    return _period_page(request, period)


def _period_page(request: HttpRequest, period: Period, *, is_front: bool = False) -> HttpResponse:
    wanted = _asked(request)
    listed = lists.list_page(period, wanted.selection, wanted.order, wanted.page)
    earlier, later = neighbours(period, wanted.selection)
    near = nearest(period, earlier, later)
    week, month = Period.of("week", period.first), Period.of("month", period.first)
    days = Coverage.objects.filter(day__range=(period.first, period.last))
    context = _shared(request, wanted, listed, period.path) | {
        "period": period,
        "heading": heading(period),
        "earlier": earlier,
        "later": later,
        "earlier_name": name_of(earlier, period),
        "later_name": name_of(later, period),
        "earlier_address": wanted.address(earlier.path) if earlier else "",
        "later_address": wanted.address(later.path) if later else "",
        "week_address": wanted.address(week.path),
        "month_address": wanted.address(month.path),
        "month": month,
        "fields": _fields(lists.field_counts(period, wanted.selection), wanted, period.path),
        "wholeness": wholeness(days, period, followed_sources(), today()),
        "nearest_address": wanted.address(near.path) if near else "",
        "nearest_heading": f"{heading(near)}, {near.first.year}" if near else "",
        "is_front": is_front,
        "shared_said": f"{listed.papers:,} papers, {listed.submitted:,} of them put forward",
        "other_forms": [forms_of("/papers" if is_front else period.path, wanted.query, markdown=True)],
    }
    return render(request, "pages/list.html", context)


def trending_page(request: HttpRequest) -> HttpResponse:
    """Papers of all days, the most warmly received of the newest first."""
    wanted = _asked(request)
    newest = front_day(today(), Selection(followed=settings.FIELDS))
    listed = lists.trending_page(newest, wanted.selection, wanted.page) if newest else ListPage((), 0, 0)
    counts = lists.trending_field_counts(newest, wanted.selection) if newest else []
    context = _shared(request, wanted, listed, "/papers/trending") | {
        "fields": _fields(counts, wanted, "/papers/trending"),
        "heading": "Trending",
        "newest": Period.of("date", newest) if newest else None,
        "week": Period.of("week", newest) if newest else None,
        "month": Period.of("month", newest) if newest else None,
        "days_per_doubling": trending.DAYS_PER_DOUBLING,
        "window": lists.TRENDING_DAYS,
        "only_sample": not listed.papers and sample.is_all_there_is(),
        "other_forms": [forms_of("/papers/trending", wanted.query, markdown=True)],
    }
    return render(request, "pages/trending.html", context)


def _shared(request: HttpRequest, wanted: ListChoices, listed: ListPage, path: str) -> dict[str, object]:
    by_paper = {entry.paper_id: entry for entry in listed.entries}
    viewer = reader(request)
    shown = list(shown_cards(cards(list(by_paper)), by_paper, viewer))
    # Of the page that everyone has: what others see and its numbers do not hang on one reader's marks.
    leaves_out = viewer.is_authenticated and viewer.leaves_out_read
    read = sum(card.kept.read for card in shown) if leaves_out else 0
    if read and not wanted.shows_read:
        shown = [card for card in shown if not card.kept.read]
    field = wanted.selection.field
    followed = following(viewer, "field", field) if field and viewer.is_authenticated else None
    pages = min(-(-listed.papers // PER_PAGE), lists.LAST_PAGE)
    return {
        "cards": shown,
        "read": read,
        "other_read": wanted.address(path, page=wanted.page, read="" if wanted.shows_read else "shown"),
        "listed": listed,
        "asked": wanted,
        "path": path,
        "orders": [(name, label, wanted.address(path, order=name)) for name, label in ORDERS.items()],
        "all_fields": wanted.address(path, field=""),
        "show_all": wanted.address(path, show="all"),
        "show_submitted": wanted.address(path, show="submitted"),
        "canonical": wanted.address(path, page=wanted.page, read=""),
        "pages": pages,
        "first_page": wanted.address(path),
        "last_page": wanted.address(path, page=pages),
        "previous_page": wanted.address(path, page=wanted.page - 1) if wanted.page > 1 else "",
        "next_page": wanted.address(path, page=wanted.page + 1) if wanted.page < pages else "",
        "followed": followed,
        "has_sample": any(card.is_sample for card in shown),
    }


def _fields(counts: list[tuple[str, int]], wanted: ListChoices, path: str) -> list[tuple[str, int, str]]:
    """The fields a list offers, with their papers and addresses; one that was asked for is always there."""
    field = wanted.selection.field
    if field and field not in dict(counts):
        counts = [*counts[:-1], (field, 0)]
    return [(name, papers, wanted.address(path, field=name)) for name, papers in counts]


def name_of(period: Period | None, beside: Period) -> str:
    """What a neighbouring period is called next to the one shown."""
    if period is None:
        return ""
    if period.kind == "month":
        return f"{period.first:%B}" if period.first.year == beside.first.year else f"{period.first:%B %Y}"
    if period.kind == "week":
        return f"Week {period.first.isocalendar().week}"
    if abs((period.first - beside.first).days) < 7:
        return f"{period.first:%A}"
    return f"{period.first:%B} {period.first.day}"


def nearest(period: Period, earlier: Period | None, later: Period | None) -> Period | None:
    """Of the neighbours that have something, the nearer one."""
    if earlier is None or later is None:
        return earlier or later
    return earlier if period.first - earlier.last <= later.first - period.last else later
