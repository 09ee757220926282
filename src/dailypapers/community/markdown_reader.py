"""Comments: from Markdown as people write it to HTML that is safe on a page.

markdown-it-py reads it with HTML turned off, so that tags are text; nh3 then lets through only the
elements listed here, whatever the first has made. Formulas come out as marked LaTeX
(`<span class="math">`): how they are set is the page's affair.
"""

import re
from collections.abc import Collection
from functools import cache
from html import escape
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from dailypapers.community.markdown import MENTION

_NESTED: Final = 12
_FORMULA_LINES: Final = 40
_BRACKETS: Final = 400
"""Opening brackets up to which links are looked for: looking for them takes the square of their number."""

_TAGS: Final = {
    "a", "blockquote", "br", "code", "del", "div", "em", "hr", "li", "ol", "p", "pre", "s", "span",
    "strong", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
_CLASSES: Final = {"a": {"mention"}, "span": {"math"}, "div": {"math"}}
_REL: Final = "nofollow ugc noopener"

_LINK = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s/?#]+@|/(?![/\\])|#)", re.IGNORECASE)
_BARE = re.compile(
    rf"{MENTION}"
    r"|(?<![\w/])(?P<url>https?://[^\s<>\"'`|\\^{}]{3,500})",
    re.IGNORECASE,
)
_CLOSING: Final = {"\\(": "\\)", "\\[": "\\]"}
_FORMULA = re.compile(
    r"\$\$(?P<apart>[^$]{1,700})\$\$"
    r"|\\\[(?P<bracketed>[^\n]{1,700}?)\\\]"
    r"|\\\((?P<round>[^\n]{1,700}?)\\\)"
    # As pandoc has it: no space inside the dollars, no digit after them. Prices stay prices.
    r"|\$(?![\s$])(?P<inline>(?:[^$\\]|\\.){1,700})(?<!\s)\$(?!\d)",
    re.DOTALL,
)


def read(text: str, known: Collection[str]) -> str:
    """See `markdown.render`."""
    markdown = _reader(links=text.count("[") <= _BRACKETS)
    env: dict[str, Any] = {"known": frozenset(known)}
    html = markdown.renderer.render(markdown.parse(text, env), markdown.options, env)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto"},
        link_rel=_REL,
    ).strip()


@cache
def _reader(links: bool) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": _NESTED, "breaks": True})
    markdown.enable("strikethrough")
    # No headings, pictures or definitions of links elsewhere; tags are text.
    markdown.disable(["heading", "lheading", "image", "html_block", "html_inline", "reference"])
    if not links:
        markdown.disable("link")
    markdown.block.ruler.before(
        "fence", "formula", _formula_apart, {"alt": ["paragraph", "blockquote", "list"]}
    )
    markdown.inline.ruler.before("escape", "formula", _formula)
    markdown.core.ruler.push("bare", _link_bare)
    markdown.add_render_rule("math", _written)
    markdown.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]
    return markdown


def _written(_self: object, tokens: list[Token], at: int, _options: object, _env: object) -> str:
    token = tokens[at]
    # Within a paragraph no block may stand: what is set apart there is a span of its own line.
    tag = "div" if token.block else "span"
    latex = escape(token.content, quote=False)
    ending = "\n" if token.block else ""
    return f'<{tag} class="math">{token.markup}{latex}{token.markup}</{tag}>{ending}'


def _formula(state: StateInline, silent: bool) -> bool:
    opening = state.src[state.pos : state.pos + 2]
    if opening[0] != "$" and (
        opening not in _CLOSING or state.src.find(_CLOSING[opening], state.pos, state.pos + 705) < 0
    ):
        return False
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    latex = next(part for part in found.groups() if part is not None).strip()
    if not latex:
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.content = latex
        token.markup = "$$" if found["apart"] or found["bracketed"] else "$"
    state.pos = found.end()
    return True


def _formula_apart(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Lines from one that begins with $$ to one that ends with it; lists in between are no lists."""
    begin = state.bMarks[first] + state.tShift[first]
    if state.is_code_block(first) or not state.src.startswith("$$", begin):
        return False
    for line in range(first, min(end, first + _FORMULA_LINES)):
        if line > first and state.sCount[line] < state.blkIndent:
            return False
        close = state.eMarks[line]
        start = begin + 2 if line == first else state.bMarks[line] + state.tShift[line]
        if state.src[start:close].rstrip().endswith("$$"):
            break
    else:
        return False
    text = state.getLines(first, line + 1, state.blkIndent, False).strip()
    latex = text[2:-2].strip()
    if not latex or "$" in latex:
        return False
    if not silent:
        state.line = line + 1
        token = state.push("math", "", 0)
        token.block = True
        token.content = " ".join(latex.split())
        token.markup = "$$"
    return True


def _link_bare(state: StateCore) -> None:
    """Web addresses and @handles that stand in the text become links; not within links or code."""
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        written: list[Token] = []
        depth = 0
        for token in block.children:
            depth += token.nesting if token.type in ("link_open", "link_close") else 0
            if token.type == "text" and not depth:
                written += _pieces(token.content, state.env["known"])
            else:
                written.append(token)
        block.children = written


def _pieces(text: str, known: frozenset[str]) -> list[Token]:
    written: list[Token] = []
    at = 0
    for found in _BARE.finditer(text):
        handle, url = found["handle"], found["url"]
        if handle is not None and handle.lower() not in known:
            continue
        attributes: dict[str, str | int | float]
        if handle is not None:
            shown = found[0]
            attributes = {"href": f"/people/{handle.lower()}", "class": "mention"}
        else:
            shown = _without_what_follows(url)
            attributes = {"href": shown}
        written.append(_text(text[at : found.start()]))
        written.append(Token("link_open", "a", 1, attrs=attributes))
        written.append(_text(shown))
        written.append(Token("link_close", "a", -1))
        at = found.start() + len(shown)
    written.append(_text(text[at:]))
    return written


def _without_what_follows(url: str) -> str:
    """An address without the punctuation of the sentence that it stands in."""
    while url[-1] in ".,;:!?*_~" or (url[-1] == ")" and url.count(")") > url.count("(")):
        url = url[:-1]
    return url


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
