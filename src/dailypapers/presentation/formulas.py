"""One formula: from LaTeX to MathML that is safe to put on a page, or to readable plain text.

latex2mathml reads the LaTeX. Its tree is never trusted: it is written out here, element by element, and
only what is listed here gets through; anything else and the formula is refused.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Final
from xml.etree.ElementTree import Element

from latex2mathml.commands import FUNCTIONS as _FUNCTION_COMMANDS
from latex2mathml.converter import Converter
from latex2mathml.symbols_parser import convert_symbol

LONGEST: Final = 700
"""Characters of LaTeX in one formula: the longest of 88,813 in real abstracts has 374."""
DEEPEST: Final = 24
"""Elements inside one another."""

FUNCTIONS: Final = frozenset(command[1:] for command in _FUNCTION_COMMANDS).union(
    ("max", "min", "sup", "inf", "lim", "det", "gcd", "Pr")
)
"""Names set upright, with a little space before what they are applied to."""

_ROWS: Final = frozenset({"math", "mrow", "mstyle", "mphantom", "mpadded", "mtd", "msqrt"})
_TABLES: Final = {"mtable": "mtr", "mtr": "mtd"}
_SCRIPTS: Final = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3
}  # fmt: skip
_LEAVES: Final = frozenset({"mi", "mn", "mo", "mtext", "mspace"})

_LENGTH = r"[+-]?(?:\d{1,2}(?:\.\d{0,4})?|\.\d{1,4})(?:em|ex|px|pt|mu)?"
_YES_NO = r"true|false"
_ALIGNMENT = r"(?:left|right|center|solid|dashed|none| ){1,80}"
_SPACING = r"[0-9emptx. ]{1,80}"
_ATTRIBUTES: Final = {
    name: re.compile(pattern)
    for name, pattern in {
        "accent": _YES_NO,
        "columnalign": _ALIGNMENT,
        "columnlines": _ALIGNMENT,
        "columnspacing": _SPACING,
        "depth": _LENGTH,
        "display": "block",
        "displaystyle": _YES_NO,
        "fence": _YES_NO,
        "form": "prefix|postfix|infix",
        "height": _LENGTH,
        "largeop": _YES_NO,
        "linethickness": "0",
        "lspace": _LENGTH,
        "mathvariant": "normal",
        "maxsize": _LENGTH,
        "minsize": _LENGTH,
        "movablelimits": _YES_NO,
        "rowlines": _ALIGNMENT,
        "rowspacing": _SPACING,
        "rspace": _LENGTH,
        "scriptlevel": "[012]",
        "separator": _YES_NO,
        "stretchy": _YES_NO,
        "voffset": _LENGTH,
        "width": _LENGTH,
    }.items()
}
_LEFT_OUT: Final = frozenset({"xmlns", "mathcolor", "mathsize", "linebreak"})
"""Attributes that change how a formula looks, not what it says: dropped, so that no paper shouts."""
_NAMED_SPACES: Final = {
    "negativethinmathspace": "-.167em",
    "negativemediummathspace": "-.222em",
    "negativethickmathspace": "-.278em",
    "thinmathspace": ".167em",
    "mediummathspace": ".222em",
    "thickmathspace": ".278em",
}
_ACCENTS: Final = {
    "^": "ˆ", "~": "˜", "―": "‾", "´": "´", "¯": "¯", "˘": "˘", "ˇ": "ˇ", "˙": "˙", "¨": "¨", "⃛": "⃛",
    "⃜": "⃜", "`": "`", "˚": "˚", "→": "→", "←": "←", "↔": "↔",
}  # fmt: skip
"""Marks over a letter, as they are to be printed: latex2mathml names keyboard characters for some."""

# Definitions could make a short formula huge; the others would reach outside it.
_REFUSED = re.compile(
    r"\\(?:def|gdef|edef|let|newcommand|renewcommand|providecommand|newenvironment|DeclareMathOperator"
    r"|href|url|class|style|includegraphics|input|include|verb|rule|cite[a-z]*|ref|label|footnote)(?![a-zA-Z])"
)
_REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{1,6});")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_UPRIGHT_INDEX = re.compile(r"\\rm\s{0,9}_\s{0,9}\{|_\s{0,9}\\rm\s{0,9}\{")
_SCRIPT_LETTER = re.compile(r"\\c([A-Z])(?![a-zA-Z])")
_ARGUMENT_OF = re.compile(r"\\operatorname\*?\s{0,9}\{\s{0,9}arg\s{0,9}\\?[,;! ]?\s{0,9}(max|min)\}")
_TEXT_ESCAPE = re.compile(r"\\([%&#_$ {}])")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)

# What authors' own preambles or packages define, and what latex2mathml does not know.
_SUBSTITUTES: Final = {
    "C": r"\mathbb{C}", "N": r"\mathbb{N}", "Q": r"\mathbb{Q}", "Z": r"\mathbb{Z}",
    "AA": "Å", "Bar": r"\bar ", "Hat": r"\hat ", "Lsun": r"L_\odot ", "Msun": r"M_\odot ",
    "R": r"\mathbb{R}", "Rsun": r"R_\odot ", "Tilde": r"\tilde ", "allowbreak": "", "ang": "",
    "angstrom": "Å", "arcmin": "'", "arcsec": "''", "ast": "*", "cO": r"\mathcal{O}", "colon": ":",
    "degree": r"{}^\circ ", "ensuremath": "", "eps": r"\varepsilon ", "farcs": r".\!''", "kms":
    r"\,\mathrm{km\,s^{-1}}", "mathbbm": r"\mathbb", "mathbfcal": r"\mathcal", "mathds": r"\mathbb",
    "mathpzc": r"\mathcal", "msun": r"M_\odot ", "nicefrac": r"\frac ", "nonumber": "", "percent": r"\%",
    "protect": "", "sfrac": r"\frac ", "sun": r"\odot ", "textdegree": r"{}^\circ ", "textmu": r"\mu ",
    "textpm": r"\pm ", "textsc": r"\text", "textsl": r"\text", "texttimes": r"\times ", "wt":
    r"\widetilde ", "xspace": "",
}  # fmt: skip
_SUBSTITUTED = re.compile(r"\\(" + "|".join(sorted(_SUBSTITUTES, key=len, reverse=True)) + r")(?![a-zA-Z])")


class _Refused(Exception):
    """The formula holds something that is not let through."""


@lru_cache(maxsize=8192)
def mathml(latex: str, block: bool = False) -> str | None:
    """The formula (without its dollars) as a MathML element, or None when it cannot be had safely."""
    if len(latex) > LONGEST or _REFUSED.search(latex) or not balanced(latex):
        return None
    latex = _BARE_PERCENT.sub(r"\\%", latex)
    latex = _SUBSTITUTED.sub(lambda found: _SUBSTITUTES[found[1]], latex)
    latex = _SCRIPT_LETTER.sub(r"\\mathcal{\1}", _UPRIGHT_INDEX.sub(r"_{\\rm ", latex))
    latex = _ARGUMENT_OF.sub(r"\\mathrm{arg\\,\1}", latex)
    try:
        tree = Converter(display="block" if block else "inline").convert_to_element(latex)
        if not block:
            del tree.attrib["display"]
        return _written(_checked(tree, 0))
    except Exception:
        # latex2mathml raises its own errors for bad LaTeX, but also KeyError, IndexError, RuntimeError
        # (a StopIteration inside a generator) and RecursionError: none may take a page down.
        return None


def balanced(latex: str) -> bool:
    """Whether every brace is closed, none before it is opened, and few stand inside one another."""
    depth = 0
    for brace in _BRACE.findall(latex):
        depth += (brace == "{") - (brace == "}")
        if not 0 <= depth <= DEEPEST:
            return False
    return depth == 0


@dataclass(slots=True)
class _Node:
    """An element that may be written out."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list["_Node"] = field(default_factory=list)


def _checked(element: Element, depth: int) -> _Node:
    """The element as it may be written out; raises `_Refused` for anything that is not listed."""
    if depth > DEEPEST:
        raise _Refused
    attributes = _checked_attributes(element)
    if element.tag in _LEAVES:
        if len(element):
            if element.tag != "mo" and element.tag != "mi":
                raise _Refused
            # \mathop{…} and its kin put whole formulas into an operator.
            return _Node("mrow", {}, children=_row([_checked(child, depth + 1) for child in element]))
        return _leaf(element.tag, attributes, element.text or "")
    if element.text and element.text.strip():
        raise _Refused
    return _with_children(element.tag, attributes, [_checked(child, depth + 1) for child in element])


def _with_children(tag: str, attributes: dict[str, str], children: list[_Node]) -> _Node:
    if tag in _ROWS:
        children = _row(children)
        if tag == "math" and len(children) == 1 and children[0].tag == "mrow":
            children = children[0].children
        if tag == "mrow" and len(children) == 1:
            return children[0]
    elif tag in _TABLES:
        if any(child.tag != _TABLES[tag] for child in children):
            raise _Refused
    elif len(children) != _SCRIPTS.get(tag, -1):
        raise _Refused
    elif tag in ("mover", "munder"):
        _set_accent(tag, attributes, children[1])
    return _Node(tag, attributes, children=children)


def _checked_attributes(element: Element) -> dict[str, str]:
    attributes = {}
    for name, value in element.attrib.items():
        value = _NAMED_SPACES.get(value, value)
        pattern = _ATTRIBUTES.get(name)
        if name == "mathvariant":
            attributes[name] = value  # `_leaf` puts the letters themselves in its place.
        elif pattern and pattern.fullmatch(value):
            attributes[name] = value
        elif name not in _LEFT_OUT:
            raise _Refused
    return attributes


def _leaf(tag: str, attributes: dict[str, str], raw: str) -> _Node:
    """A leaf with its text decoded, its letters in their alphabet and its element put right."""
    variant = attributes.pop("mathvariant", "")
    text = _REFERENCE.sub(_character, raw)
    if tag == "mspace":
        return _Node(tag, attributes)
    if tag == "mtext":
        text = _TEXT_ESCAPE.sub(r"\1", text.replace("~", "\u00a0"))
        if any(mark in text for mark in "\\$"):
            raise _Refused
        return _Node(tag, {}, text)
    if "\\" in text or (text in ("{", "}", "#") and text == raw):
        raise _Refused
    if tag == "mi" and text == "~":
        return _Node("mo", {}, "∼")
    if tag == "mo" and len(text) > 1 and text.replace("\u2009", "").replace("\u2006", "").isalpha():
        return _Node("mi", {}, text)
    if tag == "mi" and len(text) == 1:
        if variant == "normal" or (text != raw and text.isascii() and text.isalpha()):
            # One letter alone is set in italics unless told otherwise.
            return _Node(tag, {"mathvariant": "normal"}, text)
        if not variant and "Α" <= text <= "Ω":
            return _Node(tag, {"mathvariant": "normal"}, text)
    if variant and tag != "mo":
        text = in_alphabet(text, variant)
    return _Node(tag, attributes, text)


def _character(reference: re.Match[str]) -> str:
    number = int(reference[1], 16)
    if number > 0x10FFFF or unicodedata.category(chr(number)) in ("Cc", "Cs", "Co", "Cn"):
        raise _Refused
    if unicodedata.category(chr(number)) == "Cf":
        return ""  # Invisible marks could turn the direction of the page.
    return chr(number)


def _set_accent(tag: str, attributes: dict[str, str], mark: _Node) -> None:
    if mark.tag == "mo" and mark.text in _ACCENTS:
        if tag == "mover":
            attributes["accent"] = "true"
            mark.text = _ACCENTS[mark.text]
        elif mark.text == "―":
            mark.text = "_"
        mark.attributes.pop("accent", None)


def _row(children: list[_Node]) -> list[_Node]:
    """Upright letters joined to words (`TV` is one name, not T times V), names parted from what follows."""
    row: list[_Node] = []
    for node in children:
        last = row[-1] if row else None
        if last and _upright(node) and _upright(last):
            last.text += node.text
            last.attributes = {}
            continue
        if (
            last
            and _is_name(last)
            and not (node.tag in ("mo", "mspace", "mtext") or _begins_with_fence(node))
        ):
            row.append(_Node("mspace", {"width": ".167em"}))
        row.append(node)
    return row


def _upright(node: _Node) -> bool:
    if node.tag != "mi" or not (node.text.isascii() and node.text.isalpha()):
        return False
    return node.attributes == {"mathvariant": "normal"} or (len(node.text) > 1 and node.text not in FUNCTIONS)


def _is_name(node: _Node) -> bool:
    """Whether it is `log`, or `log` with an index."""
    while node.tag in _SCRIPTS and node.tag not in ("mfrac", "mroot"):
        node = node.children[0]
    return node.tag == "mi" and node.text in FUNCTIONS


def _begins_with_fence(node: _Node) -> bool:
    return bool(node.children) and node.tag == "mrow" and node.children[0].tag == "mo"


def _written(node: _Node) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    inside = escape(node.text, quote=False) + "".join(map(_written, node.children))
    return f"<{node.tag}{attributes}>{inside}</{node.tag}>"


_ALPHABETS: Final = {
    # First capital, first small letter, first digit, first capital and first small Greek letter.
    "bold": (0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2),
    "italic": (0x1D434, 0x1D44E, 0, 0x1D6E2, 0x1D6FC),
    "bold-italic": (0x1D468, 0x1D482, 0x1D7CE, 0x1D71C, 0x1D736),
    "script": (0x1D49C, 0x1D4B6, 0, 0, 0),
    "fraktur": (0x1D504, 0x1D51E, 0, 0, 0),
    "double-struck": (0x1D538, 0x1D552, 0x1D7D8, 0, 0),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2, 0, 0),
    "sans-serif-italic": (0x1D608, 0x1D622, 0x1D7E2, 0, 0),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6, 0, 0),
}
_OLDER: Final = {
    # Letters that had a place in Unicode before their alphabet did.
    "italic": {"h": "ℎ"},
    "script": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "fraktur": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "double-struck": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}


def in_alphabet(text: str, alphabet: str) -> str:
    """The letters in a mathematical alphabet (`script`, `bold` …): browsers know no other way to set them."""
    if alphabet not in _ALPHABETS:
        return text
    starts = _ALPHABETS[alphabet]
    older = _OLDER.get(alphabet, {})
    letters = []
    for letter in text:
        for first, last, start in zip("Aa0Αα", "Zz9Ωω", starts, strict=True):
            if start and first <= letter <= last:
                letter = older.get(letter) or chr(start + ord(letter) - ord(first))
                break
        letters.append(letter)
    return "".join(letters)


_RAISED: Final = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED: Final = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_PART = r"\{([^{}\\]{0,80})\}"
_READ_OUT: Final = (
    (re.compile(r"_(?:\\(?:odot|sun)(?![a-zA-Z])|\{\s*\\(?:odot|sun)\s*\})"), "☉"),
    (re.compile(r"\\[cdt]?frac\s*(\d)\s*(\d)"), r"\1/\2"),
    (re.compile(r"\\(?:textcolor|color|colorbox|hspace|vspace)\s*\{[^{}]{0,40}\}"), ""),
    (re.compile(r"\\(?:overset|underset|stackrel)\s*" + _PART + r"\s*" + _PART), r"\2"),
    (re.compile(r"\\[cdt]?frac\s*" + _PART + r"\s*" + _PART), r"\1/\2"),
    (re.compile(r"\\sqrt\s*" + _PART), r"√(\1)"),
    (re.compile(r"\\(?:begin|end)\s*\{[a-zA-Z*]{1,20}\}(?:\{[lcr|]*\})?"), " "),
    (re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)\s*\.?(?![a-zA-Z])"), ""),
    (re.compile(r"\\[,;:> !]|\\(?:q?quad|thinspace)(?![a-zA-Z])|~"), " "),
    (re.compile(r"\\\\|&"), " "),
    (re.compile(r"\^\s*(?:\\circ|\{\s*\\circ\s*\})"), "°"),
)
_RAISED_PART = re.compile(r"\^(?:\{([0-9+\-=()n]{1,8})\}|([0-9n]))")
_LOWERED_PART = re.compile(r"_(?:\{([0-9+\-=()]{1,8})\}|([0-9]))")
_COMMAND = re.compile(r"\\([a-zA-Z]+)\*?\s*|\\(.)", re.DOTALL)
_SET_OTHERWISE = re.compile(
    r"(?:math|text|operatorname|mbox|hbox|boldsymbol|bm|rm|bf|it|sf|tt|cal|frak|scr|em|emph|displaystyle|textstyle"
    r"|scriptstyle|limits|nolimits|ensuremath|underline|overline|widetilde|widehat|tilde|hat|bar|vec|dot|ddot"
    r"|phantom|label|mathop|big|small|large|color|operatornamewithlimits)[a-z]*"
)


@lru_cache(maxsize=8192)
def readable(latex: str) -> str:
    """The formula as plain text that can be read: `O(n²)` for `\\mathcal{O}(n^2)`."""
    text = _SUBSTITUTED.sub(lambda found: _SUBSTITUTES[found[1]], latex[: 4 * LONGEST])
    for pattern, replacement in _READ_OUT:
        text = pattern.sub(replacement, text)
    text = _RAISED_PART.sub(lambda found: (found[1] or found[2]).translate(_RAISED), text)
    text = _LOWERED_PART.sub(lambda found: (found[1] or found[2]).translate(_LOWERED), text)
    text = _COMMAND.sub(_said, text)
    text = re.sub(r"[{}](?!\ue000)", "", text).replace("\ue000", "").replace("''", "″").replace("'", "′")
    return " ".join(text.split())


def _said(command: re.Match[str]) -> str:
    name = command[1]
    if name is None:
        # A brace that is meant is marked, for the others go.
        return f"{command[2]}\ue000" if command[2] in "{}" else command[2].replace("|", "‖")
    if name in FUNCTIONS:
        return name + " "
    if _SET_OTHERWISE.fullmatch(name):
        return ""
    symbol = "223C" if name == "sim" else convert_symbol("\\" + name)
    if symbol and len(symbol) <= 6:
        character = chr(int(symbol, 16))
        # Relations and arrows stand free, as they do in print.
        return (
            f" {character} "
            if unicodedata.category(character) == "Sm" and character not in _CLOSE
            else character
        )
    return name + " "


_CLOSE: Final = frozenset("×·±∓∞∂∇√∑∏∫⋅−+")
