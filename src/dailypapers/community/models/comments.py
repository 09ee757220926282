"""What people say about a paper, what others make of it, and how it came to be as it stands."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.groups import Group


class Discussion(models.Model):
    """What is counted of a paper's comments, kept with each of them, and whether more may be written."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="discussion")
    comments = models.PositiveIntegerField(default=0)
    """Those that can be read: neither hidden nor removed."""
    by_authors = models.PositiveIntegerField(default=0)
    """Those of them by authors of the paper."""
    newest_at = models.DateTimeField(null=True)
    locked = models.CharField(max_length=200, blank=True)
    """Why nobody may write any more; empty where people may."""

    class Meta:
        indexes = [models.Index(fields=["-newest_at"], name="discussion_newest")]

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.comments}"


class PublicComments(models.Manager["Comment"]):
    """Comments that everyone may read."""

    def get_queryset(self) -> models.QuerySet["Comment"]:
        """All but those of private groups."""
        return super().get_queryset().filter(group=None)


class Comment(models.Model):
    """A comment on a paper, or an answer to one.

    `objects`, and whatever looks for comments without saying where, leaves out those of private groups.
    `everywhere` has them, for those who ask who belongs to the group.
    """

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="comments", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments", db_index=False
    )
    """Nobody where the person has left."""
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="answers")
    root = models.ForeignKey("self", models.SET_NULL, null=True, related_name="thread", db_index=False)
    """The comment that began the thread; none for one that begins one."""
    depth = models.PositiveSmallIntegerField(default=0)
    body = models.TextField()
    """As it was written. Empty once it is removed by its author."""
    html = models.TextField()
    """As `markdown.render` made it."""
    renderer = models.PositiveSmallIntegerField()
    """The `markdown.VERSION` that made it."""
    quote = models.TextField(blank=True)
    """What of the abstract it is about."""
    is_by_author = models.BooleanField(default=False)
    """Whether the person had confirmed to be an author of the paper."""
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    hidden_for = models.CharField(max_length=200, blank=True)
    """The reason of a moderator or of the group's administrator; empty for one that its author removed."""
    waits = models.BooleanField(default=False)
    """Whether it is hidden only until a moderator has looked at it, as it has links of a new account."""
    told_at = models.DateTimeField(null=True)
    """When those who watch the paper were told; see `actions.notify`."""
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="comments", db_index=False)
    """The private group whose members alone may read it; none for one that everyone may."""

    objects: ClassVar[PublicComments] = PublicComments()
    everywhere: ClassVar[models.Manager["Comment"]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["paper", "root", "created_at"], name="comment_by_paper"),
            models.Index(fields=["root", "created_at"], name="comment_by_thread"),
            models.Index(fields=["author", "-created_at"], name="comment_by_author"),
            models.Index(
                fields=["hidden_by"], condition=models.Q(hidden_by__isnull=False), name="comment_hider"
            ),
            models.Index(fields=["created_at"], condition=models.Q(told_at=None), name="comment_untold"),
            models.Index(fields=["created_at"], condition=models.Q(waits=True), name="comment_waiting"),
            models.Index(
                fields=["group", "paper", "root"],
                condition=models.Q(group__isnull=False),
                name="comment_by_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} on {self.paper_id}"

    @property
    def is_hidden(self) -> bool:
        """Whether a moderator hid it or its author removed it."""
        return self.hidden_at is not None


class CommentEdit(models.Model):
    """What a comment said before it was changed."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="edits")
    body = models.TextField()
    quote = models.TextField(blank=True)
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.comment_id} until {self.replaced_at}"


class Reaction(models.Model):
    """What a person thinks of a comment, in one of a few words."""

    class Kind(models.TextChoices):
        """The words; new ones are added at the end."""

        AGREE = "agree", "Agree"
        INSIGHTFUL = "insightful", "Insightful"
        THANKS = "thanks", "Thanks"
        DOUBTFUL = "doubtful", "Doubtful"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reactions", db_index=False
    )
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reactions", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "kind", "person"], name="reaction_once")]
        indexes = [models.Index(fields=["person", "comment"], name="reaction_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"


class Report(models.Model):
    """That a person thinks a moderator should look at a comment, a paper, a person or a collection."""

    class Reason(models.TextChoices):
        """What is wrong with it."""

        SPAM = "spam", "Advertising"
        ABUSE = "abuse", "Insults or threatens"
        OFF_TOPIC = "off-topic", "Not about the paper"
        PRIVATE = "private", "Tells what is private"
        NOT_RESEARCH = "not-research", "Not a research paper"
        TWICE = "twice", "Here twice, or two papers in one"
        WRONG = "wrong", "What is said of it is wrong"
        PRETENDS = "pretends", "Pretends to be someone else"
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        UPHELD = "upheld", "A moderator acted on it"
        DISMISSED = "dismissed", "Nothing was wrong"
        MOOT = "moot", "It was gone before a moderator looked"

    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="reports", db_index=False)
    paper = models.ForeignKey(Paper, models.CASCADE, null=True, related_name="reports", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="reports_about", db_index=False
    )
    collection = models.ForeignKey(
        Collection, models.CASCADE, null=True, related_name="reports", db_index=False
    )
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reports")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    text = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    """By how far its reporter was trusted: what weighs more is looked at first."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "reporter"], name="report_once"),
            models.UniqueConstraint(fields=["paper", "reporter"], name="paper_report_once"),
            models.UniqueConstraint(fields=["person", "reporter"], name="person_report_once"),
            models.UniqueConstraint(fields=["collection", "reporter"], name="collection_report_once"),
            models.CheckConstraint(
                condition=(
                    models.Q(comment__isnull=False, paper=None, person=None, collection=None)
                    | models.Q(comment=None, paper__isnull=False, person=None, collection=None)
                    | models.Q(comment=None, paper=None, person__isnull=False, collection=None)
                    | models.Q(comment=None, paper=None, person=None, collection__isnull=False)
                ),
                name="report_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=models.Q(state="open"), name="report_open")]

    def __str__(self) -> str:
        of = self.comment_id or self.paper_id or self.person_id or self.collection_id
        return f"{self.reason} of {of}"
