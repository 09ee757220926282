"""DKIM: the site's signature under its own digests, where a key is set."""

from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SIGNED = [
    name.encode()
    for name in (
        *("from", "to", "subject", "date", "message-id", "mime-version", "content-type"),
        # RFC 8058 wants these signed: whoever passes a mail on must not change where leaving leads.
        *("list-id", "list-unsubscribe", "list-unsubscribe-post"),
    )
]


def signed(mail: bytes) -> bytes:
    """The mail with its signature before it; as it is where no key is set."""
    if not settings.DKIM_KEY:
        return mail
    import dkim  # Takes a while, and commands that send nothing need not wait for it.

    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    key = _key(settings.DKIM_KEY)
    algorithm = b"rsa-sha256" if key.startswith(b"-----BEGIN") else b"ed25519-sha256"
    signature: bytes = dkim.sign(
        mail,
        settings.DKIM_SELECTOR.encode(),
        domain.encode("idna"),
        key,
        include_headers=SIGNED,
        canonicalize=(b"relaxed", b"relaxed"),
        signature_algorithm=algorithm,
    )
    return signature + mail


@lru_cache(maxsize=2)
def _key(path: str) -> bytes:
    """The private key. Raises `ImproperlyConfigured` where it cannot be read."""
    try:
        return Path(path).read_bytes().strip()
    except OSError as problem:
        raise ImproperlyConfigured(
            f"The key in DAILYPAPERS_DKIM_KEY cannot be read ({problem.strerror}); nothing is sent unsigned"
        ) from None
