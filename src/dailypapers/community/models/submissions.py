"""What people put forward."""

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper
from dailypapers.community.models.comments import Comment


class Submission(models.Model):
    """That a person put a paper forward on the list of a day; a paper is put forward here once."""

    paper = models.OneToOneField(Paper, models.CASCADE, related_name="submission")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="submissions", db_index=False
    )
    """Nobody where the person has left."""
    day = models.DateField()
    """The list it stands on, in the zone in which announcements are counted."""
    comment = models.ForeignKey(Comment, models.SET_NULL, null=True, related_name="+")
    """What the person said of it."""
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    """When those who follow the person were told; see `actions.tell_followers`."""

    class Meta:
        indexes = [
            models.Index(fields=["person", "-created_at"], name="submission_by_person"),
            models.Index(fields=["created_at"], condition=models.Q(told_at=None), name="submission_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} on {self.day}"
