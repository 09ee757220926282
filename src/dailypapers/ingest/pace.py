"""Whose turn it is to ask a site: one request at a time, and the next one not too soon. No Django, no clock.

A site is all hosts of one domain: arXiv's feeds, its OAI-PMH, its query API and its PDFs are one house,
with one rule. `Pace` keeps turns within one connection, `SharedPace` between all processes that use the
same folder.
"""

import fcntl
import ipaddress
import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

LONGEST_REST = 86_400.0
"""Seconds after which a site is asked again whatever it said: a header may be wrong for years."""


class Turn:
    """One turn at a site: when its last request began, and before when it does not want another (0: any)."""

    def __init__(self, last_start: float | None = None, not_before: float = 0.0) -> None:
        self.last_start = last_start
        self.not_before = not_before

    def start(self, now: float) -> None:
        """A request begins."""
        self.last_start = now
        self._keep()

    def rest(self, until: float, now: float) -> None:
        """The site wants no request until then."""
        self.not_before = max(self.not_before, min(until, now + LONGEST_REST))
        self._keep()

    def _keep(self) -> None:
        """Write it down at once: a kill may follow."""


class Turns(Protocol):
    """Hands out turns, one at a time for each site."""

    def turn(self, host: str) -> AbstractContextManager[Turn]:
        """The turn at the site of a host, ours until the block ends."""
        ...


class Pace:
    """Turns of one connection, which asks for one thing at a time anyway."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[Turn]:
        """See `Turns`."""
        yield self._turns.setdefault(site_of(host), Turn())


class SharedPace:
    """Turns kept in a folder: they hold between threads and processes, and over a restart.

    The operating system gives a turn back when its process ends, however it ends. Moments are those of
    the clock that the connection has, which must be the same for all of them: the time of day.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def turn(self, host: str) -> Iterator[Turn]:
        """See `Turns`. Waits while another process or thread has the turn."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f"{site_of(host)}.pace").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield _Written(file)


class _Written(Turn):
    def __init__(self, file: IO[str]) -> None:
        self._file = file
        file.seek(0)
        try:
            told = json.load(file)
            super().__init__(float(told["last_start"]), float(told["not_before"]))
        except (ValueError, KeyError, TypeError):
            super().__init__()  # A new file, or one that a full disk cut off.

    def _keep(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        json.dump({"last_start": self.last_start or 0.0, "not_before": self.not_before}, self._file)
        self._file.flush()


def site_of(host: str) -> str:
    """The domain that a host belongs to, as a name for a file: its last two labels, or its address.

    Where registries sell below the second label (co.uk), two sites share their turns and wait a little more.
    """
    name = host.strip("[]").rstrip(".").lower()
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        name = ".".join(name.split(".")[-2:])
    return re.sub(r"[^a-z0-9.-]", "_", name)[:100].lstrip(".") or "nowhere"
