"""Answers that everyone is given alike, kept in the process for some seconds.

Programs ask the same lists again and again, most of them on the hour. What is kept is the body as it is sent
with its ETag, so that a reader who has it is told so without anything being looked up.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

KEPT_FOR: Final = 10.0
"""Seconds for which a list may be old."""
_MOST: Final = 64 * 2**20
"""Bytes of bodies."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A body as it is sent."""

    body: bytes
    etag: str
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
    """The body with the ETag of its bytes."""
    return Answer(body, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"', headers or {})


class Answers:
    """The answers of the last seconds, by what was asked."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Answer]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], Answer], now: float | None = None) -> Answer:
        """The answer kept under a key, or a new one. What `make` raises is not kept."""
        now = time.monotonic() if now is None else now
        with self._lock:
            known = self._kept.get(key)
        if known is not None and now - known[0] < KEPT_FOR:
            return known[1]
        made = make()
        with self._lock:
            self._take_out(key)
            self._kept[key] = (now, made)
            self._bytes += len(made.body)
            while self._bytes > _MOST:
                self._take_out(next(iter(self._kept)))
        return made

    def clear(self) -> None:
        """Forget all: whoever changed something reads it back changed."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _take_out(self, key: str) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= len(gone[1].body)


answers = Answers()
"""Those of this process."""
