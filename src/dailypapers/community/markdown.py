"""Comments: from Markdown as people write it to HTML that is safe on a page. See `markdown_reader`."""

import re
from collections.abc import Collection
from typing import Final

VERSION: Final = 1
"""Grows when the same text comes out otherwise: what was made by an older one is made anew when shown."""

MOST_MENTIONS: Final = 10
"""People that one comment can call."""

MENTION: Final = r"(?<![\w@/.+-])@(?P<handle>[a-z0-9](?:-?[a-z0-9]){2,29})(?![\w-])"
"""Someone's handle in a text, and not the end of a mail address or part of an address on the web."""

_MENTION = re.compile(MENTION, re.IGNORECASE)


def render(text: str, known: Collection[str] = ()) -> str:
    """The HTML of a comment. `known` are the handles that people have; other @words stay words."""
    # Loaded by the first comment: every command loads the actions, and hardly any renders one.
    from dailypapers.community.markdown_reader import read

    return read(text, known)


def mentioned(text: str) -> list[str]:
    """The handles that a text calls, in small letters, each once, no more than `MOST_MENTIONS`."""
    found = dict.fromkeys(match["handle"].lower() for match in _MENTION.finditer(text))
    return list(found)[:MOST_MENTIONS]
