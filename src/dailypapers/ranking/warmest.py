"""The papers of some days that were received most warmly: what digests are made of."""

from datetime import date
from typing import Any, Literal

from dailypapers.catalogue.hiding import not_hidden
from dailypapers.ranking.conditions import day_value, in_fields, rows_of

Order = Literal["heat", "trending"]


def warmest(
    first: date, last: date, fields: tuple[str, ...], most: int, *, order: Order = "heat", votes: int = 0
) -> list[int]:
    """Papers of these days that someone spoke of, in order of their heat, or as /papers/trending has them.

    `votes` is how many a paper must have. One query.
    """
    condition, values = in_fields("score.paper_id", fields)
    rows = rows_of(
        f"""
        SELECT score.paper_id FROM ranking_score score CROSS JOIN catalogue_paper paper
        WHERE score.heat > 0 AND score.votes >= %s AND paper.id = score.paper_id
            AND paper.day BETWEEN %s AND %s{condition}{not_hidden("score.paper_id")}
        ORDER BY score.{order} DESC, paper.day DESC, score.paper_id DESC LIMIT %s
        """,  # noqa: S608 (constants of ours; values are parameters)
        [votes, day_value(first), day_value(last), *values, most],
    )
    return [paper_id for (paper_id,) in rows]


def listed(first: date, last: date, fields: tuple[str, ...], most: int) -> list[int]:
    """Papers on the lists of these days: those that someone spoke of first, then the newest. Two queries."""
    condition, values = in_fields("listing.paper_id", fields)
    newest: list[tuple[Any, ...]] = rows_of(
        f"""
        SELECT listing.paper_id FROM catalogue_listing listing
        WHERE listing.day BETWEEN %s AND %s AND listing.precision = 'day'{condition}
            {not_hidden("listing.paper_id")}
        ORDER BY listing.day DESC, listing.paper_id DESC LIMIT %s
        """,  # noqa: S608
        # Twice as many: a paper that was announced and then put forward stands on two days.
        [day_value(first), day_value(last), *values, 2 * most],
    )
    warm = warmest(first, last, fields, most)
    return list(dict.fromkeys([*warm, *(paper_id for (paper_id,) in newest)]))[:most]
