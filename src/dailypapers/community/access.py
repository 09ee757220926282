"""Who may do what. Actions ask here before they write."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db.models import Q
from django.utils import timezone

from dailypapers.community.comment_text import one_line
from dailypapers.community.models.people import FOR_GOOD, User

log = logging.getLogger(__name__)

LONGEST_REASON = 200


class Refused(Exception):
    """An action that a person may not do, or not any more; the text is for the person."""

    status: ClassVar = 403
    """How HTTP says it, on pages and to programs alike."""


class Invalid(Refused):
    """What was sent cannot be taken as it is: too long, empty, no address. Mended, it can be sent again."""

    status = 422


class TooMany(Refused):
    """Refused only for now: a limit is reached. `limits.refuse` raises it."""

    status = 429


def why_not(person: User, now: datetime | None = None) -> str:
    """Why someone may read but not act: closed, suspended, a warning not read; empty for who may act."""
    if not person.is_active:
        return "This account is closed."
    if person.is_suspended(now):
        return f"This account is suspended {suspended_until(person)}{because(person.suspended_for)}"
    if person.warned_for:
        return "A moderator has warned you. Read and confirm it on your standing page first."
    return ""


def require_active(person: User, now: datetime | None = None) -> None:
    """Raise `Refused` for someone who may read but not act, with a line for the operator."""
    if told := why_not(person, now):
        log.warning("%s was refused: %s", person.handle, told)
        raise Refused(told)


def require_moderator(person: User) -> None:
    """Raise `Refused` for someone who does not moderate."""
    require_active(person)
    if not person.moderates:
        log.warning("%s was refused: not a moderator", person.handle)
        raise Refused("Only moderators can do this.")


def require_decision(*, by: User, about: Iterable[User | None], on_moderators: bool = True) -> None:
    """Raise `Refused` for someone who may not decide about these people.

    Nobody decides about themself, and only administrators about administrators. Where `on_moderators` is
    false, moderators cannot decide about each other either.
    """
    require_moderator(by)
    for person in about:
        if person is None:
            continue
        if person.pk == by.pk:
            raise Refused(about_oneself(by))
        if by.is_superuser:
            continue
        if person.is_superuser or (person.is_moderator and not on_moderators):
            log.warning("%s was refused: decided about %s", by.handle, person.handle)
            raise Refused("Only administrators can decide this about administrators and moderators.")


def about_oneself(by: User) -> str:
    """What a moderator is told who would decide about themself: who decides it instead."""
    now = timezone.now()
    may_act = Q(suspended_until=None) | Q(suspended_until__lte=now)
    others = User.objects.filter(may_act, is_active=True).exclude(pk=by.pk)
    if others.filter(is_moderator=True).exists():
        return "This is about yourself. Another moderator must decide it."
    if others.filter(is_superuser=True).exists():
        return (
            "This is about yourself, and you are the only moderator: an administrator of the site decides it."
        )
    return "This is about yourself, and nobody else moderates here. It waits until someone else does."


def checked_reason(text: str) -> str:
    """A moderator's reason in one line. Raises `Invalid` for none and for one that is too long."""
    reason = one_line(text[: 10 * LONGEST_REASON], 10 * LONGEST_REASON)
    if not reason:
        raise Invalid("Say why: the people concerned will read it.")
    if len(text) > 10 * LONGEST_REASON or len(reason) > LONGEST_REASON:
        raise Invalid(f"A reason can have {LONGEST_REASON} characters.")
    return reason


def suspended_until(person: User) -> str:
    """`until May 3, 2026` or `for good`."""
    if person.suspended_until is None or person.suspended_until >= FOR_GOOD:
        return "for good"
    until = timezone.localtime(person.suspended_until)
    return f"until {until:%B} {until.day}, {until.year}"


def because(reason: str) -> str:
    """The end of a sentence that gives a reason, where there is one."""
    return f": {reason}" if reason else "."
