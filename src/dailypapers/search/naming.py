"""What a paper calls itself, so that it is found by that name among the thousands that mention it.

A name is what stands before the colon of a title (`BERT: Pre-training of …`), a whole title of a few words
(`Mask R-CNN`), or what an abstract says that its authors call the work (`We present YOLO, …`, `graph
attention networks (GATs)`). It is one term of its own kind, whatever its spaces and hyphens: `=maskrcnn` of
a title, `~yolo` of an abstract. No word of a text begins so, and the text index holds both kinds.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from dailypapers.search.analysis import STOP_WORDS, american, term, words_of

if TYPE_CHECKING:
    from dailypapers.search.vocabulary import Vocabulary

MOST_WORDS: Final = 5
"""Words of a name, the parts of hyphenated ones counted: longer ones are sentences."""

MOST_COINED: Final = 3
"""Names that are taken from one abstract."""

LONGEST_QUERY: Final = 16
"""Words of a query in which names are looked for: who writes more describes a paper and does not name it."""

IN_TITLE: Final = "="
IN_ABSTRACT: Final = "~"

COINED: Final = 0.5
"""What a name in an abstract counts beside one in a title."""

FEW: Final = 4
"""Papers that can have coined the same name: of more, each counts less. `(CNN)` is nobody's."""

_VERB: Final = (
    r"(?:present|introduc|propos|develop|describ|releas|call|dub|nam|term|design|build|creat|construct)e?s?"
)
_WORD: Final = r"[\"'“‘`]*([A-Za-z][\w+-]{1,30})"
_COINED: Final = re.compile(
    # We present YOLO, … / We call this method DAgger.
    rf"\b[Ww]e\s+(?:\w+ly\s+|also\s+|then\s+)?{_VERB}\s+"
    r"(?:it\s+|this\s+\w+\s+|our\s+\w+\s+|the\s+(?:\w+\s+)?(?:method|model|approach|framework|dataset|benchmark|system)\s+)?"
    rf"{_WORD}[\"'”’]*(?=[,.;:]|\s+\(|\s+[–—-]|\s+(?:an?|the|which|that)\s|$)"
    # … a model called XLM-R
    rf"|\b(?:called|dubbed|named|termed|coined|namely)\s+{_WORD}"
)  # fmt: skip
_SHORTENED: Final = re.compile(
    # We present graph attention networks (GATs)
    rf"\b(?:[Ww]e|paper|work|article)\s+(?:\w+ly\s+|also\s+)?{_VERB}\s+([^().;:]{{5,100}}?)\s*\({_WORD}\)"
)


def names_of(title: str, abstract: str) -> list[str]:
    """The names of a paper as terms, those of its title first; none for most papers."""
    found = dict.fromkeys(IN_TITLE + name for name in _in_title(title))
    coined = dict.fromkeys(IN_ABSTRACT + name for name in _in_abstract(abstract))
    more = [one for one in coined if IN_TITLE + one[1:] not in found]
    return [*found, *more[:MOST_COINED]]


def is_name(found: str) -> bool:
    """Whether a term is a name rather than a word."""
    return found.startswith((IN_TITLE, IN_ABSTRACT))


def goes_by(title: str, words: str) -> bool:
    """Whether these words are the name in a title, but for its hyphens, plurals and American spelling.

    The terms of names are stems, and that of "diffusion" is DiffUS too.
    """
    name, asked = _parts(_head(title)), _parts(words)
    return "".join(name) == "".join(asked) or _singular(name) == _singular(asked)


def _singular(parts: list[str]) -> str:
    return "".join(american(part).removesuffix("s") for part in parts)


def _head(title: str) -> str:
    """What stands before the colon, or all."""
    head, _, rest = title.partition(":")
    return head if rest.strip() else title


def _in_title(title: str) -> Iterator[str]:
    parts = _parts(_head(title))
    if len(parts) <= MOST_WORDS and not STOP_WORDS.issuperset(parts):
        yield _joined(parts)


def _in_abstract(abstract: str) -> Iterator[str]:
    for found in _COINED.finditer(abstract):
        yield from _coined(found[1] or found[2])
    if "(" in abstract:
        for found in _SHORTENED.finditer(abstract):
            if _is_short_for(found[2], found[1]):
                yield from _coined(found[2])


def _coined(word: str) -> Iterator[str]:
    """The name that a word is: with two capitals, or one and a digit. `We present Results` names nothing."""
    capitals = sum(letter.isupper() for letter in word)
    if capitals > 1 or (capitals and any(letter.isdigit() for letter in word)):
        if word.endswith("s") and word[-2].isupper():
            word = word[:-1]
        yield _joined(_parts(word))


def _is_short_for(short: str, whole: str) -> bool:
    """Whether the letters of `short` stand in `whole` in that order, the first at the beginning of a word."""
    letters = [letter for letter in short.removesuffix("s").lower() if letter.isalpha()]
    for word in re.finditer(rf"\b{letters[0]}", whole.lower()):
        rest = iter(whole.lower()[word.end() :])
        if all(letter in rest for letter in letters[1:]):
            return True
    return False


def _parts(text: str) -> list[str]:
    return [part for word in words_of(text) for part in word.split("-")]


def _joined(parts: list[str]) -> str:
    return "".join(map(term, parts))


class AskedName(NamedTuple):
    """What a query may name a paper by."""

    words: str
    """As the reader wrote them."""
    share: float
    """Of all that the query asks for, by inverse document frequency: 1 where it is nothing but this name;
    less for a name that several papers have coined."""


def asked_names(text: str, vocabulary: "Vocabulary") -> dict[str, AskedName]:
    """The names that a query may mean, by their terms: any words of it that follow each other."""
    parts = _parts(text)
    if len(parts) > LONGEST_QUERY:
        return {}
    its = [term(part) for part in parts]
    rarities = [0.0 if one in STOP_WORDS else vocabulary.inverse(one) for one in its]
    whole = sum(rarities)
    names: dict[str, AskedName] = {}
    for start in range(len(parts)):
        for end in range(start + 1, min(start + MOST_WORDS, len(parts)) + 1):
            if rarity := sum(rarities[start:end]):
                name, words, share = "".join(its[start:end]), " ".join(parts[start:end]), rarity / whole
                papers = vocabulary.frequency.get(IN_ABSTRACT + name, 1)
                names[IN_TITLE + name] = AskedName(words, share)
                names[IN_ABSTRACT + name] = AskedName(words, COINED * share * min(1.0, FEW / papers))
    return names
