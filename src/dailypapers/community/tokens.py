"""Whom a token stands for, and what it may do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from dailypapers.community.models.people import User
from dailypapers.community.models.tokens import PREFIX, AccessToken, digest

LONGEST = 200
"""Characters of what may be a token; those that we make have 46."""
NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who showed a token."""

    person: User
    scopes: frozenset[str]
    token_id: int

    def may(self, scope: str) -> bool:
        """Whether the token is good for this."""
        return scope in self.scopes


def bearer(secret: str, now: datetime | None = None) -> Bearer | None:
    """Who shows this token; None for one that is not ours, ran out, or whose person's account is closed.

    That a suspended person may only read is for the actions to say, as it is on pages.
    """
    if not secret.startswith(PREFIX) or len(secret) > LONGEST or not secret.isascii():
        return None
    now = now or timezone.now()
    # Found by the hash of what was shown: how long that takes tells nothing of the tokens that there are.
    token = AccessToken.objects.select_related("person").filter(digest=digest(secret)).first()
    if token is None or not token.is_good(now) or not token.person.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        hour = now.replace(minute=0, second=0, microsecond=0)
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=hour)
    return Bearer(token.person, frozenset(token.scopes), token.pk)
