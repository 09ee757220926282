"""When two records are the same work: keys of titles and names that survive how sources print them.

No Django. Both keys are meant for comparing only; they are never shown.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import Author

SHORTEST_TITLE = 16
"""Letters and digits a title needs before it can identify a work: "Introduction" and "Editorial" cannot."""


@lru_cache(maxsize=16_384)
def title_key(title: str) -> int | None:
    """A signed 64-bit key, equal for titles that differ in case, accents, spacing or punctuation only.

    None for a title too short to identify a work. 64 bits rather than the text keep the index of
    three million papers under 100 MB; a chance collision still needs a shared author to do harm.
    """
    letters = folded(title)
    if len(letters) < SHORTEST_TITLE:
        return None
    return int.from_bytes(hashlib.blake2b(letters.encode(), digest_size=8).digest(), "big", signed=True)


# One source prints µ, another $\mu$; one writes $\mathcal{O}$, another O.
_TYPESETTING = re.compile(r"\\(?:math[a-z]*|text[a-z]*|emph|operatorname|left|right|var(?=[a-z]))(?![A-Z])")
_SPELLED = {
    code: unicodedata.name(chr(code)).rpartition(" ")[2].lower()
    for code in range(0x3B1, 0x3CA)
    if code != 0x3C2  # the sigma at the end of a word folds to the other one
} | {0x3BB: "lambda"}  # where Unicode says "lamda"


def folded(text: str) -> str:
    """Lower-case letters and digits only, accents taken off, Greek letters spelled as TeX does."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("ℓ", "ell")).casefold().translate(_SPELLED)
    if "\\" in text:
        text = _TYPESETTING.sub("", text)
    return "".join(filter(str.isalnum, text.casefold()))


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """Surname and first initial: equal for `Smith, John`, `John Smith`, `J. A. Smith` and `JOHN SMITH`."""
    family, comma, given = name.partition(",")
    if not comma:
        *rest, family = name.split() or [""]
        if rest and family.rstrip(".").casefold() in {"jr", "sr", "ii", "iii", "iv"}:
            family = rest.pop()
        given = " ".join(rest)
    initial = folded(given)[:1]
    return f"{folded(family)} {initial}".strip()


def share_an_author(some: Iterable[Author], others: Iterable[Author]) -> bool:
    """Whether a name stands on both papers."""
    keys = {name_key(author.name) for author in some}
    return any((key := name_key(author.name)) and key in keys for author in others)


def name_different_works(some: Iterable[Identifier], others: Iterable[Identifier]) -> bool:
    """Whether the identifiers themselves say "two works": two numbers of a collection that gives only one."""
    named: dict[str, set[str]] = {}
    for identifier in some:
        if identifier.namespace:
            named.setdefault(identifier.namespace, set()).add(identifier.value)
    return any(
        identifier.namespace in named and identifier.value not in named[identifier.namespace]
        for identifier in others
    )
