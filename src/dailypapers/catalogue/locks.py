"""Locks between processes of one site, freed by the operating system however a process ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


class Busy(Exception):
    """Another process is at the same work now."""


TRIED_EVERY = 0.02
"""Seconds between two tries at a lock that is waited for."""

A_LOOK = 0.1
"""Seconds in which `is_held`, which takes a lock for a moment, has surely let go of it."""


@contextmanager
def only_one(name: str, busy: str = "", *, wait: float = A_LOOK) -> Iterator[None]:
    """Hold the lock of a name. Raises `Busy`, with the words of `busy`, when another process holds it.

    It is waited for so many seconds.
    """
    folder = Path(settings.HOME) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    with (folder / f"{name}.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    words = busy or f"another process is at work on {name}; wait until it has ended"
                    raise Busy(words) from None
                time.sleep(TRIED_EVERY)
        yield


def is_held(name: str) -> bool:
    """Whether a process holds the lock of a name now."""
    try:
        with only_one(name, wait=0.0):
            return False
    except Busy:
        return True
