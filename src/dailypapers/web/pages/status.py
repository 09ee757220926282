"""How whole the days are, and whether the site is alive."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Listing
from dailypapers.ingest.models import Coverage, Harvest
from dailypapers.ranking.nearby import newest_day
from dailypapers.ranking.periods import NotAPeriod, Period
from dailypapers.web.sources import label

DAYS = 35


@dataclass(frozen=True, slots=True)
class Day:
    """One row of the calendar: what the lists hold and what each source says of it."""

    period: Period
    listed: int
    cells: list[Coverage | None]


def coverage(request: HttpRequest) -> HttpResponse:
    """Announced and held, day by day, source by source: the last five weeks, or a month."""
    last = newest_day(today()) or today()
    if text := request.GET.get("month", ""):
        try:
            shown = Period.parse("month", text)
        except NotAPeriod as problem:
            raise Http404(str(problem)) from None
    else:
        shown = Period("month", last - timedelta(days=DAYS - 1), last)
    month = Period.of("month", shown.last)
    rows = Coverage.objects.filter(day__range=(shown.first, shown.last))
    by_day: dict[date, dict[str, Coverage]] = defaultdict(dict)
    for row in rows:
        by_day[row.day][row.source] = row
    sources = sorted({row.source for row in rows})
    listings = Listing.objects.filter(day__range=(shown.first, shown.last), precision="day")
    listed = dict(listings.values_list("day").annotate(papers=Count("paper", distinct=True)))
    span = (shown.last - shown.first).days
    days = [shown.last - timedelta(days=back) for back in range(span + 1)]
    context = {
        "days": [
            Day(Period.of("date", day), listed.get(day, 0), [by_day[day].get(source) for source in sources])
            for day in days
        ],
        "sources": [label(source) for source in sources],
        "earlier": Period.of("month", month.first - timedelta(days=1)),
        "later": Period.of("month", month.last + timedelta(days=1)) if month.last < today() else None,
        "shown": shown,
        "month": month,
        "is_month": bool(text),
        "harvests": [(label(run.source), run) for run in _latest_harvests()],
    }
    return render(request, "pages/coverage.html", context)


def _latest_harvests() -> list[Harvest]:
    """The last few harvests, the newest first."""
    return list(Harvest.objects.order_by("-started_at")[:10])


def health(request: HttpRequest) -> HttpResponse:
    """200 when the process answers and the database does too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
