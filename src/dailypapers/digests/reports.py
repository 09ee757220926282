"""Mails of mail servers about ours: that one came back (DSN, RFC 3464), or was called spam (ARF, RFC 5965).

Whose mail it was is told by our own Message-ID in what is sent back, whose mark nobody else can compute: a
forged report ends nobody's digests.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

from dailypapers.digests.digest_mail import message_id

LARGEST = 2_000_000
"""Bytes of a report that are read."""
_ID = re.compile(r"<digest-(\d{1,15})-[0-9a-f]{12}@[^>\s]{1,255}>")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server tells of one of our mails."""

    delivery: int
    kind: str
    """`hard`, `soft`, or `complaint`."""
    said: str


def read_report(mail: bytes) -> Report | None:
    """What a mail reports; None for one that reports nothing, or of no mail of ours."""
    try:
        parts = list(message_from_bytes(mail[:LARGEST], policy=policy.compat32).walk())
        delivery = next(filter(None, map(_delivery, _ids(parts))), None)
        found = next(filter(None, map(_told, parts)), None)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        return None  # Reports come broken in every way; what cannot be read says nothing.
    return Report(delivery, *found) if delivery is not None and found is not None else None


def _ids(parts: list[Message]) -> Iterator[str]:
    """The Message-IDs in what was sent back, whole or its headers alone."""
    for part in parts[1:]:
        if found := part.get("Message-ID"):
            yield str(found)
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload[:100_000].decode("utf-8", "replace")


def _delivery(text: str) -> int | None:
    for found in _ID.finditer(text[:100_000]):
        number = int(found[1])
        if hmac.compare_digest(message_id(number).partition("@")[0], found[0].partition("@")[0]):
            return number
    return None


def _told(part: Message) -> tuple[str, str] | None:
    if part.get_content_type() == "message/feedback-report":
        return "complaint", "called unwanted"
    # A report has one block for each recipient; ours have one.
    if (status := part.get("Status")) is None or part.get("Action") is None:
        return None
    action = str(part["Action"]).strip().lower()
    number = _STATUS.search(str(status))
    if action not in ("failed", "delayed") or number is None or number[1] == "2":
        return None
    said = " ".join(str(part.get("Diagnostic-Code") or status).split())
    kept = " ".join("…" if "@" in word else word for word in said.split())
    is_hard = action == "failed" and number[1] == "5"
    return "hard" if is_hard else "soft", "".join(filter(str.isprintable, kept))[:180]
