"""The calls of the Hub that list papers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.conf import settings

from dailypapers.api.errors import CallRefused
from dailypapers.api.hub.answering import json_answer, reads
from dailypapers.api.hub.facts import facts_of
from dailypapers.api.hub.items import flat, wrapped
from dailypapers.api.hub.parameters import choice, period_of, text_of, whole
from dailypapers.api.remembered import Answer
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.hiding import not_hidden
from dailypapers.presentation.fields import is_field
from dailypapers.ranking import lists
from dailypapers.ranking.conditions import Selection, Show, day_of, day_value, rows_of
from dailypapers.ranking.nearby import front_day
from dailypapers.ranking.periods import Period

MOST: Final = 100
"""Papers of a page."""
LAST: Final = 50_000
"""Papers of a list that can be reached: who wants all asks `/api/papers`, by cursor."""
ORDERS: Final[Mapping[str, lists.Order]] = {"publishedAt": "newest", "trending": "trending"}


@reads
def daily_papers(query: Mapping[str, str], site: str) -> Answer:
    """`GET /api/daily_papers`: what the lists of days have.

    Everything announced or put forward, as on the pages; `show=submitted` leaves those that someone put
    forward, `field=cs.CL` those of a field.
    """
    limit, page = whole(query, "limit", 50, 1, MOST), whole(query, "p", 0, 0, 999_999)
    sort = choice(query, "sort", "publishedAt", tuple(ORDERS))
    show = cast(Show, choice(query, "show", "all", ("all", "submitted")))
    field = text_of(query, "field")
    if field and not is_field(field):
        raise CallRefused(400, "There is no such field. Fields are written as arXiv does: cs.CL.", "field")
    selection = Selection(field, show, settings.FIELDS)
    period, who = period_of(query), text_of(query, "submitter")
    if (page + 1) * limit > LAST or (period is not None and period.last < period.first):
        return json_answer([])
    days: Mapping[int, date] = {}
    if who:
        days = _put_forward_by(who, period, sort, page * limit, limit + 1)
        ids = list(days)
    else:
        ids = _listed(period, selection, ORDERS[sort], page, limit)
    more = len(ids) > limit
    facts = facts_of(ids[:limit])
    shown = ids[:limit]
    if period is not None and not who:
        days = _days_of(shown, period, selection)
    items = [wrapped(facts[pk], site, days.get(pk)) for pk in shown if pk in facts]
    return json_answer(
        items, _next(site, "/api/daily_papers", {**query, "p": str(page + 1)}) if more else None
    )


@reads
def by_cursor(query: Mapping[str, str], site: str) -> Answer:
    """`GET /api/papers`: all papers that are held, the newest held first, a page at a time.

    By their keys, which never change: who walks to the end has every paper that was there when the walk
    began, once, whatever comes meanwhile.
    """
    limit = whole(query, "limit", 50, 1, MOST)
    before = whole(query, "cursor", 0, 1, 10**9 - 1)
    where = "paper.id < %s" if before else "paper.id > %s"
    rows = rows_of(
        f"SELECT paper.id FROM catalogue_paper paper WHERE {where}{not_hidden('paper.id')}"  # noqa: S608
        " ORDER BY paper.id DESC LIMIT %s",
        [before, limit + 1],
    )
    ids = [pk for (pk,) in rows]
    facts = facts_of(ids[:limit])
    items = [flat(facts[pk], site) for pk in ids[:limit] if pk in facts]
    further = {"cursor": str(ids[limit - 1]), "limit": str(limit)} if len(ids) > limit else None
    return json_answer(items, _next(site, "/api/papers", further) if further else None)


def _listed(
    period: Period | None, selection: Selection, order: lists.Order, page: int, limit: int
) -> list[int]:
    """The papers of a page of a list, and one more where another page follows."""
    if period is not None:
        found = lists.list_page(period, selection, order, page + 1, limit)
        ids = [one.paper_id for one in found.entries]
        return [*ids, 0] if found.papers > (page + 1) * limit else ids
    newest = front_day(today(), selection)
    if newest is None:
        return []
    if order == "trending":
        found = lists.trending_page(newest, selection, page + 1, limit)
        ids = [one.paper_id for one in found.entries]
        return [*ids, 0] if found.papers > (page + 1) * limit else ids
    ids = [one.paper_id for one in lists.newest_page(newest, selection, page + 1, limit)]
    # Counting the papers of a year for one link would take longer than the page; the last may be empty.
    return [*ids, 0] if len(ids) == limit else ids


def _days_of(paper_ids: Sequence[int], period: Period, selection: Selection) -> dict[int, date]:
    """The day of the period on whose list each paper stands; the last of several."""
    if not paper_ids:
        return {}
    marks = ", ".join(["%s"] * len(paper_ids))
    submitted = " AND submitted" if selection.show == "submitted" else ""
    rows = rows_of(
        f"SELECT paper_id, MAX(day) FROM catalogue_listing WHERE paper_id IN ({marks})"  # noqa: S608
        f" AND day BETWEEN %s AND %s{submitted} GROUP BY paper_id",
        [*paper_ids, day_value(period.first), day_value(period.last)],
    )
    return {pk: day for pk, value in rows if (day := day_of(value)) is not None}


def _put_forward_by(who: str, period: Period | None, sort: str, start: int, most: int) -> dict[int, date]:
    """The papers that someone put forward here, or on the page of another community, with their days."""
    days, values = "", []
    if period is not None:
        days, values = " AND put.day BETWEEN %s AND %s", [day_value(period.first), day_value(period.last)]
    order = "score.heat IS NULL, score.heat DESC, day DESC" if sort == "trending" else "day DESC"
    rows: list[tuple[Any, ...]] = rows_of(
        f"""
        SELECT named.paper_id, MAX(named.day) AS day FROM (
            SELECT put.paper_id, put.day FROM community_submission put
            JOIN community_user person ON person.id = put.person_id WHERE person.handle = %s{days}
            UNION ALL
            SELECT put.paper_id, put.day FROM catalogue_mention put
            WHERE LOWER(put.submitter) = %s{days}
        ) named LEFT JOIN ranking_score score ON score.paper_id = named.paper_id
        WHERE 1 = 1{not_hidden("named.paper_id")}
        GROUP BY named.paper_id, score.heat ORDER BY {order}, named.paper_id DESC LIMIT %s OFFSET %s
        """,  # noqa: S608
        [who.lower(), *values, who.lower(), *values, most, start],
    )
    return {pk: day for pk, value in rows if (day := day_of(value)) is not None}


def _next(site: str, path: str, query: Mapping[str, str]) -> dict[str, str]:
    return {"Link": f'<{site}{path}?{urlencode(query)}>; rel="next"'}
