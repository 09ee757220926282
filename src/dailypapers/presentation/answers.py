"""The sentence of an abstract that answers a query, with the words that do."""

import re

from django.utils.safestring import SafeString, mark_safe

from dailypapers.presentation import mathematics
from dailypapers.presentation.sentences import first_sentences, sentences
from dailypapers.search.analysis import telling, terms

LONGEST = 320
"""Characters of a sentence that are shown."""

_PIECE = re.compile(
    # Formulas, TeX as it was written, tags and entities are passed over: what is marked are words.
    r"<math\b.*?</math>|<span class=\"tex\">.*?</span>|<[^>]*>|&[#\w]+;|(?P<word>[^\W_]+(?:[-'’][^\W_]+)*)",
    re.DOTALL,
)


def answer(abstract: str, asked: tuple[str, ...]) -> str:
    """The sentence that holds most of the terms, the first of several; the beginning where none does."""
    wanted = set(asked)
    best, most = "", 0
    for sentence in sentences(abstract[:6_000]):
        found = len(wanted.intersection(terms(sentence)))
        if found > most:
            best, most = sentence, found
    return first_sentences(best or abstract, LONGEST)


def marked(text: str, asked: tuple[str, ...]) -> SafeString:
    """The text as HTML, its mathematics set, with the asked words marked."""
    wanted = set(asked)

    def mark(piece: re.Match[str]) -> str:
        word = piece["word"]
        is_asked = word and wanted.intersection(telling(terms(word)))
        return f"<mark>{word}</mark>" if is_asked else piece[0]

    # `render` escapes every piece of the text; what is put between its words are whole elements.
    return mark_safe(_PIECE.sub(mark, mathematics.render(text)))  # noqa: S308
