"""Votes that look arranged: held for a moderator, and not counted meanwhile.

Looked at are the votes for one paper. New accounts are suspect together; whoever has been here for a
while is not, because a lab votes from one address for the papers of its field. Letting a vote count
vouches for its person (`trust`), who is not looked at as new again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from dailypapers.community.networks import KEPT_FOR
from dailypapers.community.trust import Level, level_of

SAME_ADDRESS = "same address"
NEW_ACCOUNTS = "new accounts"
SAME_MINUTE = "same minute"
REASONS = (SAME_ADDRESS, NEW_ACCOUNTS, SAME_MINUTE)

NEW_IN_A_DAY = 4
"""New accounts that vote for one paper within a day before their votes are held."""
OF_ONE_NETWORK_IN_A_MINUTE = 4
"""Votes of one network for a paper within a minute before further ones are held, of old accounts too."""
LOOKED_AT = 100
"""The newest votes of a paper that are looked at."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The votes to be held, and why; the one just cast among them or not."""

    votes: list[Vote] = field(default_factory=list)
    why: str = ""


def is_new(person: User, now: datetime) -> bool:
    """Whether an account is so new that it could have been made to vote."""
    return level_of(person, now) is Level.NEW


def look_at(cast: Vote, person: User, now: datetime) -> Ring:
    """The votes for a paper that are to be held together with the one just cast."""
    if person.is_staff:
        return Ring()
    if is_new(person, now):
        others = [one for one in _recent(cast, now - KEPT_FOR) if is_new(one.person, now)]
        same = [one for one in others if cast.address_key and one.address_key == cast.address_key]
        if same:
            return Ring([cast, *(one for one in same if not one.held)], SAME_ADDRESS)
        lately = [one for one in others if one.created_at > now - timedelta(days=1)]
        if len(lately) >= NEW_IN_A_DAY - 1 and _some_are_old(now):
            return Ring([cast, *(one for one in lately if not one.held)], NEW_ACCOUNTS)
    if cast.address_key:
        minute = _recent(cast, now - timedelta(minutes=1))
        if sum(one.address_key == cast.address_key for one in minute) >= OF_ONE_NETWORK_IN_A_MINUTE:
            return Ring([cast], SAME_MINUTE)
    return Ring()


def _some_are_old(now: datetime) -> bool:
    """Whether anyone has been here for a while: in the first week of a site nobody has."""
    before = now - timedelta(days=settings.NEW_DAYS)
    return User.objects.filter(joined_at__lte=before, is_active=True, is_staff=False).exists()


def _recent(cast: Vote, since: datetime) -> list[Vote]:
    """The other votes for the paper since then, the newest of those counted and of those held."""
    votes = Vote.objects.filter(paper_id=cast.paper_id, created_at__gt=since).exclude(pk=cast.pk)
    newest = votes.select_related("person").order_by("-created_at")
    return [*newest.filter(held="")[:LOOKED_AT], *newest.filter(held__gt="")[:LOOKED_AT]]
