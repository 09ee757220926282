"""Queries as someone types them who half remembers a paper: a judged set out of the papers themselves.

Made by rule, so that it can be made again and by anyone:

- a *fragment*: eight words in a row from the middle sentence of the abstract, every third left out;
- a *name*: what a title says before its colon (`BERT: …`), with the longest word after it;
- a *paraphrase*: what someone else wrote of the paper in one or two sentences, where a source told it.
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["fragment", "name", "paraphrase"]

KINDS: Final[tuple[Kind, ...]] = ("fragment", "name", "paraphrase")

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_NAME = re.compile(r"([A-Z][\w-]{2,20}):\s+(\S.*)")


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered, of which kind, and the key of the paper that is meant."""

    kind: Kind
    text: str
    paper: int


def memories(paper: int, title: str, abstract: str, paraphrases: Iterable[str]) -> Iterator[Memory]:
    """The memories of one paper, at most one of a kind; the same for the same paper."""
    sentences = [one for one in _SENTENCE.split(abstract) if "$" not in one and "\\" not in one]
    if sentences:
        words = re.findall(r"[\w'-]+", sentences[len(sentences) // 2])
        if len(words) >= 10:
            start = random.Random(paper).randrange(len(words) - 8)  # noqa: S311
            kept = [word for at, word in enumerate(words[start : start + 8]) if at % 3 != 2]
            yield Memory("fragment", " ".join(kept), paper)
    if named := _NAME.fullmatch(title):
        longest = max(re.findall(r"[\w-]+", named[2]), key=len, default="")
        yield Memory("name", f"{named[1]} {longest}", paper)
    for text in paraphrases:
        if len(text.split()) >= 6:
            yield Memory("paraphrase", text[:500], paper)
            return
