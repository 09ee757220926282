"""Who gets digests, which, and when."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from dailypapers.community.models.follows import Topic
from dailypapers.digests.schedule import Frequency, Schedule


class Subscription(models.Model):
    """That papers are sent to an address; with an account or without."""

    class State(models.TextChoices):
        """Whether mails go out."""

        UNCONFIRMED = "unconfirmed", "Waits to be confirmed"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    class Frequencies(models.TextChoices):
        """How often, in words."""

        DAILY = Frequency.DAILY.value, "Every day"
        WEEKDAYS = Frequency.WEEKDAYS.value, "Monday to Friday"
        WEEKLY = Frequency.WEEKLY.value, "Every week"
        MONTHLY = Frequency.MONTHLY.value, "Every month, on the first"

    address = models.CharField(max_length=254)
    key = models.CharField(max_length=600, unique=True)
    """The address in the one spelling that is compared; casefolding can make letters longer."""
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="subscriptions"
    )
    nonce = models.CharField(max_length=32)
    """In every signed link; with a new one the links of older mails lead nowhere."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    paused_for = models.CharField(max_length=200, blank=True)
    """Why it rests, where the site and not the reader let it rest."""
    hard_bounces = models.PositiveSmallIntegerField(default=0)
    soft_bounces = models.PositiveSmallIntegerField(default=0)
    """Mails in a row that came back for good, and for now."""
    created_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    consented_where = models.CharField(max_length=200, blank=True)
    """Where the reader agreed, as the operator told who brought the address along; empty for here."""
    ended_at = models.DateTimeField(null=True)

    frequency = models.CharField(max_length=8, choices=Frequencies.choices, default=Frequencies.DAILY)
    weekday = models.PositiveSmallIntegerField(default=0)
    hour = models.PositiveSmallIntegerField(default=7)
    zone = models.CharField(max_length=64, default="UTC")
    next_due = models.DateTimeField(null=True)
    """When the next digest is due, as `schedule` says; none while it is not active."""

    trending = models.BooleanField(default=True)
    follows = models.BooleanField(default=False)
    """What /following shows its person."""
    fields = models.JSONField(default=list)
    searches = models.JSONField(default=list)
    papers = models.PositiveSmallIntegerField(default=10)
    least_votes = models.PositiveIntegerField(default=0)
    """A paper of the trending list with fewer votes is left out."""
    least_papers = models.PositiveSmallIntegerField(default=1)
    """With fewer papers nothing is sent."""

    class Meta:
        indexes = [
            models.Index(
                fields=["next_due"], condition=models.Q(state="active"), name="subscription_next_due"
            ),
            models.Index(fields=["state"], name="subscription_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} to {self.address} ({self.state})"

    @property
    def schedule(self) -> Schedule:
        """When its digests are due."""
        return Schedule(Frequency(self.frequency), self.hour, ZoneInfo(self.zone), self.weekday)


class SubscribedTopic(models.Model):
    """A search of a confirmed subscription, whose papers the worker looks up as it does for followers."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="topics", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="subscribed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "topic"], name="subscribed_topic_once")
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} for {self.subscription_id}"
