"""What people write, before anything is made of it: the same text, without what only serves to deceive."""

import re
import unicodedata

LONGEST = 10_000
"""Characters of a comment."""

MARKS_IN_A_ROW = 6
"""Marks above and below one letter: no language needs more; hundreds cover what stands around."""

_NOT_WRITTEN = re.compile(
    # Controls but for tab and newline; surrogates; what turns the direction of writing, so that a text
    # reads otherwise than it is; invisible tags and fillers.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){3,}")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2060-\u2064\u3164\u115f\u1160\uffa0\u00ad\u034f\ufe0e\ufe0f]+")


def cleaned(text: str) -> str:
    """The text as it is kept. Takes longer texts than are allowed, in one pass each."""
    text = _NOT_WRITTEN.sub("", _BREAKS.sub("\n", text))
    return _EMPTY_LINES.sub("\n\n\n", thinned(unicodedata.normalize("NFC", text))).strip()


def says_nothing(text: str) -> bool:
    """Whether a reader would see nothing."""
    return not _INVISIBLE.sub("", text)


def one_line(text: str, longest: int = 200) -> str:
    """The text in one line, cut with an ellipsis: for subjects and lists."""
    line = " ".join(cleaned(text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def thinned(text: str) -> str:
    """The text without piles of marks."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)
