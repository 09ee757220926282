"""Votes of people here, and how many of them count for each paper."""

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper


class Vote(models.Model):
    """That a person thinks a paper is worth reading. Counted unless it is held."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="votes", db_index=False)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="votes", db_index=False)
    created_at = models.DateTimeField()
    held = models.CharField(max_length=40, blank=True)
    """Why it is not counted until a moderator lets it; empty for one that counts."""
    address_key = models.CharField(max_length=32, blank=True)
    """A keyed hash of the network it came from, forgotten after a week."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "paper"], name="vote_once")]
        indexes = [
            models.Index(fields=["paper", "held", "-created_at"], name="vote_by_paper"),
            models.Index(fields=["person", "-created_at"], name="vote_by_person"),
            models.Index(
                fields=["created_at"], condition=~models.Q(address_key=""), name="vote_with_address"
            ),
            models.Index(fields=["created_at"], condition=~models.Q(held=""), name="vote_held"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.paper_id}{f' ({self.held})' if self.held else ''}"


class VoteCount(models.Model):
    """How many votes of people here count for a paper; kept with each vote, never counted over."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="vote_count")
    votes = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.votes}"
