"""What becomes of comments when their author leaves, or their paper turns out to be another's copy."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dailypapers.community import discussions
from dailypapers.community.actions.comment import blank
from dailypapers.community.giving import Giving
from dailypapers.community.models.comments import Comment, CommentEdit, Discussion, Reaction, Report
from dailypapers.community.models.notifications import Notification, NotificationSetting
from dailypapers.community.models.people import User


@transaction.atomic
def forget_comments(*, person: User) -> set[int]:
    """Forget what someone who leaves has said; gives the papers concerned.

    A comment that others answered leaves its place, without its words and without a name.
    """
    now = timezone.now()
    papers = set()
    # The newest first: an answer of one's own to oneself keeps no place.
    for comment in Comment.everywhere.filter(author=person).order_by("-pk"):
        if comment.group_id is None:
            papers.add(comment.paper_id)
        if Comment.everywhere.filter(parent=comment).exists():
            blank(comment, now)
            Comment.everywhere.filter(pk=comment.pk).update(author=None, hidden_by=None)
        else:
            comment.delete()
    Comment.everywhere.filter(hidden_by=person).update(hidden_by=None)
    for paper_id in papers:
        discussions.recount(paper_id)
    return papers


def forget_reactions(*, person: User) -> set[int]:
    """Forget what someone thought of comments; no paper's numbers hang on it."""
    Reaction.objects.filter(person=person).delete()
    return set()


def forget_reports(*, person: User) -> set[int]:
    """Forget what someone reported; what a moderator decided on it stays decided."""
    Report.objects.filter(Q(reporter=person) | Q(person=person)).delete()
    Report.objects.filter(closed_by=person).update(closed_by=None)
    return set()


def forget_notifications(*, person: User) -> set[int]:
    """Forget what someone was told, and how they wanted to be told."""
    Notification.objects.filter(person=person).delete()
    NotificationSetting.objects.filter(person=person).delete()
    return set()


def move(gone: int, kept: int) -> None:
    """Give the discussion of a paper to the one that it is joined to."""
    Notification.objects.filter(paper_id=gone).update(paper_id=kept)
    if not Comment.everywhere.filter(paper_id=gone).update(paper_id=kept):
        return
    locked = Discussion.objects.filter(paper_id=gone).values_list("locked", flat=True).first()
    discussions.recount(kept)
    if locked:
        Discussion.objects.filter(paper_id=kept, locked="").update(locked=locked)


def move_reports(gone: int, kept: int) -> None:
    """Give the reports of a paper to the one it is joined to; who reported both has reported one."""
    twice = Report.objects.filter(paper_id=kept).values("reporter_id")
    Report.objects.filter(paper_id=gone).exclude(reporter_id__in=twice).update(paper_id=kept)


def _comments(person: User) -> list[dict[str, Any]]:
    before: dict[int, list[dict[str, Any]]] = {}
    for edit in CommentEdit.objects.filter(comment__author=person).order_by("pk"):
        before.setdefault(edit.comment_id, []).append({"body": edit.body, "until": edit.replaced_at})
    written = Comment.everywhere.filter(author=person).select_related("paper", "group").order_by("pk")
    return [
        {
            "number": one.pk,
            "paper": one.paper.handle,
            "group": one.group.name if one.group else "",
            "answers": one.parent_id,
            "quote": one.quote,
            "body": one.body,
            "written_at": one.created_at,
            "changed_at": one.edited_at,
            "before": before.get(one.pk, []),
            "hidden_for": one.hidden_for,
        }
        for one in written
    ]


def _reactions(person: User) -> list[dict[str, Any]]:
    rows = Reaction.objects.filter(person=person)
    return [dict(row) for row in rows.values("comment", "kind", "created_at")]


def _reports(person: User) -> list[dict[str, Any]]:
    rows = Report.objects.filter(reporter=person)
    told = "comment", "paper__handle", "person__handle", "collection", "reason", "text", "created_at", "state"
    return [dict(row) for row in rows.values(*told)]


def _notifications(person: User) -> list[dict[str, Any]]:
    told = Notification.objects.filter(person=person)
    chosen = NotificationSetting.objects.filter(person=person)
    return [
        *(dict(row) for row in told.values("kind", "comment", "said", "created_at", "read_at", "mail")),
        *(dict(row) for row in chosen.values("kind", "on_site", "by_mail")),
    ]


GIVINGS = (
    Giving("comments", (Comment, CommentEdit), _comments, forget_comments),
    Giving("reactions", (Reaction,), _reactions, forget_reactions),
    Giving("reports", (Report,), _reports, forget_reports),
    Giving("notifications", (Notification, NotificationSetting), _notifications, forget_notifications),
)
