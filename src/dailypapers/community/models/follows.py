"""What people follow, and the papers that were found for followed names and searches."""

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.groups import Group

LONGEST_TEXT = 500
"""Characters of a name or search that can be followed: an index of PostgreSQL holds no longer ones."""


class Topic(models.Model):
    """An author's name or a search that somebody follows, once however many do. Gone with the last."""

    class Kind(models.TextChoices):
        """How its papers are found."""

        AUTHOR = "author", "Author"
        SEARCH = "search", "Search"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=LONGEST_TEXT)
    """The name as it was followed, or the query as it was written."""
    looked_at = models.DateTimeField(null=True)
    """When its papers were looked for last; see `actions.look_up`."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "text"], name="topic_once")]
        indexes = [models.Index(fields=["looked_at"], name="topic_by_look")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class TopicPaper(models.Model):
    """One of the newest papers of a topic."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="papers", db_index=False)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="topics")
    day = models.DateField()
    """The paper's own: a page reads the newest of many topics off the index."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "paper"], name="topic_paper_once")]
        indexes = [models.Index(fields=["topic", "-day", "-paper"], name="topic_newest")]

    def __str__(self) -> str:
        return f"{self.paper_id} for {self.topic_id}"


class Follow(models.Model):
    """That a person wants to see what is new of something. Nobody else sees it."""

    class Kind(models.TextChoices):
        """What is followed; the column of the same name says which, `topic` for names and searches.

        Of an organization it is `group`; private groups are not followed.
        """

        PERSON = "person", "People"
        AUTHOR = "author", "Authors"
        FIELD = "field", "Fields"
        ORGANIZATION = "organization", "Organizations"
        COLLECTION = "collection", "Collections"
        SEARCH = "search", "Searches"
        PAPER = "paper", "Papers"

    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="followers")
    field = models.CharField(max_length=200, blank=True)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="follows")
    collection = models.ForeignKey(Collection, models.CASCADE, null=True, related_name="follows")
    paper = models.ForeignKey(Paper, models.CASCADE, null=True, related_name="follows")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="follows")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "person"], condition=models.Q(kind="person"), name="follow_person_once"
            ),
            models.UniqueConstraint(
                fields=["follower", "field"], condition=models.Q(kind="field"), name="follow_field_once"
            ),
            models.UniqueConstraint(
                fields=["follower", "topic"],
                condition=models.Q(kind__in=["author", "search"]),
                name="follow_topic_once",
            ),
            models.UniqueConstraint(
                fields=["follower", "collection"],
                condition=models.Q(kind="collection"),
                name="follow_collection_once",
            ),
            models.UniqueConstraint(
                fields=["follower", "paper"], condition=models.Q(kind="paper"), name="follow_paper_once"
            ),
            models.UniqueConstraint(
                fields=["follower", "group"],
                condition=models.Q(kind="organization"),
                name="follow_organization_once",
            ),
        ]
        indexes = [models.Index(fields=["follower", "kind", "-created_at"], name="follow_by_person")]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.kind} {self.pk}"
