"""Brings stored scores up to date with what the catalogue and the community know."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as a_field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Sum

from dailypapers.catalogue.holding import in_chunks
from dailypapers.catalogue.models import Artifact, Category, Mention, Paper
from dailypapers.community.models.comments import Discussion
from dailypapers.community.models.votes import Vote, VoteCount
from dailypapers.ranking.evidence import FRESH, Evidence
from dailypapers.ranking.field_weeks import Factors, monday, settle
from dailypapers.ranking.models import Rise, Score
from dailypapers.ranking.moved import moved
from dailypapers.ranking.trending import heat, trending

TOLD_LATE = timedelta(days=2)
"""Outside votes that were captured longer ago than this are not fresh when we hear of them."""

FieldsAndWeeks = set[tuple[str, date]]


def refresh(now: datetime | None = None, *, everything: bool = False) -> int:
    """Compute the scores of all papers that something happened to or that time moved.

    Returns how many. With `everything`, also of those whose score should still be what it was. A paper
    whose evidence is gone loses its row. Where the best of a field's week is another now, the papers of
    the weeks after follow.
    """
    now = now or datetime.now(UTC)
    wanted = set(moved(now))
    if everything:
        wanted |= set(Score.objects.values_list("pk", flat=True))
    return len(wanted | _refresh_with_followers(wanted, now))


def refresh_paper(paper_id: int, now: datetime | None = None) -> None:
    """Bring one paper's score up to date, right after somebody voted for it or commented on it."""
    _refresh_with_followers({paper_id}, now or datetime.now(UTC))


def _refresh_with_followers(wanted: set[int], now: datetime) -> set[int]:
    """Compute the scores of these papers and of those whose votes they make count otherwise; gives these."""
    touched: FieldsAndWeeks = set()
    for chunk in in_chunks(sorted(wanted)):
        touched |= _refresh(chunk, now)
    followers = settle(touched)
    for chunk in in_chunks(followers):
        _refresh(chunk, now)
    return set(followers)


@dataclass(slots=True)
class _Known:
    """What is known of some papers, each by its key."""

    outside: dict[int, int]
    comments: dict[int, int]
    told: dict[int, datetime]
    stars: dict[int, int]
    own: dict[int, int]
    discussed: dict[int, int]
    fields: dict[int, str]
    fresh: dict[int, int] = a_field(default_factory=lambda: defaultdict(int))
    oldest: dict[int, datetime] = a_field(default_factory=dict)
    """When the oldest of its fresh votes came."""

    def freshen(self, rows: Iterable[tuple[int, int, datetime]]) -> None:
        """Count fresh votes in."""
        for paper_id, votes, oldest in rows:
            self.fresh[paper_id] += votes
            self.oldest[paper_id] = min(oldest, self.oldest.get(paper_id, oldest))


@transaction.atomic
def _refresh(paper_ids: list[int], now: datetime) -> FieldsAndWeeks:
    """Compute the scores of some papers; gives the fields' weeks in which votes or papers changed."""
    stored = Score.objects.filter(paper_id__in=paper_ids)
    columns = stored.values_list("paper_id", "outside", "field", "day", "votes")
    held = {pk: _Held(outside, field, day, votes) for pk, outside, field, day, votes in columns}
    known = _known(paper_ids)
    _note_rises(paper_ids, known, held, now)
    _count_fresh(paper_ids, known, now)
    days = dict(Paper.objects.filter(pk__in=paper_ids).values_list("pk", "day"))
    factors = Factors((known.fields.get(pk, ""), day) for pk, day in days.items() if day is not None)
    rows = {}
    for pk, day in days.items():
        row = _score(pk, day, known, factors)
        if row["votes"] or row["comments"] or row["stars"]:
            rows[pk] = row
    if gone := [pk for pk in held if pk not in rows]:
        Score.objects.filter(paper_id__in=gone).delete()
    _store(list(rows.values()))
    touched: FieldsAndWeeks = set()
    for pk in paper_ids:
        before = held[pk].standing if pk in held else None
        row = rows.get(pk, {})
        after = (row["field"], monday(row["day"]), row["votes"]) if row.get("day") else None
        if before != after:
            touched |= {(one[0], one[1]) for one in (before, after) if one}
    return touched


@dataclass(frozen=True, slots=True)
class _Held:
    """What a stored score was computed from, as far as others depend on it."""

    outside: int
    field: str
    day: date | None
    votes: int

    @property
    def standing(self) -> tuple[str, date, int] | None:
        """What the field's week knows of it."""
        return (self.field, monday(self.day), self.votes) if self.day else None


def _store(rows: list[dict[str, Any]]) -> None:
    """Insert or replace stored scores; by the ORM it took twice as long."""
    if not rows:
        return
    names = list(rows[0])
    given = ", ".join(f"{name} = excluded.{name}" for name in names if name != "paper_id")
    statement = (
        f"INSERT INTO ranking_score ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608
        f" ON CONFLICT (paper_id) DO UPDATE SET {given}"
    )
    adapted = [
        row
        | {
            "day": connection.ops.adapt_datefield_value(row["day"]),
            "moves_at": connection.ops.adapt_datetimefield_value(row["moves_at"]),
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, [list(row.values()) for row in adapted])


def _known(paper_ids: list[int]) -> _Known:
    said = Mention.objects.filter(paper_id__in=paper_ids).values_list("paper")
    sums = list(said.annotate(Sum("votes"), Sum("comments"), Max("captured_at"), Max("day")))
    starred = Artifact.objects.filter(paper_id__in=paper_ids, stars__gt=0).values_list("paper")
    discussed = Discussion.objects.filter(paper_id__in=paper_ids, comments__gt=0)
    primary = Category.objects.filter(paper_id__in=paper_ids, position=0)
    return _Known(
        outside={pk: votes for pk, votes, *_ in sums},
        comments={pk: comments for pk, _, comments, *_ in sums},
        told={pk: at or datetime.combine(day, time(), UTC) for pk, _, _, at, day in sums},
        stars=dict(starred.annotate(Max("stars"))),
        own=dict(VoteCount.objects.filter(paper_id__in=paper_ids, votes__gt=0).values_list("paper", "votes")),
        discussed=dict(discussed.values_list("paper", "comments")),
        fields=dict(primary.values_list("paper", "name")),
    )


def _note_rises(paper_ids: list[int], known: _Known, held: dict[int, _Held], now: datetime) -> None:
    """Keep by how much outside votes rose, and forget what is no longer fresh."""
    rises = []
    for pk in paper_ids:
        before = held[pk].outside if pk in held else 0
        if rose := known.outside.get(pk, 0) - before:
            told = known.told.get(pk, now)
            at = told if told < now - TOLD_LATE else now
            rises.append(Rise(paper_id=pk, at=at, votes=rose))
    Rise.objects.filter(paper_id__in=paper_ids, at__lte=now - FRESH).delete()
    Rise.objects.bulk_create(rise for rise in rises if rise.at > now - FRESH)


def _count_fresh(paper_ids: list[int], known: _Known, now: datetime) -> None:
    rises = Rise.objects.filter(paper_id__in=paper_ids, at__gt=now - FRESH).values_list("paper")
    known.freshen(rises.annotate(Sum("votes"), Min("at")))
    votes = Vote.objects.filter(paper_id__in=paper_ids, held="", created_at__gt=now - FRESH).values_list(
        "paper"
    )
    known.freshen(votes.annotate(Count("pk"), Min("created_at")))


def _score(pk: int, day: date | None, known: _Known, factors: Factors) -> dict[str, Any]:
    """The columns of a score."""
    outside, own = known.outside.get(pk, 0), known.own.get(pk, 0)
    oldest = known.oldest.get(pk)
    name = known.fields.get(pk, "")
    evidence = Evidence(
        votes=outside + own,
        fresh=min(max(0, known.fresh.get(pk, 0)), outside + own),
        comments=known.comments.get(pk, 0) + known.discussed.get(pk, 0),
        stars=known.stars.get(pk, 0),
        day=day,
        factor=factors.of(name, day),
    )
    return {
        "paper_id": pk,
        "heat": heat(evidence),
        "trending": trending(evidence),
        "votes": evidence.votes,
        "outside": outside,
        "own": own,
        "fresh": evidence.fresh,
        "comments": evidence.comments,
        "discussed": known.discussed.get(pk, 0),
        "stars": evidence.stars,
        "day": day,
        "field": name,
        "factor": evidence.factor,
        "moves_at": oldest + FRESH if oldest else None,
    }
