"""How people are drawn: two letters on a colour that is theirs."""

import hashlib
from html import escape


def hue(handle: str) -> int:
    """A person's colour, in degrees; the same wherever the person is shown."""
    return int.from_bytes(hashlib.sha256(handle.encode()).digest()[:2], "big") % 360


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def avatar(handle: str, name: str) -> str:
    """The picture of a person as SVG: nothing is asked of anyone else."""
    angle = hue(handle)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<rect width="64" height="64" fill="oklch(0.42 0.09 {angle})"/>'
        '<text x="32" y="33" fill="#fff" font-family="system-ui, sans-serif" font-size="26" '
        f'font-weight="600" text-anchor="middle" '
        f'dominant-baseline="central">{escape(initials(name))}</text></svg>'
    )
