"""The sentence of an abstract that answers a query, with the words that do."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dailypapers.search.analysis import telling, terms
from dailypapers.web.sentences import first_sentences, sentences

LONGEST = 320
"""Characters of a sentence that are shown."""

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def answer(abstract: str, asked: tuple[str, ...]) -> str:
    """The sentence that holds most of the terms, the first of several; the beginning where none does."""
    wanted = set(asked)
    best, most = "", 0
    for sentence in sentences(abstract[:6_000]):
        found = len(wanted.intersection(terms(sentence)))
        if found > most:
            best, most = sentence, found
    return first_sentences(best or abstract, LONGEST)


def marked(text: str, asked: tuple[str, ...]) -> SafeString | None:
    """The text as HTML with the asked words marked; None where it has mathematics, which is set otherwise."""
    if "$" in text or "\\" in text:
        return None
    wanted = set(asked)
    parts: list[str] = []
    last = 0
    for word in _WORD.finditer(text):
        if wanted.intersection(telling(terms(word[0]))):
            parts += (escape(text[last : word.start()]), "<mark>", escape(word[0]), "</mark>")
            last = word.end()
    parts.append(escape(text[last:]))
    return mark_safe("".join(parts))  # noqa: S308 (every piece of the text was escaped)
