"""Stored scores, so that a list is one indexed query."""

from django.db import models

from dailypapers.catalogue.models import Paper


class Score(models.Model):
    """The scores of a paper that someone spoke of; papers without a row have heat 0. See `trending`."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="score")
    heat = models.FloatField()
    trending = models.FloatField(db_index=True)
    votes = models.PositiveIntegerField()
    comments = models.PositiveIntegerField()
    stars = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.heat:.2f}"
