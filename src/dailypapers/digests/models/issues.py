"""What was composed, to whom it went, and what became of it."""

from django.db import models

from dailypapers.catalogue.models import Paper
from dailypapers.digests.models.subscriptions import Subscription


class Issue(models.Model):
    """The papers of one mail, once for all who get the same ones for the same reasons."""

    key = models.CharField(max_length=64, unique=True)
    """A digest of what it holds, so that composing it again after a kill finds it."""
    created_at = models.DateTimeField()
    sections = models.JSONField()
    """`[[title, [[paper, why], …]], …]`."""
    papers = models.JSONField()
    """The papers alone: what was sent is never sent again."""

    def __str__(self) -> str:
        return f"issue {self.pk} of {len(self.papers)} papers"


class Delivery(models.Model):
    """One mail: to one subscriber for one period. Written before anything is sent."""

    class State(models.TextChoices):
        """How far it came."""

        DUE = "due", "Due"
        SENDING = "sending", "Handed over, with no answer yet"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        BOUNCED = "bounced", "Came back"
        EMPTY = "empty", "Too few papers"

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    period = models.CharField(max_length=10)
    issue = models.ForeignKey(Issue, models.CASCADE, null=True, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField()
    next_try = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    """What the mail server said, without the address."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "period"], name="delivery_once_a_period")
        ]
        indexes = [
            models.Index(
                fields=["next_try", "id"],
                condition=models.Q(state__in=["due", "sending"]),
                name="delivery_open",
            ),
            models.Index(fields=["subscription", "due_at", "issue"], name="delivery_history"),
            models.Index(fields=["due_at", "state"], name="delivery_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.period} for {self.subscription_id}: {self.state}"


class JoinedPaper(models.Model):
    """That a paper that was sent is now another one, so that it is not sent again under the other's key."""

    gone = models.BigIntegerField(unique=True)
    kept = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.gone} is {self.kept}"


class Opinion(models.Model):
    """What a subscriber said of a paper that was sent, by a link in the mail."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="opinions", db_index=False)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="opinions")
    useful = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "paper"], name="opinion_once")]

    def __str__(self) -> str:
        return f"{self.paper_id} is {'' if self.useful else 'not '}useful to {self.subscription_id}"
