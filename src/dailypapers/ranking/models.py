"""Stored scores, so that a list is one indexed query, and what is needed to keep them up."""

from django.db import models

from dailypapers.catalogue.models import Paper
from dailypapers.ranking.evidence import Evidence


class Score(models.Model):
    """The scores of a paper that someone spoke of; papers without a row have heat 0. See `trending`."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="score")
    heat = models.FloatField()
    trending = models.FloatField(db_index=True)
    votes = models.PositiveIntegerField()
    """All that count: `outside` and `own` together."""
    outside = models.PositiveIntegerField(default=0)
    own = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField()
    """All that count: those on outside pages and `discussed` together."""
    discussed = models.PositiveIntegerField(default=0)
    """Those written here."""
    stars = models.PositiveIntegerField()
    day = models.DateField(null=True)
    field = models.CharField(max_length=200, blank=True)
    """Its primary field, by which its votes are counted; empty for none."""
    factor = models.FloatField(default=1.0)
    """What a vote in its field counted when it appeared."""
    moves_at = models.DateTimeField(null=True, db_index=True)
    """When the first of its fresh votes no longer is, and the score is another without anyone's doing."""

    class Meta:
        indexes = [models.Index(fields=["field", "day", "votes"], name="score_of_field")]

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.heat:.2f}"

    @property
    def evidence(self) -> Evidence:
        """What the score was computed from: its parts are those of this."""
        return Evidence(self.votes, self.fresh, self.comments, self.stars, self.day, self.factor)


class Rise(models.Model):
    """That a paper's votes on outside pages rose, for as long as these are fresh.

    Outside pages tell how many votes there are, not when each was given.
    """

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="rises")
    at = models.DateTimeField()
    votes = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.votes:+} at {self.at:%Y-%m-%d %H:%M}"


class FieldWeek(models.Model):
    """The votes of a field's best paper of a week, by which the next weeks' votes are counted."""

    field = models.CharField(max_length=200, blank=True)
    week = models.DateField()
    """Its Monday."""
    best = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["field", "week"], name="field_week_once")]

    def __str__(self) -> str:
        return f"{self.field or 'no field'} {self.week}: {self.best}"
