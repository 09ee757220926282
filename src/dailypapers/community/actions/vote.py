"""Votes: cast, taken back, held where they look arranged, let count or dropped by a moderator.

How many count is kept beside the paper with each change, in the same transaction, so that no page counts
over the votes.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from dailypapers.catalogue.models import Paper
from dailypapers.community import networks, rings
from dailypapers.community.access import (
    Refused,
    checked_reason,
    require_active,
    require_decision,
    require_moderator,
)
from dailypapers.community.giving import Giving
from dailypapers.community.limits import A_MINUTE, allow
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote, VoteCount
from dailypapers.community.moderation_log import enter, enter_held
from dailypapers.community.trust import VOTES, count_act

log = logging.getLogger(__name__)

Outcome = Literal["counted", "held", "unchanged", "taken back"]


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a vote, and how many count for the paper now."""

    outcome: Outcome
    votes: int


def vote(*, person: User, paper_id: int, address: str = "", now: datetime | None = None) -> Changed:
    """Vote for a paper; voting twice changes nothing.

    Raises `Refused` for someone who may not vote or a paper that is not held, `TooMany` for one who votes
    faster than anyone reads.
    """
    now = now or timezone.now()
    _may_vote(person, now)
    with transaction.atomic():
        if not Paper.objects.filter(pk=paper_id, hidden=None).exists():
            raise Refused("This paper is not held here.")
        key = networks.network_key(address, now)
        try:
            with transaction.atomic():
                # Looked for first: voting twice is common, and an error costs a savepoint.
                mine = Vote.objects.filter(person=person, paper_id=paper_id).first()
                if mine is None:
                    _was_not_dropped(person, paper_id)
                    count_act(person, VOTES, now)
                    mine = Vote.objects.create(
                        person=person, paper_id=paper_id, created_at=now, address_key=key
                    )
                else:
                    return Changed("held" if mine.held else "unchanged", _count(paper_id))
        except IntegrityError:  # The same person, at the same moment, in another window.
            return Changed("unchanged", _count(paper_id))
        found = rings.look_at(mine, person, now)
        held = [one for one in found.votes if one.pk != mine.pk]
        Vote.objects.filter(pk__in=[one.pk for one in found.votes]).update(held=found.why)
        is_held = len(held) < len(found.votes)
        votes = _add(paper_id, votes=int(not is_held) - len(held), held=len(found.votes))
        if found.votes:
            enter_held(len(found.votes), now)
    if found.votes:
        log.warning("%d votes for paper %d held: %s", len(found.votes), paper_id, found.why)
    log.info("%s voted for paper %d%s", person.handle, paper_id, ", held" if is_held else "")
    return Changed("held" if is_held else "counted", votes)


def take_back(*, person: User, paper_id: int, now: datetime | None = None) -> Changed:
    """Take a vote back; where there is none nothing changes. Raises as `vote` does."""
    _may_vote(person, now or timezone.now())
    with transaction.atomic():
        mine = Vote.objects.select_for_update().filter(person=person, paper_id=paper_id).first()
        if mine is None:
            return Changed("unchanged", _count(paper_id))
        votes = _drop(mine)
    log.info("%s took back the vote for paper %d", person.handle, paper_id)
    return Changed("taken back", votes)


@transaction.atomic
def let_count(*, votes: Iterable[Vote], by: User, reason: str, now: datetime | None = None) -> set[int]:
    """Let held votes count, and trust their people; gives the papers. Raises `Refused`."""
    require_moderator(by)
    now = now or timezone.now()
    decided = _held(votes, by)
    for one in decided:
        Vote.objects.filter(pk=one.pk).update(held="")
        _add(one.paper_id, votes=1, held=-1)
        User.objects.filter(pk=one.person_id, trust=0).update(trust=1)
    return _enter(Decision.Kind.COUNT_VOTES, decided, by, checked_reason(reason), now)


@transaction.atomic
def drop(*, votes: Iterable[Vote], by: User, reason: str, now: datetime | None = None) -> set[int]:
    """Remove held votes for good, so that their people vote no more for these papers; gives the papers.

    Raises `Refused`.
    """
    require_moderator(by)
    now = now or timezone.now()
    decided = _held(votes, by)
    for one in decided:
        _drop(one)
    return _enter(Decision.Kind.DROP_VOTES, decided, by, checked_reason(reason), now)


def _held(votes: Iterable[Vote], by: User) -> list[Vote]:
    """Those of some votes that are still held. Raises `Refused` for one of the moderator's own."""
    rows = Vote.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in votes])
    found = list(rows.exclude(held="").select_related("person"))
    require_decision(by=by, about=[one.person for one in found])
    return found


def _enter(kind: Decision.Kind, votes: list[Vote], by: User, reason: str, now: datetime) -> set[int]:
    """Write a decision on votes down, one for each paper; gives the papers."""
    by_paper: dict[int, list[Vote]] = {}
    for one in votes:
        by_paper.setdefault(one.paper_id, []).append(one)
    for paper_id, some in by_paper.items():
        people = [one.person for one in some]
        enter(kind, by=by, reason=reason, about=people, paper_id=paper_id, amount=len(some), now=now)
        log.info("%s: %s for paper %d of %s: %s", by.handle, kind, paper_id, [*map(str, people)], reason)
    return set(by_paper)


def forget(*, person: User) -> set[int]:
    """Remove all votes of someone who leaves; gives the papers whose counts changed."""
    papers = set()
    with transaction.atomic():
        for one in Vote.objects.filter(person=person).only("paper_id", "held"):
            _add(one.paper_id, votes=-int(not one.held), held=-int(bool(one.held)))
            papers.add(one.paper_id)
        Vote.objects.filter(person=person).delete()
    return papers


def forget_networks(now: datetime | None = None) -> int:
    """Forget from which networks votes came, a week after; gives how many were forgotten."""
    before = (now or timezone.now()) - networks.KEPT_FOR
    return Vote.objects.filter(created_at__lt=before).exclude(address_key="").update(address_key="")


def hand_out(person: User) -> list[dict[str, Any]]:
    """All votes of a person, the newest first."""
    votes = Vote.objects.filter(person=person).order_by("-created_at")
    rows = votes.values_list("paper__handle", "paper__title", "created_at", "held")
    return [
        {"paper": handle, "title": title, "created_at": created_at, "held": held}
        for handle, title, created_at, held in rows
    ]


def move(gone: int, kept: int) -> None:
    """Give the votes of a paper to the one it is joined to; who voted for both has voted once."""
    twice = Vote.objects.filter(paper_id=kept).values("person_id")
    Vote.objects.filter(paper_id=gone).exclude(person_id__in=twice).update(paper_id=kept)
    VoteCount.objects.filter(paper_id=gone).delete()
    there = Vote.objects.filter(paper_id=kept)
    held = there.exclude(held="").count()
    if votes := there.count():
        VoteCount.objects.update_or_create(paper_id=kept, defaults={"votes": votes - held, "held": held})


def _may_vote(person: User, now: datetime) -> None:
    require_active(person, now)
    told = "That is more votes in a minute than anyone reads papers. Wait a minute, then go on."
    allow("vote", person, times=60, seconds=A_MINUTE, told=told)


def _was_not_dropped(person: User, paper_id: int) -> None:
    """Raises `Refused` where a moderator removed this person's vote: voting again would undo the decision."""
    decided = person.decisions_about.filter(kind=Decision.Kind.DROP_VOTES, paper=paper_id)
    if decided.exists():
        raise Refused("Moderators removed your vote for this paper, so it cannot be cast again.")


def _drop(one: Vote) -> int:
    """Delete a vote and give how many count now."""
    deleted, _ = Vote.objects.filter(pk=one.pk).delete()
    if not deleted:
        return _count(one.paper_id)
    return _add(one.paper_id, votes=-int(not one.held), held=-int(bool(one.held)))


def _add(paper_id: int, *, votes: int, held: int) -> int:
    """Change what is counted for a paper; gives how many count now."""
    change = {"votes": F("votes") + votes, "held": F("held") + held}
    if not VoteCount.objects.filter(paper_id=paper_id).update(**change):
        try:
            with transaction.atomic():
                VoteCount.objects.create(paper_id=paper_id, votes=max(votes, 0), held=max(held, 0))
        except IntegrityError:  # Two first votes at once.
            VoteCount.objects.filter(paper_id=paper_id).update(**change)
    return _count(paper_id)


def _count(paper_id: int) -> int:
    return VoteCount.objects.filter(paper_id=paper_id).values_list("votes", flat=True).first() or 0


GIVING = Giving("votes", (Vote,), hand_out, forget)
