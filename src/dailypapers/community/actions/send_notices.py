"""Mails that tell of comments and of decisions: sent by the worker, from rows that were written before.

A row is marked as handed over before the server gets the mail, and as sent after it took it. After a kill in
between nobody knows whether it was taken: it is sent once more ten minutes later, under the same Message-ID.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from allauth.account.models import EmailAddress
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone

from dailypapers.catalogue.hiding import hidden_among
from dailypapers.community.models.notifications import Notification
from dailypapers.community.notice_mail import message

log = logging.getLogger(__name__)

ANSWERS_WITHIN = timedelta(minutes=10)
"""After that long without a word of the server or of us, a mail that was handed over is sent again."""
KEPT_TRYING = timedelta(days=5)
"""How long mails are tried while the server is away or asks to wait, as mail servers do among themselves."""
AT_A_TIME = 200

Mail = Notification.Mail


def send_due(now: datetime | None = None) -> int:
    """Send the mails that are due; gives how many were taken. A server that is away ends it until later."""
    sent = 0
    connection: BaseEmailBackend | None = None
    try:
        for notification in _due(now):
            to = _address(notification)
            if to is None or _is_needless(notification):
                _set(notification, Mail.NONE)
                continue
            try:
                if connection is None:
                    connection = get_connection()
                    connection.open()
                connection.send_messages([message(notification, to)])
            except (SMTPException, OSError) as problem:
                if not _failed(notification, problem, now or timezone.now()):
                    break
            else:
                _set(notification, Mail.SENT)
                sent += 1
    finally:
        if connection is not None:
            with suppress(SMTPException, OSError):  # What was taken was taken.
                connection.close()
    return sent


def _due(now: datetime | None) -> Iterator[Notification]:
    """The notifications whose mails are to go out, each marked as handed over when it is given."""
    now = now or timezone.now()
    open_rows = Notification.objects.filter(mail__in=(Mail.DUE, Mail.SENDING), mail_after__lte=now)
    rows = open_rows.order_by("mail_after").values_list("pk", "mail", "mail_after")
    for pk, mail, after in list(rows[:AT_A_TIME]):
        # Of two workers one gets it: the other finds it changed. Mails before this one may have taken long.
        until = max(now, timezone.now()) + ANSWERS_WITHIN
        mine = Notification.objects.filter(pk=pk, mail=mail, mail_after=after).update(
            mail=Mail.SENDING, mail_after=until, mail_tries=F("mail_tries") + 1
        )
        if mine:
            if mail == Mail.SENDING:
                log.warning("the mail of notification %d was cut off and is sent again", pk)
            whole = Notification.objects.select_related(
                "person", "paper", "comment__author", "comment__paper"
            )
            yield whole.get(pk=pk)


def _address(notification: Notification) -> str | None:
    """The person's address, if it was confirmed."""
    own = EmailAddress.objects.filter(user_id=notification.person_id, verified=True, primary=True)
    found = own.first()
    return str(found.email) if found is not None else None


def _is_needless(notification: Notification) -> bool:
    """Whether it was read here meanwhile, or is not to be read any more."""
    is_read = notification.read_at is not None
    comment = notification.comment
    if is_read or not notification.person.is_active:
        return True
    return comment is not None and (comment.is_hidden or bool(hidden_among([comment.paper_id])))


def _failed(notification: Notification, problem: Exception, now: datetime) -> bool:
    """Note that a mail was not taken; whether it makes sense to go on with others at once."""
    refused = _codes(problem)
    for_good = bool(refused) and all(500 <= code < 600 for code in refused)
    if for_good or notification.created_at < now - KEPT_TRYING:
        _set(notification, Mail.FAILED)
        log.warning("the mail of notification %d is given up: %s", notification.pk, _said(problem))
        return isinstance(problem, SMTPRecipientsRefused | SMTPDataError)
    wait = timedelta(minutes=min(2 ** min(notification.mail_tries, 9), 360))
    _set(notification, Mail.DUE, now + wait)
    log.warning("the mail of notification %d is tried again in %s: %s", notification.pk, wait, _said(problem))
    return isinstance(problem, SMTPRecipientsRefused)


def _codes(problem: Exception) -> list[int]:
    """What the server answered about this mail; nothing where it was about something else."""
    if isinstance(problem, SMTPRecipientsRefused):
        return [code for code, _ in problem.recipients.values()]
    if isinstance(problem, SMTPDataError):
        return [problem.smtp_code]
    return []


def _said(problem: Exception) -> str:
    """The server's answer without the address, which stays out of the log."""
    if isinstance(problem, SMTPRecipientsRefused):
        return ", ".join(f"{code} for the recipient" for code in _codes(problem))
    if isinstance(problem, SMTPResponseException):
        return f"{type(problem).__name__} {problem.smtp_code}"
    if isinstance(problem, SMTPServerDisconnected):
        return "the server hung up"
    return f"{type(problem).__name__}: {problem}"


def _set(notification: Notification, mail: Mail, after: datetime | None = None) -> None:
    Notification.objects.filter(pk=notification.pk).update(mail=mail, mail_after=after)
