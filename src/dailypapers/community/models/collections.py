"""What people keep: named lists of papers, bookmarks, and which papers they have read."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from dailypapers.catalogue.models import Paper
from dailypapers.community.models.groups import Group


class Collection(models.Model):
    """A named list of papers in an order that someone chose: one person, or the members of a group."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="collections", db_index=False
    )
    """The person whose it is; nobody where it is a group's. `collecting` says who may what."""
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="lists", db_index=False)
    """The organization or private group whose members keep it together."""
    name = models.CharField(max_length=100)
    about = models.TextField(blank=True)
    """What it is for, as it was written, in Markdown."""
    html = models.TextField(blank=True)
    """`about` as the renderer made it."""
    renderer = models.PositiveSmallIntegerField(default=0)
    is_public = models.BooleanField(default=False)
    """Whether others are to see it, as those whose it is want it."""
    withheld_for = models.CharField(max_length=200, blank=True)
    """Why a moderator took it out of public sight; empty where none did."""
    papers = models.PositiveIntegerField(default=0)
    """How many it holds; kept with each change, never counted over."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    told_at = models.DateTimeField(default=timezone.now)
    """Up to when those who follow it were told of its papers; see `actions.tell_followers`."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner=None) | models.Q(group=None), name="collection_of_one"
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-changed_at"], name="collection_by_owner"),
            models.Index(
                fields=["group", "-changed_at"],
                condition=models.Q(group__isnull=False),
                name="collection_by_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    @property
    def is_shown(self) -> bool:
        """Whether it is public: those whose it is want it, and no moderator withholds it."""
        return self.is_public and not self.withheld_for

    @property
    def address(self) -> str:
        """The path of its page. The number decides; the words after it are for readers."""
        words = slugify(self.name)[:60].strip("-")
        return f"/collections/{self.pk}{f'-{words}' if words else ''}"


class CollectedPaper(models.Model):
    """A paper's place in a collection, and what is noted on it there."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="places", db_index=False)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="collected")
    position = models.PositiveIntegerField()
    """1 for the first, without gaps: a page of the list is a range of positions."""
    note = models.TextField(blank=True)
    """As it was written, in Markdown."""
    html = models.TextField(blank=True)
    renderer = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """Who put it into a group's list; nobody where it is a person's own, and where the person has left."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "paper"], name="collected_once")]
        indexes = [
            models.Index(
                fields=["added_by"], condition=models.Q(added_by__isnull=False), name="collected_by_member"
            ),
            models.Index(fields=["collection", "position"], name="collected_in_order"),
            models.Index(fields=["collection", "-added_at"], name="collected_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} in {self.collection_id} at {self.position}"


class Bookmark(models.Model):
    """That a person wants to come back to a paper. Nobody else sees it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmarks", db_index=False
    )
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="bookmarks")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "paper"], name="bookmark_once")]
        indexes = [models.Index(fields=["person", "-created_at"], name="bookmark_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} keeps {self.paper_id}"


class ReadMark(models.Model):
    """That a person has opened a paper, or says to have read it. Nobody else sees it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="read_marks", db_index=False
    )
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="read_marks")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "paper"], name="read_mark_once")]
        indexes = [models.Index(fields=["person", "-created_at"], name="read_mark_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.paper_id}"
