"""No missed day: what a source announced is counted against what is held, and gaps are filled.

`reconcile` looks after one day, `catch_up` after the last few; the worker calls `catch_up` by itself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from dailypapers.catalogue.identifiers import Identifier as Name
from dailypapers.catalogue.locks import only_one
from dailypapers.catalogue.models import Identifier
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.models import Announcement, Coverage, Harvest, Rejection
from dailypapers.ingest.run import SILENT, Progress, Result, busy, read_request, take_pages
from dailypapers.ingest.scope import covers, scope_of
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
    source: AnnouncingSource,
    day: date,
    span: Span,
    http: Http,
    *,
    progress: Progress = SILENT,
    result: Result | None = None,
) -> Coverage:
    """Make one day of a source complete, route by route, and write down how whole it is.

    Asks each route in turn until one has told the whole day and everything announced is held, then
    asks for the single papers still missing. A failure of a route is kept in the day's row and the
    next route is tried. Where the span names a part of the source the row is only given back, since
    a part says nothing of the whole day. What came is counted in `result`. Raises `Busy` when the source
    is being harvested elsewhere.
    """
    row, _ = _look_after(source, day, span, http, progress, result or Result())
    return row


def _look_after(
    source: AnnouncingSource, day: date, span: Span, http: Http, progress: Progress, result: Result
) -> tuple[Coverage, str]:
    """As `reconcile`; also says why the source is not to be asked for more now, "" where it may be."""
    with only_one(source.name, busy(source)):
        asked: list[str] = []
        failures: list[str] = []
        told = False
        down = ""
        for route in source.routes:
            asked.append(route)
            heard: list[str] = []
            try:
                pages = _heard(source.of_day(route, day, span, http), heard)
                take_pages(source, pages, progress=progress, result=result)
            except (SourceFailure, HttpFailure) as failure:
                failures.append(f"{route}: {failure}")
                if isinstance(failure, HttpFailure) and failure.is_down:
                    down = str(failure)
                continue
            if heard:
                told = True
                failures.clear()  # What this route told makes good what an earlier one could not.
                down = ""
            if told and not missing(source.name, day).exists():
                break
        lacking = [
            Name(scheme, value) for scheme, value in missing(source.name, day).values_list("scheme", "value")
        ]
        if lacking and isinstance(source, FetchingSource):
            asked.append("one by one")
            try:
                pages = source.by_identifier(lacking, span, http)
                take_pages(source, pages, announced_on=day, progress=progress, result=result)
            except (SourceFailure, HttpFailure) as failure:
                failures.append(f"one by one: {failure}")
        scope = scope_of(source, span)
        row = _count(source.name, day, scope, told=told, routes=asked, failures=failures)
        return row if span.set else _write(row), down


class _ByDay:
    """Tells progress in days: of how many records a list has, one list says nothing of the others."""

    def __init__(self, progress: Progress, days: int) -> None:
        self._progress = progress
        self._days = days
        self.behind = 0

    def page_taken(self, page: Page, counts: Counter[str]) -> None:
        self._progress.page_taken(replace(page, total=self._days, done=self.behind), counts)


def catch_up(
    source: AnnouncingSource,
    span: Span,
    http: Http,
    *,
    days: int = LOOK_BACK,
    progress: Progress = SILENT,
    result: Result | None = None,
) -> list[Coverage]:
    """Reconcile every day of the last `days` that is not yet known to be whole, the newest first.

    Where the last day known lies further back (the machine slept, nobody harvested), the days since
    then too; and once a day those before with a gap. A day whose list still changes (`settles_after`)
    is looked at again, and a day gone by is confirmed by the last route: a feed that left papers out
    looks whole by itself. So is one of which other parts were counted than the span asks for.

    A source that cannot be reached, or wants to be left alone, is not asked for the days that remain:
    they are left for the next time. Returns the rows of the days that were looked at; what came, and why
    it ended early, is told in `result`. Raises `Busy`.
    """
    result = result if result is not None else Result()
    scope = scope_of(source, span)
    days = _days_back(source, span.today, days)
    first = span.today - timedelta(days=days - 1)
    rows = Coverage.objects.filter(source=source.name, day__gte=first)
    whole = {row.day for row in rows if _is_whole(row, source, span.today, scope)}
    wanted = []
    for back in range(days):
        day = span.today - timedelta(days=back)
        still_changing = back < source.settles_after
        if source.announces_on(day) and (still_changing or day not in whole):
            wanted.append(day)
    wanted += _older_days_to_mend(source, span.today, first, scope)
    return _look_after_each(source, wanted, span, http, progress, result)


def _look_after_each(
    source: AnnouncingSource,
    wanted: list[date],
    span: Span,
    http: Http,
    progress: Progress,
    result: Result,
) -> list[Coverage]:
    """Look after the days in their order until the source is not to be asked for more."""
    looked_at = []
    by_day = _ByDay(progress, len(wanted))
    for behind, day in enumerate(wanted):
        by_day.behind = behind
        row, down = _look_after(source, day, span, http, by_day, result)
        looked_at.append(row)
        if down:
            result.failure = down
            if not span.set:
                _note_unasked(source.name, wanted[behind + 1 :], down)
            break
    return looked_at


def _note_unasked(source: str, days: list[date], why: str) -> None:
    """Write down that nothing is known of these days, unless something is: nobody may forget them."""
    now = timezone.now()
    state, error = Coverage.State.UNKNOWN, f"not asked: {why}"[:2_000]
    rows = [Coverage(source=source, day=day, state=state, error=error, checked_at=now) for day in days]
    Coverage.objects.bulk_create(rows, ignore_conflicts=True)


def newest_day(
    source: AnnouncingSource, span: Span, http: Http, *, within: int, progress: Progress = SILENT
) -> Coverage | None:
    """Reconcile the newest day on which the source announced something; None where there is none.

    Looks back over `within` days, and no further than a source that cannot be reached. Raises `Busy`.
    """
    for back in range(within):
        day = span.today - timedelta(days=back)
        if source.announces_on(day):
            row, down = _look_after(source, day, span, http, progress, Result())
            if row.held:
                return row
            if down:
                return None
    return None


def fill_gaps(
    source: AnnouncingSource,
    span: Span,
    http: Http,
    *,
    progress: Progress = SILENT,
    result: Result | None = None,
) -> list[Coverage]:
    """Reconcile the days of the span that have a gap: what a harvest lists may leave single papers out.

    Returns the rows of the days that were looked at, at most `MOST_OLD_GAPS`; ends as `catch_up` does.
    Raises `Busy`.
    """
    gaps = Coverage.objects.filter(
        source=source.name, state=Coverage.State.GAP, day__lte=span.until or span.today
    )
    if span.since is not None:
        gaps = gaps.filter(day__gte=span.since)
    days = list(gaps.order_by("-day").values_list("day", flat=True)[:MOST_OLD_GAPS])
    return _look_after_each(source, days, span, http, progress, result if result is not None else Result())


def _days_back(source: AnnouncingSource, today: date, days: int) -> int:
    before = Coverage.objects.filter(source=source.name, day__lte=today - timedelta(days=days))
    last = before.order_by("-day").values_list("day", flat=True).first()
    return days if last is None else min(max(days, (today - last).days), max(days, LONGEST_LOOK_BACK))


def _is_whole(row: Coverage, source: AnnouncingSource, today: date, scope: str) -> bool:
    """Whether a day needs no second look: it is settled, and was told by the last route after its end.

    On the day itself lists are still being written: what they tell then need not be all. A day of which
    only some parts were counted says nothing of the others.
    """
    if not covers(row.scope, scope):
        return False
    if row.state not in SETTLED or row.day == today:
        return row.state in SETTLED
    if row.checked_at.astimezone(settings.LISTING_ZONE).date() <= row.day:
        return False
    return row.routes == HARVEST or (source.routes[-1] in row.routes.split(", ") and not row.error)


def _older_days_to_mend(source: AnnouncingSource, today: date, before: date, scope: str) -> list[date]:
    """Days with a gap however old, and unconfirmed ones, that were not looked at today; some of them."""
    midnight = datetime.combine(today, time(), settings.LISTING_ZONE)
    rows = Coverage.objects.filter(source=source.name, day__lt=before, checked_at__lt=midnight)
    rows = rows.exclude(state__in=SETTLED, day__lt=today - timedelta(days=LONGEST_LOOK_BACK))
    waiting = (row.day for row in rows.order_by("checked_at") if not _is_whole(row, source, today, scope))
    return list(islice(waiting, MOST_OLD_GAPS))


def missing(source: str, day: date) -> "QuerySet[Announcement]":
    """What the source announced that day and the catalogue does not hold."""
    held = Identifier.objects.filter(scheme=OuterRef("scheme"), value=OuterRef("value"))
    return Announcement.objects.filter(source=source, day=day).exclude(Exists(held))


def is_malformed_at_its_source(row: Coverage) -> bool:
    """Whether all that is missing of a day was told in a way that nobody can read: no command mends it."""
    if row.state != Coverage.State.GAP:
        return False
    lacking = {
        f"{scheme}:{value}" for scheme, value in missing(row.source, row.day).values_list("scheme", "value")
    }
    unread = Rejection.objects.filter(source=row.source, day=row.day, identifier__in=lacking)
    return bool(lacking) and lacking <= set(unread.values_list("identifier", flat=True))


def _heard(pages: Iterator[Page], heard: list[str]) -> Iterator[Page]:
    """Pass pages on, remembering that there were any: no page at all means the route cannot tell."""
    for page in pages:
        heard.append(page.place)
        yield page


def _count(
    source: str, day: date, scope: str, *, told: bool, routes: list[str], failures: list[str]
) -> Coverage:
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
        scope=scope,
        error="; ".join(failures)[:2_000],
        checked_at=timezone.now(),
    )


def _write(row: Coverage) -> Coverage:
    """Put the row in the place of what was known of the day."""
    names = ("announced", "held", "state", "routes", "scope", "error", "checked_at")
    written, _ = Coverage.objects.update_or_create(
        source=row.source, day=row.day, defaults={name: getattr(row, name) for name in names}
    )
    return written


def count_days(source: AnnouncingSource) -> None:
    """Count the days that plain harvests told since they were last looked at and not found whole.

    Only a harvest of the whole source that reached its end tells its days: one that was cut off, or
    brought a part (`--set`), holds all that it brought and says nothing of the rest.
    """
    told: dict[date, Harvest] = {}
    ended = Harvest.objects.filter(source=source.name, state=Harvest.State.FINISHED)
    for run in ended.order_by("updated_at"):
        told |= dict.fromkeys(_days_told(run), run)
    rows = {row.day: row for row in Coverage.objects.filter(source=source.name)}
    for day, run in sorted(told.items()):
        if source.announces_on(day) and _is_news(run, rows.get(day)):
            _write(_count(source.name, day, run.scope, told=True, routes=[HARVEST], failures=[]))


def _is_news(run: Harvest, row: Coverage | None) -> bool:
    """Whether a harvest tells more of a day than what is known of it."""
    if row is None:
        return True
    is_whole = row.state in SETTLED and covers(row.scope, run.scope)
    return not is_whole and row.checked_at < run.updated_at


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
