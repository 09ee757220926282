"""The bytes of a digest: built by Python's own email package, for addresses and words of all scripts."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from dailypapers.digests.digest_mail import Rendered, headers
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.signing_mail import signed


class DigestMail(EmailMultiAlternatives):
    """One mail to one subscriber, as any of Django's ways to send takes it."""

    @classmethod
    def of(cls, mail: Rendered, subscription: Subscription, *, delivery: int) -> "DigestMail":
        """The mail of a delivery."""
        made = cls(
            mail.subject,
            mail.text,
            settings.DEFAULT_FROM_EMAIL,
            [subscription.address],
            headers=headers(subscription, delivery),
        )
        made.attach_alternative(mail.html, "text/html")
        return made

    @property
    def needs_utf8(self) -> bool:
        """Whether the address has letters that only servers with SMTPUTF8 can take."""
        return not self.to[0].isascii()

    def message(self, **_: Any) -> Any:
        """The mail as the email package has it: Django 5.2 writes `用户@` as no server reads it."""
        return self._built(timezone.now())

    def whole(self, at: datetime | None = None) -> bytes:
        """The mail as it goes over the line, signed where a key is set."""
        return signed(self._built(at or timezone.now()).as_bytes())

    @property
    def envelope_sender(self) -> str:
        """To whom mail servers give a mail back."""
        return parseaddr(self.from_email)[1]

    def _built(self, at: datetime) -> EmailMessage:
        # With the usual line length the package writes long links in headers as encoded words, which no
        # mail program takes for links. 998 is what mail servers take.
        policy = (SMTPUTF8 if self.needs_utf8 else SMTP).clone(max_line_length=998)
        built = EmailMessage(policy)
        built["From"] = self.from_email
        built["To"] = self.to[0]
        built["Subject"] = self.subject
        built["Date"] = format_datetime(at)
        for name, value in self.extra_headers.items():
            built[name] = value
        built.set_content(str(self.body), cte="quoted-printable")
        for html, _ in self.alternatives:
            built.add_alternative(str(html), subtype="html", cte="quoted-printable")
        return built
