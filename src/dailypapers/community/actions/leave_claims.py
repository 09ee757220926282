"""What becomes of claims and corrections when their person leaves, or their paper is joined to another."""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from dailypapers.catalogue.corrections import find_place
from dailypapers.community.actions.claim import holder_of
from dailypapers.community.actions.comment import mark_author
from dailypapers.community.actions.correct_paper import lift
from dailypapers.community.authorship import names_of
from dailypapers.community.giving import Giving
from dailypapers.community.models.claims import Amendment, Claim
from dailypapers.community.models.people import User


@transaction.atomic
def forget_claims(*, person: User) -> set[int]:
    """Forget which papers someone claimed; what they decided of others' claims stays decided."""
    Claim.objects.filter(person=person).delete()
    Claim.objects.filter(decided_by=person).update(decided_by=None)
    return set()


@transaction.atomic
def forget_amendments(*, person: User) -> set[int]:
    """Take back where someone said to be and what they said; links they added stay, made by nobody."""
    theirs = Amendment.objects.filter(person=person)
    personal = theirs.filter(kind__in=("affiliation", "summary"))
    lift(personal.filter(undone_at=None), timezone.now())
    personal.delete()
    theirs.update(person=None)
    Amendment.objects.filter(undone_by=person).update(undone_by=None)
    return set()


def move(gone: int, kept: int) -> None:
    """Give the claims to a paper to the one that it is joined to; of one person's two, the better stays.

    Where two people are then confirmed as one author, a moderator decides on the later of them.
    """
    by_person: dict[int, list[Claim]] = defaultdict(list)
    for one in Claim.objects.filter(paper_id__in=(gone, kept)).select_related("person").order_by("pk"):
        by_person[one.person_id].append(one)
    for some in by_person.values():
        best, *others = sorted(some, key=lambda one: (_WEIGHT[one.state], one.paper_id != kept))
        for other in others:
            other.delete()
        if best.paper_id == gone:
            moved = best.paper_id = kept
            if best.state == Claim.State.CONFIRMED and _is_taken(best):
                best.state, best.how = Claim.State.OPEN, ""
            best.save(update_fields=["paper", "state", "how"])
            mark_author(person=best.person, paper_id=moved)
        elif others:
            mark_author(person=best.person, paper_id=kept)
    Amendment.objects.filter(paper_id=gone).update(paper_id=kept)


def _is_taken(claim: Claim) -> bool:
    place = find_place(names_of(claim.paper_id), claim.name, claim.position)
    return place is not None and holder_of(claim.paper_id, place) is not None


_WEIGHT = {
    Claim.State.CONFIRMED.value: 0,
    Claim.State.APPEALED.value: 1,
    Claim.State.DENIED.value: 2,
    Claim.State.OPEN.value: 3,
}


def _claims(person: User) -> list[dict[str, Any]]:
    rows = Claim.objects.filter(person=person).order_by("pk")
    told = "paper__handle name state how reason created_at decided_at decided_for appeal appealed_at"
    return [dict(row) for row in rows.values(*told.split())]


def _amendments(person: User) -> list[dict[str, Any]]:
    rows = Amendment.objects.filter(person=person).order_by("pk")
    told = "paper__handle kind subject text said_before created_at undone_at undone_for"
    return [dict(row) for row in rows.values(*told.split())]


GIVINGS = (
    Giving("claims", (Claim,), _claims, forget_claims),
    Giving("corrections", (Amendment,), _amendments, forget_amendments),
)
