"""The mail that tells of a comment."""

import hashlib
import hmac
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from dailypapers.community import unsubscribing
from dailypapers.community.comment_text import one_line
from dailypapers.community.models.notifications import Kind, Notification

LONGEST = 4_000
"""Characters of the comment that the mail repeats."""

_HAPPENED = {
    Kind.REPLY: "{name} answered you",
    Kind.MENTION: "{name} mentioned you",
    Kind.AUTHORED: "{name} commented on your paper",
    Kind.FOLLOWED: "{name} commented on a paper that you follow",
    Kind.VOTED: "{name} commented on a paper that you voted for",
}


def message(notification: Notification, to: str) -> EmailMessage:
    """The mail, in plain text: a comment is Markdown, which reads well as it is.

    Its Message-ID is made from the notification, so that one that is sent again after a server took it
    without saying so is the same mail to whoever looks for doubles.
    """
    comment, kind = notification.comment, Kind(notification.kind)
    name = one_line(comment.author.shown_name if comment.author else "Someone", 60)
    happened = _HAPPENED[kind].format(name=name)
    title = one_line(comment.paper.title, 120)
    base = settings.BASE_URL
    off = base + reverse("notifications-off", args=[unsubscribing.token(notification.person_id, kind)])
    said = comment.body if len(comment.body) <= LONGEST else f"{comment.body[:LONGEST].rstrip()} …"
    quote = f"> {one_line(comment.quote, 1_000)}\n\n" if comment.quote else ""
    body = (
        f"{happened}:\n{title}\n\n{quote}{said}\n\n"
        f"Read and answer: {base}{reverse('comment', args=[comment.pk])}\n\n-- \n"
        f"{settings.SITE_NAME} sends you this because of: {kind.label.lower()}.\n"
        f"No more mails of this kind: {off}\n"
    )
    host = urlsplit(base).hostname or "localhost"
    headers = {
        "Message-ID": f"<notice-{notification.pk}-{_mark('notice', notification.pk)}@{host}>",
        # All mails on one paper are one conversation, begun by none of them.
        "References": f"<paper-{comment.paper_id}-{_mark('paper', comment.paper_id)}@{host}>",
        "List-Id": f"{settings.SITE_NAME} comments <comments.{host}>",
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "list",
    }
    subject = one_line(f"{happened}: {title}", 200)
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)


def _mark(what: str, number: int) -> str:
    """Tells sites apart that have one host after the other, and mails that others made up."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{what} {number}".encode(), hashlib.sha256).hexdigest()[:12]
