"""One harvest: pages in, papers, rejections and a moved cursor out, page by page, all or nothing each."""

import gc
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from dailypapers.catalogue.holding import in_chunks
from dailypapers.catalogue.landing import Outcome, count, land
from dailypapers.catalogue.locks import only_one
from dailypapers.catalogue.models import Identifier
from dailypapers.catalogue.records import Listed, PaperRecord
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.models import Announcement, Harvest, Rejection
from dailypapers.ingest.scope import UNKNOWN, scope_of
from dailypapers.ingest.source import (
    AnnouncingSource,
    Bad,
    ChangingSource,
    Page,
    Parsed,
    Source,
    SourceFailure,
    Span,
)

COUNTED = ("new", "updated", "unchanged", "withdrawn", "rejected")
"""What a harvest's summary says, in its order."""


class Progress(Protocol):
    """Whoever wants to be told how a harvest goes."""

    def page_taken(self, page: Page, counts: Counter[str]) -> None:
        """Called after each page is written, with the counts so far."""
        ...


class _Silent:
    def page_taken(self, page: Page, counts: Counter[str]) -> None:
        pass


SILENT = _Silent()


@dataclass(slots=True)
class Result:
    """What a harvest came to. `failure` is empty when it reached the end; `rejected` shows examples."""

    counts: Counter[str] = field(default_factory=Counter)
    failure: str = ""
    resumed: bool = False
    rejected: list[Bad] = field(default_factory=list)
    aside: set[str] = field(default_factory=set)
    """The places of what is kept aside, so that what comes by another route later is not counted as lost."""


def harvest(
    source: Source, span: Span, http: Http, *, base_url: str = "", progress: Progress = SILENT
) -> Result:
    """Take what the span asks for into the catalogue, going on where an unfinished harvest stopped.

    Each page is one transaction with the cursor that follows it, so that a kill at any moment loses
    nothing and doubles nothing. A failure of the source ends the harvest and is told in the result;
    the next call with the same arguments goes on from there. Raises `Busy`.
    """
    origin = "\n".join(span.paths) or base_url or source.base_url
    request = _request(span)
    with only_one(source.name, busy(source)):
        run, resumed = _take_up(source, span, origin, request)
        result = Result(Counter(run.counts), resumed=resumed)
        try:
            with _garbage_collected_seldom():
                for page in source.pages(span, http, run.cursor):
                    _take_page(source, page, run, result)
                    progress.page_taken(page, result.counts)
        except (SourceFailure, HttpFailure, OSError) as failure:
            result.failure = str(failure)
        run.state = Harvest.State.FAILED if result.failure else Harvest.State.FINISHED
        run.error = result.failure
        run.updated_at = run.finished_at = timezone.now()
        run.save()
    return result


def busy(source: Source) -> str:
    """What is said to a second harvest of a source: it would break the source's terms and our cursor."""
    return f"{source.name} is being harvested by another process; wait for it to end"


@contextmanager
def _garbage_collected_seldom() -> Iterator[None]:
    """Let Python look for reference cycles once in 50,000 new objects, not in 700.

    A page of 2,000 papers is 200,000 objects that all live until it is written: looking through them
    again and again took a seventh of the time of a load.
    """
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _request(span: Span) -> str:
    return f"since={span.since or ''} until={span.until or ''} set={span.set}"


def read_request(request: str) -> dict[str, str]:
    """The options with which a harvest was asked for, by their names: `since`, `until`, `set`."""
    found = re.fullmatch(r"since=(?P<since>\S*) until=(?P<until>\S*) set=(?P<set>.*)", request, re.DOTALL)
    return found.groupdict() if found else {}


def take_pages(
    source: Source,
    pages: Iterable[Page],
    *,
    announced_on: date | None = None,
    progress: Progress = SILENT,
    result: Result | None = None,
) -> Result:
    """Take pages that belong to no resumable harvest: one day's announcement, single papers.

    With `announced_on`, every record is known to have been announced that day; with `result`, it is
    counted on there. Raises what `pages` raises; what was taken until then stays.
    """
    result = result if result is not None else Result()
    for page in pages:
        _take_page(source, page, None, result, announced_on)
        progress.page_taken(page, result.counts)
    return result


def _take_up(source: Source, span: Span, origin: str, request: str) -> tuple[Harvest, bool]:
    """The unfinished harvest of the same request, or a new one."""
    now = timezone.now()
    scope = scope_of(source, span)
    same = Harvest.objects.filter(
        source=source.name, origin=origin, request=request, scope__in=[scope, UNKNOWN]
    )
    last = same.order_by("-started_at").first()
    if last is not None and last.state != Harvest.State.FINISHED and _leads_on(source, span, last.cursor):
        last.state, last.error, last.updated_at = Harvest.State.RUNNING, "", now
        last.save()
        return last, True
    if not source.base_url:
        # Files read from the start are met anew as a whole, even where their lines moved since.
        Rejection.objects.filter(source=source.name, origin=_apart(source, origin)).delete()
    return Harvest.objects.create(
        source=source.name, origin=origin, request=request, scope=scope, started_at=now, updated_at=now
    ), False


def _leads_on(source: Source, span: Span, cursor: str) -> bool:
    return bool(cursor) and (not isinstance(source, ChangingSource) or source.can_resume(span, cursor))


def _take_page(
    source: Source, page: Page, run: Harvest | None, result: Result, announced_on: date | None = None
) -> None:
    now = timezone.now()
    records: list[PaperRecord] = []
    places: list[str] = []
    bad: list[Bad] = []
    for item in source.parse(page):
        if isinstance(item, Parsed):
            records.append(_listed_on(announced_on, item.record, source) if announced_on else item.record)
            places.append(item.place)
        else:
            bad.append(item)
    with transaction.atomic():
        landed = land(records, now)
        for record, place, one in zip(records, places, landed, strict=True):
            if one.outcome is Outcome.REJECTED:
                name = record.identifiers[0] if record.identifiers else None
                bad.append(Bad(place, one.reason, record.title[:200], name))
        _note_announcements(source, page, records, bad)
        mended = _forget_mended(source, page, records, bad)
        _keep_aside(source, run, page, bad, now)
        result.counts += count(one for one in landed if one.outcome is not Outcome.REJECTED)
        # A file is read once; of its places there may be millions.
        places = [one.place for one in bad]
        result.counts["rejected"] += _kept_aside(result, mended, places) if source.base_url else len(bad)
        if run is not None:
            run.cursor, run.counts, run.updated_at = page.cursor, dict(result.counts), now
            run.save(update_fields=["cursor", "counts", "updated_at"])
    result.rejected.extend(bad[: max(0, 100 - len(result.rejected))])


def _listed_on(day: date, record: PaperRecord, source: Source) -> PaperRecord:
    return replace(record, listed=(*record.listed, Listed(day, source.name, announced=True)))


def _note_announcements(
    source: Source, page: Page, records: Sequence[PaperRecord], bad: Iterable[Bad]
) -> None:
    """Remember what the source put on which day's list, so that it can be counted against what is held."""
    if not isinstance(source, AnnouncingSource):
        return
    named = {
        (listed.day, record.identifiers[0])
        for record in records
        for listed in record.listed
        if listed.source == source.name and not listed.estimated and record.identifiers
    }
    if page.day is not None:
        named |= {(page.day, one.identifier) for one in bad if one.identifier is not None}
    Announcement.objects.bulk_create(
        [
            Announcement(source=source.name, day=day, scheme=name.scheme, value=name.value)
            for day, name in sorted(named)
        ],
        ignore_conflicts=True,
        batch_size=200,
    )
    # What was taken down before we held it cannot be held any more: it is not missing.
    if down := [record.identifiers[0].value for record in records if record.withdrawal and not record.title]:
        held = Identifier.objects.filter(scheme=OuterRef("scheme"), value=OuterRef("value"))
        gone = Announcement.objects.filter(source=source.name, value__in=down).exclude(Exists(held))
        gone.delete()


def _forget_mended(
    source: Source, page: Page, records: Sequence[PaperRecord], bad: Iterable[Bad]
) -> set[str]:
    """Forget what was kept aside of the page when it was taken before, and what has come since.

    A paper has come where the source told it in another place (by another route, on another page of a
    list); but not where the page is about another day: what is wrong in one day's list stays wrong there.
    Returns the places.
    """
    aside = Rejection.objects.filter(source=source.name)
    if not source.base_url or not aside.exists():
        return set()
    wrong = Q(page=_name_of(page), day=page.day)
    taken = {str(record.identifiers[0]) for record in records if record.identifiers}
    taken -= {str(one.identifier) for one in bad}
    same_day = Q() if page.day is None else Q(day=None) | Q(day=page.day)
    mended = set(aside.filter(wrong).values_list("place", flat=True))
    aside.filter(wrong).delete()
    for names in in_chunks(sorted(taken)):
        come = aside.filter(same_day, identifier__in=names)
        mended.update(come.values_list("place", flat=True))
        come.delete()
    return mended


def _kept_aside(result: Result, mended: set[str], bad: list[str]) -> int:
    """By how much there is more kept aside of this run; fewer where what was so has come."""
    before = len(result.aside)
    result.aside -= mended
    gone = before - len(result.aside)
    fresh = sum(place not in result.aside for place in bad)
    result.aside.update(bad)
    return fresh - gone


def _name_of(page: Page) -> str:
    """What the page is called, apart from others of the same place: those of a day that go on with it."""
    return page.place if page.first == 1 else f"{page.place} from {page.first}"


def _keep_aside(source: Source, run: Harvest | None, page: Page, bad: Iterable[Bad], now: datetime) -> None:
    rows = {
        one.place: Rejection(
            source=source.name,
            origin=_apart(source, run.origin) if run else "",
            place=one.place,
            page=_name_of(page),
            day=page.day,
            reason=one.reason,
            excerpt=_printable(one.excerpt),
            identifier=str(one.identifier or ""),
            rejected_at=now,
        )
        for one in bad
    }
    Rejection.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["source", "origin", "place"],
        update_fields=["page", "day", "reason", "excerpt", "identifier", "rejected_at"],
        batch_size=100,
    )


def _apart(source: Source, origin: str) -> str:
    """What keeps apart two places of one name: for files the paths asked for.

    The places of other sources are addresses and days, the same wherever they were asked for.
    """
    return "" if source.base_url else origin


def _printable(excerpt: str) -> str:
    return excerpt[:500].encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")
