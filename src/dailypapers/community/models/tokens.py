"""Tokens: what programs that act for a person show instead of a password."""

import hashlib
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import models

PREFIX: Final = "dp_"
"""What every token begins with, so that people and scanners for leaked secrets recognise one."""


def new_secret() -> str:
    """A token: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a token: whoever reads the table cannot use those in it.

    A plain hash is enough for 256 random bits: there is nothing to guess that a slow one would protect.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


class AccessToken(models.Model):
    """That a program may act for a person, and in what."""

    class Scope(models.TextChoices):
        """What a token is good for."""

        READ = "read", "See what you see: your feed, bookmarks, collections and groups"
        VOTE = "vote", "Vote, and take votes back"
        COMMENT = "comment", "Write, change and remove your comments, and react"
        COLLECT = "collect", "Change your bookmarks and collections"
        SUBMIT = "submit", "Submit papers, claim yours and put them right"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens", db_index=False
    )
    name = models.CharField(max_length=60)
    """What the person calls it, to know later which program has it."""
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    """Its last characters, by which its owner tells it from others."""
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    """To the hour: when it was used says when a person's program, and so the person, was awake."""
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-created_at"], name="access_token_by_person")]

    def __str__(self) -> str:
        return f"token {self.pk} of {self.person_id}: {', '.join(self.scopes)}"

    def is_good(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
