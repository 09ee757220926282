"""Which papers a list is of: the reader's selection, and the SQL conditions that it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from dailypapers.catalogue.hiding import not_hidden
from dailypapers.ranking.periods import Kind, Period

Show = Literal["all", "submitted"]

PRECISIONS: dict[Kind, tuple[str, ...]] = {"date": ("day",), "week": ("day",), "month": ("day", "month")}
"""A paper known to the month only stands on the month's list: on which day would be a guess."""


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

    @property
    def of_all_fields(self) -> "Selection":
        """The same without the field that was asked for."""
        return Selection(show=self.show, followed=self.followed)

    @property
    def text(self) -> str:
        """The selection in a few words, the same for selections that come to the same papers."""
        return f"{self.show} {' '.join(self.fields)}"


def in_period(
    listing: str, period: Period, selection: Selection, paper_id: str = "", *, of_shown: bool = False
) -> tuple[str, list[Any]]:
    """The condition that a row of `catalogue_listing`, called `listing`, puts its paper on the list.

    `paper_id` is the column that names the paper. That of a table joined to the listings makes SQLite
    look at a paper's fields after the join, which few papers may have passed. `of_shown` where the row is
    compared with another of the same paper, which is known not to be hidden.
    """
    precisions = PRECISIONS[period.kind]
    marks = ", ".join(["%s"] * len(precisions))
    where = f"{listing}.day BETWEEN %s AND %s AND {listing}.precision IN ({marks})"
    where += "" if of_shown else not_hidden(f"{listing}.paper_id")
    values: list[Any] = [day_value(period.first), day_value(period.last), *precisions]
    condition, more = in_fields(paper_id or f"{listing}.paper_id", selection.fields)
    return where + put_forward(listing, selection) + condition, values + more


def put_forward(listing: str, selection: Selection) -> str:
    """The further condition that someone put the paper forward, where only those are to be shown."""
    return f" AND {listing}.submitted" if selection.show == "submitted" else ""


def in_fields(paper_id: str, fields: tuple[str, ...]) -> tuple[str, list[Any]]:
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


def named_fields(fields: tuple[str, ...]) -> tuple[str, list[Any]]:
    """The condition that `category.name` is one of the fields, in a form that the index on names answers."""
    # Other orders of letters than that of their codes would put cs.CL anywhere.
    by_code = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    parts = []
    values: list[Any] = []
    for field in fields:
        parts.append("category.name = %s")
        values.append(field)
        if "." not in field:
            parts.append(f"(category.name{by_code} >= %s AND category.name{by_code} < %s)")
            values += [field + ".", field + chr(ord(".") + 1)]
    return f"({' OR '.join(parts)})", values


def day_value(day: date) -> Any:
    """The day as the database is asked for it."""
    return connection.ops.adapt_datefield_value(day)


def day_of(value: Any) -> date | None:
    """The day as the database gave it: SQLite gives text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def rows_of(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
