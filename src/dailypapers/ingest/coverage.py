"""No missed day: what a source announced is counted against what is held, and gaps are filled.

`reconcile` looks after one day, `catch_up` after the last few; the worker calls `catch_up` by itself.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from dailypapers.catalogue.identifiers import Identifier as Name
from dailypapers.catalogue.models import Identifier
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.models import Announcement, Coverage, Harvest
from dailypapers.ingest.run import SILENT, Progress, only_one, read_request, take_pages
from dailypapers.ingest.source import AnnouncingSource, FetchingSource, Page, SourceFailure, Span

LOOK_BACK = 14
"""Days that `catch_up` looks after each time."""

LONGEST_LOOK_BACK = 92
"""Days that `catch_up` goes back after a longer sleep of the machine, to the last day it knows of."""

MOST_OLD_GAPS = 20
"""Older days with a gap that `catch_up` looks at in one go, each once a day: some gaps nobody can fill."""

HARVEST = "harvest"
"""The route of a day that a plain harvest told."""

SETTLED = (Coverage.State.COMPLETE, Coverage.State.EMPTY)


def reconcile(
    source: AnnouncingSource, day: date, span: Span, http: Http, *, progress: Progress = SILENT
) -> Coverage:
    """Make one day of a source complete, route by route, and write down how whole it is.

    Asks each route in turn until one has told the whole day and everything announced is held, then
    asks for the single papers still missing. A failure of a route is kept in the day's row and the
    next route is tried. Where the span names a part of the source the row is only given back, since
    a part says nothing of the whole day. Raises `Busy` when the source is being harvested elsewhere.
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
            if heard:
                told = True
                failures.clear()  # What this route told makes good what an earlier one could not.
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
        row = _count(source.name, day, told=told, routes=asked, failures=failures)
        return row if span.set else _write(row)


def catch_up(
    source: AnnouncingSource, span: Span, http: Http, *, days: int = LOOK_BACK, progress: Progress = SILENT
) -> list[Coverage]:
    """Reconcile every day of the last `days` that is not yet known to be whole, the newest first.

    Where the last day known lies further back (the machine slept, nobody harvested), the days since
    then too; and once a day those before with a gap. A day whose list still changes (`settles_after`)
    is looked at again, and a day gone by is confirmed by the last route: a feed that left papers out
    looks whole by itself. Returns the rows of the days that were looked
    at. Raises `Busy`.
    """
    days = _days_back(source, span.today, days)
    first = span.today - timedelta(days=days - 1)
    rows = Coverage.objects.filter(source=source.name, day__gte=first)
    whole = {row.day for row in rows if _is_whole(row, source, span.today)}
    looked_at = []
    for back in range(days):
        day = span.today - timedelta(days=back)
        still_changing = back < source.settles_after
        if source.announces_on(day) and (still_changing or day not in whole):
            looked_at.append(reconcile(source, day, span, http, progress=progress))
    for day in _older_days_to_mend(source, span.today, first):
        looked_at.append(reconcile(source, day, span, http, progress=progress))  # noqa: PERF401
    return looked_at


def fill_gaps(
    source: AnnouncingSource, span: Span, http: Http, *, progress: Progress = SILENT
) -> list[Coverage]:
    """Reconcile the days of the span that have a gap: what a harvest lists may leave single papers out.

    Returns the rows of the days that were looked at, at most `MOST_OLD_GAPS`. Raises `Busy`.
    """
    gaps = Coverage.objects.filter(
        source=source.name, state=Coverage.State.GAP, day__lte=span.until or span.today
    )
    if span.since is not None:
        gaps = gaps.filter(day__gte=span.since)
    days = list(gaps.order_by("-day").values_list("day", flat=True)[:MOST_OLD_GAPS])
    return [reconcile(source, day, span, http, progress=progress) for day in days]


def _days_back(source: AnnouncingSource, today: date, days: int) -> int:
    before = Coverage.objects.filter(source=source.name, day__lte=today - timedelta(days=days))
    last = before.order_by("-day").values_list("day", flat=True).first()
    return days if last is None else min(max(days, (today - last).days), max(days, LONGEST_LOOK_BACK))


def _is_whole(row: Coverage, source: AnnouncingSource, today: date) -> bool:
    """Whether a day needs no second look: it is settled, and was told by the last route after its end.

    On the day itself lists are still being written: what they tell then need not be all.
    """
    if row.state not in SETTLED or row.day == today:
        return row.state in SETTLED
    if row.checked_at.astimezone(settings.LISTING_ZONE).date() <= row.day:
        return False
    return row.routes == HARVEST or (source.routes[-1] in row.routes.split(", ") and not row.error)


def _older_days_to_mend(source: AnnouncingSource, today: date, before: date) -> list[date]:
    """Days with a gap however old, and unconfirmed ones, that were not looked at today; some of them."""
    midnight = datetime.combine(today, time(), settings.LISTING_ZONE)
    rows = Coverage.objects.filter(source=source.name, day__lt=before, checked_at__lt=midnight)
    rows = rows.exclude(state__in=SETTLED, day__lt=today - timedelta(days=LONGEST_LOOK_BACK))
    waiting = (row.day for row in rows.order_by("checked_at") if not _is_whole(row, source, today))
    return list(islice(waiting, MOST_OLD_GAPS))


def missing(source: str, day: date) -> "QuerySet[Announcement]":
    """What the source announced that day and the catalogue does not hold."""
    held = Identifier.objects.filter(scheme=OuterRef("scheme"), value=OuterRef("value"))
    return Announcement.objects.filter(source=source, day=day).exclude(Exists(held))


def _heard(pages: Iterator[Page], heard: list[str]) -> Iterator[Page]:
    """Pass pages on, remembering that there were any: no page at all means the route cannot tell."""
    for page in pages:
        heard.append(page.place)
        yield page


def _count(source: str, day: date, *, told: bool, routes: list[str], failures: list[str]) -> Coverage:
    """How whole the day is, not yet written down.

    A whole day keeps its failures: the route that failed would perhaps have told of more papers.
    """
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
    return Coverage(
        source=source,
        day=day,
        announced=announced,
        held=announced - lacking,
        state=state,
        routes=", ".join(routes)[:200],
        error="; ".join(failures)[:2_000],
        checked_at=timezone.now(),
    )


def _write(row: Coverage) -> Coverage:
    """Put the row in the place of what was known of the day."""
    names = ("announced", "held", "state", "routes", "error", "checked_at")
    written, _ = Coverage.objects.update_or_create(
        source=row.source, day=row.day, defaults={name: getattr(row, name) for name in names}
    )
    return written


def count_days(source: AnnouncingSource) -> None:
    """Count the days that plain harvests told since they were last looked at and not found whole.

    Only a harvest of the whole source that reached its end tells its days: one that was cut off, or
    brought a part (`--set`), holds all that it brought and says nothing of the rest.
    """
    told: dict[date, datetime] = {}
    for run in Harvest.objects.filter(source=source.name, state=Harvest.State.FINISHED):
        for day in _days_told(run):
            told[day] = max(run.updated_at, told.get(day, run.updated_at))
    rows = {row.day: row for row in Coverage.objects.filter(source=source.name)}
    for day, at in sorted(told.items()):
        row = rows.get(day)
        is_news = row is None or (row.state not in SETTLED and row.checked_at < at)
        if is_news and source.announces_on(day):
            _write(_count(source.name, day, told=True, routes=[HARVEST], failures=[]))


def _days_told(run: Harvest) -> Iterator[date]:
    """The days that a harvest was asked for, until the one on which it began."""
    asked = read_request(run.request)
    if not asked.get("since") or asked["set"]:
        return
    day = date.fromisoformat(asked["since"])
    last = run.started_at.astimezone(settings.LISTING_ZONE).date()
    if asked["until"]:
        last = min(last, date.fromisoformat(asked["until"]))
    while day <= last:
        yield day
        day += timedelta(days=1)
