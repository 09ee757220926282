"""Tokens: made, revoked."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from dailypapers.community import texts
from dailypapers.community.access import Invalid, Refused, require_active
from dailypapers.community.giving import Giving
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.people import User
from dailypapers.community.models.tokens import AccessToken, digest, new_secret

log = logging.getLogger(__name__)

MOST = 20
"""Tokens of a person that can be used."""
LONGEST_NAME = 60
LONGEST_LIFE = 3_660
"""Days."""


def create(
    *, person: User, name: str, scopes: Sequence[str], days: int | None = None, now: datetime | None = None
) -> tuple[AccessToken, str]:
    """Make a token; gives it and its secret, which is kept nowhere.

    It runs out after so many days, or never. Raises `Refused` with what is wrong, `TooMany`.
    """
    now = now or timezone.now()
    require_active(person, now)
    if len(name) > 4 * LONGEST_NAME or len(name := texts.line(name)) > LONGEST_NAME:
        raise Invalid(f"A name can have {LONGEST_NAME} characters.")
    if not name:
        raise Invalid("Name the program that the token is for, so that you know later which it is.")
    wanted = [one for one in AccessToken.Scope.values if one in scopes]
    if not wanted:
        raise Invalid("Choose what the token may be used for.")
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise Invalid(f"A token is good for 1 to {LONGEST_LIFE:,} days, or until you revoke it.")
    told = "That is many tokens. Go on in an hour."
    allow("make tokens", person, times=MOST, seconds=AN_HOUR, told=told)
    secret = new_secret()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if usable(person, now).count() >= MOST:
            raise Refused(f"You have {MOST} tokens, the most there can be. Revoke one first.")
        made = AccessToken.objects.create(
            person=person,
            name=name,
            digest=digest(secret),
            ending=secret[-4:],
            scopes=wanted,
            created_at=now,
            expires_at=now + timedelta(days=days) if days is not None else None,
        )
    log.info("%s made token %d for %s", person.handle, made.pk, ", ".join(wanted))
    return made, secret


def revoke(*, person: User, token_id: int, now: datetime | None = None) -> None:
    """End one's own token at once. Raises `Refused` for another person's, which is as good as none."""
    now = now or timezone.now()
    if not usable(person, now).filter(pk=token_id).update(revoked_at=now):
        raise Refused("You have no such token, or it has ended already.")
    log.info("%s revoked token %d", person.handle, token_id)


def usable(person: User, now: datetime) -> QuerySet[AccessToken]:
    """A person's tokens that can be used, the newest first."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=now)
    return AccessToken.objects.filter(lasting, person=person, revoked_at=None).order_by("-created_at", "-pk")


def hand_out(person: User) -> list[dict[str, Any]]:
    """The tokens that a person made; their secrets are kept nowhere."""
    told = "name", "ending", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"
    return list(AccessToken.objects.filter(person=person).order_by("created_at").values(*told))


def forget(*, person: User) -> set[int]:
    """Remove the tokens of someone who leaves."""
    AccessToken.objects.filter(person=person).delete()
    return set()


GIVING = Giving("tokens", (AccessToken,), hand_out, forget)
