"""Misspelt words of a query, put right by the words of the papers.

A word that no paper has is taken for the likeliest word that is one slip away (a letter missing, too many,
another, or two swapped), or two where it is long. A word that a few papers have is misspelt in those too, if
another one slip away is very much commoner, unless it is a name. A word that the language has is right.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Final

from dailypapers.search.analysis import STOP_WORDS, term, words_of
from dailypapers.search.columns import Card
from dailypapers.search.table import PaperTable
from dailypapers.search.vocabulary import Vocabulary

SHORTEST: Final = 4
"""Letters a word needs to be put right where no paper has it: shorter ones are as near to too many others."""

SHORTEST_HELD: Final = 5
"""As many where a few papers have it."""

FORGIVING: Final = 8
"""Letters of a word of which two may be wrong."""

LEAST: Final = 10
"""Papers a word must stand in to be what was meant."""

RATIO: Final = 2_500
LIKELIER: Final = 5
"""How many times as many papers must have what was meant as have a word that some have; and by how much a
letter that is missing, doubled or swapped is likelier than another one, as names are made by changing or
adding a letter (`LoRA`, `QLoRA`). Measured by `benchmarks.search_spelling`."""

VOWELS: Final = "aeiouy"
VOWEL: Final = 3
DOUBLED: Final = 2 * LIKELIER
"""How likely it is that one vowel was taken for another, and that a letter was doubled or was not."""

OF_THE_LANGUAGE: Final = 4_500
"""The same for a word that the language is said to have: what that was learned from has slips too."""

LOOKED_AT: Final = 20
"""Papers of a rare word that are asked whether it is a name."""

REMEMBERED: Final = 10_000
"""Words for which it is remembered what they may have been meant to be."""


@dataclass(slots=True)
class Speller:
    """Finds, for a word that no paper or hardly one has, the word that was meant."""

    vocabulary: Vocabulary
    table: PaperTable
    right: frozenset[str] | None = None
    """Words that are right, however few papers have them; unless told, those of the bundled encoder."""
    _words: frozenset[str] = frozenset()
    """Words as they are written, one of which may be meant."""
    _by_shape: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    _meant: dict[str, tuple[int, str]] = field(default_factory=dict)
    _most: int = -1

    def corrected(self, words: Sequence[str]) -> dict[str, str]:
        """What each misspelt word was probably meant to be; words that are well written are left out."""
        found = {}
        for written in dict.fromkeys(words):
            plain = words_of(written)
            if len(plain) != 1:
                continue
            parts = plain[0].split("-")
            better = [self._better(part, written) for part in parts]
            if any(better):
                found[written] = "-".join(one or part for one, part in zip(better, parts, strict=True))
        return found

    def _better(self, word: str, written: str) -> str | None:
        if len(word) < SHORTEST or not (word.isascii() and word.isalpha()) or word in STOP_WORDS:
            return None
        held = self.vocabulary.papers_with(own := term(word))
        if held * RATIO > LIKELIER * self._frequency_of_the_commonest():
            return None
        likelihood, meant = self._nearest(word)
        if not meant:
            return None
        if self._is_right(word, meant) and not (
            _is_mistyped(word, meant) and 0 < held * OF_THE_LANGUAGE < likelihood
        ):
            return None
        if not held:
            # Papers that came after the words were counted are found too.
            held = len(self.table.by_text((own,), LOOKED_AT, ""))
        if held and (held * RATIO > likelihood or not self._is_slip(word, written)):
            return None
        return meant

    def right_words(self) -> frozenset[str]:
        """Words that are right, however few papers have them."""
        if self.right is None:
            self.right = _words_of_the_language()
        return self.right

    def _frequency_of_the_commonest(self) -> int:
        if self._most < 0:
            self._most = max(self.vocabulary.frequency.values(), default=0)
        return self._most

    def _is_right(self, word: str, meant: str) -> bool:
        """Whether the language has a word, though hardly a paper.

        Where a letter is lost in typesetting it is the first ($A$ttention), often enough to be learned as if
        the rest were a word.
        """
        return word in self.right_words() and (len(word) < FORGIVING or meant[1:] != word)

    def _is_slip(self, word: str, written: str) -> bool:
        """Whether a word that some papers have is no name."""
        if len(word) < SHORTEST_HELD or _is_styled(written):
            return False
        if self.table.count(f"array_has(author_keys, '{word}')"):
            return False
        numbers = self.table.by_text((term(word),), LOOKED_AT, "")
        titles = (
            Card.read(cell).title for cell in self.table.rows(numbers, ("packed",))["packed"].to_pylist()
        )
        return not any(_names(title, word) for title in titles)

    def _nearest(self, word: str) -> tuple[int, str]:
        """The likeliest word with another term that is a slip or two away, after how likely it is."""
        if (known := self._meant.get(word)) is not None:
            return known
        if len(self._meant) >= REMEMBERED:
            self._meant.clear()
        found = self._meant[word] = self._look_for(word)
        return found

    def _look_for(self, word: str) -> tuple[int, str]:
        if not self._words:
            self._learn()
        own = term(word)
        meant = self._likeliest(own, {one: weight for weight, one in slips(word) if one in self._words})
        if not meant[1] and len(word) >= FORGIVING and not self.vocabulary.knows(own):
            meant = self._likeliest(own, dict.fromkeys(self._two_away(word), 1))
        return meant

    def _likeliest(self, own: str, near: dict[str, int]) -> tuple[int, str]:
        best = (0, "")
        for one, weight in near.items():
            papers = self.vocabulary.frequency.get(its := term(one), 0)
            if papers >= LEAST and its != own and its not in STOP_WORDS:
                best = max(best, (weight * papers, one))
        return best

    def _two_away(self, word: str) -> Iterator[str]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract_iter

        if not self._by_shape:
            shapes: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
            for one in self._words:
                shapes[one[0], len(one)].append(one)
            self._by_shape = dict(shapes)
        # A first letter is seldom wrong, and looking at one letter's words takes a twentieth of the time.
        for length in range(len(word) - 2, len(word) + 3):
            some = self._by_shape.get((word[0], length), ())
            for other, _, _ in extract_iter(word, some, scorer=OSA.distance, score_cutoff=2):
                yield other

    def _learn(self) -> None:
        """Gather what may be meant: the commonest form of each term, and other words of the language."""
        spelling = self.vocabulary.spelling
        forms = (
            spelling.get(own, own) for own, papers in self.vocabulary.frequency.items() if papers >= LEAST
        )
        self._words = frozenset(form for form in forms if form.isalpha()) | self.right_words()


def slips(word: str) -> Iterator[tuple[int, str]]:
    """All that a word may have been before one slip, with how likely that slip is."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        for letter in ascii_lowercase:
            if tail:
                yield VOWEL if letter in VOWELS and tail[0] in VOWELS else 1, head + letter + tail[1:]
        if tail:
            yield DOUBLED if head.endswith(tail[0]) else 1, head + tail[1:]
        for letter in ascii_lowercase:
            yield DOUBLED if head.endswith(letter) else LIKELIER, head + letter + tail
        if len(tail) > 1:
            yield LIKELIER, head + tail[1] + tail[0] + tail[2:]


def _is_mistyped(word: str, meant: str) -> bool:
    """Whether two letters are swapped, or one of a pair is missing: slips by which words are seldom made."""
    at = next((n for n, (one, other) in enumerate(zip(word, meant, strict=False)) if one != other), len(word))
    if len(word) == len(meant):
        return word[at + 2 :] == meant[at + 2 :] and word[at : at + 2] == meant[at : at + 2][::-1]
    return (
        len(meant) == len(word) + 1 and at > 0 and meant[at] == meant[at - 1] and word[at:] == meant[at + 1 :]
    )


def _words_of_the_language() -> frozenset[str]:
    """Words that the bundled encoder has as a whole: learned of far more texts than a catalogue has.

    Those of another encoder would do as well, but not each has any.
    """
    from tokenizers import Tokenizer

    from dailypapers.search.encoder import BUNDLED

    tokens = Tokenizer.from_file(str(BUNDLED / "tokenizer.json")).get_vocab()
    return frozenset(one for one in tokens if len(one) >= SHORTEST and one.isascii() and one.isalpha())


def _is_styled(written: str) -> bool:
    """Whether a word is written as names are: `LaMDA`, `BERT`."""
    return written[1:] != written[1:].lower()


def _names(title: str, word: str) -> bool:
    """Whether a title has the word as a name: with a capital inside, or before a colon or bracket."""
    for found in re.finditer(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", title, re.IGNORECASE):
        if _is_styled(found[0]) and title != title.upper():
            return True
        if not found.start() and title[found.end() :].lstrip().startswith((":", "(")):
            return True
    return False
