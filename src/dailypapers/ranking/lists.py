"""What stands on the list of a day, week or month, in which order, and how much there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar

from django.core.cache import caches

from dailypapers.catalogue.hiding import not_hidden
from dailypapers.ranking.conditions import Selection, day_value, in_fields, in_period, rows_of
from dailypapers.ranking.evidence import NOTHING, Evidence
from dailypapers.ranking.periods import Period

Order = Literal["trending", "votes", "newest"]

ORDERS: dict[Order, str] = {"trending": "Trending", "votes": "Most votes", "newest": "Newest"}

PER_PAGE = 25
LAST_PAGE = 2_000
"""Pages beyond this are not made: 50,000 papers in one list are past reading."""

TRENDING_DAYS = 90
"""How far back /papers/trending looks from the newest day: older papers cannot reach its first pages."""

NEWEST_DAYS = 400
"""How far back `newest_page` looks: who reads on further asks for months."""

LONG = 500
"""Papers from which a list is counted once a minute and not at each request: twenty pages."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper's place on a list; `announced` and `submitted` say how it came there."""

    paper_id: int
    announced: bool
    submitted: bool
    evidence: Evidence = NOTHING
    """What its heat comes from; nothing for a paper that nobody spoke of."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its entries, and how many papers the whole list has and had put forward.

    A page past the end has no entries and the same numbers.
    """

    entries: tuple[Entry, ...]
    papers: int
    submitted: int


def list_page(
    period: Period, selection: Selection, order: Order = "trending", page: int = 1, most: int = PER_PAGE
) -> ListPage:
    """One page of `most` papers of a period's list. A paper on several days of it is counted once.

    Two queries, the page and the totals. A long list is put in order once a minute: its places may be a
    minute old, the numbers beside them never are.
    """
    papers, submitted = _totals(period, selection)
    if papers < LONG:
        return ListPage(_ordered(period, selection, order, page, most), papers, submitted)
    key = f"order {period.path} {selection.text} {order} {page} {most}"
    entries = _remembered(key, lambda: _ordered(period, selection, order, page, most))
    return ListPage(_with_evidence(entries), papers, submitted)


def newest_page(newest: date, selection: Selection, page: int = 1, most: int = PER_PAGE) -> tuple[Entry, ...]:
    """One page of the papers of all days, those of the newest day first, `NEWEST_DAYS` back; one query."""
    first = date.fromordinal(newest.toordinal() - NEWEST_DAYS)
    return _ordered(Period("date", first, newest), selection, "newest", page, most)


def _ordered(period: Period, selection: Selection, order: Order, page: int, most: int) -> tuple[Entry, ...]:
    """The entries of a page.

    Few papers of a month have a score, so those are ordered, and the others are read off the index by day,
    no further than the page needs. Ordering all of them together took four times as long.
    """
    score = {"trending": "score.heat", "votes": "score.votes", "newest": ""}[order]
    where, values = in_period("listing", period, selection)
    there, there_values = in_period("other", period, Selection(show=selection.show), of_shown=True)
    further = "(other.day, other.id) " + (">" if order == "newest" else "<") + " (listing.day, listing.id)"
    parts = [
        f"""
        SELECT * FROM (
            SELECT listing.paper_id, 0 AS warmth, listing.day FROM catalogue_listing listing
            WHERE {where} {f"AND NOT EXISTS ({_scored(score)})" if score else ""}
            AND NOT EXISTS (
                SELECT 1 FROM catalogue_listing other
                WHERE other.paper_id = listing.paper_id AND {there} AND {further})
            ORDER BY listing.day DESC, listing.precision DESC, listing.paper_id DESC LIMIT %s
        ) cold
        """  # noqa: S608 (here and below every part is a constant of ours, values are parameters)
    ]
    shown: list[Any] = [*values, *there_values, page * most]
    if score:
        warm, warm_values = in_period("listing", period, selection, "score.paper_id")
        parts.append(
            f"""
            SELECT listing.paper_id, MAX({score}) AS warmth, MIN(listing.day) AS day
            FROM catalogue_listing listing JOIN ranking_score score ON score.paper_id = listing.paper_id
            WHERE {warm} AND {score} > 0 GROUP BY listing.paper_id
            """  # noqa: S608
        )
        shown += warm_values
    anywhere, anywhere_values = in_period("other", period, Selection(), of_shown=True)
    any_row = (
        f"EXISTS (SELECT 1 FROM catalogue_listing other WHERE other.paper_id = chosen.paper_id AND {anywhere}"  # noqa: S608
    )
    rows = rows_of(
        f"""
        SELECT chosen.paper_id, {any_row} AND other.announced), {any_row} AND other.submitted), {_EVIDENCE}
        FROM (
            SELECT * FROM ({" UNION ALL ".join(parts)}) listed
            ORDER BY warmth DESC, day DESC, paper_id DESC LIMIT {most:d} OFFSET %s
        ) chosen LEFT JOIN ranking_score score ON score.paper_id = chosen.paper_id
        ORDER BY chosen.warmth DESC, chosen.day DESC, chosen.paper_id DESC
        """,  # noqa: S608
        [*anywhere_values, *anywhere_values, *shown, (page - 1) * most],
    )
    return tuple(
        Entry(paper_id, bool(announced), bool(put), _evidence(known))
        for paper_id, announced, put, *known in rows
    )


def _with_evidence(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The same places with the numbers of this moment, in one query."""
    if not entries:
        return ()
    rows = rows_of(
        f"SELECT score.paper_id, {_EVIDENCE} FROM ranking_score score"  # noqa: S608
        f" WHERE score.paper_id IN ({', '.join(['%s'] * len(entries))})",
        [entry.paper_id for entry in entries],
    )
    known = {paper_id: _evidence(numbers) for paper_id, *numbers in rows}
    return tuple(replace(entry, evidence=known.get(entry.paper_id, NOTHING)) for entry in entries)


def entries_of(paper_ids: Sequence[int]) -> dict[int, Entry]:
    """How the papers of a list of another kind came, and their heat, in one query."""
    if not paper_ids:
        return {}
    marks = ", ".join(["%s"] * len(paper_ids))
    any_row = "EXISTS (SELECT 1 FROM catalogue_listing listing WHERE listing.paper_id = paper.id AND listing"
    rows = rows_of(
        f"""
        SELECT paper.id, {any_row}.announced), {any_row}.submitted), {_EVIDENCE}
        FROM catalogue_paper paper LEFT JOIN ranking_score score ON score.paper_id = paper.id
        WHERE paper.id IN ({marks})
        """,  # noqa: S608
        paper_ids,
    )
    return {
        paper_id: Entry(paper_id, bool(announced), bool(put), _evidence(known))
        for paper_id, announced, put, *known in rows
    }


_EVIDENCE = "score.votes, score.fresh, score.comments, score.stars, score.factor"


def _evidence(known: Sequence[Any]) -> Evidence:
    votes, fresh, comments, stars, factor = known
    if votes is None:
        return NOTHING
    return Evidence(votes, fresh, comments, stars, factor=factor)


def _scored(score: str) -> str:
    return f"SELECT 1 FROM ranking_score score WHERE score.paper_id = listing.paper_id AND {score} > 0"  # noqa: S608


def _totals(period: Period, selection: Selection) -> tuple[int, int]:
    """How many papers a list has, and how many of them were put forward."""
    if not selection.field:
        counts = _by_field(period, selection)
        return sum(papers for _, papers, _ in counts), sum(submitted for _, _, submitted in counts)

    def counted() -> tuple[int, int]:
        where, values = in_period("listing", period, selection)
        ((papers, submitted),) = rows_of(
            f"SELECT {_COUNTS} FROM catalogue_listing listing WHERE {where}",  # noqa: S608
            values,
        )
        return papers, submitted

    return _remembered(f"totals {period.path} {selection.text}", counted, lambda totals: totals[0] >= LONG)


def field_counts(period: Period, selection: Selection, most: int = 6) -> list[tuple[str, int]]:
    """The primary fields with most papers on the list, largest first, whichever was asked for."""
    counts = _by_field(period, selection.of_all_fields)
    named = [(name, papers) for name, papers, _ in counts if name]
    return sorted(named, key=lambda count: (-count[1], count[0]))[:most]


def _by_field(period: Period, selection: Selection) -> list[tuple[str | None, int, int]]:
    """The papers of a list by their primary field (None for those without one), and those put forward.

    A paper has one primary field, so the sums are those of the list: both are counted in one go.
    """

    def counted() -> list[tuple[str | None, int, int]]:
        where, values = in_period("listing", period, selection)
        rows = rows_of(
            f"""
            SELECT category.name, {_COUNTS} FROM catalogue_listing listing
            LEFT JOIN catalogue_category category
                ON category.paper_id = listing.paper_id AND category.position = 0
            WHERE {where} GROUP BY category.name
            """,  # noqa: S608
            values,
        )
        return [(name, papers, submitted) for name, papers, submitted in rows]

    def is_long(counts: list[tuple[str | None, int, int]]) -> bool:
        return sum(papers for _, papers, _ in counts) >= LONG

    return _remembered(f"fields {period.path} {selection.text}", counted, is_long)


_COUNTS = (
    "COUNT(DISTINCT listing.paper_id), COUNT(DISTINCT CASE WHEN listing.submitted THEN listing.paper_id END)"
)


def trending_field_counts(newest: date, selection: Selection, most: int = 6) -> list[tuple[str, int]]:
    """As `field_counts`, of the trending list. Remembered for a minute: it only names the choices offered."""
    every = selection.of_all_fields
    key = f"fields trending {newest} {every.text} {most}"
    return _remembered(key, lambda: _trending_field_counts(newest, every, most))


T = TypeVar("T")


def _remembered(key: str, make: Callable[[], T], worth: Callable[[T], bool] = lambda _: True) -> T:
    """What `make` gave within the last minute; only what is `worth` it is kept."""
    key = f"lists {key}".replace(" ", "|")
    cache = caches["memory"]
    known: T | None = cache.get(key)
    if known is None:
        known = make()
        if worth(known):
            cache.set(key, known, 60)
    return known


def _trending_field_counts(newest: date, selection: Selection, most: int) -> list[tuple[str, int]]:
    where, values = _trending_where(newest, selection)
    rows = rows_of(
        f"""
        SELECT category.name, COUNT(*) AS papers
        FROM {_SCORED} CROSS JOIN catalogue_category category
        WHERE {where} AND category.paper_id = paper.id AND category.position = 0
        GROUP BY category.name ORDER BY papers DESC, category.name LIMIT {int(most)}
        """,  # noqa: S608
        values,
    )
    return [(name, papers) for name, papers in rows]


def trending_page(newest: date, selection: Selection, page: int = 1, most: int = PER_PAGE) -> ListPage:
    """One page of the papers of all days in trending order, the last `TRENDING_DAYS` before `newest`.

    Two queries: the page, read off the index of scores, and how many there are.
    """
    where, values = _trending_where(newest, selection)
    rows = rows_of(
        f"""
        SELECT score.paper_id, {_EVIDENCE} FROM {_SCORED}
        WHERE {where} ORDER BY score.trending DESC, score.paper_id DESC LIMIT {most:d} OFFSET %s
        """,  # noqa: S608
        [*values, (page - 1) * most],
    )
    entries = tuple(Entry(paper_id, True, False, _evidence(known)) for paper_id, *known in rows)

    def counted() -> int:
        ((papers,),) = rows_of(f"SELECT COUNT(*) FROM {_SCORED} WHERE {where}", values)  # noqa: S608
        return int(papers)

    key = f"totals trending {newest} {selection.text}"
    return ListPage(entries, _remembered(key, counted, lambda papers: papers >= LONG), 0)


_SCORED = "ranking_score score CROSS JOIN catalogue_paper paper"
"""CROSS keeps SQLite from beginning with the papers: there are a hundred times as many as scores."""


def _trending_where(newest: date, selection: Selection) -> tuple[str, list[Any]]:
    where = "score.heat > 0 AND paper.id = score.paper_id AND paper.day > %s" + not_hidden("score.paper_id")
    values: list[Any] = [day_value(date.fromordinal(newest.toordinal() - TRENDING_DAYS))]
    if selection.show == "submitted":
        where += (
            " AND EXISTS (SELECT 1 FROM catalogue_listing listing"
            " WHERE listing.paper_id = score.paper_id AND listing.submitted)"
        )
    condition, more = in_fields("score.paper_id", selection.fields)
    return where + condition, values + more
