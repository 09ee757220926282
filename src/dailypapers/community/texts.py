"""Text that people write, cleaned of what cannot be seen."""

import re
import unicodedata

from dailypapers.community.comment_text import says_nothing, thinned

_KEPT = {"\u200c", "\u200d"}
"""Joiners, which Persian and the languages of India cannot be written without."""

_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
"""Fillers and selectors, which are letters or marks by their category and draw nothing."""

_WEB_ADDRESS = re.compile(
    r"""[a-z][a-z0-9+.-]*://              # a scheme
    | \bwww[0-9]?[.。]
    | @[\w-]+[.。]\w                     # the host of a mail address
    | [\w-][.。][^\W\d_]{2,}/           # a host and the beginning of a path
    | [\w-][.。](?:com|net|org|edu|gov|int|info|biz|xyz|top|shop|store|online|site|website|web|app|dev|club
        |link|live|click|icu|vip|work|pro|cloud|tech|space|fun|buzz|blog|news|page|world|life|today|agency
        |email|support|help|academy|science|game|games|bet|casino|loan|win|download|zip|mov)\b
    | [\w-]{3,}[.。][^\W\d_]{2}\b         # a host in a country, and no initial before a name
    | \b\d{1,3}(?:\.\d{1,3}){3}\b""",
    re.IGNORECASE | re.VERBOSE,
)


def line(text: str) -> str:
    """One line: no control characters, nothing that turns the text around, single spaces."""
    kept = " ".join(_visible(text).split())
    return "" if says_nothing(kept) else kept


def paragraphs(text: str) -> str:
    """Several lines, with at most one empty line between paragraphs."""
    cleaned = [line(one) for one in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    for one in cleaned:
        if one or (kept and kept[-1]):
            kept.append(one)
    return "\n".join(kept).strip()


def holds_web_address(text: str) -> bool:
    """Whether a name has something that a mail program would make a link of: a scheme, a host, a number.

    Names of people and groups stand in mails to people who never asked for them.
    """
    return _WEB_ADDRESS.search(unicodedata.normalize("NFKC", text)) is not None


def _visible(text: str) -> str:
    composed = _BLANK.sub("", unicodedata.normalize("NFC", text))
    seen = "".join(
        " " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one
        for one in composed
        if one in _KEPT or unicodedata.category(one) not in ("Cf", "Cs", "Co", "Cn")
    )
    return thinned(unicodedata.normalize("NFC", seen))
