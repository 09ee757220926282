"""How far an account is trusted: by its age and its use, and what moderators decided about it.

The level is read off the account's own row, so that asking for it costs no query. `actions.review_trust`
finds once a day who has become trusted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from dailypapers.community.access import Refused
from dailypapers.community.limits import A_DAY, allow
from dailypapers.community.models.people import User


class Level(IntEnum):
    """The levels of trust, each with more than the one before."""

    NEW = 0
    """Younger than a week: it could have been made to vote or to advertise. Also for some time after a
    warning or a suspension."""
    KNOWN = 1
    """A week old, or vouched for by a moderator."""
    TRUSTED = 2
    """Used well for long; moderators and administrators too."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often a day something may be done, by level."""

    what: str
    """As a person says it: `votes`."""
    usual: tuple[int, int, int]
    """Of a new, a known and a trusted account."""
    setting_for_new: str = ""
    """The setting that says it for new accounts, where the site can choose."""

    @property
    def times(self) -> tuple[int, int, int]:
        """Of a new, a known and a trusted account, as this site has it."""
        new, known, trusted = self.usual
        return (getattr(settings, self.setting_for_new) if self.setting_for_new else new), known, trusted


VOTES = Allowance("votes", (50, 400, 1_000), "VOTES_PER_DAY_NEW")
COMMENTS = Allowance("comments", (20, 150, 300))
REACTIONS = Allowance("reactions", (50, 400, 1_000))
REPORTS = Allowance("reports", (5, 30, 100))
GROUP_INVITATIONS = Allowance("invitations to groups", (5, 50, 200))
ALLOWANCES: Final = (VOTES, COMMENTS, REACTIONS, REPORTS, GROUP_INVITATIONS)


def level_of(person: User, now: datetime | None = None) -> Level:
    """How far a person is trusted now."""
    now = now or timezone.now()
    if person.is_staff or person.moderates:
        return Level.TRUSTED
    if person.limited_until is not None and person.limited_until > now:
        return Level.NEW
    if person.trust >= Level.TRUSTED:
        return Level.TRUSTED
    if person.trust >= Level.KNOWN or person.joined_at <= now - timedelta(days=settings.NEW_DAYS):
        return Level.KNOWN
    return Level.NEW


def count_act(person: User, allowance: Allowance, now: datetime) -> None:
    """Count something that a person does today, and that they were active. Raises `TooMany` for too much.

    Raises `Refused` where a site lets accounts of this level give none.
    """
    level = level_of(person, now)
    times = allowance.times[level]
    if not times:
        raise Refused(f"On this site new accounts give no {allowance.what}.")
    why = " while an account is new" if level is Level.NEW else ""
    told = f"That is {times:,} {allowance.what} within a day, as many as one can give{why}. Go on tomorrow."
    allow(f"{allowance.what} a day", person, times=times, seconds=A_DAY, told=told)
    today = timezone.localdate(now)
    if person.last_active_on != today:
        not_yet = Q(last_active_on=None) | Q(last_active_on__lt=today)
        rows = User.objects.filter(not_yet, pk=person.pk)
        rows.update(last_active_on=today, days_active=F("days_active") + 1)
        person.last_active_on = today


def new_people(of: str = "", now: datetime | None = None) -> Q:
    """Whose level is `NEW`, for queries over many rows; `of` is the way to the person: `person__`."""
    now = now or timezone.now()
    limited = Q(**{f"{of}limited_until__gt": now})
    young = Q(
        **{f"{of}joined_at__gt": now - timedelta(days=settings.NEW_DAYS), f"{of}trust__lt": Level.KNOWN}
    )
    suspended = Q(**{f"{of}suspended_until__gt": now})
    moderate = Q(**{f"{of}is_moderator": True}) | Q(**{f"{of}is_superuser": True})
    serves = Q(**{f"{of}is_staff": True}) | (moderate & Q(**{f"{of}is_active": True}) & ~suspended)
    return (limited | young) & ~serves


def links_wait(person: User, now: datetime) -> bool:
    """Whether a person's links to other sites are seen only after a moderator has looked at them."""
    return bool(settings.NEW_LINKS_WAIT) and level_of(person, now) is Level.NEW
