"""What people wrote: for pages, where formulas are set, and for feeds as HTML that any reader shows."""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Final

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from dailypapers.community import markdown
from dailypapers.community.comment_text import one_line
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.people import User
from dailypapers.presentation import formulas, mathematics

_FORMULA_CHARACTERS: Final = 6_000

_NOT_ITS_OWN = re.compile(r"<(blockquote|pre)>.*?</\1>", re.DOTALL)
_MATH = re.compile(r'<(span|div) class="math">(\$\$?)(.*?)\2</\1>', re.DOTALL)
_OWN_LINK = re.compile(r'(<a [^>]*?href=")(?=/(?!/))')


def html_of(comment: Comment) -> SafeString:
    """A comment's words as HTML with its formulas set; made anew where an older version made them."""
    return words_html(comment.body, _as_rendered(comment), markdown.VERSION)


def words_html(text: str, html: str, renderer: int) -> SafeString:
    """Somebody's words as HTML with their formulas set; made anew where an older renderer made them."""
    if renderer != markdown.VERSION:
        html = markdown.render(text)
    # The renderer lets only listed elements through, and formulas are set by our own setter.
    return mark_safe(_with_formulas(html, mathematics.formula))  # noqa: S308


def html_elsewhere(comment: Comment, site: str) -> str:
    """A comment's words for where no page of ours is around them (feeds): see `words_elsewhere`."""
    return words_elsewhere(comment.body, _as_rendered(comment), markdown.VERSION, site)


def words_elsewhere(text: str, html: str, renderer: int, site: str) -> str:
    """Somebody's words as HTML without MathML, with whole addresses that begin with `site`."""
    if renderer != markdown.VERSION:
        html = markdown.render(text)
    read_out = _with_formulas(html, _read_out)
    return _OWN_LINK.sub(lambda found: found[1] + escape(site), read_out)


def _read_out(latex: str, source: str, _: bool) -> str:
    return escape(formulas.readable(latex) or source, quote=False)


def excerpt(comment: Comment, longest: int) -> str:
    """The beginning of what a comment itself says, in plain text: without what it quotes and without code."""
    own = _NOT_ITS_OWN.sub(" ", comment.html[:8_000])
    text = unescape(strip_tags(own)).replace("\n", " ")
    return one_line(mathematics.plain(text), longest) or one_line(comment.body, longest)


def _as_rendered(comment: Comment) -> str:
    """The comment's HTML by the renderer of today."""
    if comment.renderer == markdown.VERSION:
        return comment.html
    called = markdown.mentioned(comment.body)
    known = User.objects.filter(handle__in=called).values_list("handle", flat=True)
    return markdown.render(comment.body, known)


def _with_formulas(html: str, put: Callable[[str, str, bool], str]) -> str:
    """The HTML with what `put` makes of each formula: of its LaTeX, as it was written, and whether apart."""
    left = _FORMULA_CHARACTERS

    def replaced(found: re.Match[str]) -> str:
        nonlocal left
        latex = unescape(found[3])
        left -= len(latex)
        if left < 0:
            return found[0]
        return put(latex, f"{found[2]}{latex}{found[2]}", found[2] == "$$")

    return _MATH.sub(replaced, html)
