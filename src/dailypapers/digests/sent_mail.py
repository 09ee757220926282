"""The bytes of a digest, built by Python's own email package for addresses and words of all scripts.

What is the same for all who get the same papers is encoded once. The places of a subscriber's links stand on
lines of their own there, so that they can be filled without encoding anything anew.
"""

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from quopri import encodestring
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from dailypapers.digests import links
from dailypapers.digests.blocks import TOKEN
from dailypapers.digests.digest_mail import Rendered, headers, of_subscriber
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.signing_mail import signed

# With the usual line length the email package writes long links in headers as encoded words, which no mail
# program takes for links. 998 is what mail servers take.
_LONGEST_LINE = 998


class DigestMail(EmailMultiAlternatives):
    """One mail to one subscriber, as any of Django's ways to send takes it."""

    shared: Rendered | None = None
    """The mail before the subscriber's own part was filled in."""
    token = ""

    @classmethod
    def of(cls, mail: Rendered, subscription: Subscription, *, delivery: int) -> "DigestMail":
        """The mail of a delivery; `mail` is that of all who get the same."""
        own = of_subscriber(mail, subscription)
        made = cls(
            own.subject,
            own.text,
            settings.DEFAULT_FROM_EMAIL,
            [subscription.address],
            headers=headers(subscription, delivery),
        )
        made.attach_alternative(own.html, "text/html")
        made.shared, made.token = mail, links.token(subscription)
        return made

    @property
    def needs_utf8(self) -> bool:
        """Whether the address has letters that only servers with SMTPUTF8 can take."""
        return not self.to[0].isascii()

    @property
    def envelope_sender(self) -> str:
        """To whom mail servers give a mail back."""
        return parseaddr(self.from_email)[1]

    def message(self, **_: Any) -> Any:
        """The mail as the email package has it: Django 5.2 writes `用户@` as no server reads it."""
        return self._built(timezone.now())

    def whole(self, at: datetime | None = None) -> bytes:
        """The mail as it goes over the line, signed where a key is set."""
        at = at or timezone.now()
        if self.shared is None:
            return signed(self._built(at).as_bytes())
        own = "".join(f"{name}: {value}\r\n" for name, value in self._own_headers(at))
        common = _common(self.shared, self.from_email)
        return signed(own.encode() + common.replace(TOKEN.encode(), self.token.encode()))

    def _own_headers(self, at: datetime) -> Iterator[tuple[str, str]]:
        """Those that are another for each mail. Raises ValueError for one of several lines."""
        told = {"To": self.to[0], "Date": format_datetime(at), **self.extra_headers}
        for name, value in told.items():
            if not value.isprintable():
                raise ValueError(f"the header {name} cannot be written")
            yield name, value

    def _built(self, at: datetime) -> EmailMessage:
        built = EmailMessage((SMTPUTF8 if self.needs_utf8 else SMTP).clone(max_line_length=_LONGEST_LINE))
        built["From"] = self.from_email
        built["Subject"] = self.subject
        for name, value in self._own_headers(at):
            built[name] = value
        built.set_content(str(self.body), cte="quoted-printable")
        for html, _ in self.alternatives:
            built.add_alternative(str(html), subtype="html", cte="quoted-printable")
        return built


@lru_cache(maxsize=200)
def _common(mail: Rendered, sender: str) -> bytes:
    """Headers and parts that are the same for all, `TOKEN` in the places of a subscriber's own."""
    built = EmailMessage(SMTP.clone(max_line_length=_LONGEST_LINE))
    built["From"] = sender
    built["Subject"] = mail.subject
    built.set_content("%%TEXT%%\n", cte="quoted-printable")
    built.add_alternative("%%HTML%%\n", subtype="html", cte="quoted-printable")
    whole = built.as_bytes()
    for place, text in ((b"%%TEXT%%\r\n", mail.text), (b"%%HTML%%\r\n", mail.html)):
        whole = whole.replace(place, _encoded(text), 1)
    return whole


def _encoded(text: str) -> bytes:
    """Quoted-printable, with each `TOKEN` on a line of its own that the reader joins to its neighbours."""
    pieces = (_quoted(piece) for piece in text.rstrip("\n").split(TOKEN))
    return b"=\r\n".join(_with_token(pieces)) + b"\r\n"


def _with_token(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield next(pieces)
    for piece in pieces:
        yield TOKEN.encode()
        yield piece


def _quoted(piece: str) -> bytes:
    # A line that begins with a dot, or with "From ", is read otherwise by some servers on the way.
    return b"\r\n".join(map(_guarded, encodestring(piece.encode()).split(b"\n")))


def _guarded(line: bytes) -> bytes:
    if line.startswith(b"."):
        return b"=2E" + line[1:]
    return b"=46" + line[1:] if line.startswith(b"From ") else line
