"""Parts of the site run as processes of their own, against origins of ours."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from dailypapers.catalogue.clock import today
from tests.homes import with_tables
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.origins.origin import Answer

NOWHERE = "http://127.0.0.1:9"
"""An address that nothing listens on."""


class HeldBack(ArxivOrigin):
    """Answers the first `after` requests at once, and the others when `released`."""

    def __init__(self, papers: list[AnnouncedPaper], after: int = 0) -> None:
        super().__init__(papers)
        self.after = after
        self.released = threading.Event()

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """As arXiv, after a while."""
        if len(self.asked) > self.after:
            self.released.wait(60)
        return super().answer(path, query)


def weekdays(days: int = 5) -> list[date]:
    """The last weekdays, the newest first."""
    found = (today() - timedelta(days=back) for back in range(2 * days + 2))
    return [day for day in found if day.weekday() < 5][:days]


def papers(days: int = 5, each: int = 4) -> list[AnnouncedPaper]:
    """Papers announced on the last weekdays."""
    return [
        AnnouncedPaper(
            f"{day:%y%m}.{day.day:02}{at:03}", f"Finding {at} of the {day:%d %B %Y}", ("Ada Lovelace",), day
        )
        for day in weekdays(days)
        for at in range(each)
    ]


def environment(home: Path, url: str, **settings: str) -> dict[str, str]:
    """The site at `home` follows the field cs of arXiv, which is at `url`."""
    return {
        **os.environ,
        "DAILYPAPERS_HOME": str(home),
        "DAILYPAPERS_SOURCES": "arxiv",
        "DAILYPAPERS_FIELDS": "cs",
        "DAILYPAPERS_THUMBNAILS": "none",
        "DAILYPAPERS_SOURCE_ARXIV_BASE_URL": url,
        **settings,
    }


def begun(module: str, *arguments: str, log: Path, **told: str) -> subprocess.Popen[bytes]:
    """A module of ours, running; what it says goes to the file `log`. `told` is its environment."""
    with log.open("ab") as said:
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(command, env=told, stdout=said, stderr=said)


def migrated(told: dict[str, str]) -> None:
    """Make the tables of the home folder."""
    with_tables(Path(told["DAILYPAPERS_HOME"]))


def until(happened: Callable[[], object], within: float = 60.0) -> bool:
    """Wait for something; False where it did not happen in time."""
    deadline = time.monotonic() + within
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def asked(home: Path, query: str) -> list[tuple[object, ...]]:
    """What the database of a home folder answers; nothing where it is not yet there."""
    try:
        with closing(sqlite3.connect(home / "dailypapers.sqlite3")) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []


def held(home: Path) -> int:
    """How many papers a home folder holds."""
    rows = asked(home, "SELECT COUNT(*) FROM catalogue_paper")
    return int(str(rows[0][0])) if rows else 0


def children_of(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    said = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in said.stdout.split()]


def runs(pid: int) -> bool:
    """Whether there is such a process, one that ended and waits for its parent left out."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(said.stdout.strip()) and not said.stdout.strip().startswith("Z")
