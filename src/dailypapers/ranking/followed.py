"""The newest papers from what a person follows: a fixed number of queries, a few rows of each follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from dailypapers.catalogue.hiding import not_hidden
from dailypapers.community.models.follows import Follow
from dailypapers.community.models.people import User
from dailypapers.ranking.conditions import day_of, day_value, in_fields, rows_of

PER_PAGE: Final = 25
LAST_PAGE: Final = 10
DAYS: Final = 30
"""How far back from the newest day the papers of followed fields go: the lists of a field have the others."""


@dataclass(slots=True)
class Followed:
    """A paper that came by something one follows, on the day of the newest of these."""

    paper_id: int
    day: date
    heat: float = 0.0
    by: list[int] = field(default_factory=list)
    """The follows that brought it; none where its field did."""


def newest_followed(follows: Sequence[Follow], person: User, newest: date, page: int = 1) -> list[Followed]:
    """One page of papers, the newest first, and one more if there is one.

    People bring what they vote for and let others see, collections what is put into them, authors and
    searches what was found for them. Within a day these stand before the papers of fields, which are in the
    order of heat.
    """
    wanted = page * PER_PAGE + 1
    found: dict[int, Followed] = {}
    for follow, paper_id, value in (
        *_topics(follows, wanted),
        *_people(follows, wanted),
        *_collections(follows, person, wanted),
    ):
        day = _day(value)
        one = found.setdefault(paper_id, Followed(paper_id, day))
        one.day = max(one.day, day)
        if follow not in one.by:
            one.by.append(follow)
    for paper_id, value, heat in _fields(follows, newest, wanted):
        day = _day(value)
        one = found.setdefault(paper_id, Followed(paper_id, day, heat))
        one.day = max(one.day, day) if not one.by else one.day
    order = sorted(found.values(), key=_place, reverse=True)
    return order[(page - 1) * PER_PAGE : page * PER_PAGE + 1]


def _place(one: Followed) -> tuple[date, bool, float, int]:
    return one.day, bool(one.by), one.heat, one.paper_id


def _topics(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """The newest papers of authors and searches."""
    part = """
        SELECT %s AS follow, found.paper_id, found.day FROM community_topicpaper found
        WHERE found.topic_id = %s ORDER BY found.day DESC, found.paper_id DESC LIMIT %s
    """
    return _together(part, ((one.pk, one.topic_id, wanted) for one in follows if one.topic_id is not None))


def _people(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """The newest votes of people who let them be seen."""
    part = """
        SELECT %s AS follow, vote.paper_id, vote.created_at FROM community_vote vote
        WHERE vote.person_id = %s AND vote.held = '' ORDER BY vote.created_at DESC LIMIT %s
    """
    seen = (
        one for one in follows if one.person is not None and one.person.is_active and one.person.shows_votes
    )
    return _together(part, ((one.pk, one.person_id, wanted) for one in seen))


def _collections(follows: Sequence[Follow], person: User, wanted: int) -> list[tuple[Any, ...]]:
    """What was put last into collections that are still public."""
    part = """
        SELECT %s AS follow, place.paper_id, place.added_at FROM community_collectedpaper place
        WHERE place.collection_id = %s ORDER BY place.added_at DESC LIMIT %s
    """
    seen = (
        one
        for one in follows
        if one.collection is not None and (one.collection.is_public or one.collection.owner_id == person.pk)
    )
    return _together(part, ((one.pk, one.collection_id, wanted) for one in seen))


def _fields(follows: Sequence[Follow], newest: date, wanted: int) -> list[tuple[Any, ...]]:
    """The newest papers of fields, those of a day in the order of heat."""
    fields = tuple(one.field for one in follows if one.kind == Follow.Kind.FIELD)
    if not fields:
        return []
    condition, values = in_fields("listing.paper_id", fields)
    first, last = day_value(newest - timedelta(days=DAYS)), day_value(newest)
    # Twice as many: a paper that was announced and then put forward stands on two days.
    return rows_of(
        f"""
        SELECT listing.paper_id, listing.day, COALESCE(score.heat, 0) AS heat
        FROM catalogue_listing listing LEFT JOIN ranking_score score ON score.paper_id = listing.paper_id
        WHERE listing.day BETWEEN %s AND %s AND listing.precision = 'day'{condition}
            {not_hidden("listing.paper_id")}
        ORDER BY listing.day DESC, heat DESC, listing.paper_id DESC LIMIT %s
        """,  # noqa: S608 (constants of ours; values are parameters)
        [first, last, *values, 2 * wanted],
    )


def _together(part: str, values: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of one such part for each, in one query that reads no more of each than it says."""
    listed = list(values)
    if not listed:
        return []
    parts = " UNION ALL ".join([f"SELECT * FROM ({part}) newest"] * len(listed))  # noqa: S608
    return rows_of(parts, [one for row in listed for one in row])


def _day(value: Any) -> date:
    """The day of a day or moment as the database gave it: SQLite gives text."""
    if isinstance(value, datetime):
        return value.date()
    day = day_of(value[:10] if isinstance(value, str) else value)
    assert day is not None  # noqa: S101
    return day
