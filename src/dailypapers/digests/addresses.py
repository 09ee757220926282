"""Addresses for mail: read, written one way, and compared."""

import re
import unicodedata
from dataclasses import dataclass

import idna

from dailypapers.community.access import Invalid

LONGEST = 254
LONGEST_LOCAL = 64
_PRINTED = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\-"
# Letters of all scripts (SMTPUTF8). Quoted local parts are not taken: nobody's mail needs one today, and
# each program reads them another way.
_LOCAL = re.compile(rf"[{_PRINTED}\u00a1-\U0010ffff]+(?:\.[{_PRINTED}\u00a1-\U0010ffff]+)*")
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}


@dataclass(frozen=True, slots=True)
class Address:
    """One address."""

    text: str
    """As mail is sent to it: the domain in the letters that mail servers look up."""
    key: str
    """The same for two spellings of one address."""
    mailbox: str
    """The same, too, for doubles of one mailbox (`ada+news@`, `a.da@`): what limits are counted for.

    Elsewhere than at large providers a dot may make another mailbox, so that nothing but limits hangs on it.
    """


def read_address(text: str) -> Address:
    """Read what someone typed. Raises `Invalid`, which says what is wrong."""
    whole = unicodedata.normalize("NFC", text[: 4 * LONGEST].strip(" \t"))
    if any(unicodedata.category(one)[0] in "CZ" for one in whole):
        raise Invalid("An address has no spaces and no line breaks.")
    local, at, domain = whole.rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        raise Invalid("This is no e-mail address as ada@example.org; quotes and comments are not taken.")
    try:
        written = idna.encode(domain.rstrip("."), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        written = ""
    name, _, top = written.rpartition(".")
    if not name or top.isdecimal() or not re.fullmatch(r"[a-z0-9.-]+", written):
        raise Invalid("After the @ stands the name of a mail server, as example.org.")
    if len(f"{local}@{written}".encode()) > LONGEST or len(local.encode()) > LONGEST_LOCAL:
        raise Invalid(f"An address can have {LONGEST} characters, {LONGEST_LOCAL} of them before the @.")
    key = f"{local.casefold()}@{written}"
    mailbox = local.casefold().partition("+")[0].replace(".", "") or local.casefold()
    return Address(f"{local}@{written}", key, f"{mailbox}@{_SAME_DOMAIN.get(written, written)}")


def half_hidden(text: str) -> str:
    """An address as a page shows it that whoever was forwarded a mail may open: `a…@example.org`."""
    local, _, domain = text.rpartition("@")
    return f"{local[:1]}…@{domain}"
