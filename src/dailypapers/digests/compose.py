"""Which papers a digest has, and why: taken from the same lists as the pages, none of them twice.

Subscribers who chose the same share the work: a list is asked for once in a run, however many want it.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest

import orjson
from django.conf import settings

from dailypapers.community.actions.follow import all_of
from dailypapers.community.models.follows import TopicPaper
from dailypapers.community.models.people import User
from dailypapers.digests.schedule import Frequency
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.following import shown_follow
from dailypapers.ranking.followed import newest_followed
from dailypapers.ranking.lists import TRENDING_DAYS
from dailypapers.ranking.warmest import listed, warmest

POOL = 400
"""Papers of a list that are looked at: beyond those that a reader had already."""
KEPT = 5_000
"""Lists and mails that are remembered at a time."""
LOOKS_BACK = 31
"""Days that a digest looks back at most, however long nothing was sent."""

Chosen = tuple[int, str]
"""A paper, and why; empty where its heat says it."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a subscriber chose, as far as it decides which papers come."""

    order: str
    """How trending papers are ordered: `trending`, or `heat` over a week or month."""
    days: int
    """How far back it looks for what is no longer news on the trending list."""
    trending: bool
    least_votes: int
    fields: tuple[str, ...]
    searches: tuple[tuple[int, str], ...]
    """Each with the number of its topic."""
    person: int | None
    """Whose follows it has, if any."""
    papers: int
    least_papers: int


@dataclass(frozen=True, slots=True)
class Section:
    """Papers of one list, in its order."""

    title: str
    papers: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """The papers of one mail."""

    sections: tuple[Section, ...]

    @property
    def papers(self) -> tuple[int, ...]:
        """The papers alone, in their order."""
        return tuple(paper for section in self.sections for paper, _ in section.papers)

    @property
    def told(self) -> list[list[object]]:
        """As a row keeps it."""
        return [[one.title, [list(paper) for paper in one.papers]] for one in self.sections]

    @property
    def key(self) -> str:
        """The same for the same papers for the same reasons."""
        return hashlib.sha256(orjson.dumps(self.told)).hexdigest()


def from_row(sections: Sequence[tuple[str, Sequence[Chosen]]]) -> Composed:
    """What `told` wrote."""
    return Composed(
        tuple(Section(title, tuple((paper, why) for paper, why in papers)) for title, papers in sections)
    )


NOTHING = Composed(())


@dataclass(slots=True)
class Kitchen:
    """The lists of one run: each is asked for once. `newest` is the newest day that has papers."""

    newest: date
    _lists: dict[tuple[object, ...], list[Chosen]] = field(default_factory=dict)
    _composed: dict[tuple[Recipe, frozenset[int]], Composed] = field(default_factory=dict)

    def compose(self, recipe: Recipe, sent: frozenset[int]) -> Composed:
        """The papers for one recipe without those that were sent; nothing where there are too few."""
        key = (recipe, sent)
        if recipe.person is None and (known := self._composed.get(key)) is not None:
            return known
        composed = self._compose(recipe, sent)
        if recipe.person is None:
            self._composed[key] = composed
        return composed

    def prepare(self, recipes: Iterable[Recipe]) -> None:
        """Ask for the papers of all their searches at once."""
        if len(self._composed) > KEPT:
            self._composed.clear()
        if len(self._lists) > KEPT:
            self._lists.clear()
        wanted = {topic for recipe in recipes for topic, _ in recipe.searches}
        missing = [topic for topic in wanted if ("topic", topic) not in self._lists]
        for topic in missing:
            self._lists["topic", topic] = []
        since = self.newest - timedelta(days=LOOKS_BACK)
        rows = TopicPaper.objects.filter(
            topic__in=missing, day__range=(since, self.newest), paper__hidden=None
        ).order_by("-day", "-paper")
        for topic, paper, day in rows.values_list("topic_id", "paper_id", "day"):
            self._lists["topic", topic].append((paper, day.isoformat()))

    def _compose(self, recipe: Recipe, sent: Collection[int]) -> Composed:
        parts = self._parts(recipe)
        places = {title: place for place, (title, _) in enumerate(parts)}
        taken: dict[int, tuple[str, str]] = {}
        # In turns, so that no list pushes the others out of a short mail.
        fresh = [
            [(title, paper, why) for paper, why in papers if paper not in sent] for title, papers in parts
        ]
        rounds = (one for turn in zip_longest(*fresh) for one in turn if one is not None)
        for title, paper, why in rounds:
            if len(taken) == recipe.papers:
                break
            taken.setdefault(paper, (title, why))
        if len(taken) < max(recipe.least_papers, 1):
            return NOTHING
        sections: dict[str, list[Chosen]] = {}
        for paper, (title, why) in taken.items():
            sections.setdefault(title, []).append((paper, why))
        ordered = sorted(sections.items(), key=lambda one: places[one[0]])
        return Composed(tuple(Section(title, tuple(papers)) for title, papers in ordered))

    def _parts(self, recipe: Recipe) -> list[tuple[str, list[Chosen]]]:
        """What each list has, those that are the reader's own first."""
        since = self.newest - timedelta(days=recipe.days - 1)
        parts: list[tuple[str, list[Chosen]]] = []
        if recipe.person is not None:
            parts.append(("From what you follow", self._followed(recipe.person, since)))
        if recipe.searches:
            found = [
                (paper, f"Found by “{text}”", day)
                for topic, text in recipe.searches
                for paper, day in self._lists.get(("topic", topic), [])
                if day >= since.isoformat()
            ]
            found.sort(key=lambda one: one[2], reverse=True)
            parts.append(("From your searches", [(paper, why) for paper, why, _ in found]))
        parts += [(f"New in {field_name(name)}", self._of_field(name, since)) for name in recipe.fields]
        if recipe.trending:
            warm = self._trending(recipe, since)
            # Where nobody votes or is heard of, the list is empty for good: the newest papers are worth more.
            parts.append(("Trending", warm) if warm or self._is_warm() else ("New", self._new(since)))
        return parts

    def _is_warm(self) -> bool:
        """Whether anyone spoke of a paper of late."""
        key: tuple[object, ...] = ("warm",)
        if (known := self._lists.get(key)) is None:
            first = self.newest - timedelta(days=TRENDING_DAYS - 1)
            known = self._lists[key] = [(one, "") for one in warmest(first, self.newest, (), 1)]
        return bool(known)

    def _new(self, since: date) -> list[Chosen]:
        key = ("new", since)
        if (known := self._lists.get(key)) is None:
            found = listed(since, self.newest, settings.FIELDS, POOL)
            known = self._lists[key] = [(paper, "") for paper in found]
        return known

    def _trending(self, recipe: Recipe, since: date) -> list[Chosen]:
        key = ("trending", recipe.order, since, recipe.least_votes)
        if (known := self._lists.get(key)) is None:
            if recipe.order == "trending":
                first = self.newest - timedelta(days=TRENDING_DAYS - 1)
                found = warmest(
                    first, self.newest, settings.FIELDS, POOL, order="trending", votes=recipe.least_votes
                )
            else:
                found = warmest(since, self.newest, settings.FIELDS, POOL, votes=recipe.least_votes)
            known = self._lists[key] = [(paper, "") for paper in found]
        return known

    def _of_field(self, name: str, since: date) -> list[Chosen]:
        key = ("field", name, since)
        if (known := self._lists.get(key)) is None:
            found = listed(since, self.newest, (name,), POOL)
            known = self._lists[key] = [(paper, f"In {field_name(name)}") for paper in found]
        return known

    def _followed(self, number: int, since: date) -> list[Chosen]:
        person = User.objects.filter(pk=number, is_active=True).first()
        if person is None:
            return []
        follows = all_of(person)
        by_number = {one.pk: one for one in follows}
        chosen: list[Chosen] = []
        for one in newest_followed(follows, self.newest):
            if one.day < since:
                continue
            named = [shown_follow(by_number[key], way) for key, way in sorted(one.by.items())[:3]]
            why = ", ".join(f"{follow.how} {follow.label}" for follow in named)
            chosen.append((one.paper_id, why[:1].upper() + why[1:] or "In a field that you follow"))
        return chosen


def looks_back(frequency: Frequency, since_last: int | None) -> int:
    """How many days a digest looks back: those since the last mail, and some for papers that come late."""
    usual = {Frequency.WEEKLY: 7, Frequency.MONTHLY: LOOKS_BACK}.get(frequency, 3)
    return usual if since_last is None else max(usual, min(since_last + 2, LOOKS_BACK))
