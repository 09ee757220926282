"""Handles that people had before: their addresses lead on, and nobody else gets them."""

from django.conf import settings
from django.db import models

from dailypapers.community import handles


class FormerHandle(models.Model):
    """That a person went by a handle."""

    handle = models.CharField(max_length=handles.LONGEST, primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_handles")
    left_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.handle}, of {self.person_id}"


class GoneHandle(models.Model):
    """That a handle is given to nobody, as its person left or let it go: a keyed hash, nothing of them."""

    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.digest[:12]
