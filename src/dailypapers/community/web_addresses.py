"""Addresses on the web that people give, checked before others are sent there. Nothing is looked up."""

import ipaddress
import re
from urllib.parse import urlsplit, urlunsplit

from dailypapers.community.access import Invalid

LONGEST = 500

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_OURS_ALONE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")
"""Endings that mean another machine for everyone who follows them."""


def checked(text: str) -> str:
    """A public https address in one form. Raises `Refused`, with what is wrong, for everything else."""
    url = text.strip()
    shown = url if len(url) < 60 else f"{url[:60]}…"
    if len(url) > LONGEST:
        raise Invalid(f"An address can have {LONGEST} characters.")
    if not url.isprintable() or any(one in url for one in " \"'<>\\`{}|^"):
        raise Invalid("The address has characters that no address has.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid(f"{shown} is not a web address.") from None
    if parts.scheme.lower() != "https":
        raise Invalid(f"{shown} does not begin with https://.")
    if "@" in parts.netloc or port not in (None, 443):
        raise Invalid(f"{shown} names a user or a port, as no public page does.")
    return urlunsplit(
        ("https", public_host(parts.hostname or "", shown), parts.path, parts.query, parts.fragment)
    )


def public_host(host: str, shown: str) -> str:
    """The host in letters that cannot be mistaken for others.

    Raises `Refused`, naming the address as `shown`, for a number and for a name that is no public site's.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        raise Invalid(f"{shown} has a number where the name of a site should be.")
    try:
        plain = host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        plain = ""
    if not _HOST.fullmatch(plain) or plain.rpartition(".")[2] in _OURS_ALONE:
        raise Invalid(f"{shown} is not the address of a public site.")
    return plain
