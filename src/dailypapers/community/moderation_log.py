"""The public log of moderation: each decision is written down with its reason, and never changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F
from django.utils import timezone

from dailypapers.community.giving import Giving
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User

BY_RULE = "by the published rules"


def enter(
    kind: Decision.Kind,
    *,
    by: User | None,
    reason: str,
    about: Iterable[User | None] = (),
    paper_id: int | None = None,
    comment: Comment | None = None,
    collection: Collection | None = None,
    amount: int = 1,
    until: datetime | None = None,
    now: datetime | None = None,
) -> Decision:
    """Write a decision down, within the transaction that carries it out. `by` is nobody for the operator."""
    decision = Decision.objects.create(
        kind=kind,
        by=by,
        by_site=by is None,
        paper_id=paper_id,
        comment=comment,
        collection=collection,
        amount=amount,
        until=until,
        reason=reason,
        created_at=now or timezone.now(),
    )
    decision.people.set([person for person in about if person is not None])
    return decision


def enter_held(votes: int, now: datetime) -> None:
    """Count votes that the rules held; the log has one line for all of a day, which names no paper."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    of_today = Decision.objects.filter(kind=Decision.Kind.HOLD_VOTES, created_at__gte=today)
    if not of_today.update(amount=F("amount") + votes):
        enter(Decision.Kind.HOLD_VOTES, by=None, reason=BY_RULE, amount=votes, now=now)


def before(people: Iterable[int | None]) -> dict[int, dict[str, int]]:
    """What was decided about some people before, as the log says it, and how often: one query."""
    wanted = {one for one in people if one is not None}
    found: dict[int, dict[str, int]] = {}
    if wanted:
        rows = Decision.people.through.objects.filter(user__in=wanted)
        counted = rows.values_list("user_id", "decision__kind").annotate(times=Count("pk"))
        for person, kind, times in counted.order_by("decision__kind"):
            found.setdefault(person, {})[said(kind)] = times
    return found


def said(kind: str) -> str:
    """What was done, as the log says it."""
    return str(Decision.Kind(kind).label) if kind in Decision.Kind.values else kind


def forget(*, person: User) -> set[int]:
    """Take a name from the log when its person leaves; what was decided stays."""
    Decision.objects.filter(by=person).update(by=None)
    person.decisions_about.clear()
    return set()


def hand_out(person: User) -> list[dict[str, Any]]:
    """What someone decided, and what was decided about them; who decided that is told by the public log."""
    told = "kind", "reason", "until", "created_at", "paper__handle", "comment", "collection"
    made = Decision.objects.filter(by=person).order_by("created_at").values(*told)
    about = Decision.objects.filter(people=person).order_by("created_at").values(*told)
    return [
        *({"decided": "by you"} | one for one in made),
        *({"decided": "about you"} | one for one in about),
    ]


def move(gone: int, kept: int) -> None:
    """Give what was decided about a paper to the one that it is joined to."""
    Decision.objects.filter(paper_id=gone).update(paper_id=kept)


GIVING = Giving("decisions", (Decision,), hand_out, forget)
