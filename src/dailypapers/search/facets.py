"""What the results of a search can be narrowed to, counted."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dailypapers.search.columns import Card
from dailypapers.search.venues import same_venue

MOST: Final = 6
"""Values of a facet that are told."""

Counts = dict[str, list[tuple[str, int]]]
"""How many papers have each value, largest first, for `field`, `year`, `venue` and `has`."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What some papers are."""

    counts: Counts
    papers: int
    """How many were counted."""
    exact: bool
    """Whether these are all papers that match, so that a filter finds just as many as are counted."""
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields that were counted with a field, by it: filters for them are alternatives."""


def facets_of(cards: Sequence[Card], called: Mapping[str, str]) -> Facets:
    """What papers with these cards are, the best of a search. Venues of several names are one.

    So are fields that differ in case only, and those that are `called` the same: names by categories, both in
    small letters.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("field", "year", "venue", "has")}
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for card in cards:
        fields = {one.lower(): one for one in card.fields}
        for name in {called.get(one, one) for one in fields}:
            counts["field"][name] += 1
        for one, form in fields.items():
            forms[f"field {called.get(one, one)}"][form] += 1
        if card.day:
            counts["year"][str(card.day // 10_000)] += 1
        if card.venue:
            counts["venue"][min(same_venue(card.venue))] += 1
            forms[f"venue {min(same_venue(card.venue))}"][card.venue] += 1
        if "code" in card.flags:
            counts["has"]["code"] += 1
    told: Counts = {}
    alike: dict[str, tuple[str, ...]] = {}
    for facet, own in counts.items():
        told[facet] = []
        for name, papers in largest(own):
            written = [form for form, _ in forms[f"{facet} {name}"].most_common()] or [name]
            told[facet].append((written[0], papers))
            if facet == "field" and (others := {one.lower(): one for one in written[1:]}):
                others.pop(written[0].lower(), None)
                alike[written[0]] = tuple(others.values())
    return Facets(told, len(cards), exact=False, alike=alike)


def largest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The largest, those of equal size by name."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]
