"""Titles and abstracts as sources give them, plain text with LaTeX left in, made ready to be read.

`render` gives HTML in which formulas are MathML, `plain` gives text for places that take no markup.
What cannot be read as LaTeX stays as it was written: nothing is lost, and nothing gets through unescaped.
"""

import re
from functools import lru_cache
from html import escape
from typing import Final

from dailypapers.presentation import formulas
from dailypapers.presentation.tex import Formula, Link, Mark, Piece, Source, pieces

_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_NOT_PRINTED = re.compile(r"[\s{}^_&]")
_WIDE: Final = 28
"""Characters that certainly fit a line of 320 px."""
_CACHED: Final = 3_000
"""Characters up to which a text is kept: cards show titles and sentences again and again."""
_FORMULA_CHARACTERS: Final = 6_000
"""LaTeX set in one text; what comes after stays as written, so that no text takes long."""


def render(text: str, links: bool = True) -> str:
    """The text as HTML that is safe on a page, without paragraphs.

    `links` says whether its web addresses become links (not inside another link, which HTML forbids).
    """
    return _render_kept(text, links) if len(text) <= _CACHED else _render(text, links)


def _render_part(text: str) -> str:
    return _render_kept(text, True, True) if len(text) <= _CACHED else _render(text, True, True)


def render_paragraphs(text: str) -> str:
    """As `render`, each part between empty lines a paragraph, and formulas set apart where they were."""
    parts = (part for part in _PARAGRAPHS.split(text) if part.strip())
    return "".join(f"<p>{_render_part(part)}</p>" for part in parts)


def plain(text: str) -> str:
    """The text with its TeX read out as well as plain characters can; empty lines part paragraphs."""
    return _plain_kept(text) if len(text) <= _CACHED else _plain(text)


def formula(latex: str, source: str, block: bool) -> str:
    """One formula as HTML: for texts in which others have found the formulas."""
    return _formula(Formula(latex, source, block), apart=True)


def _render(text: str, links: bool, apart: bool = False) -> str:
    left = _FORMULA_CHARACTERS
    written = []
    for piece in pieces(text):
        if isinstance(piece, Formula):
            left -= len(piece.latex)
            written.append(_formula(piece, apart) if left > 0 else _as_written(piece.source))
        else:
            written.append(_markup(piece, links))
    return "".join(written)


def _plain(text: str) -> str:
    paragraphs = (_plain_paragraph(part) for part in _PARAGRAPHS.split(text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _plain_paragraph(text: str) -> str:
    return " ".join("".join(map(_read_out, pieces(text))).replace("\u00a0", " ").split())


_render_kept = lru_cache(maxsize=4096)(_render)
_plain_kept = lru_cache(maxsize=1024)(_plain)


def _formula(piece: Formula, apart: bool = False) -> str:
    written = formulas.mathml(piece.latex, piece.block and apart) or _as_written(piece.source)
    if apart and (piece.block or _is_wide(piece.latex)):
        # Browsers do not break formulas. What scrolls sideways must be reached by the keyboard, and named.
        return f'<span class="formula" tabindex="0" role="group" aria-label="Formula">{written}</span>'
    return written


def _is_wide(latex: str) -> bool:
    """Whether a formula may be wider than a small phone: by its characters as they are printed."""
    return len(_NOT_PRINTED.sub("", _COMMAND.sub("x", latex))) > _WIDE


def _as_written(source: str) -> str:
    return f'<span class="tex">{escape(source, quote=False)}</span>'


def _markup(piece: Piece, links: bool) -> str:
    match piece:
        case str():
            return escape(piece, quote=False)
        case Mark():
            return f"</{piece.tag}>" if piece.closes else f"<{piece.tag}>"
        case Link():
            label = escape(piece.label, quote=False)
            return f'<a href="{escape(piece.url)}" rel="nofollow noopener">{label}</a>' if links else label
        case Source():
            return _as_written(piece.text)
        case Formula():
            return _formula(piece)


def _read_out(piece: Piece) -> str:
    match piece:
        case str():
            return piece
        case Mark():
            return ""
        case Link():
            return piece.label if piece.label in piece.url else f"{piece.label} ({piece.url})"
        case Source():
            name, _, argument = piece.text.partition("{")
            return argument.removesuffix("}") or (name[1:] if len(name) > 3 else name)
        case Formula():
            return formulas.readable(piece.latex)
