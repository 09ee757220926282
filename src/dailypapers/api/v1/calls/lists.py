"""The lists: of a day, a week, a month, of what is trending."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from django.conf import settings
from django.http import HttpResponse
from ninja import Path, Query, Router

from dailypapers.api.feeds.answer import remembered
from dailypapers.api.v1 import cursors
from dailypapers.api.v1.access import Asked, reader_of
from dailypapers.api.v1.answers import answer, chosen, following, site_of, with_query
from dailypapers.api.v1.parameters import Cursor, Fields, reads
from dailypapers.api.v1.problems import Problem
from dailypapers.api.v1.reading import FIELDS, Viewer, kept_stamp, only, papers_by_key, stamps, why_there
from dailypapers.api.v1.schemas.papers import Entry, PaperList
from dailypapers.catalogue.clock import today
from dailypapers.ingest.models import Coverage
from dailypapers.presentation.fields import is_field
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.sources import followed_sources
from dailypapers.presentation.wholeness import wholeness
from dailypapers.ranking import lists
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.lists import LAST_PAGE, PER_PAGE, ListPage, Order
from dailypapers.ranking.nearby import front_day, neighbours
from dailypapers.ranking.periods import Kind, NotAPeriod, Period

router = Router(tags=["Lists"])

Field = Annotated[str, Query(description="A field or an archive: `cs.CL`, `cs`.", max_length=200)]
Show = Annotated[
    Literal["all", "submitted"], Query(description="`submitted`: only what was put forward by someone.")
]
Ordered = Annotated[Literal["trending", "votes", "newest"], Query(description="The order of the list.")]
AnyPeriod = Annotated[
    str,
    Path(
        description="A day `2026-04-08`, a week `2026-W15`, a month `2026-04`, or `latest`.",
        max_length=40,
        examples=["2026-04-08"],
    ),
]
LATEST: Final = "latest"


@dataclass(frozen=True, slots=True)
class _Found:
    """A page of a list, as it is remembered for some seconds."""

    kind: Literal["date", "week", "month", "trending"]
    period: Period | None
    page: int
    listed: ListPage
    earlier: str | None = None
    later: str | None = None
    whole: tuple[bool | None, str] = (None, "not counted against the sources")
    fields: tuple[tuple[str, int], ...] = ()

    @property
    def ids(self) -> list[int]:
        """The papers on it."""
        return [entry.paper_id for entry in self.listed.entries]

    @property
    def next_cursor(self) -> str | None:
        """Where the list goes on."""
        more = self.listed.papers > self.page * PER_PAGE and self.page < LAST_PAGE
        return cursors.cursor("page", self.page + 1) if more else None


@router.get("/lists/trending", response=reads(PaperList), operation_id="trending", summary="What is trending")
def trending(
    request: Asked, field: Field = "", show: Show = "all", cursor: Cursor = "", fields: Fields = ""
) -> HttpResponse:
    """Papers of all days, the most warmly received of the newest first, 25 a page."""
    wanted, page, selection = chosen(fields, FIELDS), _page(cursor), _selection(field, show)

    def find() -> _Found:
        newest = front_day(today(), Selection(followed=settings.FIELDS))
        if newest is None:
            return _Found("trending", None, page, ListPage((), 0, 0))
        listed = lists.trending_page(newest, selection, page)
        counts = lists.trending_field_counts(newest, selection)
        return _Found("trending", Period.of("date", newest), page, listed, fields=tuple(counts))

    found = remembered(f"v1 trending {today()} {selection.text} {page}", find)
    return _answer(request, found, wanted)


@router.get(
    "/lists/{kind}/{period}",
    response=reads(PaperList),
    operation_id="listOfPeriod",
    summary="The list of a day, a week or a month",
)
def of_period(
    request: Asked,
    kind: Annotated[Literal["date", "week", "month"], Path(description="How long a time the list is of.")],
    period: AnyPeriod,
    field: Field = "",
    show: Show = "all",
    order: Ordered = "trending",
    cursor: Cursor = "",
    fields: Fields = "",
) -> HttpResponse:
    """Everything that was announced or put forward then, 25 papers a page, with how whole the list is.

    `latest` is the newest day on which something was announced, or the week or month it lies in. Places move
    with votes: to meet every paper once, walk with `order=newest`, or through `/papers`.
    """
    wanted, page, selection = chosen(fields, FIELDS), _page(cursor), _selection(field, show)
    of = _period(kind, period, selection)
    found = remembered(
        f"v1 {of.path} {selection.text} {order} {page}" if of else f"v1 {kind} {selection.text} none",
        lambda: _of_period(of, selection, order, page) if of else _Found(kind, None, 1, ListPage((), 0, 0)),
    )
    return _answer(request, found, wanted)


def _of_period(period: Period, selection: Selection, order: Order, page: int) -> _Found:
    listed = lists.list_page(period, selection, order, page)
    earlier, later = neighbours(period, selection)
    days = Coverage.objects.filter(day__range=(period.first, period.last))
    whole = wholeness(days, period, followed_sources(), today())
    return _Found(
        period.kind,
        period,
        page,
        listed,
        _path(earlier),
        _path(later),
        (whole.complete if whole.counted else None, whole.text),
        tuple(lists.field_counts(period, selection)),
    )


def _period(kind: Kind, text: str, selection: Selection) -> Period | None:
    """The period that is asked for; None for the latest of a site that has nothing. Raises `Problem`."""
    if text == LATEST:
        day = front_day(today(), selection) or front_day(today())
        return Period.of(kind, day) if day else None
    try:
        return Period.parse(kind, text)
    except NotAPeriod as problem:
        raise Problem(400, f"period: {problem}", "period") from None


def _selection(field: str, show: Literal["all", "submitted"]) -> Selection:
    if field and not is_field(field):
        told = "field: there is no such field. Fields are written as arXiv does: cs.CL, stat.ML, hep-th."
        raise Problem(400, told, "field")
    return Selection(field, show, settings.FIELDS)


def _page(cursor: str) -> int:
    page = cursors.number(cursor, "page") or 1
    if page > LAST_PAGE:
        raise Problem(400, f"cursor: a list has {LAST_PAGE} pages at most.", "cursor")
    return page


def _path(period: Period | None) -> str | None:
    return f"/api/v1/lists/{period.kind}/{period.text}" if period else None


def _answer(request: Asked, found: _Found, wanted: frozenset[str] | None) -> HttpResponse:
    viewer, site, ids = reader_of(request), site_of(request), found.ids
    further = following(request, found.next_cursor)

    def make() -> PaperList:
        period = found.period if found.kind != "trending" else None
        return {
            "kind": found.kind,
            "period": period.text if period else None,
            "first": period.first.isoformat() if period else None,
            "last": period.last.isoformat() if period else None,
            "total": found.listed.papers,
            "submitted": found.listed.submitted,
            "complete": found.whole[0],
            "wholeness": found.whole[1],
            "earlier": with_query(request, found.earlier) if found.earlier else None,
            "later": with_query(request, found.later) if found.later else None,
            "fields": [
                {"field": name, "name": field_name(name), "papers": count} for name, count in found.fields
            ],
            "entries": entries(found, site, viewer, wanted),
            "next": further,
        }

    stamp: tuple[Any, ...] = (found, stamps(ids), kept_stamp(ids, viewer), further)
    return answer(request, make, *stamp, further=further)


def entries(found: _Found, site: str, viewer: Viewer, wanted: frozenset[str] | None) -> list[Entry]:
    """The papers of a list, each with why it stands there, in the words of its card."""
    by_paper = {entry.paper_id: entry for entry in found.listed.entries}
    return [
        {"paper": paper if wanted is None else only(paper, wanted), "why": why_there(paper, by_paper[pk])}
        for pk, paper in papers_by_key(list(by_paper), site, viewer)
    ]
