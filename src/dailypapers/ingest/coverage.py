"""No missed day: what a source announced is counted against what is held, and gaps are filled.

`reconcile` looks after one day, `catch_up` after the last few; the worker calls `catch_up` by itself.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from dailypapers.catalogue.identifiers import Identifier as Name
from dailypapers.catalogue.models import Identifier
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.models import Announcement, Coverage
from dailypapers.ingest.run import SILENT, Progress, only_one, take_pages
from dailypapers.ingest.source import AnnouncingSource, FetchingSource, Page, SourceFailure, Span

LOOK_BACK = 14
"""Days that `catch_up` looks after: a fortnight's sleep of the machine is made good by itself."""

SETTLED = (Coverage.State.COMPLETE, Coverage.State.EMPTY)


def reconcile(
    source: AnnouncingSource, day: date, span: Span, http: Http, *, progress: Progress = SILENT
) -> Coverage:
    """Make one day of a source complete, route by route, and write down how whole it is.

    Asks each route in turn until one has told the whole day and everything announced is held, then
    asks for the single papers still missing. A failure of a route is kept in the day's row and the
    next route is tried. Raises `Busy` when the source is being harvested elsewhere.
    """
    with only_one(source.name):
        asked: list[str] = []
        failures: list[str] = []
        told = False
        for route in source.routes:
            asked.append(route)
            heard: list[str] = []
            try:
                take_pages(source, _heard(source.of_day(route, day, span, http), heard), progress=progress)
            except (SourceFailure, HttpFailure) as failure:
                failures.append(f"{route}: {failure}")
                continue
            told = told or bool(heard)
            if told and not missing(source.name, day).exists():
                break
        lacking = [
            Name(scheme, value) for scheme, value in missing(source.name, day).values_list("scheme", "value")
        ]
        if lacking and isinstance(source, FetchingSource):
            asked.append("one by one")
            try:
                pages = source.by_identifier(lacking, span, http)
                take_pages(source, pages, announced_on=day, progress=progress)
            except (SourceFailure, HttpFailure) as failure:
                failures.append(f"one by one: {failure}")
        return _note(source.name, day, told=told, routes=asked, failures=failures)


def catch_up(
    source: AnnouncingSource, span: Span, http: Http, *, days: int = LOOK_BACK, progress: Progress = SILENT
) -> list[Coverage]:
    """Reconcile every day of the last `days` that is not yet known to be whole, the newest first.

    A day whose list still changes (`settles_after`) is looked at again, and a day gone by that only
    the first route told is confirmed by the last one: a feed that left papers out looks whole by
    itself. Returns the rows of the days that were looked at. Raises `Busy`.
    """
    confirmed = Q(day=span.today) | Q(routes__contains=source.routes[-1]) | Q(routes="harvest")
    rows = Coverage.objects.filter(confirmed, source=source.name, state__in=SETTLED)
    settled = set(rows.values_list("day", flat=True))
    looked_at = []
    for back in range(days):
        day = span.today - timedelta(days=back)
        still_changing = back < source.settles_after
        if source.announces_on(day) and (still_changing or day not in settled):
            looked_at.append(reconcile(source, day, span, http, progress=progress))
    return looked_at


def missing(source: str, day: date) -> "QuerySet[Announcement]":
    """What the source announced that day and the catalogue does not hold."""
    held = Identifier.objects.filter(scheme=OuterRef("scheme"), value=OuterRef("value"))
    return Announcement.objects.filter(source=source, day=day).exclude(Exists(held))


def _heard(pages: Iterator[Page], heard: list[str]) -> Iterator[Page]:
    """Pass pages on, remembering that there were any: no page at all means the route cannot tell."""
    for page in pages:
        heard.append(page.place)
        yield page


def _note(source: str, day: date, *, told: bool, routes: list[str], failures: list[str]) -> Coverage:
    announced = Announcement.objects.filter(source=source, day=day).count()
    lacking = missing(source, day).count()
    if lacking:
        state = Coverage.State.GAP
    elif announced and told:
        state = Coverage.State.COMPLETE
    elif told:
        state = Coverage.State.EMPTY
    else:
        state = Coverage.State.UNKNOWN
    row, _ = Coverage.objects.update_or_create(
        source=source,
        day=day,
        defaults={
            "announced": announced,
            "held": announced - lacking,
            "state": state,
            "routes": ", ".join(routes)[:200],
            "error": "" if state in SETTLED else "; ".join(failures)[:2_000],
            "checked_at": datetime.now(UTC),
        },
    )
    return row


def count_days(source: AnnouncingSource) -> None:
    """Count the days that a plain harvest brought: those with announcements and no settled row yet."""
    settled = Coverage.objects.filter(source=source.name, state__in=SETTLED).values_list("day", flat=True)
    days = Announcement.objects.filter(source=source.name).values_list("day", flat=True).distinct()
    for day in sorted(set(days) - set(settled)):
        _note(source.name, day, told=True, routes=["harvest"], failures=[])
