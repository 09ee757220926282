"""Pictures and videos that people add to what they submit."""

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper


class Medium(models.Model):
    """A picture or a video, made anew by us; its files are in the home folder (`community.media`)."""

    class Kind(models.TextChoices):
        """What it is."""

        PICTURE = "picture", "Picture"
        VIDEO = "video", "Video"

    class State(models.TextChoices):
        """How far it is made."""

        WAITING = "waiting", "Waits to be made anew"
        READY = "ready", "Ready"
        FAILED = "failed", "Cannot be made"

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="media")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="media")
    name = models.CharField(max_length=32, unique=True)
    """What its files are called, and nobody guesses."""
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    description = models.CharField(max_length=200, blank=True)
    """What it shows, in the person's words, for those who do not see it."""
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    """Why it cannot be made."""
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "media"
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(state="waiting"), name="medium_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.paper_id}"
