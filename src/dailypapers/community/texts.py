"""Text that people write, cleaned of what cannot be seen."""

import unicodedata

_KEPT = {"\u200c", "\u200d"}
"""Joiners, which Persian and the languages of India cannot be written without."""


def line(text: str) -> str:
    """One line: no control characters, nothing that turns the text around, single spaces."""
    return " ".join(_visible(text).split())


def paragraphs(text: str) -> str:
    """Several lines, with at most one empty line between paragraphs."""
    cleaned = [line(one) for one in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    for one in cleaned:
        if one or (kept and kept[-1]):
            kept.append(one)
    return "\n".join(kept).strip()


def _visible(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        " " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one
        for one in composed
        if one in _KEPT or unicodedata.category(one) not in ("Cf", "Cs", "Co", "Cn")
    )
