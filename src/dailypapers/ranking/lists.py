"""What stands on the list of a day, week or month, in which order, and how much there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.core.cache import cache
from django.db import connection
from django.db.models import Max, Min

from dailypapers.catalogue.models import Listing
from dailypapers.ranking.periods import Kind, Period

Order = Literal["trending", "votes", "newest"]
Show = Literal["all", "submitted"]

ORDERS: dict[Order, str] = {"trending": "Trending", "votes": "Most votes", "newest": "Newest"}

PER_PAGE = 25
LAST_PAGE = 2_000
"""Pages beyond this are not made: 50,000 papers in one list are past reading."""

TRENDING_DAYS = 90
"""How far back /papers/trending looks from the newest day: older papers cannot reach its first pages."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which papers of a list: of one field or archive (`cs.CL`, `cs`), all or only those put forward."""

    field: str = ""
    show: Show = "all"
    followed: tuple[str, ...] = ()
    """The fields the site follows; empty for all. A field that is asked for counts instead."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that a paper must have one of; empty for all."""
        return (self.field,) if self.field else self.followed


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper's place on a list; `announced` and `submitted` say how it came there."""

    paper_id: int
    announced: bool
    submitted: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its entries, and how many papers the whole list has and had put forward."""

    entries: tuple[Entry, ...]
    papers: int
    submitted: int


def list_page(period: Period, selection: Selection, order: Order = "trending", page: int = 1) -> ListPage:
    """One page of a period's list. A paper that stands on several days of it is counted once.

    One query, also for the totals: they are sums over the same groups.
    """
    by = {
        "trending": "COALESCE(MAX(score.heat), 0) DESC, MIN(listing.day) DESC",
        "votes": "COALESCE(MAX(score.votes), 0) DESC, MIN(listing.day) DESC",
        "newest": "MAX(listing.day) DESC",
    }[order]
    where, values = _where(period, selection)
    join = "" if order == "newest" else "LEFT JOIN ranking_score score ON score.paper_id = listing.paper_id"
    rows = _rows(
        f"""
        SELECT listing.paper_id, {_ANY_ANNOUNCED}, {_ANY_SUBMITTED},
               COUNT(*) OVER (), SUM({_ANY_SUBMITTED}) OVER ()
        FROM catalogue_listing listing {join}
        WHERE {where}
        GROUP BY listing.paper_id {_HAVING[selection.show]}
        ORDER BY {by}, listing.paper_id DESC
        LIMIT {PER_PAGE} OFFSET %s
        """,  # noqa: S608 (every part is a constant of this module, values are parameters)
        [*values, (page - 1) * PER_PAGE],
    )
    entries = tuple(Entry(paper_id, bool(announced), bool(put)) for paper_id, announced, put, _, _ in rows)
    papers, submitted = (int(rows[0][3]), int(rows[0][4])) if rows else (0, 0)
    return ListPage(entries, papers, submitted)


def field_counts(period: Period, selection: Selection, most: int = 6) -> list[tuple[str, int]]:
    """The primary fields with most papers on the list, largest first.

    Remembered for a minute in each process: for a month it costs as much as the list itself, and it
    only names the choices that the page offers.
    """
    key = f"{period.kind} {period.text} {selection.show} {' '.join(selection.followed)} {most}"
    return _remembered(key, lambda: _field_counts(period, selection, most))


def trending_field_counts(newest: date, selection: Selection, most: int = 6) -> list[tuple[str, int]]:
    """As `field_counts`, of the trending list."""
    key = f"trending {newest} {selection.show} {' '.join(selection.followed)} {most}"
    return _remembered(key, lambda: _trending_field_counts(newest, selection, most))


def _remembered(key: str, counts: Callable[[], list[tuple[str, int]]]) -> list[tuple[str, int]]:
    key = f"field-counts {key}".replace(" ", "|")
    known: list[tuple[str, int]] | None = cache.get(key)
    if known is None:
        known = counts()
        cache.set(key, known, 60)
    return known


def _field_counts(period: Period, selection: Selection, most: int) -> list[tuple[str, int]]:
    where, values = _where(period, Selection(show=selection.show, followed=selection.followed))
    put_forward = "AND listing.submitted" if selection.show == "submitted" else ""
    rows = _rows(
        f"""
        SELECT category.name, COUNT(DISTINCT listing.paper_id) AS papers
        FROM catalogue_listing listing
        JOIN catalogue_category category ON category.paper_id = listing.paper_id AND category.position = 0
        WHERE {where} {put_forward}
        GROUP BY category.name ORDER BY papers DESC, category.name LIMIT {int(most)}
        """,  # noqa: S608
        values,
    )
    return [(name, papers) for name, papers in rows]


def _trending_field_counts(newest: date, selection: Selection, most: int) -> list[tuple[str, int]]:
    where, values = _trending_where(newest, Selection(show=selection.show, followed=selection.followed))
    rows = _rows(
        f"""
        SELECT category.name, COUNT(*) AS papers
        FROM ranking_score score JOIN catalogue_paper paper ON paper.id = score.paper_id
        JOIN catalogue_category category ON category.paper_id = paper.id AND category.position = 0
        WHERE {where} GROUP BY category.name ORDER BY papers DESC, category.name LIMIT {int(most)}
        """,  # noqa: S608
        values,
    )
    return [(name, papers) for name, papers in rows]


def trending_page(newest: date, selection: Selection, page: int = 1) -> ListPage:
    """One page of the papers of all days in trending order, the last `TRENDING_DAYS` before `newest`."""
    where, values = _trending_where(newest, selection)
    rows = _rows(
        f"""
        SELECT score.paper_id, COUNT(*) OVER ()
        FROM ranking_score score JOIN catalogue_paper paper ON paper.id = score.paper_id
        WHERE {where} ORDER BY score.trending DESC, score.paper_id DESC LIMIT {PER_PAGE} OFFSET %s
        """,  # noqa: S608
        [*values, (page - 1) * PER_PAGE],
    )
    entries = tuple(Entry(paper_id, announced=True, submitted=False) for paper_id, _ in rows)
    return ListPage(entries, int(rows[0][1]) if rows else 0, 0)


def newest_day(no_later_than: date) -> date | None:
    """The newest day, not in the future, whose list has something; None on an empty site."""
    listed = Listing.objects.filter(precision="day", day__lte=no_later_than)
    day: date | None = listed.aggregate(day=Max("day"))["day"]
    return day


def neighbours(period: Period) -> tuple[Period | None, Period | None]:
    """The nearest earlier and later periods of the same kind that have something."""
    days = Listing.objects.filter(precision__in=_precisions(period.kind))
    before = days.filter(day__lt=period.first).aggregate(day=Max("day"))["day"]
    after = days.filter(day__gt=period.last).aggregate(day=Min("day"))["day"]
    return (
        Period.of(period.kind, before) if before else None,
        Period.of(period.kind, after) if after else None,
    )


_ANY_ANNOUNCED = "MAX(CASE WHEN listing.announced THEN 1 ELSE 0 END)"
_ANY_SUBMITTED = "MAX(CASE WHEN listing.submitted THEN 1 ELSE 0 END)"
_HAVING: dict[Show, str] = {"all": "", "submitted": f"HAVING {_ANY_SUBMITTED} = 1"}


def _precisions(kind: Kind) -> tuple[str, ...]:
    # A paper known to the month only stands on the month's list: on which day would be a guess.
    return ("day", "month") if kind == "month" else ("day",)


def _where(period: Period, selection: Selection) -> tuple[str, list[Any]]:
    precisions = _precisions(period.kind)
    values: list[Any] = [_day(period.first), _day(period.last), *precisions]
    marks = ", ".join(["%s"] * len(precisions))
    where = f"listing.day BETWEEN %s AND %s AND listing.precision IN ({marks})"
    condition, more = _in_fields("listing.paper_id", selection.fields)
    return where + condition, values + more


def _trending_where(newest: date, selection: Selection) -> tuple[str, list[Any]]:
    where, values = "paper.day > %s", [_day(date.fromordinal(newest.toordinal() - TRENDING_DAYS))]
    if selection.show == "submitted":
        where += (
            " AND EXISTS (SELECT 1 FROM catalogue_listing listing"
            " WHERE listing.paper_id = score.paper_id AND listing.submitted)"
        )
    condition, more = _in_fields("score.paper_id", selection.fields)
    return where + condition, values + more


def _in_fields(paper_id: str, fields: tuple[str, ...]) -> tuple[str, list[Any]]:
    """The condition that a paper is in one of the fields; an archive (`cs`) stands for all its own."""
    if not fields:
        return "", []
    parts = []
    values: list[Any] = []
    for field in fields:
        parts.append("category.name = %s")
        values.append(field)
        if "." not in field:
            parts.append(f"SUBSTR(category.name, 1, {len(field) + 1}) = %s")
            values.append(field + ".")
    condition = (
        " AND EXISTS (SELECT 1 FROM catalogue_category category"  # noqa: S608
        f" WHERE category.paper_id = {paper_id} AND ({' OR '.join(parts)}))"
    )
    return condition, values


def _day(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
