"""The one sentence of an abstract that says most, chosen by the encoder that comes with the package."""

import re
import threading
from functools import cache

import numpy as np

from dailypapers.presentation.sentences import first_sentences, sentences
from dailypapers.search.encoder import StaticEncoder

LONGEST = 280
"""Characters of a sentence that stand whole; a longer one is cut after a word."""
SHORTEST = 30
READ = 6_000
"""Characters of an abstract that are read."""

_CLAIMS = re.compile(
    r"\b(?:we|this (?:paper|work|article|study|survey)|here,? we|our \w+)\b.{0,40}?"
    r"\b(?:propose|introduce|present|show|find|develop|prove|demonstrate|report|describe|study|investigate)",
    re.IGNORECASE | re.DOTALL,
)
CLAIM_COUNTS = 0.12
"""What it adds to a sentence's likeness to the whole that it says what the authors did."""

_lock = threading.Lock()


@cache
def _encoder() -> StaticEncoder:
    return StaticEncoder()


def telling_sentence(title: str, abstract: str) -> str:
    """The sentence that is most like the abstract and its title together; empty for an empty abstract.

    One that says what the authors did is preferred to one that is as like. Formulas stay TeX.
    """
    found = [one for one in sentences(abstract[:READ]) if len(one) >= SHORTEST]
    if not found:
        return first_sentences(abstract, LONGEST) if abstract.strip() else ""
    if len(found) == 1:
        return first_sentences(found[0], LONGEST)
    with _lock:
        rows = _encoder().encode([title, abstract[:READ], *found])
    scores = rows[2:] @ (rows[0] + rows[1])
    scores += np.array([CLAIM_COUNTS if _CLAIMS.search(one) else 0.0 for one in found], np.float32)
    scores -= np.array([0.2 if len(one) > LONGEST else 0.0 for one in found], np.float32)
    return first_sentences(found[int(scores.argmax())], LONGEST)
