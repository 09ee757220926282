"""Handles that people had before: their addresses lead on, until someone else takes the handle."""

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
