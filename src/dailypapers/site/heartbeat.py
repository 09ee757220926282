"""The worker's sign of life: a small file in the home folder, so that others see whether it works.

A worker that ends as it should takes it away; one that is killed, or hangs, leaves it behind.
"""

import json
import os
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread

from dailypapers.ingest.source import Page

EVERY = 15.0
"""Seconds between two beats."""

DEAD_AFTER = timedelta(minutes=3)
"""Without a beat for that long the process is gone, or the machine slept until now."""

STUCK_AFTER = timedelta(hours=1)
"""A harvest that took no page for that long: the longest polite wait is half of it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a worker left: its last beat, and since when its harvest has taken no page (None: no harvest)."""

    beat: datetime
    harvest_moved: datetime | None = None

    def is_dead(self, now: datetime) -> bool:
        """Whether nobody beats any more."""
        return now - self.beat > DEAD_AFTER

    def is_stuck(self, now: datetime) -> bool:
        """Whether the process lives and its harvest does not move."""
        moved = self.harvest_moved
        return not self.is_dead(now) and moved is not None and now - moved > STUCK_AFTER


def path_of(home: Path) -> Path:
    """Where the sign is."""
    return home / "worker.json"


def read(home: Path) -> Sign | None:
    """The sign that a worker left; None where there is none, or none that can be understood."""
    try:
        told = json.loads(path_of(home).read_text())
        moved = told["harvest_moved"]
        return Sign(datetime.fromisoformat(told["beat"]), datetime.fromisoformat(moved) if moved else None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Heart:
    """Beats while the process lives. Also an `ingest.run.Progress`: each page taken is a movement."""

    def __init__(self, home: Path) -> None:
        self._path = path_of(home)
        self._moved: datetime | None = None
        self._lock = Lock()
        self._ending = Event()

    def start(self, parent: int = 0) -> None:
        """Beat from now on. With `parent`, end the process when that one ends, however it ends.

        Nobody stops a worker whose `up` was killed: it would work on beside the one started next.
        """
        self.beat()
        Thread(target=self._keep_beating, args=(parent,), daemon=True).start()

    def stop(self) -> None:
        """Take the sign away: the worker ends as it should."""
        self._ending.set()
        with self._lock:
            self._path.unlink(missing_ok=True)

    def harvest_began(self) -> None:
        """A harvest that does not move from now on is stuck."""
        self._moved = datetime.now(UTC)
        self.beat()

    def harvest_ended(self) -> None:
        """There is no harvest that could be stuck."""
        self._moved = None
        self.beat()

    def page_taken(self, page: Page, counts: Counter[str]) -> None:
        """The harvest moves."""
        self._moved = datetime.now(UTC)

    def beat(self) -> None:
        """Write the sign, in one step."""
        told = {
            "beat": datetime.now(UTC).isoformat(),
            "harvest_moved": self._moved.isoformat() if self._moved else None,
        }
        fresh = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        with self._lock:
            if not self._ending.is_set():
                fresh.write_text(json.dumps(told))
                fresh.replace(self._path)

    def _keep_beating(self, parent: int) -> None:
        waited = 0.0
        while not self._ending.wait(1.0):
            waited += 1.0
            if parent and os.getppid() != parent:
                self.stop()
                os._exit(1)
            if waited >= EVERY:
                waited = 0.0
                try:
                    self.beat()
                except OSError:  # A full disk, say: the next beat may do better.
                    continue
