"""The papers that the encoder is made from."""

import io
import json
import random
import re
import unicodedata
from collections import Counter
from pathlib import Path

import zstandard

WORD = re.compile(r"[^\W_]+")
SENTENCE_END = re.compile(r"(?<=[a-z)][.!?])\s+(?=[A-Z])")
SENTENCE_CHARACTERS = range(40, 300)

Paper = tuple[str, str]
"""Title and abstract."""


def read(path: Path, *, seed: int, limit: int | None = None) -> list[Paper]:
    """The papers of a JSONL file (.zst or plain) with `title` and `abstract`, in an order drawn by `seed`."""
    with path.open("rb") as file:
        stream = zstandard.ZstdDecompressor().stream_reader(file) if path.suffix == ".zst" else file
        papers = []
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            record = json.loads(line)
            papers.append((record["title"], record["abstract"]))
            if limit and len(papers) == limit:
                break
    random.Random(seed).shuffle(papers)  # noqa: S311
    return papers


def word_counts(papers: list[Paper]) -> Counter[str]:
    """In how many papers each word stands, in lower case and without accents."""
    counts: Counter[str] = Counter()
    for title, abstract in papers:
        text = f"{title} . {abstract}".lower()
        if not text.isascii():
            text = "".join(
                letter
                for letter in unicodedata.normalize("NFD", text)
                if unicodedata.category(letter) != "Mn"
            )
        counts.update(set(WORD.findall(text)))
    return counts


def titles_and_sentences(papers: list[Paper], *, seed: int) -> list[str]:
    """The title of each paper and one of its abstract's sentences, where it has one of middling length."""
    chance = random.Random(seed)  # noqa: S311
    texts = []
    for title, abstract in papers:
        texts.append(title)
        sentences = [text for text in SENTENCE_END.split(abstract) if len(text) in SENTENCE_CHARACTERS]
        if sentences:
            texts.append(chance.choice(sentences))
    return texts
