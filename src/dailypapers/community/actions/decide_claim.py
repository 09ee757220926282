"""What moderators do to claims: confirm one, deny it, or deny one that was confirmed wrongly."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from dailypapers.catalogue.corrections import find_place
from dailypapers.community.access import LONGEST_REASON, Refused, checked_reason, require_moderator
from dailypapers.community.actions import notify
from dailypapers.community.actions.claim import holder_of, one_at_a_time
from dailypapers.community.actions.comment import mark_author
from dailypapers.community.actions.correct_paper import undo_all
from dailypapers.community.authorship import names_of
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Kind
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import enter

log = logging.getLogger(__name__)

State = Claim.State


def confirm(*, claim_id: int, by: User, now: datetime | None = None) -> Claim:
    """Confirm a claim that waits; its person is told. Raises `Refused`."""
    now = now or timezone.now()
    with transaction.atomic():
        claim = _to_decide(claim_id, by, Claim.WAITING)
        names = names_of(claim.paper_id)
        place = find_place(names, claim.name, claim.position)
        if place is None:
            raise Refused(f"{claim.name} is not named on the paper any more.")
        if (other := holder_of(claim.paper_id, place)) is not None:
            raise Refused(
                f"@{other.person.handle} is confirmed as {claim.name}. Deny that claim first, if it is wrong."
            )
        claim.position, claim.name = place, names[place]
        claim.state, claim.how = State.CONFIRMED, Claim.How.MODERATOR
        _decided(claim, by, "", now)
        _enter(Decision.Kind.CONFIRM_CLAIM, claim, by, f"as {claim.name}"[:LONGEST_REASON], now)
        _tell(claim, "You are confirmed as an author of a paper.", now)
    log.info("%s confirmed %s as an author of paper %d", by.handle, claim.person.handle, claim.paper_id)
    return claim


def deny(*, claim_id: int, by: User, reason: str, now: datetime | None = None) -> Claim:
    """Deny a claim, also one that was confirmed; its person is told why. Raises `Refused`.

    What someone put right who turns out to be no author is undone.
    """
    now = now or timezone.now()
    reason = checked_reason(reason)
    with transaction.atomic():
        claim = _to_decide(claim_id, by, (*Claim.WAITING, State.CONFIRMED))
        was_confirmed = claim.state == State.CONFIRMED
        claim.state, claim.how = State.DENIED, ""
        _decided(claim, by, reason, now)
        _enter(Decision.Kind.DENY_CLAIM, claim, by, reason, now)
        if was_confirmed:
            undo_all(person=claim.person, paper_id=claim.paper_id, by=by, reason=reason, now=now)
        again = " You can ask for another look once." if claim.can_be_appealed else ""
        what = "You are confirmed as an author no more" if was_confirmed else "A claim of yours was denied"
        _tell(claim, f"{what}: {reason}{'' if reason.endswith(('.', '!', '?')) else '.'}{again}", now)
    log.info(
        "%s denied %s as an author of paper %d: %s", by.handle, claim.person.handle, claim.paper_id, reason
    )
    return claim


def may_decide(claim: Claim, by: User) -> bool:
    """Whether a moderator may: not on a claim of their own, nor on a denial of theirs, where another can."""
    if claim.person_id != by.pk and not (claim.state == State.APPEALED and claim.decided_by_id == by.pk):
        return True
    moderators = User.objects.filter(Q(is_moderator=True) | Q(is_superuser=True), is_active=True)
    return not moderators.exclude(pk__in=(by.pk, claim.person_id)).exists()


def _to_decide(claim_id: int, by: User, states: tuple[str, ...]) -> Claim:
    require_moderator(by)
    paper_id = Claim.objects.filter(pk=claim_id).values_list("paper_id", flat=True).first()
    if paper_id is not None:
        one_at_a_time(paper_id)
    claim = Claim.objects.select_related("person").filter(pk=claim_id).first()
    if claim is None:
        raise Refused("This claim was taken back.")
    if claim.state not in states:
        raise Refused("This claim was decided meanwhile.")
    if not may_decide(claim, by):
        what = "your own claim" if claim.person_id == by.pk else "what you decided before"
        raise Refused(f"Another moderator decides on {what}.")
    return claim


def _decided(claim: Claim, by: User, reason: str, now: datetime) -> None:
    claim.decided_at, claim.decided_by, claim.decided_for = now, by, reason
    claim.save()
    mark_author(person=claim.person, paper_id=claim.paper_id)


def _enter(kind: Decision.Kind, claim: Claim, by: User, reason: str, now: datetime) -> None:
    enter(kind, by=by, reason=reason, about=[claim.person], paper_id=claim.paper_id, now=now)


def _tell(claim: Claim, said: str, now: datetime) -> None:
    notify.tell(
        person_id=claim.person_id,
        kind=Kind.CLAIM,
        said=said,
        leads_to=reverse("claim", args=[claim.paper_id]),
        paper_id=claim.paper_id,
        now=now,
    )
