"""Turns the mark-up that sources put into titles and abstracts (JATS, HTML, MathML) into plain text."""

import html
import re

# Names that are never words of a text, so that "p <i x" or "a<b and c>d" are left as they are.
_KNOWN = frozenset(
    """abstract alternatives article-title b bold br disp-formula div em ext-link fixed-case h1 h2 h3 h4 i inf
    inline-formula inline-graphic italic label li list list-item math monospace named-content ol p
    related-article sc scp sec small span strong styled-content sub sup tex-math title tt u ul underline
    uri xref""".split()  # noqa: SIM905
)
_BREAKS = frozenset("abstract br disp-formula div h1 h2 h3 h4 li list list-item ol p sec title ul".split())  # noqa: SIM905
_DROPPED = frozenset(("mml:annotation", "mml:math", "math"))
_ATTRIBUTE = r"""\s+[\w:.-]{1,60}\s*=\s*(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}')"""
_TAG = re.compile(rf"<(/?)((?:jats:|mml:)?[A-Za-z][A-Za-z0-9-]{{0,30}})(?:{_ATTRIBUTE}){{0,20}}\s*(/?)>")
# Without "<" inside, so that a text of nothing but comment beginnings is still read in one go.
_COMMENT = re.compile(r"<!--[^<]{0,10000}?-->|<!\[CDATA\[|\]\]>")
_HEADING = re.compile(r"\s*(?:abstract|summary)\s*[:.]?\s*", re.IGNORECASE)

LONGEST = 400_000
"""Characters looked at: eight times the longest abstract that is taken."""


def plain(marked: str) -> str:
    """The text without its mark-up: paragraphs parted by empty lines, formulas as TeX where it is given.

    A first heading that only says "Abstract" is left out. Text without mark-up comes back as it is,
    but for its character references.
    """
    marked = marked[:LONGEST]
    if "<" not in marked:
        return html.unescape(marked) if "&" in marked else marked
    parts: list[str] = []
    dropping = 0
    end = 0
    marked = _COMMENT.sub("", marked)
    has_tex = "tex-math" in marked
    for tag in _TAG.finditer(marked):
        name = tag[2].lower().removeprefix("jats:")
        if name not in _KNOWN and not name.startswith("mml:"):
            continue
        if not dropping:
            parts.append(marked[end : tag.start()])
        end = tag.end()
        # Formulas come twice, as TeX and as MathML; without TeX the letters of the MathML have to do.
        if has_tex and name in _DROPPED and not tag[3]:
            dropping = max(0, dropping + (-1 if tag[1] else 1))
        elif name == "tex-math":
            parts.append("$")
        elif name in _BREAKS:
            parts.append("\n\n")
    if not dropping:
        parts.append(marked[end:])
    paragraphs = (part.strip() for part in html.unescape("".join(parts)).split("\n\n"))
    kept = [part for part in paragraphs if part]
    if len(kept) > 1 and _HEADING.fullmatch(kept[0]):
        del kept[0]
    return "\n\n".join(kept)
