"""How soon a new paper is found: from being written to a search over HTTP that shows it.

    DAILYPAPERS_HOME=… python -m benchmarks.search_fresh [--alone N] [--pages N] [--readers N]

Needs a home folder with papers and a search index, of which it makes a copy of its own. `dailypapers up`
serves the copy, with its worker; no source can be reached. This process lands papers as a harvest does, one
at a time and in pages, and asks the search page for a word of their titles that no other paper has, until all
are shown. A paper is written when `land` returns. The first paper of all is told apart: the worker was just
started. With `--readers` so many others search all the while. Ends with 1 where a paper took over a second.
"""

import argparse
import os
import random
import shutil
import sqlite3
import statistics
import string
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import django

from benchmarks.serving import Site, addresses, running

PAGE = 25
"""Papers of a page, which are all on the first page of results."""

TARGET = 1.0
GIVEN_UP = 60.0
NOWHERE = "http://127.0.0.1:9"


def copied(home: Path, to: Path) -> None:
    """The papers and the index of a home folder."""
    with (
        closing(sqlite3.connect(f"file:{home / 'dailypapers.sqlite3'}?mode=ro", uri=True)) as papers,
        closing(sqlite3.connect(to / "dailypapers.sqlite3")) as copy,
    ):
        papers.backup(copy)
    shutil.copytree(home / "index", to / "index")


def seconds_until_found(site: Site, draw: random.Random, papers: int) -> list[float]:
    """Write so many papers at once; how long it takes from then until a search shows each."""
    from dailypapers.catalogue.identifiers import parse
    from dailypapers.catalogue.landing import land
    from dailypapers.catalogue.records import Author, Authority, Listed, PaperRecord, Precision

    word = "".join(draw.choices(string.ascii_lowercase, k=12))
    now = datetime.now(UTC)
    records = []
    for at in range(papers):
        reference = parse(f"doi:10.5555/{word}.{at}")
        assert reference is not None
        records.append(
            PaperRecord(
                source="file",
                authority=Authority.FILE,
                identifiers=(reference.identifier,),
                title=f"A {word} of order {at} in slowly cooled metals",
                authors=(Author("Ada Lovelace"), Author("Charles Babbage")),
                abstract="We look at it closely and from all sides, and find that it holds. " * 15,
                day=now.date(),
                precision=Precision.DAY,
                categories=("cs.CL",),
                listed=(Listed(now.date(), "file", announced=True),),
            )
        )
    land(records, now)
    written = time.perf_counter()
    address = "/search?" + urlencode({"q": f"{word} metals"})
    missing, seconds = set(range(papers)), []
    while missing and time.perf_counter() - written < GIVEN_UP:
        shown = site.text(address)
        after = time.perf_counter() - written
        for at in [at for at in missing if f"of order {at} in" in shown]:
            missing.remove(at)
            seconds.append(after)
        time.sleep(0.01)
    return seconds + [GIVEN_UP] * len(missing)


def read(site: Site, searches: Sequence[str], number: int, stopping: threading.Event) -> None:
    """Search until told to stop, with a pause as of someone who reads."""
    draw = random.Random(number)  # noqa: S311
    while not stopping.wait(0.5):
        site.text(draw.choice(searches))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alone", type=int, default=30)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--readers", type=int, default=0)
    arguments = parser.parse_args()
    home = Path(os.environ.get("DAILYPAPERS_HOME", ""))
    if not (home / "dailypapers.sqlite3").exists() or not (home / "index").exists():
        print("needs DAILYPAPERS_HOME, a home folder with papers and a search index")
        return 1
    with tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-") as scratch:
        copied(home, Path(scratch))
        # A proxy that nothing listens on: no source can be reached, whatever network this machine has.
        os.environ |= {
            "DAILYPAPERS_HOME": scratch,
            "DAILYPAPERS_TUNE": "no",
            "DAILYPAPERS_THUMBNAILS": "none",
        }
        os.environ |= {"HTTP_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE, "NO_PROXY": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
        django.setup()
        with running() as site:
            return measure(site, Path(scratch), arguments.alone, arguments.pages, arguments.readers)


def measure(site: Site, home: Path, alone: int, pages: int, readers: int) -> int:
    """Write papers and print how long it took until they were found."""
    searches, _ = addresses(home / "dailypapers.sqlite3", 200)
    site.wait()
    for address in searches[:20]:
        site.text(address)
    stopping = threading.Event()
    reading = [
        threading.Thread(target=read, args=(site, searches, number, stopping)) for number in range(readers)
    ]
    for thread in reading:
        thread.start()
    print(f"{'seconds until found':<40}{'papers':>8}{'median':>8}{'most':>8}")
    most, draw = 0.0, random.Random(11)  # noqa: S311
    kinds = (("the first", 1, 1), ("one alone", alone, 1), (f"{PAGE} at once", pages, PAGE))
    for name, times, papers in kinds:
        seconds: list[float] = []
        for _ in range(times):
            seconds += seconds_until_found(site, draw, papers)
            time.sleep(draw.random())  # Not in step with the worker's looks.
        numbers = f"{statistics.median(seconds):>8.2f}{max(seconds):>8.2f}"
        print(f"{name:<40}{len(seconds):>8}{numbers}", flush=True)
        most = max(most, *seconds)
    stopping.set()
    for thread in reading:
        thread.join()
    return 1 if most > TARGET else 0


if __name__ == "__main__":
    sys.exit(main())
