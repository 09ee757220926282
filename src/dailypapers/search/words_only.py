"""An encoder that may be missing: where it cannot be had, search goes by words alone, and tries again."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.encoder import Encoder, UnusableEncoder

log = logging.getLogger("dailypapers.search")

AGAIN_AFTER: Final = 30.0
"""Seconds until an encoder that failed is asked again: a service that does not answer costs a wait."""


class OrWordsOnly:
    """The encoder of an index, for its readers: a zero row for every text while it cannot be had.

    A zero row says that a text means nothing to the encoder, and the engine then goes by its words. Never to
    be written with: those zeros would be taken for vectors.
    """

    def __init__(self, name: str, dimensions: int, load: Callable[[], Encoder]) -> None:
        """`load` gives the encoder of that name, or raises UnusableEncoder; called when it is needed."""
        self.name = name
        self.dimensions = dimensions
        self._load = load
        self._encoder: Encoder | None = None
        self._failed: float | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimensions), or zero rows; never raises for an encoder that fails."""
        if self._failed is None or time.monotonic() - self._failed > AGAIN_AFTER:
            try:
                if self._encoder is None:
                    self._encoder = checked(self._load(), self.name)
                vectors = self._encoder.encode(texts)
            except UnusableEncoder as problem:
                self._failed = time.monotonic()
                log.warning("search goes by words alone, without the encoder %s: %s", self.name, problem)
            else:
                self._failed = None
                return vectors
        return np.zeros((len(texts), self.dimensions), np.float32)


def checked(encoder: Encoder, name: str) -> Encoder:
    """The encoder, if it has that name. Raises UnusableEncoder where there is another by now."""
    if encoder.name != name:
        raise UnusableEncoder(
            f"what is there now is {encoder.name}, whose vectors are others: the papers must be encoded anew"
        )
    return encoder
