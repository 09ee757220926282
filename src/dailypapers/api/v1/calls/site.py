"""What the site holds: coverage, its state, the names of fields."""

from importlib.metadata import version
from typing import Annotated

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count
from django.http import HttpResponse
from ninja import Query, Router

from dailypapers.api.v1.access import Asked
from dailypapers.api.v1.answers import answer
from dailypapers.api.v1.moments import day_text, moment
from dailypapers.api.v1.parameters import reads
from dailypapers.api.v1.problems import Problem
from dailypapers.api.v1.schemas.site import Coverage, FieldNames, Status
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Listing, Paper
from dailypapers.ingest.models import Coverage as Counted
from dailypapers.presentation.fields import archive, known_fields
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.sources import followed_sources
from dailypapers.presentation.wholeness import wholeness
from dailypapers.ranking.nearby import newest_day
from dailypapers.ranking.periods import NotAPeriod, Period
from dailypapers.search.store import NoIndex

router = Router(tags=["Site"])


@router.get("/coverage", response=reads(Coverage), operation_id="coverage", summary="How whole the days are")
def coverage(
    request: Asked,
    month: Annotated[str, Query(description="`2026-04`; the newest without it.", max_length=20)] = "",
) -> HttpResponse:
    """What each source announced on each day of a month, and what of it is held."""
    try:
        of = Period.parse("month", month) if month else Period.of("month", newest_day(today()) or today())
    except NotAPeriod as problem:
        raise Problem(400, f"month: {problem}", "month") from None
    rows = list(Counted.objects.filter(day__range=(of.first, of.last)).order_by("day", "source"))
    listings = Listing.objects.filter(day__range=(of.first, of.last), precision="day")
    listed = dict(listings.values_list("day").annotate(papers=Count("paper", distinct=True)).order_by("day"))
    whole = wholeness(rows, of, followed_sources(), today())

    def make() -> Coverage:
        return {
            "month": of.text,
            "complete": whole.complete if whole.counted else None,
            "wholeness": whole.text,
            "sources": [
                {
                    "day": row.day.isoformat(),
                    "source": row.source,
                    "announced": row.announced,
                    "held": row.held,
                    "state": row.state,
                    "asked_at": moment(row.checked_at),
                }
                for row in rows
            ],
            "days": [{"day": day.isoformat(), "papers": papers} for day, papers in listed.items()],
        }

    stamp = [(row.day, row.source, row.announced, row.held, row.state, row.checked_at) for row in rows]
    return answer(request, make, stamp, listed, whole)


@router.get("/status", response=reads(Status), operation_id="status", summary="Whether the site is alive")
def status(request: Asked) -> HttpResponse:
    """How many papers are held, the newest day, and whether search works. Counted once a minute."""
    told: Status | None = caches["memory"].get("v1-status")
    if told is None:
        told = _status()
        caches["memory"].set("v1-status", told, 60)
    return answer(request, lambda: told, told)


def _status() -> Status:
    from dailypapers.catalogue.finding import engine

    try:
        engine()
        searches = True
    except NoIndex:
        searches = False
    return {
        "status": "ok",
        "version": version("dailypapers"),
        "papers": Paper.objects.filter(hidden=None).count(),
        "newest_day": day_text(newest_day(today())),
        "search": searches,
    }


@router.get("/fields", response=reads(FieldNames), operation_id="fields", summary="Fields and their names")
def fields(request: Asked) -> HttpResponse:
    """The fields that have a name, and whether the site follows them."""
    followed = set(settings.FIELDS)

    def make() -> FieldNames:
        return {
            "fields": [
                {
                    "field": one,
                    "name": field_name(one),
                    "followed": not followed or one in followed or archive(one) in followed,
                }
                for one in known_fields()
            ]
        }

    return answer(request, make, sorted(followed))
