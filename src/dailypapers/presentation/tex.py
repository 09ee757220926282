"""Text with the TeX that authors leave in titles and abstracts, cut into pieces that can be written out.

This is no TeX: it knows what 34,000 real abstracts hold, in one pass over the text, and leaves alone
what it does not know.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from latex2mathml.symbols_parser import convert_symbol

from dailypapers.presentation.formulas import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its delimiters, and as it was written."""

    latex: str
    source: str
    block: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a stretch of emphasised, strong … text begins or ends; `tag` is the HTML element."""

    tag: str
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A web address (http or https) with the words it stands behind."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Source:
    """A command nobody knows, as written."""

    text: str


Piece = str | Formula | Mark | Link | Source

_DEEPEST: Final = 12
_LONGEST_FORMULA: Final = 3_000
_MOST_SPECIAL: Final = 5_000
"""Special characters looked at in one text; real abstracts have up to 300. What follows stays as written."""
_LONGEST_URL: Final = 2_000

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
    "|[\U0001fffe\U0001ffff\U0010fffe\U0010ffff]"
)
_SPECIAL = re.compile(r"[\\$~`'\"{}\n]|--|(?<![A-Za-z])https?://", re.IGNORECASE)
_URL = re.compile(r"https?://(?:[^\s<>\"{}|\\^`$]|\\[_%#&~$])+", re.IGNORECASE)
_URL_ESCAPE = re.compile(r"\\([_%#&~$])")
_CONTROL_WORD = re.compile(r"\\([a-zA-Z]+)\*?")
_ACCENT_WITH_LETTER = re.compile(
    r"\\(?:(['\"`^~=.])\s*|([uvHckrdbt])(?:\s+|(?=[{\\])))(?:\{\s*(\\[ij]|[A-Za-z]{1,2})\s*\}|(\\[ij](?![a-zA-Z])|[A-Za-z]))"
)
_ARGUMENT = re.compile(r"\s{0,9}\{([^{}]{0,2000})\}")
_ARGUMENT_WITH_BRACES = re.compile(r"\s{0,9}\{((?:[^{}]|\{[^{}]{0,300}\}){0,600})\}")
_SHORT_ARGUMENT = re.compile(r"\{[^{}\\$]{0,60}\}")
_BRACE_AHEAD = re.compile(r"[ \n]{0,4}\{")
_FORMULA_END = re.compile(r"\\.|\$|\n\n", re.DOTALL)
_WEB = re.compile(r"https?://[^\s/?#@<>\"]+\.?[^\s<>\"]*", re.IGNORECASE)
_BARE_FORMULA = re.compile(
    r"\\(?:frac\{[^{}$]{1,80}\}\{[^{}$]{1,80}\}"
    r"|(?:math[a-z]{2,4}|sqrt|tilde|widetilde|hat|bar|boldsymbol|operatorname)\{[^{}$]{1,80}\})"
)
_WORDS_ONLY = re.compile(r"\s*\\(?:(?:href|url)\{|(?:text(?:bf|it|tt|sc|sf|rm|sl)|emph)\{[^{}]*\}\s*$)")
_ION = re.compile(r"\\ion\{([A-Z][a-z]?)\}\{?([ivxIVX]{1,5})\}?")
_OPTIONS = re.compile(r"(?:\s{0,9}\[[^\[\]]{0,200}\]){0,3}")
_ENVIRONMENT = re.compile(r"\\begin\s{0,9}\{(equation|align|gather|displaymath|eqnarray|multline|math)\*?\}")
_SINGLE_QUOTED = re.compile(r"`[^`'\n$\\]{1,80}'(?![A-Za-z])")
_NUMBER = re.compile(r"([+-]?)\s*(\d[\d.,]*)\s*(\\?%)?")
_GROUP = re.compile(r"\}|\\[^{}]|[^{}\\$\",:;=]{1,80}\}")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_TAGS: Final = {
    "emph": "em", "textit": "em", "textsl": "em", "textbf": "strong", "texttt": "code",
    "textsuperscript": "sup", "textsubscript": "sub",
}  # fmt: skip
_SWITCHES: Final = {
    "em": "em",
    "it": "em",
    "sl": "em",
    "itshape": "em",
    "bf": "strong",
    "bfseries": "strong",
    "tt": "code",
}
_UNSET: Final = _words(
    "rm sc sf normalfont small large Large tiny scriptsize footnotesize centering noindent par newline",
    "left right displaystyle linebreak xspace protect sloppy break selectfont hfill quad qquad smallskip",
    "medskip bigskip",
)
_SET_PLAIN: Final = _words(
    "text textrm textsc textsf textup textmd textnormal mbox hbox underline uline ul ensuremath",
    "title section subsection paragraph ce num keyword uppercase lowercase textquoted acro ac gls hl",
    "st sout texorpdfstring centerline",
)
_SKIPPED_ARGUMENT: Final = _words(
    "label ref eqref cref Cref vspace hspace color vskip hypertarget thanks begin end bibliographystyle",
    "pagestyle",
)
_AROUND: Final = {"enquote": ("“", "”"), "footnote": (" (", ")"), "footnotetext": (" (", ")")}
_SKIPPED_FIRST: Final = frozenset({"textcolor", "hyperlink", "hyperref", "colorbox"})
_WORDS: Final = {
    "ldots": "…", "dots": "…", "textellipsis": "…", "textemdash": "—", "textendash": "–", "textdegree": "°",
    "degree": "°", "deg": "°", "copyright": "©", "textregistered": "®", "texttrademark": "™", "S": "§",
    "P": "¶", "pounds": "£", "texteuro": "€", "euro": "€", "LaTeX": "LaTeX", "TeX": "TeX", "ie": "i.e.",
    "eg": "e.g.", "etal": "et al.", "etc": "etc.", "wrt": "w.r.t.", "vs": "vs.", "cf": "cf.", "aka": "a.k.a.",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_",
    "textquotesingle": "'", "textquotedblleft": "“", "textquotedblright": "”", "textquoteleft": "‘",
    "textquoteright": "’", "textless": "<", "textgreater": ">", "textbar": "|", "textbullet": "•",
    "texttimes": "×", "textpm": "±", "textmu": "µ", "textasteriskcentered": "*", "textperiodcentered": "·",
    "percent": "%", "item": " • ", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø",
    "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
    "dag": "†", "ddag": "‡", "slash": "/", "space": " ", "textvisiblespace": " ", "sim": "∼", "Msun": "M☉",
    "msun": "M☉", "kms": "km/s", "micron": "µm", "arcsec": "″", "arcmin": "′", "nobreakspace": "\u00a0",
}  # fmt: skip
_SWALLOWING: Final = _words("ss ae AE oe OE o O aa AA l L i j dh DH th TH")
"""Letters written as commands: the space after them only ends the command."""
_ESCAPED: Final = {
    **{character: character for character in "%&#_${}"},
    " ": " ", "\n": " ", ",": "\u2009", ";": "\u2009", ":": "\u2009", ">": "\u2009", "\\": " ", "/": "",
    "-": "", "!": "", "@": "", "|": "‖",
}  # fmt: skip


def pieces(text: str) -> list[Piece]:
    """The text cut into plain strings, formulas, links and marks (each closed again, in order)."""
    return _Reader(_UNPRINTABLE.sub("", text)).read()


class _Reader:
    """Goes over a text once, from one special character to the next."""

    def __init__(self, text: str, depth: int = 0) -> None:
        self.text = text
        self.at = 0
        self.depth = depth
        self.found: list[Piece] = []
        self.groups: list[list[Piece]] = []
        """For each open brace, what is to be said where it closes, the last first."""
        self.is_tex = "\\" in text or "$" in text
        self.double_quotes = 0
        self.closing_quotes: set[int] = set()
        self.passed_over: set[int] = set()

    def read(self) -> list[Piece]:
        readers = {
            "\\": self._backslash, "$": self._dollar, "~": self._tilde, "`": self._quote, "'": self._quote,
            '"': self._quote, "{": self._open, "}": self._close, "\n": self._line_end, "-": self._dash,
        }  # fmt: skip
        left = _MOST_SPECIAL
        while left and (special := _SPECIAL.search(self.text, self.at)):
            left -= 1
            self._say(self.text[self.at : special.start()])
            self.at = special.start()
            readers.get(self.text[self.at], self._address)()
        self._say(self.text[self.at :])
        while self.groups:
            self.found += [piece for piece in reversed(self.groups.pop()) if isinstance(piece, Mark)]
        return self.found

    def _say(self, text: str) -> None:
        if text:
            self.found.append(text)

    def _say_to(self, text: str, end: int) -> None:
        self._say(text)
        self.at = end

    def _before(self) -> str:
        return self.text[self.at - 1] if self.at else " "

    def _character(self, place: int) -> str:
        return self.text[place] if place < len(self.text) else " "

    # One special character each.

    def _line_end(self) -> None:
        self._say_to(" ", self.at + 1)

    def _tilde(self) -> None:
        before, after = self._before(), self._character(self.at + 1)
        binds = not before.isspace() and before not in "(/[" and not after.isspace()
        binds = binds and not (before.isdigit() and after.isdigit())
        self._say_to("\u00a0" if binds else "~", self.at + 1)

    def _dash(self) -> None:
        end = self.at
        while self._character(end) == "-":
            end += 1
        option = self._before().isspace() and not self._character(end).isspace()
        dash = {2: "–", 3: "—"}.get(end - self.at)
        self._say_to(dash if dash and not option else self.text[self.at : end], end)

    def _quote(self) -> None:
        if self.text.startswith("``", self.at):
            self.double_quotes += 1
            self._say_to("“", self.at + 2)
        elif self.text.startswith(("''", '"'), self.at) and self.double_quotes:
            self.double_quotes -= 1
            self._say_to("”", self.at + (1 if self.text[self.at] == '"' else 2))
        elif self.at in self.closing_quotes:
            self._say_to("’", self.at + 1)
        elif quoted := _SINGLE_QUOTED.match(self.text, self.at):
            self.closing_quotes.add(quoted.end() - 1)
            self._say_to("‘", self.at + 1)
        else:
            self._say_to(self.text[self.at], self.at + 1)

    def _open(self) -> None:
        if self.is_tex and _GROUP.match(self.text, self.at + 1):
            self._begin(self.at + 1)
        else:
            self._say("{")
            self._begin(self.at + 1, "}")

    def _close(self) -> None:
        if self.groups:
            self.found += reversed(self.groups.pop())
        else:
            self._say("}")
        self.at += 1

    def _begin(self, inside: int, *closers: Piece) -> None:
        """Open a group whose text starts at `inside`; beyond a depth, braces are mere characters."""
        if len(self.groups) >= _DEEPEST:
            closers = tuple(piece for piece in closers if isinstance(piece, Mark))
            self.found += closers
            self._say("" if closers else "{")
        else:
            self.groups.append(list(closers))
        self.at = inside

    def _address(self) -> None:
        found = _URL.match(self.text, self.at)
        if not found:
            self._say_to(self.text[self.at], self.at + 1)
            return
        raw, end = found[0], len(found[0])
        unopened = raw.count(")") - raw.count("(")
        while raw[end - 1] in ".,;:!?'*]" or (raw[end - 1] == ")" and unopened > 0):
            unopened -= raw[end - 1] == ")"
            end -= 1
        raw = raw[:end]
        self._link(raw, "", self.at + len(raw))

    def _link(self, raw: str, label: str, end: int) -> None:
        url = _URL_ESCAPE.sub(r"\1", raw.strip())
        if len(url) <= _LONGEST_URL and _WEB.fullmatch(url):
            self.found.append(Link(url, label.strip() or url))
        else:
            self._say(label or raw)
        self.at = end

    def _dollar(self) -> None:
        if self.at in self.passed_over:
            self.at += 1
            return
        double = self.text.startswith("$$", self.at)
        start = self.at + (2 if double else 1)
        end = self._find("$$" if double else "$", start)
        latex = self.text[start:end] if end > 0 else ""
        after = self._character(end + (2 if double else 1))
        if not latex.strip() or not is_mathematics(latex, after):
            self._say_to("$", self.at + 1)
            return
        if not double and _WORDS_ONLY.match(latex):
            self.passed_over.add(end)  # A link or bold words that someone put between dollars.
            self.at = start
            return
        self.at, source = end + (2 if double else 1), self.text[self.at : end + (2 if double else 1)]
        number = _NUMBER.fullmatch(latex.strip())
        if number and not double:
            sign = "−" if number[1] == "-" else number[1]
            self._say(f"{sign}{number[2]}{'%' if number[3] else ''}")
        elif (operator := _CONTROL_WORD.fullmatch(latex.strip())) and _is_operator(
            sign := _sign(operator[1])
        ):
            self._say(sign)
        else:
            self.found.append(Formula(latex.strip(), source, double))

    def _find(self, delimiter: str, start: int) -> int:
        """Where the delimiter ends the formula that begins at `start`; -1 for nowhere near."""
        limit = min(len(self.text), start + _LONGEST_FORMULA)
        for found in _FORMULA_END.finditer(self.text, start, limit):
            if found[0] == "\n\n":
                return -1
            if found[0] == "$" and self.text.startswith(delimiter, found.start()):
                return found.start()
        return -1

    # Commands.

    def _backslash(self) -> None:
        text, at = self.text, self.at
        after = self._character(at + 1)
        if after in "([" and self._delimited("\\)" if after == "(" else "\\]", after == "["):
            return
        if accented := _ACCENT_WITH_LETTER.match(text, at):
            letter = (accented[3] or accented[4]).replace("\\i", "i").replace("\\j", "j")
            marked = letter[0] + _ACCENTS[accented[1] or accented[2]] + letter[1:]
            self._say_to(unicodedata.normalize("NFC", marked), accented.end())
        elif environment := _ENVIRONMENT.match(text, at):
            self._environment(environment)
        elif bare := _BARE_FORMULA.match(text, at):
            self.found.append(Formula(bare[0], bare[0]))
            self.at = bare.end()
        elif ion := _ION.match(text, at):
            self._say_to(f"{ion[1]}\u2009{ion[2].upper()}", ion.end())
        elif word := _CONTROL_WORD.match(text, at):
            self._command(word[1], word.end())
        elif after in _ESCAPED and at + 1 < len(text):
            self._say_to(_ESCAPED[after], at + 2)
        else:
            self._say_to("\\", at + 1)

    def _delimited(self, closing: str, block: bool) -> bool:
        end = self.text.find(closing, self.at + 2, self.at + _LONGEST_FORMULA)
        latex = self.text[self.at + 2 : end].strip() if end > 0 else ""
        if not latex or "\n\n" in latex:
            return False
        self.found.append(Formula(latex, self.text[self.at : end + 2], block))
        self.at = end + 2
        return True

    def _environment(self, begin: re.Match[str]) -> None:
        closing = begin[0].replace("begin", "end", 1)
        end = self.text.find(closing, begin.end(), begin.end() + _LONGEST_FORMULA)
        if end < 0:
            self._say_to("", begin.end())
            return
        source = self.text[self.at : end + len(closing)]
        body = self.text[begin.end() : end].strip()
        aligned = begin[1] in ("align", "eqnarray", "gather", "multline")
        self.found.append(
            Formula(rf"\begin{{align*}}{body}\end{{align*}}" if aligned else body, source, True)
        )
        self.at = end + len(closing)

    def _command(self, name: str, end: int) -> None:
        brace = _BRACE_AHEAD.match(self.text, end)
        inside = brace.end() if brace else -1
        if name in _TAGS and brace:
            self.found.append(Mark(_TAGS[name]))
            self._begin(inside, Mark(_TAGS[name], closes=True))
        elif name in _SWITCHES:
            self._switch(_SWITCHES[name])
            self.at = end + (self._character(end) == " ")
        elif name in _AROUND and brace:
            self._say(_AROUND[name][0])
            self._begin(inside, _AROUND[name][1])
        elif name in ("url", "href", "nolinkurl") and brace:
            self._address_command(name, end)
        elif name.startswith("cite") or name in _SKIPPED_ARGUMENT:
            self._skip(name, end)
        elif name in _SET_PLAIN and brace:
            self._begin(inside)
        elif name in _SKIPPED_FIRST and (first := _ARGUMENT.match(self.text, end)):
            following = _BRACE_AHEAD.match(self.text, first.end())
            self.at = first.end()
            if following:
                self._begin(following.end())
        elif name in _UNSET or name in _SET_PLAIN:
            self.at = end + (self._character(end) == " ")
        else:
            self._symbol(name, end)

    def _switch(self, tag: str) -> None:
        """`{\\em …`: from here to the end of the group; at the top it would hold for all the text."""
        if self.groups:
            self.found.append(Mark(tag))
            self.groups[-1].append(Mark(tag, closes=True))

    def _address_command(self, name: str, end: int) -> None:
        address = _ARGUMENT.match(self.text, end)
        if not address:
            self._say_to("", end)
            return
        label, after = "", address.end()
        if name == "href" and (words := _ARGUMENT_WITH_BRACES.match(self.text, after)):
            after = words.end()
            inner = _Reader(words[1], self.depth + 1).read() if self.depth < 2 else [words[1]]
            label = "".join(piece for piece in inner if isinstance(piece, str))
            label = label or "".join(piece.label for piece in inner if isinstance(piece, Link))
        self._link(address[1], label, after)

    def _skip(self, name: str, end: int) -> None:
        """Drop a reference to something that is not here, with the space before it."""
        options = _OPTIONS.match(self.text, end)
        argument = _ARGUMENT.match(self.text, options.end() if options else end)
        self.at = argument.end() if argument else end
        if name.startswith("cite") and self.found and isinstance(last := self.found[-1], str):
            self.found[-1] = last.rstrip(" \u00a0")

    def _symbol(self, name: str, end: int) -> None:
        """A letter or sign written as a command, or a command that nobody knows."""
        said = _WORDS.get(name) or (name if name in FUNCTIONS else _sign(name))
        empty = self.text.startswith("{}", end)
        if said:
            swallows = name in _SWALLOWING and self._character(end) == " "
            self._say_to(said, end + (2 if empty else 1 if swallows else 0))
        elif not empty and (argument := _SHORT_ARGUMENT.match(self.text, end)):
            self.found.append(Source(self.text[self.at : argument.end()]))
            self.at = argument.end()
        else:
            self.found.append(Source(self.text[self.at : end]))
            self.at = end + (2 if empty else 0)


def _sign(name: str) -> str:
    """The character a mathematical command stands for (`α`), where someone left out the dollars."""
    symbol = convert_symbol("\\" + name)
    if not symbol or not 4 <= len(symbol) <= 6:
        return ""
    character = "∼" if name == "sim" else chr(int(symbol, 16))
    return character if unicodedata.category(character)[0] in "LSP" else ""


def _is_operator(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign) == "Sm"


_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}[,;]?\s+(?:[a-z]{1,3}\s+)?[A-Za-z]{2,}(?![A-Za-z]*[_^({\\])")
_WORD = re.compile(r"\s[A-Za-z]{2,}|[A-Za-z]{4,}")
_IN_BRACES = re.compile(r"\{[^{}]*\}")
_SETS_WORDS = re.compile(r"\\(?:rm|text|mathrm|mbox|textrm|it|operatorname|sf|bf)(?![a-z])")
_FORMAL = re.compile(r"[\\^_=<>|≤≥×±∼≈∈]")


def is_mathematics(content: str, after: str) -> bool:
    """Whether what stands between two dollars is a formula, not the words between two prices.

    `after` is the character behind the second dollar.
    """
    if content[0].isdigit() and not _FORMAL.search(content) and (after.isdigit() or _WORD.search(content)):
        return False
    for _ in range(3):
        content = _IN_BRACES.sub("", content)
    return _SETS_WORDS.search(content) is not None or _PROSE.search(content) is None
