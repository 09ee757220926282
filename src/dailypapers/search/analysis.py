"""Text to terms: the one way in which papers and queries become words that can be compared.

Accents, case, Greek letters, LaTeX, hyphens and British or American spelling make no difference to the
terms. Lines of terms are what the text index holds, so it needs no rules of its own.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable
from typing import Final

import Stemmer

LONGEST_TERM: Final = 40

STOP_BIT: Final = 0x8000_0000

STOP_WORDS: Final = frozenset(
    """a an and are as at be been but by can for from had has have if in into is it its may no
    not of on or our s such t than that the their then there these they this to was we were
    when which will with you your""".split()  # noqa: SIM905
)
"""Words so common that they tell papers apart by chance only; a quoted phrase may still hold them."""

_GREEK: Final = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho
    sigma sigma tau upsilon phi chi psi omega""".split()  # noqa: SIM905
_LETTERS: Final[dict[int, str]] = {
    **{0x3B1 + place: f" {name} " for place, name in enumerate(_GREEK)},
    0x3D1: " theta ",
    0x3D5: " phi ",
    0x3D6: " pi ",
    0x3F5: " epsilon ",
    # Letters that Unicode does not take apart, as they are written where a keyboard lacks them.
    ord("ß"): "ss",
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("ø"): "o",
    ord("ł"): "l",
    ord("đ"): "d",
    ord("ð"): "d",
    ord("þ"): "th",
    ord("ı"): "i",
    ord("ħ"): "h",
    **dict.fromkeys((0xAD, 0x2019, 0x27), ""),
}

# \"{o} and \'e are accents, \alpha is a letter's name, \mathbb{R} and \textit{in vivo} are their contents.
_TEX_ACCENT: Final = re.compile(
    r"\\(?:[`'^\"~=.]\s*\{?\\?([A-Za-z])\}?|[uvHcdbrk](?:\s*\{\\?([A-Za-z])\}|\s+([A-Za-z])(?![A-Za-z])))"
)
_TEX_COMMAND: Final = re.compile(
    r"\\(?:(?:math[a-z]+|text[a-z]*|emph|operatorname|left|right|[bB]ig+[lr]?)(?![A-Za-z])|var(?=[a-z]))"
)

_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ASCII_WORD: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ACCENTS: Final = dict.fromkeys(mark for mark in range(0x300, 0x370) if unicodedata.combining(chr(mark)))

_stemmer = Stemmer.Stemmer("english")


def terms(text: str) -> list[str]:
    """The terms of a text, in their order, stop words included.

    A hyphenated word gives its parts and then itself as one: "pre-training" is found by "pre-training",
    "pretraining" and "pre training".
    """
    return terms_of(words_of(text))


def terms_of(words: Iterable[str]) -> list[str]:
    """The terms of words that `words_of` gave."""
    return [one for word in words for one in _known[word]]


def code(term: str) -> int:
    """A number of 32 bits for a term, the highest bit set for a stop word.

    Two terms of a million share one with a chance of one in two thousand; a query of ten words meets such a
    pair once in two hundred million papers looked at.
    """
    return _codes[term]


class _Codes(dict[str, int]):
    """The codes of the terms met so far."""

    def __missing__(self, term: str) -> int:
        if len(self) >= MOST_KNOWN:
            self.clear()
        found = zlib.crc32(term.encode()) & 0x7FFF_FFFF | (STOP_BIT if term in STOP_WORDS else 0)
        self[term] = found
        return found


_codes = _Codes()


def words_of(text: str) -> list[str]:
    """The words of a text, plain but not stemmed; a hyphenated word is one."""
    text = plain(text)
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


class _Known(dict[str, tuple[str, ...]]):
    """The terms of each word met so far: a text costs a look-up a word, not a stemming."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= MOST_KNOWN:
            self.clear()
        parts = word.split("-")
        found = tuple(map(term, parts))
        if 1 < len(parts) <= 3:
            found = (*found, term("".join(parts)))
        self[word] = found
        return found


MOST_KNOWN: Final = 300_000
"""Words whose terms are remembered, about 60 MB; more are those of several languages or of noise."""

_known = _Known()


def telling(found: Iterable[str]) -> list[str]:
    """The terms that are no stop words."""
    return [one for one in found if one not in STOP_WORDS]


def plain(text: str) -> str:
    """The text in small letters without accents and LaTeX, Greek letters by their names."""
    if "\\" in text:
        text = _TEX_COMMAND.sub(" ", _TEX_ACCENT.sub(_accented, text)).replace("\\", " ")
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_ACCENTS).lower().translate(_LETTERS)
    elif "'" in text:
        text = text.replace("'", "")
    return text


def _accented(found: re.Match[str]) -> str:
    return found[found.lastindex or 0]


def term(word: str) -> str:
    """The term of a plain word: its stem (Porter 2), spelt in the American way."""
    word = word[:LONGEST_TERM]
    if word in STOP_WORDS or not word.isascii() or not word.isalpha():
        return word
    return str(_stemmer.stemWord(american(word)))


_BRITISH: Final = (
    (re.compile(r"(?<=\w{3})is(?=(?:e[sdr]?|ers|ing|ation|ations|able)$)"), "iz"),
    (re.compile(r"(?<=\w{2})ys(?=(?:e[sdr]?|ing)$)"), "yz"),
    (re.compile(r"(?<=\w{2})our(?=(?:s|ed|ing|al|ally|able|ful|ite|hood|ist|ists|less)?$)"), "or"),
    (re.compile(r"(?<=[bcht])re(?=s?$)"), "er"),
    (re.compile(r"(?<=\w{2})ll(?=(?:ing|ed|er|ers)$)"), "l"),
    (re.compile(r"(?<=[aeiou]l)ogue(?=s?$)"), "og"),
    (re.compile(r"(?<=\w{2})aem(?=i)|(?<=h)aem(?=o)|(?<=an)aem(?=i)"), "em"),
)


def american(word: str) -> str:
    """The word in American spelling; a rule may bend a word wrongly, but bends it so everywhere."""
    for british, american in _BRITISH:
        word = british.sub(american, word)
    return word
