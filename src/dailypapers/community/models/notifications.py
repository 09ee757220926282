"""What a person is told of, on the site and by mail, and what they want to be told of."""

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.follows import Follow
from dailypapers.community.models.groups import Group


class Kind(models.TextChoices):
    """Why a person is told of something; of several reasons for a comment the first here is the one told."""

    REPLY = "reply", "Answers to my comments"
    MENTION = "mention", "Comments that mention me"
    AUTHORED = "authored", "Comments on papers of mine"
    FOLLOWED = "followed", "Comments on papers that I follow"
    VOTED = "voted", "Comments on papers that I voted for"
    CLAIM = "claim", "What becomes of my claims to papers"
    DECIDED = "decided", "What moderators decide about me"
    GROUP = "group", "Invitations to groups, and what happens there"
    SUBMITTED = "submitted", "Papers that people I follow submit"
    COLLECTED = "collected", "Papers put into collections that I follow"


BY_MAIL = frozenset({Kind.REPLY, Kind.MENTION, Kind.AUTHORED, Kind.CLAIM, Kind.DECIDED, Kind.GROUP})
"""What is told by mail unless a person says otherwise; everything is told on the site."""


class Notification(models.Model):
    """That a person is told of a comment, once, whatever the reasons; without one, of what `said` says."""

    class Mail(models.TextChoices):
        """Where its mail stands."""

        NONE = "", "None"
        DUE = "due", "Due"
        SENDING = "sending", "Handed to the server, which has not answered"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, related_name="notifications", db_index=False
    )
    paper = models.ForeignKey(Paper, models.CASCADE, null=True, related_name="notifications")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="notifications")
    """The group that it is about, where that is all it is about: an invitation goes with its group."""
    said = models.TextField(blank=True)
    """What the person is told, in a sentence or two, where it is not a comment."""
    leads_to = models.CharField(max_length=300, blank=True)
    """The path of the page on which to see to it."""
    follow = models.ForeignKey(Follow, models.CASCADE, null=True, related_name="notifications")
    """What one follows by which it came; with it goes what was told of it."""
    papers = models.PositiveIntegerField(default=1)
    """How many papers came by it: what comes before one is read or sent is added to it."""
    on_site = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, blank=True, default=Mail.NONE)
    mail_after = models.DateTimeField(null=True)
    """When to try next."""
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="notification_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notification_by_person"),
            models.Index(
                fields=["person"], condition=models.Q(read_at=None, on_site=True), name="notification_unread"
            ),
            models.Index(
                fields=["mail_after"],
                condition=models.Q(mail__in=["due", "sending"]),
                name="notification_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}: {self.comment_id or self.said}"


class NotificationSetting(models.Model):
    """How a person wants to be told of one kind; without a row, as is usual."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_settings", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    on_site = models.BooleanField()
    by_mail = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="notification_setting_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"
