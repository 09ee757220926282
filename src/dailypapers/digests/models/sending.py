"""How sending stands, for operators."""

from django.db import models


class Sending(models.Model):
    """The one row that says whether digests are sent, and what went wrong last."""

    paused = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)
    """Why the last run ended early; empty after one that did not."""
    problem_at = models.DateTimeField(null=True)
    run_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "paused" if self.paused else self.problem or "at work"

    @classmethod
    def row(cls) -> "Sending":
        """The row, made on first use."""
        return cls.objects.get_or_create(pk=1)[0]
