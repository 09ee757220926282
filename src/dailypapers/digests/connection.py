"""The line to the mail server: one for many mails, whatever way to send is set."""

import time
from contextlib import suppress
from smtplib import SMTPServerDisconnected

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from dailypapers.digests.sent_mail import DigestMail

MAILS_A_CONNECTION = 200
"""After so many the server is called anew: many servers hang up by themselves."""


class NotInTheseLetters(Exception):
    """The mail server cannot write to an address; the message says why."""


class Line:
    """Sends mails one after another, no more in a second than is set. Used by one thread."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._sent = 0
        self._free_at = 0.0

    def send(self, mail: DigestMail) -> None:
        """Hand a mail over. Raises `NotInTheseLetters`, smtplib's errors, OSError, a provider's own."""
        self._wait()
        if self._sent >= MAILS_A_CONNECTION:
            self.close()
        backend = self._open()
        self._sent += 1
        if not isinstance(backend, EmailBackend):
            backend.send_messages([mail])
            return
        smtp = backend.connection
        if smtp is None:
            raise SMTPServerDisconnected("the server hung up")
        if mail.needs_utf8:
            smtp.ehlo_or_helo_if_needed()
            if not smtp.has_extn("smtputf8"):
                raise NotInTheseLetters("the mail server takes no addresses in these letters (SMTPUTF8)")
        options = ["SMTPUTF8"] if mail.needs_utf8 else []
        smtp.sendmail(mail.envelope_sender, mail.to, mail.whole(), mail_options=options)

    def close(self) -> None:
        """Hang up; what was taken was taken."""
        backend, self._backend, self._sent = self._backend, None, 0
        if backend is not None:
            with suppress(Exception):
                backend.close()

    def _open(self) -> BaseEmailBackend:
        if self._backend is None:
            backend = get_connection()
            backend.open()
            self._backend = backend
        return self._backend

    def _wait(self) -> None:
        if not settings.DIGEST_RATE:
            return
        now = time.monotonic()
        if now < self._free_at:
            time.sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + 1 / settings.DIGEST_RATE
