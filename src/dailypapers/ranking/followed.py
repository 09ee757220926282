"""The newest papers from what a person follows: a fixed number of queries, a few rows of each follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from heapq import nlargest
from typing import Any, Final

from dailypapers.catalogue.hiding import not_hidden
from dailypapers.community.collecting import SHOWN
from dailypapers.community.grouping import papers_of_members
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.follows import Follow
from dailypapers.ranking.conditions import day_of, day_value, in_fields, rows_of

PER_PAGE: Final = 25
LAST_PAGE: Final = 10
DAYS: Final = 30
"""How far back from the newest day the papers of followed fields go: the lists of a field have the others."""


MOST_COLLECTIONS: Final = 300
"""Public collections of followed people, and as many lists of organizations, that are looked into: those
changed last."""


class Way(IntEnum):
    """How a paper came by a follow; of several ways of one follow the first is told."""

    SUBMITTED = 1
    COMMENTED = 2
    COLLECTED = 3
    VOTED = 4
    FOUND = 5
    """By what is no person: an author's name, an organization, a collection, a search."""


Rows = Iterable[tuple[Any, ...]]


@dataclass(slots=True)
class Followed:
    """A paper that came by something one follows, on the day of the newest of these."""

    paper_id: int
    day: date
    heat: float = 0.0
    by: dict[int, Way] = field(default_factory=dict)
    """The follows that brought it, and how; none where its field did."""


def newest_followed(follows: Sequence[Follow], newest: date, page: int = 1) -> list[Followed]:
    """One page of papers, the newest first, and one more if there is one.

    `follows` are those of things that the person may still see (`follow.all_of`). People bring what they
    submit, comment on, vote for and put into collections, as far as they let others see it; collections what
    is put into them, organizations what their pages show and what is put into their public lists, authors and
    searches what was found for them. Within a day these stand before the papers of fields, which are in the
    order of heat.
    """
    wanted = page * PER_PAGE + 1
    found: dict[int, Followed] = {}
    ways: tuple[tuple[Way, Rows], ...] = (
        (Way.FOUND, _topics(follows, wanted)),
        (Way.FOUND, _collections(follows, wanted)),
        (Way.FOUND, _organizations(follows, wanted)),
        (Way.SUBMITTED, _submitted(follows, wanted)),
        (Way.COMMENTED, _commented(follows, wanted)),
        (Way.COLLECTED, _collected(follows, wanted)),
        (Way.COLLECTED, _listed(follows, wanted)),
        (Way.VOTED, _voted(follows, wanted)),
    )
    for way, rows in ways:
        for follow, paper_id, value in rows:
            day = _day(value)
            if (one := found.get(paper_id)) is None:
                one = found[paper_id] = Followed(paper_id, day)
            one.day = max(one.day, day)
            one.by[follow] = min(one.by.get(follow, way), way)
    for paper_id, value, heat in _fields(follows, newest, wanted):
        day = _day(value)
        one = found.setdefault(paper_id, Followed(paper_id, day, heat))
        one.day = max(one.day, day) if not one.by else one.day
    return nlargest(wanted, found.values(), key=_place)[(page - 1) * PER_PAGE :]


def _place(one: Followed) -> tuple[date, bool, float, int]:
    return one.day, bool(one.by), one.heat, one.paper_id


def _topics(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """The newest papers of authors and searches."""
    part = """
        SELECT %s AS follow, found.paper_id, found.day FROM community_topicpaper found
        WHERE found.topic_id = %s ORDER BY found.day DESC, found.paper_id DESC LIMIT %s
    """
    return _together(part, ((one.pk, one.topic_id, wanted) for one in follows if one.topic_id is not None))


def _organizations(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """The newest papers that the pages of organizations show: put there, and of their members."""
    put_there = """
        SELECT %s AS follow, put.paper_id, put.day FROM community_grouppaper put
        WHERE put.group_id = %s AND NOT put.hidden AND put.day IS NOT NULL
        ORDER BY put.day DESC, put.paper_id DESC LIMIT %s
    """
    by_group = {one.group_id: one.pk for one in follows if one.group_id is not None}
    found = _together(put_there, ((pk, group, wanted) for group, pk in by_group.items()))
    # A paper comes once for each organization that it is of.
    of_members = papers_of_members(list(by_group), wanted * len(by_group)) if by_group else []
    return [*found, *((by_group[group], paper, day) for group, paper, day in of_members)]


def _submitted(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """What people put forward last, which everyone sees."""
    part = """
        SELECT %s AS follow, put.paper_id, put.created_at FROM community_submission put
        WHERE put.person_id = %s ORDER BY put.created_at DESC LIMIT %s
    """
    return _together(part, ((one.pk, one.person_id, wanted) for one in _people(follows)))


def _commented(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """What people commented on last who let their comments be seen on their page."""
    part = """
        SELECT %s AS follow, said.paper_id, said.created_at FROM community_comment said
        WHERE said.author_id = %s AND said.hidden_at IS NULL AND said.group_id IS NULL
        ORDER BY said.created_at DESC LIMIT %s
    """
    # Twice as many: several comments are on one paper.
    seen = ((one.pk, one.person_id, 2 * wanted) for one in _people(follows) if one.person.shows_comments)
    return _together(part, seen)


def _collected(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """What people put last into collections of theirs that everyone sees."""
    by_person = {one.person_id: one.pk for one in _people(follows)}
    if not by_person:
        return []
    public = Collection.objects.filter(SHOWN, owner__in=by_person, papers__gt=0)
    newest = public.order_by("-changed_at", "-pk").values_list("owner_id", "pk")[:MOST_COLLECTIONS]
    return _together(_PLACES, ((by_person[owner], pk, wanted) for owner, pk in newest))


def _listed(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """What was put last into lists of organizations that everyone sees."""
    by_group = {one.group_id: one.pk for one in follows if one.group_id is not None}
    if not by_group:
        return []
    public = Collection.objects.filter(SHOWN, group__in=by_group, papers__gt=0)
    newest = public.order_by("-changed_at", "-pk").values_list("group_id", "pk")[:MOST_COLLECTIONS]
    return _together(_PLACES, ((by_group[group], pk, wanted) for group, pk in newest))


def _voted(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """The newest votes of people who let them be seen."""
    part = """
        SELECT %s AS follow, vote.paper_id, vote.created_at FROM community_vote vote
        WHERE vote.person_id = %s AND vote.held = '' ORDER BY vote.created_at DESC LIMIT %s
    """
    seen = ((one.pk, one.person_id, wanted) for one in _people(follows) if one.person.shows_votes)
    return _together(part, seen)


def _people(follows: Sequence[Follow]) -> list[Any]:
    """The follows of people who are here."""
    return [one for one in follows if one.person is not None and one.person.is_active]


def _collections(follows: Sequence[Follow], wanted: int) -> list[tuple[Any, ...]]:
    """What was put last into collections."""
    seen = (one for one in follows if one.collection_id is not None)
    return _together(_PLACES, ((one.pk, one.collection_id, wanted) for one in seen))


_PLACES = """
    SELECT %s AS follow, place.paper_id, place.added_at FROM community_collectedpaper place
    WHERE place.collection_id = %s ORDER BY place.added_at DESC LIMIT %s
"""


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
