"""How far an account is trusted: by its age and its use, and what a moderator said of it.

The level is read off the account's own row, so that asking for it costs no query.
"""

from datetime import datetime, timedelta
from enum import IntEnum

from django.utils import timezone

from dailypapers.community.models.people import User

NEW_FOR = timedelta(days=7)
"""How long an account counts as new, unless a moderator vouched for it."""


class Level(IntEnum):
    """The levels of trust, each with more than the one before."""

    NEW = 0
    """Younger than a week: it could have been made to vote or to advertise. Also for some time after a
    warning or a suspension."""
    KNOWN = 1
    """A week old, or vouched for by a moderator."""
    TRUSTED = 2
    """Used well for long; moderators and administrators too."""


def level_of(person: User, now: datetime | None = None) -> Level:
    """How far a person is trusted now."""
    now = now or timezone.now()
    if person.is_staff or person.moderates:
        return Level.TRUSTED
    if person.limited_until is not None and person.limited_until > now:
        return Level.NEW
    if person.trust >= Level.TRUSTED:
        return Level.TRUSTED
    if person.trust >= Level.KNOWN or person.joined_at <= now - NEW_FOR:
        return Level.KNOWN
    return Level.NEW
