"""Words of others in Markdown: written so that they read as they are and can forge nothing around them."""

import re
from collections.abc import Iterable
from typing import Final

from dailypapers.api.feeds.feed import uri
from dailypapers.presentation.mathematics import plain

# What can begin a construct anywhere. Also `$` and `|`, which mean something to many readers of Markdown.
_ANYWHERE = re.compile(r"[\\`*_{}\[\]<>#|~$&]")
# What can at the beginning of a line: lists, underlines of headings, rules.
_AT_START = re.compile(r"(?P<marks>[-+=:])|(?P<number>\d{1,9})(?P<end>[.)])")
_UNPRINTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
_HTML = re.compile(r"<(?=[A-Za-z/!?])")
_IN_ADDRESS: Final = str.maketrans(
    {mark: f"%{ord(mark):02X}" for mark in " <>()[]\\\"'`{}|^*"} | dict.fromkeys("\n\r\t", "")
)
"""What would end a link early, or mean something in it."""


def inline(text: str) -> str:
    """Somebody's words as Markdown that shows just these words, where a line does not begin with them."""
    return _ANYWHERE.sub(r"\\\g<0>", " ".join(_UNPRINTED.sub(" ", text).split()))


def escaped(text: str) -> str:
    """One line of somebody's words as Markdown that shows just these words, wherever it stands."""
    return _first(inline(text))


def told(text: str) -> str:
    """A title, a sentence or a name as sources give it, formulas read out, in one line."""
    return escaped(plain(text))


def paragraphs(text: str) -> str:
    """An abstract: its paragraphs, formulas read out, each on one line."""
    return "\n\n".join(one for part in _PARAGRAPHS.split(plain(text)) if (one := escaped(part)))


def link(label: str, address: str) -> str:
    """A link; the label is somebody's words and has no formulas."""
    return f"[{inline(label) or 'here'}]({uri(address).translate(_IN_ADDRESS)})"


def quoted(body: str) -> str:
    """What someone wrote in Markdown, as a quotation: whatever it opens ends with it.

    HTML in it stays text, as on our pages.
    """
    lines = _UNPRINTED.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(f"> {_HTML.sub(chr(92) + '<', line)}".rstrip() for line in lines)


def counted(number: int, one: str) -> str:
    """`1 paper`, `1,204 papers`."""
    return f"{number:,} {one if number == 1 else f'{one}s'}"


def bullets(lines: Iterable[str]) -> str:
    """A list of what is not empty."""
    return "\n".join(f"- {line}" for line in lines if line)


def page(*parts: str) -> str:
    """A whole page of its parts, those that are empty left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def _first(line: str) -> str:
    found = _AT_START.match(line)
    if found is None:
        return line
    if found["marks"]:
        return f"\\{line}"
    return f"{found['number']}\\{found['end']}{line[found.end() :]}"
