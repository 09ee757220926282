"""The names under which people are found: `/people/ada-lovelace`."""

import hashlib
import hmac
import re
import secrets
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError

SHORTEST, LONGEST = 3, 30

RESERVED = frozenset({
    "about", "account", "accounts", "admin", "administrator", "anonymous", "api", "author", "authors",
    "deleted", "everyone", "help", "invitations", "mail", "moderator", "moderators", "new", "nobody",
    "null", "owner", "paper", "papers", "people", "reader", "root", "search", "settings", "site",
    "someone", "staff", "status", "support", "system", "trending", "undefined", "user", "users",
    "webmaster",
})  # fmt: skip
"""Handles that would be taken for a page or for whoever runs the site."""

_FORM = re.compile(r"[a-z0-9](?:-?[a-z0-9])*")


def digest(handle: str) -> str:
    """What is kept of a handle whose person left: it tells whether a handle is that one, and no name."""
    return hmac.new(settings.SECRET_KEY.encode(), f"handle {handle}".encode(), hashlib.sha256).hexdigest()


def check(handle: str) -> None:
    """Raise `ValidationError` for a handle that cannot stand in an address or pretends to be the site."""
    if not SHORTEST <= len(handle) <= LONGEST or not _FORM.fullmatch(handle):
        raise ValidationError(
            f"A handle has {SHORTEST} to {LONGEST} letters a–z, digits and single hyphens between them."
        )
    if handle in RESERVED:
        raise ValidationError("This handle is kept for the site.")


def suggested(name: str) -> str:
    """A handle from a name, `reader-` and a number where it gives none. It may be taken."""
    plain = unicodedata.normalize("NFKD", name[:200]).encode("ascii", "ignore").decode().lower()
    handle = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST - 6].strip("-")
    if len(handle) < SHORTEST or handle in RESERVED:
        return numbered("reader")
    return handle


def numbered(handle: str) -> str:
    """The handle with a number that hardly anyone has."""
    return f"{handle[: LONGEST - 6].rstrip('-')}-{secrets.randbelow(90_000) + 10_000}"


def is_numbered_reader(handle: str) -> bool:
    """Whether the handle was given for want of a name."""
    return re.fullmatch(r"reader-[0-9]{5}", handle) is not None
