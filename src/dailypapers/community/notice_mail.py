"""The mail that tells of a comment, or of what was decided."""

import hashlib
import hmac
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from dailypapers.community import unsubscribing
from dailypapers.community.comment_text import one_line
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.notifications import Kind, Notification

LONGEST = 4_000
"""Characters of the comment that the mail repeats."""

_HAPPENED = {
    Kind.REPLY: "{name} answered you",
    Kind.MENTION: "{name} mentioned you",
    Kind.AUTHORED: "{name} commented on your paper",
    Kind.FOLLOWED: "{name} commented on a paper that you follow",
    Kind.GROUP: "{name} commented in a group of yours",
    Kind.VOTED: "{name} commented on a paper that you voted for",
}


_SUBJECTS = {
    Kind.GROUP: "Invitations to groups, and your groups, on {site}",
    Kind.SUBMITTED: "Papers that people you follow submitted to {site}",
    Kind.COLLECTED: "Papers in collections that you follow on {site}",
}
"""Of what is told in others' words: whoever names a group or a collection does not write our subjects."""


def message(notification: Notification, to: str) -> EmailMessage:
    """The mail, in plain text: a comment is Markdown, which reads well as it is.

    Its Message-ID is made from the notification, so that one that is sent again after a server took it
    without saying so is the same mail to whoever looks for doubles.
    """
    kind = Kind(notification.kind)
    base = settings.BASE_URL
    off = base + reverse("notifications-off", args=[unsubscribing.token(notification.person_id, kind)])
    subject, told = (
        _of_comment(notification.comment, kind) if notification.comment else _of_else(notification)
    )
    body = (
        f"{told}\n\n-- \n"
        f"{settings.SITE_NAME} sends you this because of: {kind.label.lower()}.\n"
        f"No more mails of this kind: {off}\n"
    )
    host = urlsplit(base).hostname or "localhost"
    headers = {
        "Message-ID": f"<notice-{notification.pk}-{_mark('notice', notification.pk)}@{host}>",
        "List-Id": f"{settings.SITE_NAME} comments <comments.{host}>",
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "list",
    }
    if (paper := notification.paper_id) is not None:
        # All mails on one paper are one conversation, begun by none of them.
        headers["References"] = f"<paper-{paper}-{_mark('paper', paper)}@{host}>"
    return EmailMessage(one_line(subject, 200), body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)


def _of_comment(comment: Comment, kind: Kind) -> tuple[str, str]:
    """The subject, and what is told of a comment."""
    name = one_line(comment.author.shown_name if comment.author else "Someone", 60)
    happened = _HAPPENED[kind].format(name=name)
    # A name can be any words; a handle stands for the person where others read it as ours.
    subject = _HAPPENED[kind].format(name=f"@{comment.author.handle}" if comment.author else "Someone")
    title = one_line(comment.paper.title, 120)
    said = comment.body if len(comment.body) <= LONGEST else f"{comment.body[:LONGEST].rstrip()} …"
    quote = f"> {one_line(comment.quote, 1_000)}\n\n" if comment.quote else ""
    to_read = f"Read and answer: {settings.BASE_URL}{reverse('comment', args=[comment.pk])}"
    return f"{subject}: {title}", f"{happened}:\n{title}\n\n{quote}{said}\n\n{to_read}"


def _of_else(notification: Notification) -> tuple[str, str]:
    """The subject, and what is told of something that is no comment."""
    title = one_line(notification.paper.title, 120) if notification.paper else ""
    about = f"\n{title}" if title else ""
    told = f"{notification.said}{about}\n\nSee {settings.BASE_URL}{notification.leads_to}"
    own = _SUBJECTS.get(Kind(notification.kind))
    return own.format(site=settings.SITE_NAME) if own else one_line(notification.said, 200), told


def _mark(what: str, number: int) -> str:
    """Tells sites apart that have one host after the other, and mails that others made up."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{what} {number}".encode(), hashlib.sha256).hexdigest()[:12]
