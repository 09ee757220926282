"""What is decided about people: a warning, a suspension and its end, who moderates."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from dailypapers.community.access import (
    Invalid,
    Refused,
    checked_reason,
    require_active,
    require_decision,
    suspended_until,
)
from dailypapers.community.actions import notify
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Kind as Told
from dailypapers.community.models.people import FOR_GOOD, User
from dailypapers.community.moderation_log import enter

log = logging.getLogger(__name__)

Kind = Decision.Kind

LIMITED_AFTER_WARNING = timedelta(days=14)
LIMITED_AFTER_SUSPENSION = timedelta(days=30)
"""How long an account counts as new afterwards."""
LONGEST_SUSPENSION = 365
"""Days; what is to last longer is for good."""


@transaction.atomic
def warn(*, handle: str, by: User, reason: str, now: datetime | None = None) -> User:
    """Warn someone, who may only read until they have confirmed to have read it. Raises `Refused`."""
    now = now or timezone.now()
    person = _about(handle, by)
    reason = checked_reason(reason)
    person.warned_for = reason
    person.limited_until = max(person.limited_until or now, now + LIMITED_AFTER_WARNING)
    person.save(update_fields=["warned_for", "limited_until"])
    enter(Kind.WARN, by=by, reason=reason, about=[person], now=now)
    _tell(person, f"A moderator has warned you: {reason}", now)
    log.info("%s warned %s: %s", by.handle, person.handle, reason)
    return person


def confirm_warning(*, person: User) -> None:
    """Note that someone has read a warning. It stays in the log; where there is none nothing changes."""
    if User.objects.filter(pk=person.pk).exclude(warned_for="").update(warned_for=""):
        log.info("%s has read the warning", person.handle)
    person.warned_for = ""


@transaction.atomic
def suspend(*, handle: str, by: User, reason: str, days: int | None, now: datetime | None = None) -> User:
    """Let someone read but not act for some days, or for good with None. Raises `Refused`.

    Moderators suspend neither administrators nor each other. Sessions stay: the person is to read why, and
    may take everything along and leave.
    """
    now = now or timezone.now()
    person = _about(handle, by, on_moderators=False)
    reason = checked_reason(reason)
    if days is not None and not 1 <= days <= LONGEST_SUSPENSION:
        raise Invalid(f"Someone can be suspended for 1 to {LONGEST_SUSPENSION} days, or for good.")
    person.suspended_until = FOR_GOOD if days is None else now + timedelta(days=days)
    person.suspended_for = reason
    person.limited_until = person.suspended_until + LIMITED_AFTER_SUSPENSION
    person.save(update_fields=["suspended_until", "suspended_for", "limited_until"])
    enter(Kind.SUSPEND, by=by, reason=reason, about=[person], until=person.suspended_until, now=now)
    _tell(person, f"Your account is suspended {suspended_until(person)}: {reason}", now)
    log.info("%s suspended %s %s: %s", by.handle, person.handle, suspended_until(person), reason)
    return person


@transaction.atomic
def lift(*, handle: str, by: User, reason: str, now: datetime | None = None) -> User:
    """End a suspension, and with it that the account counts as new afterwards. Raises `Refused`."""
    now = now or timezone.now()
    person = _about(handle, by, on_moderators=False)
    reason = checked_reason(reason)
    if not person.is_suspended(now):
        raise Refused("This account is not suspended.")
    person.suspended_until, person.suspended_for, person.limited_until = None, "", None
    person.save(update_fields=["suspended_until", "suspended_for", "limited_until"])
    enter(Kind.LIFT, by=by, reason=reason, about=[person], now=now)
    _tell(person, f"Your account is not suspended any more: {reason}", now)
    log.info("%s lifted the suspension of %s: %s", by.handle, person.handle, reason)
    return person


@transaction.atomic
def appoint(
    *, handle: str, by: User | None, moderates: bool, reason: str, now: datetime | None = None
) -> User:
    """Make someone a moderator, or no more. Only administrators do; nobody for the command line.

    Raises `Refused`.
    """
    if by is not None:
        require_active(by, now)
        if not by.is_superuser:
            log.warning("%s was refused: not an administrator", by.handle)
            raise Refused("Only administrators make moderators.")
    reason = checked_reason(reason)
    person = _found(handle)
    if person.is_moderator == moderates:
        raise Refused(f"{person.handle} is {'a moderator already' if moderates else 'no moderator'}.")
    if moderates and person.is_suspended(now):
        raise Refused(f"{person.handle} is suspended.")
    person.is_moderator = moderates
    person.save(update_fields=["is_moderator"])
    kind = Kind.APPOINT if moderates else Kind.DISCHARGE
    enter(kind, by=by, reason=reason, about=[person], now=now)
    done = "a moderator" if moderates else "a moderator no more"
    _tell(person, f"You are {done}: {reason}", now)
    log.info("%s made %s %s: %s", by or "the command line", person.handle, done, reason)
    return person


def _about(handle: str, by: User, *, on_moderators: bool = True) -> User:
    """Whom a decision is about, where `by` may take it. Raises `Refused`."""
    require_decision(by=by, about=[])
    person = _found(handle)
    require_decision(by=by, about=[person], on_moderators=on_moderators)
    return person


def _tell(person: User, said: str, now: datetime | None) -> None:
    notify.tell(person_id=person.pk, kind=Told.DECIDED, said=said, leads_to="/settings/standing", now=now)


def _found(handle: str) -> User:
    person = User.objects.select_for_update().filter(handle=handle.lower()[:60], is_active=True).first()
    if person is None:
        raise Invalid("Nobody has this handle.")
    return person
