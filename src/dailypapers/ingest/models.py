"""What the site knows of its sources: harvests, what was announced, what was kept aside."""

from django.db import models


class Harvest(models.Model):
    """One run over a source. Its cursor moves in the same transaction as the papers it brings."""

    class State(models.TextChoices):
        """How far a harvest is."""

        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"

    source = models.CharField(max_length=40)
    origin = models.TextField(blank=True)
    """The base address or the file paths."""
    request = models.TextField(blank=True)
    """What was asked (since, until, set), so that the same command takes up the same harvest."""
    scope = models.TextField(blank=True)
    """How much of the source it takes (see `ingest.scope`): the fields that are followed may change."""
    cursor = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-started_at"], name="harvest_latest")]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M} {self.state}"


class Rejection(models.Model):
    """A record that was not taken: where it stood, why, and how it began."""

    source = models.CharField(max_length=40)
    origin = models.TextField(blank=True)
    place = models.TextField()
    page = models.TextField(blank=True)
    """The page it stood on; when that page is taken anew, it tells anew what cannot be taken of it."""
    day = models.DateField(null=True)
    """The announcement day that the page was about, where it was about one."""
    reason = models.TextField()
    excerpt = models.TextField(blank=True)
    identifier = models.CharField(max_length=220, blank=True)
    rejected_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "origin", "place"], name="rejection_once")]

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class Announcement(models.Model):
    """That a source announced an identifier on a day. What is held of it is looked up, never stored."""

    source = models.CharField(max_length=40)
    day = models.DateField()
    scheme = models.CharField(max_length=12)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "day", "scheme", "value"], name="announcement_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day} {self.scheme}:{self.value}"


class Coverage(models.Model):
    """How whole a source's day is."""

    class State(models.TextChoices):
        """What is known of the day."""

        COMPLETE = "complete"
        GAP = "gap"
        """Announced papers are missing."""
        EMPTY = "empty"
        """The source was asked and announced nothing."""
        UNKNOWN = "unknown"
        """No route could tell what was announced."""

    source = models.CharField(max_length=40)
    day = models.DateField()
    announced = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.UNKNOWN)
    routes = models.CharField(max_length=200, blank=True)
    """The routes asked so far, in order."""
    scope = models.TextField(blank=True)
    """How much of the source was counted (see `ingest.scope`)."""
    error = models.TextField(blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="coverage_once")]
        indexes = [models.Index(fields=["day"], name="coverage_by_day")]

    def __str__(self) -> str:
        return f"{self.source} {self.day} {self.state}: {self.held} of {self.announced}"
