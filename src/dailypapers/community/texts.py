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


def _visible(text: str) -> str:
    composed = _BLANK.sub("", unicodedata.normalize("NFC", text))
    seen = "".join(
        " " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one
        for one in composed
        if one in _KEPT or unicodedata.category(one) not in ("Cf", "Cs", "Co", "Cn")
    )
    return thinned(unicodedata.normalize("NFC", seen))
