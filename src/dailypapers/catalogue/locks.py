"""Locks between processes of one site, freed by the operating system however a process ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


class Busy(Exception):
    """Another process is at the same work now."""


@contextmanager
def only_one(name: str, busy: str = "") -> Iterator[None]:
    """Hold the lock of a name. Raises `Busy`, with the words of `busy`, when another process holds it."""
    folder = Path(settings.HOME) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(busy or f"another process is at work on {name}; wait until it has ended") from None
        yield
