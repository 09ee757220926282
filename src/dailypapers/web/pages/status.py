"""How whole the days are, and whether the site is alive."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Listing
from dailypapers.ingest.models import Coverage, Harvest, Rejection
from dailypapers.presentation.other_forms import OtherForms
from dailypapers.presentation.sources import followed_sources, label
from dailypapers.ranking.nearby import newest_day
from dailypapers.ranking.periods import NotAPeriod, Period
from dailypapers.web.coverage_calendar import Calendar, of_lists, of_source

HARVESTS = 10
"""Harvests shown; of those that failed as many again, however long ago."""


def coverage(request: HttpRequest) -> HttpResponse:
    """A month's calendar of what each source announced and what is held; without `?month=` the newest."""
    if text := request.GET.get("month", ""):
        try:
            month = Period.parse("month", text)
        except NotAPeriod as problem:
            raise Http404(str(problem)) from None
    else:
        month = Period.of("month", newest_day(today()) or today())
    earlier = Period.of("month", month.first - timedelta(days=1))
    listings = Listing.objects.filter(day__range=(month.first, month.last), precision="day")
    listed = dict(listings.values_list("day").annotate(papers=Count("paper", distinct=True)))
    context = {
        "other_forms": [OtherForms("", markdown=f"/status/coverage.md?month={month.text}")],
        "calendars": [*_calendars(month), of_lists(listed, month)],
        "month": month,
        "earlier": earlier if earlier.has_list else None,
        "later": Period.of("month", month.last + timedelta(days=1)) if month.last < today() else None,
        "is_asked": bool(text),
        "harvests": [(label(run.source), run) for run in _harvests()],
    }
    return render(request, "pages/coverage.html", context)


def _calendars(month: Period) -> Iterable[Calendar]:
    """One for each source that is followed or told something of the month."""
    by_source: dict[str, list[Coverage]] = defaultdict(list)
    for row in Coverage.objects.filter(day__range=(month.first, month.last)):
        by_source[row.source].append(row)
    unread: dict[str, Counter[date]] = defaultdict(Counter)
    kept = Rejection.objects.filter(day__range=(month.first, month.last)).exclude(identifier="")
    for source, day, _ in kept.values_list("source", "day", "identifier").distinct():
        if day is not None:
            unread[source][day] += 1
    followed = {source.name: source for source in followed_sources()}
    for name in dict.fromkeys([*followed, *sorted(by_source)]):
        yield of_source(name, by_source[name], month, unread[name], followed.get(name), today())


def _harvests() -> list[Harvest]:
    """The last harvests and the last that failed, the newest first."""
    newest_first = Harvest.objects.order_by("-started_at")
    failed = newest_first.filter(state=Harvest.State.FAILED)[:HARVESTS]
    found = {run.pk: run for run in (*newest_first[:HARVESTS], *failed)}
    return sorted(found.values(), key=lambda run: run.started_at, reverse=True)


def health(request: HttpRequest) -> HttpResponse:
    """200 when the process answers and the database does too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
