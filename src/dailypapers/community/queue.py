"""What waits for a moderator, in a fixed number of queries: reports, held votes, comments of new accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Max, Min, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from dailypapers.catalogue.models import Paper
from dailypapers.community.deciding import own_collections, own_papers
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.comments import Comment, Report
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from dailypapers.community.moderation_log import before

MOST_VOTES = 100
"""Votes of one bunch that are shown and decided together; the others come after them."""
MOST_REPORTS = 20
"""Reports of one thing that are shown; the newest say enough."""

Before = dict[str, int]
"""What was decided about someone before, as the log says it, and how often."""


@dataclass(slots=True)
class Reported:
    """One comment, paper, person or collection, and the reports of it that are open."""

    weight: int
    since: datetime
    times: int
    comment: Comment | None = None
    paper: Paper | None = None
    person: User | None = None
    collection: Collection | None = None
    reports: list[Report] = field(default_factory=list)
    before: Before = field(default_factory=dict)
    is_own: bool = False
    """Whether it is about the moderator who reads it, who cannot decide it."""

    @property
    def about(self) -> User | None:
        """Whom it concerns: who wrote the comment, who was reported, whose the collection is."""
        if self.collection is not None:
            return self.collection.owner
        return self.comment.author if self.comment else self.person


@dataclass(frozen=True, slots=True)
class HeldVote:
    """One vote of a bunch."""

    vote: Vote
    network: str
    """A letter that votes of one network have in common; empty where none is known."""
    before: Before


@dataclass(slots=True)
class Bunch:
    """The votes for one paper that were held for one reason."""

    paper: Paper
    why: str
    times: int
    first: datetime
    last: datetime
    votes: list[HeldVote] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment of a new account that nobody sees yet."""

    comment: Comment
    before: Before


_Key = tuple[int | None, int | None, int | None, int | None]
"""The comment, paper, person and collection of a report, of which one is there."""
_TARGETS = "comment", "paper", "person", "collection"


def open_reports(reason: str = "") -> QuerySet[Report]:
    """The reports that nobody has decided on, of one reason or of all."""
    found = Report.objects.filter(state=Report.State.OPEN)
    return found.filter(reason=reason) if reason else found


def reported(first: int, most: int, reason: str = "") -> list[Reported]:
    """What was reported, what weighs most first, then what has waited longest."""
    targets = open_reports(reason).values(*_TARGETS)
    weighed = targets.annotate(weight=Sum("weight"), since=Min("created_at"), times=Count("pk"))
    groups = list(weighed.order_by("-weight", "since", *_TARGETS)[first : first + most])
    keys: list[_Key] = [(one["comment"], one["paper"], one["person"], one["collection"]) for one in groups]
    comments = Comment.objects.select_related("author", "paper").in_bulk([key[0] for key in keys if key[0]])
    papers = Paper.objects.in_bulk([key[1] for key in keys if key[1]])
    people = User.objects.in_bulk([key[2] for key in keys if key[2]])
    of_whom = Collection.objects.select_related("owner", "group")
    collections = of_whom.in_bulk([key[3] for key in keys if key[3]])
    found: dict[_Key, Reported] = {
        key: Reported(
            one["weight"],
            one["since"],
            one["times"],
            comments.get(key[0]),
            papers.get(key[1]),
            people.get(key[2]),
            collections.get(key[3]),
        )
        for key, one in zip(keys, groups, strict=True)
    }
    for report in _reports_of(keys):
        shown = found.get((report.comment_id, report.paper_id, report.person_id, report.collection_id))
        if shown is not None and len(shown.reports) < MOST_REPORTS:
            shown.reports.append(report)
    known = before(one.about.pk for one in found.values() if one.about)
    for one in found.values():
        if one.about is not None:
            one.before = known.get(one.about.pk, {})
    return list(found.values())


def mark_own(rows: Sequence[Reported], by: User) -> None:
    """Mark what is about a moderator, or about a paper or collection of theirs; two queries or three."""
    papers = own_papers([one.paper.pk for one in rows if one.paper], by)
    collections = own_collections([one.collection for one in rows if one.collection], by)
    for one in rows:
        one.is_own = (
            (one.about is not None and one.about.pk == by.pk)
            or (one.paper is not None and one.paper.pk in papers)
            or (one.collection is not None and one.collection.pk in collections)
        )


def _reports_of(keys: Sequence[_Key]) -> list[Report]:
    rows = Report.objects.filter(state=Report.State.OPEN).select_related("reporter").order_by("-created_at")
    of_comments = rows.filter(comment__in=[key[0] for key in keys if key[0]])
    of_papers = rows.filter(paper__in=[key[1] for key in keys if key[1]])
    of_people = rows.filter(person__in=[key[2] for key in keys if key[2]])
    of_collections = rows.filter(collection__in=[key[3] for key in keys if key[3]])
    return [*of_comments, *of_papers, *of_people, *of_collections]


def held_votes(why: str = "") -> QuerySet[Vote]:
    """The votes that wait, of one reason or of all."""
    found = Vote.objects.exclude(held="")
    return found.filter(held=why) if why else found


def bunches(first: int, most: int, why: str = "") -> list[Bunch]:
    """The held votes in bunches, one for each paper and reason, the newest first."""
    groups = list(
        held_votes(why)
        .values("paper", "held")
        .annotate(times=Count("pk"), first=Min("created_at"), last=Max("created_at"))
        .order_by("-last", "paper", "held")[first : first + most]
    )
    papers = Paper.objects.in_bulk([one["paper"] for one in groups])
    found = {
        (one["paper"], one["held"]): Bunch(
            papers[one["paper"]], one["held"], one["times"], one["first"], one["last"]
        )
        for one in groups
    }
    shown = _votes_of_papers(list(papers))
    known = before(vote.person_id for some in shown.values() for vote in some)
    for key, bunch in found.items():
        letters: dict[str, str] = {}
        for vote in shown.get(key, ()):
            name = letters.setdefault(vote.address_key, _letter(len(letters))) if vote.address_key else ""
            bunch.votes.append(HeldVote(vote, name, known.get(vote.person_id, {})))
    return list(found.values())


def _votes_of_papers(paper_ids: Sequence[int]) -> dict[tuple[int, str], list[Vote]]:
    """The first votes of each bunch of some papers, in one query however many there are of one."""
    rows = Vote.objects.exclude(held="").filter(paper__in=paper_ids).select_related("person")
    place = Window(RowNumber(), partition_by=["paper", "held"], order_by=[F("created_at"), F("pk")])
    found: dict[tuple[int, str], list[Vote]] = {}
    for vote in rows.annotate(place=place).filter(place__lte=MOST_VOTES).order_by("created_at", "pk"):
        found.setdefault((vote.paper_id, vote.held), []).append(vote)
    return found


def votes_of(paper_id: int, why: str, chosen: Sequence[int] | None = None) -> list[Vote]:
    """The votes of a bunch, or those of them that were chosen."""
    rows = Vote.objects.filter(paper_id=paper_id, held=why).exclude(held="")
    if chosen is not None:
        rows = rows.filter(pk__in=chosen)
    return list(rows.order_by("created_at", "pk")[:MOST_VOTES])


def waiting_comments() -> QuerySet[Comment]:
    """The comments of new accounts that wait."""
    return Comment.objects.filter(waits=True)


def waiting(first: int, most: int) -> list[Waiting]:
    """The comments that wait, the oldest first."""
    rows = waiting_comments().select_related("author", "paper").order_by("created_at")
    comments = list(rows[first : first + most])
    known = before(one.author_id for one in comments)
    return [Waiting(one, known.get(one.author_id or 0, {})) for one in comments]


def _letter(number: int) -> str:
    """A, B, … Z, AA."""
    return chr(ord("A") + number) if number < 26 else _letter(number // 26 - 1) + _letter(number % 26)
