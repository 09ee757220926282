"""The days, weeks and months nearest to one that have something of a selection."""

from datetime import date
from typing import Any, Literal

from dailypapers.catalogue.hiding import not_hidden
from dailypapers.ranking.conditions import (
    PRECISIONS,
    Selection,
    day_of,
    day_value,
    in_fields,
    named_fields,
    put_forward,
    rows_of,
)
from dailypapers.ranking.periods import Kind, Period

FEW = 5_000
"""Papers up to which a field is looked through paper by paper.

A field with more has something near any day, so the list is walked from that day outward; for one with
fewer the walk could go through every paper held.
"""


ANNOUNCED_WITHIN = 31
"""Days for which the last announced day stays on the front page while people put papers forward: archives
pause for two weeks at most, so a longer silence means that no announcements come to this site."""


def newest_day(no_later_than: date, selection: Selection = Selection()) -> date | None:  # noqa: B008
    """The newest day, not in the future, whose list has something of the selection; None where none has."""
    is_rare = _is_rare(selection)
    statement, values = _nearest("date", "<=", no_later_than, selection, is_rare=is_rare)
    ((day,),) = rows_of(f"SELECT ({statement})", values)
    return day_of(day)


def front_day(no_later_than: date, selection: Selection = Selection()) -> date | None:  # noqa: B008
    """The day the front page shows: the newest on which something was announced.

    What people put forward on a weekend stands on that day's list and does not displace the last announced
    day. Where nothing was announced for `ANNOUNCED_WITHIN` days before the newest, the newest counts.
    """
    is_rare = _is_rare(selection)
    any_day, values = _nearest("date", "<=", no_later_than, selection, is_rare=is_rare)
    told_day, more = _nearest("date", "<=", no_later_than, selection, is_rare=is_rare, announced=True)
    (found,) = rows_of(f"SELECT ({any_day}), ({told_day})", [*values, *more])
    newest, announced = (day_of(value) for value in found)
    if newest is None or announced is None or selection.show == "submitted":
        return newest
    return announced if (newest - announced).days <= ANNOUNCED_WITHIN else newest


def neighbours(
    period: Period,
    selection: Selection = Selection(),  # noqa: B008
) -> tuple[Period | None, Period | None]:
    """The nearest earlier and later periods of the same kind that have something of the selection.

    One query; two for a field, however many papers it has.
    """
    is_rare = _is_rare(selection)
    earlier, before = _nearest(period.kind, "<", period.first, selection, is_rare=is_rare)
    later, after = _nearest(period.kind, ">", period.last, selection, is_rare=is_rare)
    (found,) = rows_of(f"SELECT ({earlier}), ({later})", [*before, *after])
    days = [day_of(value) for value in found]
    return (
        Period.of(period.kind, days[0]) if days[0] else None,
        Period.of(period.kind, days[1]) if days[1] else None,
    )


def _is_rare(selection: Selection) -> bool:
    """Whether few papers are in the fields."""
    if not selection.fields:
        return False
    where, values = named_fields(selection.fields)
    some = f"SELECT 1 FROM catalogue_category category WHERE {where} LIMIT {FEW + 1}"  # noqa: S608
    ((papers,),) = rows_of(f"SELECT COUNT(*) FROM ({some}) papers", values)  # noqa: S608
    return bool(papers <= FEW)


def _nearest(
    kind: Kind,
    side: Literal["<", "<=", ">"],
    day: date,
    selection: Selection,
    *,
    is_rare: bool,
    announced: bool = False,
) -> tuple[str, list[Any]]:
    """The query for the nearest day on that side of `day`."""
    nearest, order = ("MIN", "ASC") if side == ">" else ("MAX", "DESC")
    precisions = PRECISIONS[kind]
    marks = ", ".join(["%s"] * len(precisions))
    where = f"listing.day {side} %s AND listing.precision IN ({marks}){put_forward('listing', selection)}"
    where += " AND listing.announced" * announced + not_hidden("listing.paper_id")
    values: list[Any] = [day_value(day), *precisions]
    if is_rare:
        named, names = named_fields(selection.fields)
        # CROSS JOIN keeps SQLite from beginning with the listings: there may be millions of them.
        statement = (
            f"SELECT {nearest}(listing.day) FROM catalogue_category category"  # noqa: S608
            " CROSS JOIN catalogue_listing listing"
            f" WHERE listing.paper_id = category.paper_id AND {named} AND {where}"
        )
        return statement, [*names, *values]
    condition, more = in_fields("listing.paper_id", selection.fields)
    statement = (
        f"SELECT listing.day FROM catalogue_listing listing WHERE {where}{condition}"  # noqa: S608
        f" ORDER BY listing.day {order} LIMIT 1"
    )
    return statement, values + more
