"""What a serving process needs: memory, and time after a start.

    python -m benchmarks.serving [--searches N] [--starts N] [--wait SECONDS]

Needs a home folder with papers and a search index (DAILYPAPERS_HOME); nothing is written to it but what
every start writes. Starts `dailypapers up --no-worker` and asks over loopback. First, several times: when it
answers at all, how long the front page then takes, and how long a search that is asked right after it (or
after `--wait`), with the processor time of the process until then: on a machine with other work that says
what it costs. Then searches, each of other words, and pages of papers, by four readers at once; in between
what the process holds: Rss is what `top` shows, own is what is nobody else's (anonymous), files is what it
reads through mapped files and programs, which the system takes back when it is short of memory.
"""

import argparse
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.search_speed import FILTERS

READERS = 4
STEPS = 5
"""How often the memory is looked at while it is asked."""

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Site:
    """A running `dailypapers up`."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port, self.process = port, process

    def seconds(self, address: str) -> float:
        """How long a page takes."""
        began = time.perf_counter()
        self.text(address)
        return time.perf_counter() - began

    def text(self, address: str) -> str:
        """What a page says."""
        with _opener.open(f"http://127.0.0.1:{self.port}{address}", timeout=120) as response:
            return str(response.read(), "utf-8")

    def wait(self) -> None:
        """Until it answers. Raises RuntimeError where it never does."""
        began = time.monotonic()
        while time.monotonic() - began < 120 and self.process.poll() is None:
            try:
                self.seconds("/status/health")
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("`dailypapers up` does not answer")

    def serving(self) -> int:
        """The number of the process that serves."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])


@contextmanager
def running(*options: str, **settings: str) -> Iterator[Site]:
    """`dailypapers up` on the home folder of the environment, ended with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dailypapers", "up", "--port", str(port), *options]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
        try:
            yield Site(port, process)
        finally:
            process.terminate()
            process.wait(60)


def memory(process: int) -> dict[str, int]:
    """What a process holds, in MB, by the names of the kernel."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    told = {name: int(rest.split()[0]) // 1024 for name, _, rest in (line.partition(":") for line in lines)}
    return {**told, "File": told["Rss"] - told["Anonymous"]}


def worked(process: int) -> float:
    """The processor time that a process had so far, in seconds."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def addresses(database: Path, most: int) -> tuple[list[str], list[str]]:
    """Searches for half the longer words of titles drawn at random, and the pages of these papers."""
    draw = random.Random(7)  # noqa: S311
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as papers:
        last = papers.execute("SELECT max(id) FROM catalogue_paper").fetchone()[0]
        searches: list[str] = []
        pages: list[str] = []
        while len(searches) < most:
            row = papers.execute(
                "SELECT title, handle FROM catalogue_paper WHERE id >= ? ORDER BY id LIMIT 1",
                (draw.randint(1, last),),
            ).fetchone()
            words = [word for word in row[0].split() if len(word) > 3 and word.isalpha()]
            if len(words) < 2:
                continue
            query = " ".join(draw.sample(words, max(2, len(words) // 2)))
            searches.append("/search?" + urlencode({"q": query + FILTERS[len(searches) % len(FILTERS)]}))
            pages.append(f"/papers/{quote(row[1])}")
    return searches, pages


def first_answers(starts: int, wait: float) -> None:
    """Print how long the first answers take after each start."""
    columns: dict[str, list[float]] = {}
    asked = f"a search asked {f'{wait:g} s later' if wait else 'right then'}"
    for _ in range(starts):
        began = time.perf_counter()
        with running("--no-worker") as site:
            site.wait()
            columns.setdefault("until it answers", []).append(time.perf_counter() - began)
            columns.setdefault("the front page", []).append(site.seconds("/"))
            time.sleep(wait)
            columns.setdefault(asked, []).append(site.seconds("/search?q=graph+transformers"))
            columns.setdefault("processor time until then", []).append(worked(site.serving()))
            columns.setdefault("another search", []).append(site.seconds("/search?q=folding+proteins"))
    print(f"{f'{starts} starts, seconds':<40}{'best':>8}{'median':>8}{'most':>8}")
    for name, column in columns.items():
        numbers = (min(column), statistics.median(column), max(column))
        print(f"{name:<40}" + "".join(f"{one:>8.2f}" for one in numbers), flush=True)


def while_asked(searches: list[str], pages: list[str]) -> None:
    """Print what the process holds after so many searches and pages."""
    print(f"{'MB':<40}{'Rss':>8}{'Pss':>8}{'own':>8}{'files':>8}{'median ms':>11}")

    def row(name: str, seconds: list[float]) -> None:
        held = memory(site.serving())
        numbers = "".join(f"{held[one]:>8}" for one in ("Rss", "Pss", "Anonymous", "File"))
        speed = f"{1000 * statistics.median(seconds):>11.0f}" if seconds else ""
        print(f"{name:<40}{numbers}{speed}", flush=True)

    with running("--no-worker") as site, ThreadPoolExecutor(READERS) as readers:
        site.wait()
        row("when it answers", [])
        row("after the first search", [site.seconds(searches[0])])
        for what, asked in (("searches", searches), ("pages of papers", pages)):
            step = -(-len(asked) // STEPS)
            for at in range(0, len(asked), step):
                seconds = list(readers.map(site.seconds, asked[at : at + step]))
                row(f"after {at + len(seconds):,} {what}", seconds)


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--searches", type=int, default=500)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--wait", type=float, default=0.0)
    arguments = parser.parse_args()
    database = Path(os.environ.get("DAILYPAPERS_HOME", "")) / "dailypapers.sqlite3"
    if not database.exists():
        print("needs DAILYPAPERS_HOME, a home folder with papers and a search index")
        return 1
    if arguments.starts:
        first_answers(arguments.starts, arguments.wait)
    if arguments.searches:
        while_asked(*addresses(database, arguments.searches))
    return 0


if __name__ == "__main__":
    sys.exit(main())
