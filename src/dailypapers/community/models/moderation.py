"""What moderators decided: written once, never changed, and open to everyone."""

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.comments import Comment


class Decision(models.Model):
    """One act of a moderator or of the site itself, with its reason."""

    class Kind(models.TextChoices):
        """What was done, as the public log says it."""

        HIDE_COMMENT = "hide-comment", "hid a comment"
        SHOW_COMMENT = "show-comment", "shows a comment again"
        LET_COMMENT = "let-comment", "let a waiting comment be seen"
        DISMISS = "dismiss", "found nothing wrong with what was reported"
        LOCK = "lock", "closed a discussion"
        UNLOCK = "unlock", "opened a discussion again"
        HOLD_VOTES = "hold-votes", "held votes that look arranged"
        COUNT_VOTES = "count-votes", "let held votes count"
        DROP_VOTES = "drop-votes", "dropped held votes"
        HIDE_PAPER = "hide-paper", "hid a paper"
        SHOW_PAPER = "show-paper", "shows a paper again"
        TAKE_BACK = "take-back", "took a paper off the list it was put forward on"
        REMOVE_MEDIUM = "remove-medium", "removed a picture or video"
        MERGE = "merge", "joined two papers"
        SPLIT = "split", "parted two papers"
        WARN = "warn", "warned someone"
        SUSPEND = "suspend", "suspended someone"
        LIFT = "lift", "lifted a suspension"
        APPOINT = "appoint", "made someone a moderator"
        DISCHARGE = "discharge", "made someone a moderator no more"
        CONFIRM_CLAIM = "confirm-claim", "confirmed someone as an author"
        DENY_CLAIM = "deny-claim", "denied that someone is an author"
        WITHHOLD_COLLECTION = "hide-collection", "took a collection out of public sight"
        ALLOW_COLLECTION = "show-collection", "lets a collection be public again"
        DELETE_ORGANIZATION = "delete-organization", "deleted an organization"
        UNDO_CORRECTION = "undo-correction", "undid what an author put right"

    kind = models.CharField(max_length=20)
    """One of `Kind`, without its choices: a further kind is no change of the table."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="decisions", db_index=False
    )
    """Nobody where the moderator has left, or the site or its operator did it (`by_site`)."""
    by_site = models.BooleanField(default=False)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="decisions_about")
    """Whom it concerns: moderators see all of them, others only who was suspended or appointed."""
    paper = models.ForeignKey(Paper, models.SET_NULL, null=True, related_name="decisions")
    comment = models.ForeignKey(Comment, models.SET_NULL, null=True, related_name="decisions")
    collection = models.ForeignKey(Collection, models.SET_NULL, null=True, related_name="decisions")
    """Moderators are led to it; its name stands nowhere in the log."""
    amount = models.PositiveIntegerField(default=1)
    """How many votes; 1 for everything else."""
    until = models.DateTimeField(null=True)
    """When a suspension ends."""
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at"], name="decision_newest"),
            models.Index(fields=["kind", "-created_at"], name="decision_by_kind"),
            models.Index(fields=["by", "-created_at"], name="decision_by_moderator"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"
