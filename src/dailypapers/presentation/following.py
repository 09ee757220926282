"""What one follows, as pages and feeds tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dailypapers.community.actions.look_up import query_of
from dailypapers.community.models.follows import Follow
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.mathematics import plain
from dailypapers.ranking.followed import Followed, Way
from dailypapers.search.query.parse import parse_query

LONGEST_LABEL = 90
MOST_REASONS = 3
"""Follows that are named beside a paper that came by several."""
_HOW = {
    Way.SUBMITTED: "submitted by",
    Way.COMMENTED: "commented on by",
    Way.COLLECTED: "put into a collection by",
    Way.VOTED: "voted for by",
    Way.FOUND: "from",
}


@dataclass(frozen=True, slots=True)
class ShownFollow:
    """Something that one follows: what it is called, and where it is."""

    follow: Follow
    label: str
    address: str
    how: str = ""
    """How a paper came by it, in the words that stand before its name."""


def shown_follow(one: Follow, way: Way = Way.FOUND) -> ShownFollow:
    """Name what is followed."""
    label, address = _named(one)
    short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
    return ShownFollow(one, short, address, _HOW[way])


def _named(one: Follow) -> tuple[str, str]:
    if one.person is not None:
        return one.person.shown_name, f"/people/{one.person.handle}"
    if one.topic is not None:
        return one.topic.text, f"/search?{urlencode({'q': query_of(one.topic), 'sort': 'date'})}"
    if one.collection is not None:
        return one.collection.name, one.collection.address
    if one.group is not None:
        return one.group.name, one.group.address
    if one.paper is not None:
        return plain(one.paper.title), address_of(one.paper.handle)
    return field_name(one.field), f"/papers?{urlencode({'field': one.field})}"


def listed(follows: Sequence[Follow]) -> list[tuple[str, list[ShownFollow]]]:
    """What one follows by kind, each kind in the order of names."""
    by_kind: dict[str, list[ShownFollow]] = {}
    for one in follows:
        by_kind.setdefault(one.kind, []).append(shown_follow(one))
    return [
        (kind.label, sorted(by_kind[kind], key=lambda one: one.label.casefold()))
        for kind in Follow.Kind
        if kind in by_kind
    ]


def followable(query: str) -> tuple[str, str]:
    """What one follows who follows a search: the author where it asks for nothing else, or the query."""
    read = parse_query(query)
    if len(read.conditions) == 1 and not (read.wanted or read.without or read.like or read.problems):
        (condition,) = read.conditions
        if condition.kind == "author" and not condition.negated:
            return "author", str(condition.value)
    return "search", query


def because(categories: Sequence[str], found: Followed, follows: Mapping[int, Follow]) -> list[ShownFollow]:
    """By which of one's follows a paper came, those together that brought it in the same way.

    By its fields only where nothing else brought it.
    """
    if found.by:
        named = ((way, shown_follow(follows[number], way)) for number, way in found.by.items())
        return [one for _, one in sorted(named, key=lambda one: (one[0], one[1].label))[:MOST_REASONS]]
    return [
        shown_follow(one)
        for one in follows.values()
        if one.field and any(_is_in(name, one.field) for name in categories)
    ][:MOST_REASONS]


def _is_in(category: str, field: str) -> bool:
    return category == field or category.startswith(f"{field}.")
