"""How many calls one visitor or one token can make: a fixed window, counted in the process.

Counting in the database would cost each call a write, which is more than most calls take.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

WINDOW: Final = 300
"""Seconds."""
_MOST_CALLERS: Final = 100_000
"""Who is counted at a time; beyond it whoever began first is counted anew."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a window, in the words of the headers that clients read."""

    calls: int
    seconds: int
    quota: int

    @property
    def headers(self) -> dict[str, str]:
        """`ratelimit` and `ratelimit-policy`, as in draft-ietf-httpapi-ratelimit-headers."""
        return {
            "ratelimit": f'"api";r={max(self.calls, 0)};t={self.seconds}',
            "ratelimit-policy": f'"fixed window";"api";q={self.quota};w={WINDOW}',
        }


class Windows:
    """The windows that are open, by caller."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def count(self, who: str, quota: int, now: float | None = None) -> Left:
        """Count a call; `calls` is below 0 for one too many."""
        now = time.monotonic() if now is None else now
        with self._lock:
            began, calls = self._open.get(who, (now, 0))
            if now - began >= WINDOW:
                began, calls = now, 0
                self._open.pop(who, None)
            self._open[who] = (began, calls + 1)
            if len(self._open) > _MOST_CALLERS:
                self._open.popitem(last=False)
        return Left(quota - calls - 1, max(1, round(began + WINDOW - now)), quota)

    def clear(self) -> None:
        """Begin anew with everyone."""
        with self._lock:
            self._open.clear()


windows = Windows()
"""Those of this process."""
