"""Who may do what. Actions ask here before they write."""

from datetime import datetime

from django.utils import timezone

from dailypapers.community.models.people import User


class Refused(Exception):
    """An action that a person may not do, or not now; the text is for the person."""


class TooMany(Refused):
    """Refused only for now."""


def require_active(person: User, now: datetime | None = None) -> None:
    """Raise `Refused` for someone whose account is closed or suspended."""
    if not person.is_active:
        raise Refused("This account is closed.")
    if person.is_suspended(now):
        assert person.suspended_until is not None  # noqa: S101
        until = timezone.localtime(person.suspended_until)
        raise Refused(f"This account is suspended until {until:%B} {until.day}, {until.year}.")


def require_moderator(person: User) -> None:
    """Raise `Refused` for someone who does not moderate."""
    require_active(person)
    if not person.moderates:
        raise Refused("Only moderators can do this.")
