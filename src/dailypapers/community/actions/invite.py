"""Invitations: made, followed, accepted, withdrawn."""

import logging
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dailypapers.community.access import Refused, require_active
from dailypapers.community.giving import Giving
from dailypapers.community.limits import refuse
from dailypapers.community.models.invitations import Invitation, digest, new_token
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(days=14)


@transaction.atomic
def invite(*, inviter: User | None, email: str = "", is_admin: bool = False) -> tuple[Invitation, str]:
    """Make an invitation; gives it and the token of its link, which is kept nowhere.

    The command line invites with no inviter. Raises `Refused` for someone who may not invite, and
    `TooMany` when all that the person may send are under way or were taken up.
    """
    now = timezone.now()
    if inviter is not None:
        require_active(inviter, now)
        if is_admin and not inviter.is_superuser:
            raise Refused("Only administrators can invite administrators.")
        if invitations_left(inviter) == 0:
            told = f"A person can have {settings.INVITATIONS} invitations. All of yours are in use."
            refuse(told, _until_one_runs_out(inviter, now))
    token = new_token()
    invitation = Invitation.objects.create(
        inviter=inviter,
        token_digest=digest(token),
        email=email.strip().lower(),
        is_admin=is_admin,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    log.info("invitation %s made by %s", invitation.pk, inviter or "the command line")
    return invitation, token


def invitations_left(person: User) -> int:
    """How many more people someone can invite; an invitation that ran out or was withdrawn comes back."""
    if person.is_superuser:
        return 1_000
    used = person.invitations.filter(withdrawn_at__isnull=True).exclude(
        accepted_at__isnull=True, expires_at__lte=timezone.now()
    )
    return max(0, settings.INVITATIONS - used.count())


def _until_one_runs_out(person: User, now: datetime) -> int:
    """Seconds until an open invitation of someone's runs out; two weeks where none is open."""
    waiting = person.invitations.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    first = waiting.order_by("expires_at").values_list("expires_at", flat=True).first()
    return ceil(((first or now + GOOD_FOR) - now).total_seconds())


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a link, if somebody can still join by it."""
    found = Invitation.objects.filter(token_digest=digest(token[:200])).select_related("inviter").first()
    return found if found is not None and found.is_open else None


def claim(*, token: str, person: User) -> bool:
    """Note that a person joins by an invitation once their address is confirmed; False for one that is gone.

    Until then it stays open: whoever mistyped an address follows the link again.
    """
    invitation = open_invitation(token)
    if invitation is not None:
        User.objects.filter(pk=person.pk).update(joins_by=invitation)
        person.joins_by = invitation
    return invitation is not None


@transaction.atomic
def take_up(*, person: User) -> bool:
    """Take up the invitation that a person joins by, now that their address is confirmed.

    False where somebody else took it up, or it was withdrawn; nothing changes then. Of an invitation that
    ran out meanwhile the time counts when they joined.
    """
    number = User.objects.filter(pk=person.pk).values_list("joins_by", flat=True).first()
    if number is None:
        return True
    if not _taken(Invitation.objects.filter(pk=number), person):
        return False
    User.objects.filter(pk=person.pk).update(joins_by=None)
    person.joins_by = None
    return True


@transaction.atomic
def accept(*, token: str, person: User) -> Invitation | None:
    """Note that a person joined by an invitation. Gives None for one that somebody else took up."""
    open_ones = Invitation.objects.filter(token_digest=digest(token[:200]), expires_at__gt=timezone.now())
    return _taken(open_ones, person)


def _taken(rows: QuerySet[Invitation], person: User) -> Invitation | None:
    now = timezone.now()
    still_open = rows.filter(accepted_at=None, withdrawn_at=None)
    if not still_open.update(accepted_by=person, accepted_at=now, email=""):
        return None
    invitation = Invitation.objects.get(accepted_by=person)
    if invitation.is_admin:
        User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    log.info("%s joined by invitation %s", person.handle, invitation.pk)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> None:
    """Take an invitation back. Raises `Refused` for another person's, and for one that was taken up."""
    if invitation.inviter_id != by.pk and not by.is_superuser:
        raise Refused("This is another person's invitation.")
    withdrawn = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        withdrawn_at=timezone.now(), email=""
    )
    if not withdrawn:
        raise Refused("Somebody has joined by this invitation already.")
    log.info("invitation %s withdrawn by %s", invitation.pk, by.handle)


def hand_out(person: User) -> list[dict[str, Any]]:
    """The invitations that a person made, and the one the person came by."""
    made = Invitation.objects.filter(inviter=person).order_by("created_at")
    told = "email", "created_at", "expires_at", "accepted_at", "withdrawn_at", "accepted_by__handle"
    came = Invitation.objects.filter(accepted_by=person).values("accepted_at", "inviter__handle")
    return [*made.values(*told), *came]


def forget(*, person: User) -> set[int]:
    """Remove the open invitations of someone who leaves; who joined by one stays, invited by nobody.

    One by which someone is about to join is withdrawn: without it they would seem to have needed none.
    """
    claimed = User.objects.exclude(joins_by=None).values("joins_by")
    withdrawn = Invitation.objects.filter(inviter=person, accepted_at=None, pk__in=claimed)
    withdrawn.update(withdrawn_at=timezone.now(), email="", inviter=None)
    Invitation.objects.filter(inviter=person, accepted_at=None).delete()
    Invitation.objects.filter(inviter=person).update(inviter=None)
    Invitation.objects.filter(accepted_by=person).delete()
    return set()


GIVING = Giving("invitations", (Invitation,), hand_out, forget)
