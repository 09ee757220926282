"""The first whole sentences of an abstract, for a card."""

import re
from collections.abc import Iterator
from typing import Final

from dailypapers.presentation.tex import is_mathematics


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_WHOLE = re.compile(
    # What must not be cut: formulas, commands with their argument, web addresses. Prices come as one `$`.
    r"\\\((?:[^\\]|\\[^)]){1,900}?\\\)|\\\[(?:[^\\]|\\[^\]]){1,900}?\\\]"
    r"|\$\$[^$]{1,900}\$\$|\$(?:[^$\\]|\\.){1,900}\$"
    r"|\\[a-zA-Z]+\s?(?:\{(?:[^{}]|\{[^{}]{0,300}\}){0,600}\}){1,2}|\\."
    r"|https?://[^\s{}$]+",
    re.DOTALL,
)
_END = re.compile(
    r"(?:[.!?…]+(?:''|[\"'”’)\]}])*(?=\s|$)|(?<=[a-z]{3})\.(?=[A-Z])|[。！？])|\n[^\S\n]*\n", re.DOTALL
)
_LAST_WORD = re.compile(r"[^\s(\[{~]+\Z")
_NEXT_WORD = re.compile(r"\s*([\"“‘'`(\[{$]*)(\S?)([A-Za-z]*)")
_INITIAL = re.compile(r"(?:[A-Z]\.-?)+|[A-Z][a-z]?\.")
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_MARKS = re.compile(r"[{}$^_\\]")

_ABBREVIATIONS: Final = _words(
    "al. e.g. i.e. eg. cf. vs. v. fig. figs. eq. eqs. eqn. sec. secs. sect. ref. refs. tab. no. nos. vol.",
    "pp. p. ch. dr. prof. mr. mrs. ms. st. approx. ca. c. resp. w.r.t. a.k.a. viz. incl. inc. ltd. co. corp.",
    "dept. univ. est. min. max. avg. std. def. thm. lem. prop. cor. app. alg. art. jr. sr. ph.d. u.s. u.k.",
    "u.s.a. e.u. u.n. i.i.d. a.m. p.m. s.t. n.b. etc. conf. proc. int. j. jan. feb. mar. apr. jun. jul. aug.",
    "sep. sept. oct. nov. dec. ed. eds. ex. exp. gen. sp. spp. var. deg. mag. mt. op. cit. a.u. r.m.s. s.d.",
)
_BEGINNINGS: Final = _words(
    "The This These Those That We Our In It Its However To For As At By On An A Here There Such Moreover",
    "Furthermore Additionally Finally First Second While Although Despite Using With They Their When Then",
    "Thus Therefore Hence Results Experiments Existing Recent Current Previous Traditional Most Many Some",
    "Unlike Based Motivated Inspired Given From Both Each All Another One Through Under",
)
_ROOM: Final = 1.2
"""How far beyond the limit a first sentence may go before it is cut."""


def first_sentences(text: str, limit: int) -> str:
    """The sentences at the head of `text` that fit into about `limit` characters, at least one.

    A first sentence that is much longer is cut after a word, with an ellipsis; formulas, commands and
    web addresses are never cut. The length counted is that of what a reader sees, not of the TeX.
    """
    whole_text = text.strip()
    window = whole_text[: 6 * limit + 1_000]
    spans = list(_spans(window))
    end = 0
    for found in _ends(window, spans):
        if end and _seen(window[:found]) > limit:
            break
        end = found
        if _seen(window[:end]) > limit:
            break
    if not end:
        end = len(window)
    sentences = window[:end]
    if _seen(sentences) > limit * _ROOM or (end == len(window) < len(whole_text)):
        return _one_line(_cut(window, spans, limit)) + "…"
    return _one_line(sentences)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, one after another."""
    begun = 0
    for end in _ends(text, list(_spans(text))):
        if sentence := _one_line(text[begun:end]).strip():
            yield sentence
        begun = end


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the stretches lie that must stay whole."""
    at = 0
    while found := _WHOLE.search(text, at):
        start, at = found.span()
        inside = found[0].strip("$")
        if found[0][0] == "$" and not (inside.strip() and is_mathematics(inside, text[at : at + 1])):
            at = start + 1
        else:
            yield start, at


def _ends(text: str, spans: list[tuple[int, int]]) -> Iterator[int]:
    """Where sentences end, each just behind its last character; the end of the text is one."""
    place = 0
    for found in _END.finditer(text):
        while place < len(spans) and spans[place][1] <= found.start():
            place += 1
        if place < len(spans) and spans[place][0] <= found.start():
            continue
        if found[0][0] == "\n":
            yield found.start()
        elif _ends_sentence(text, found):
            yield found.end()
    yield len(text)


def _ends_sentence(text: str, mark: re.Match[str]) -> bool:
    if mark[0] in "。！？":
        return True
    following = _NEXT_WORD.match(text, mark.end())
    opening, first, rest = following.groups() if following else ("", "", "")
    if first.islower() and not opening:
        return False
    if following and following.end() > mark.end() and not text[mark.end()].isspace():
        return first + rest in _BEGINNINGS  # "data.We present": a space got lost on the way here.
    if mark[0][0] != "." or mark[0].startswith(".."):
        return True
    last = _LAST_WORD.search(text, max(0, mark.start() - 40), mark.start())
    word = (last[0] if last else "") + "."
    if word.lower() in _ABBREVIATIONS or _INITIAL.fullmatch(word):
        return first + rest in _BEGINNINGS and not opening
    return True


def _cut(text: str, spans: list[tuple[int, int]], limit: int) -> str:
    """The head of the text up to the last word that fits, formulas whole."""
    best = 0
    breaks = [found.start() for found in re.finditer(r"\s+", text)] + [len(text)]
    place = 0
    for where in breaks:
        while place < len(spans) and spans[place][1] <= where:
            place += 1
        if place < len(spans) and spans[place][0] < where:
            continue
        if best and _seen(text[:where]) > limit:
            break
        best = where
    head = text[:best].rstrip(" \n\t,;:–—-(")
    if _seen(head) <= limit * 2 or best != breaks[0]:
        return head
    return _hard_cut(text, spans, limit)


def _hard_cut(text: str, spans: list[tuple[int, int]], limit: int) -> str:
    """For text without spaces (Chinese, or one endless word): after a character."""
    for start, end in spans:
        if start < limit < end:
            return text[:start]
    return text[:limit]


def _seen(text: str) -> int:
    """How many characters a reader sees, nearly."""
    return len(_MARKS.sub("", _COMMAND.sub("x", text))) if "\\" in text or "$" in text else len(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
