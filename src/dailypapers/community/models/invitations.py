"""Who brought whom: the tree of invitations."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone


def new_token() -> str:
    """A one-time token for the link of an invitation."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What is kept of a token: whoever reads the table cannot use the invitations in it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Invitation(models.Model):
    """That a person may join. Accepted, it says who invited whom."""

    inviter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    """Nobody where it was made on the command line, or the inviter has left."""
    token_digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    """For whom it is; anyone who has the link where empty. Forgotten when it is accepted."""
    is_admin = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_by = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="invitation"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.inviter} invites {self.accepted_by or self.email or 'someone'}"

    @property
    def is_open(self) -> bool:
        """Whether somebody can still join by it."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()
