"""Who says to have written a paper, what became of it, and what they put right of it."""

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper


class Claim(models.Model):
    """That a person says to be one of a paper's authors. One a person and paper."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "Waits for a moderator"
        CONFIRMED = "confirmed", "Confirmed"
        DENIED = "denied", "Denied"
        APPEALED = "appealed", "Denied, and waits for another look"

    class How(models.TextChoices):
        """By what it was confirmed."""

        ORCID = "orcid", "by an ORCID that the paper's record names"
        EMAIL = "email", "by an e-mail address that the paper's record names"
        MODERATOR = "moderator", "by a moderator"

    WAITING = (State.OPEN, State.APPEALED)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims", db_index=False
    )
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="claims", db_index=False)
    name = models.CharField(max_length=300)
    """The author's name as it was printed when it was claimed."""
    position = models.PositiveIntegerField()
    """The place in the order then; `corrections.find_place` says where the name stands now."""
    state = models.CharField(max_length=10, choices=State.choices)
    how = models.CharField(max_length=10, choices=How.choices, blank=True)
    reason = models.TextField(blank=True)
    """How one can see that it is so, in the person's words."""
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    decided_for = models.CharField(max_length=500, blank=True)
    """Why a moderator denied it; told to the person."""
    appeal = models.TextField(blank=True)
    """Why that is wrong, in the person's words."""
    appealed_at = models.DateTimeField(null=True)
    """When they said so; they can once."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "paper"], name="claim_once")]
        indexes = [
            models.Index(fields=["paper", "state"], name="claim_by_paper"),
            models.Index(fields=["person", "state", "-created_at"], name="claim_by_person"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["open", "appealed"]),
                name="claim_waiting",
            ),
            models.Index(
                fields=["decided_by"], condition=models.Q(decided_by__isnull=False), name="claim_decider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.name} of {self.paper_id}: {self.state}"

    @property
    def can_be_appealed(self) -> bool:
        """Whether the person may still ask for another look."""
        return self.state == self.State.DENIED and self.appealed_at is None


class Amendment(models.Model):
    """That an author put something right: who, what, when, and what it said before. Kept when undone."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="amendments", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="amendments", db_index=False
    )
    """Nobody where the person has left."""
    kind = models.CharField(max_length=12)
    """As `records.Correction` has it, and `subject`, `position` and `text` too."""
    subject = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    said_before = models.TextField(blank=True)
    """What the paper's page said in its place."""
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    """When it stopped to hold: by a moderator, or as an author changed it again or took it back."""
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """The moderator who undid it."""
    undone_for = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["paper", "-created_at"], name="amendment_by_paper"),
            models.Index(fields=["person", "-created_at"], name="amendment_by_person"),
            models.Index(
                fields=["undone_by"], condition=models.Q(undone_by__isnull=False), name="amendment_undoer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.paper_id}"
