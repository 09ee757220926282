"""How long searching takes while papers are added and the index is settled.

    python -m benchmarks.search_while_writing [--papers N] [--index FOLDER] [--pause SECONDS]

Eight threads of one process ask without a pause between two queries, as a web server under load would. First
nobody writes; then another process, as the worker does, adds 500 papers, 20 at a time, and settles the index
after every 100 and at the end. A stall is a search of over a second. The last 500 papers of the shared corpus
are those that are added; an index that was kept (`--index`) has them taken out first.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

from benchmarks.search_speed import FILTERS, corpus, some_queries
from dailypapers.search.document import Document
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.engine import Engine
from dailypapers.search.query.parse import parse_query
from dailypapers.search.store import Store

READERS = 8
ADDED = 500
PAGE = 20
SETTLED_AFTER = 5
"""Pages after which the index is settled."""

ALONE_FOR = 20.0
"""Seconds in which nobody writes, to compare with."""

STALL = 1.0


class Readers:
    """Threads that search until they are stopped, and note how long each search took."""

    def __init__(self, engine: Engine, queries: list[str], pause: float) -> None:
        self.spent: list[tuple[float, float]] = []
        """When each search began, and its seconds."""
        self.errors: list[Exception] = []
        self._engine, self._queries, self._pause = engine, queries, pause
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(READERS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End them."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def between(self, begun: float, ended: float) -> list[float]:
        """The seconds of the searches that began in that time, in order."""
        return sorted(seconds for at, seconds in list(self.spent) if begun <= at < ended)

    def _read(self, number: int) -> None:
        draw = random.Random(number)  # noqa: S311
        while not self._stopping.wait(self._pause) if self._pause else not self._stopping.is_set():
            query = parse_query(draw.choice(self._queries) + draw.choice(FILTERS))
            begun = time.perf_counter()
            try:
                found = self._engine.search(query)
                self._engine.facets(found)
            except Exception as error:
                self.errors.append(error)
            self.spent.append((begun, time.perf_counter() - begun))


def write(folder: Path, path: Path, papers: int) -> None:
    """What the other process does; tells on standard output what it is about to do."""
    store, encoder = Store(folder / "index"), StaticEncoder()
    engine = store.open(encoder)
    new = last(path, papers)
    print("ready", flush=True)
    sys.stdin.readline()
    for at in range(0, len(new), PAGE):
        store.write(new[at : at + PAGE], [], engine)
        if (at // PAGE + 1) % SETTLED_AFTER == 0:
            print("settling", flush=True)
            engine.table.settle()
            print("settled", flush=True)
        time.sleep(0.2)
    print("done", flush=True)


def last(path: Path, papers: int) -> list[Document]:
    """The papers that are added."""
    return list(islice(corpus(path, papers), papers - ADDED, None))


def row(name: str, seconds: list[float]) -> str:
    """How many searches there were, and their median, 99th percentile and most in milliseconds."""
    if not seconds:
        return f"{name:<34} none"
    at = [seconds[min(len(seconds) - 1, int(share * len(seconds)))] for share in (0.5, 0.99)]
    numbers = "".join(f"{1000 * one:>9.0f}" for one in (*at, seconds[-1]))
    return f"{name:<34}{len(seconds):>9,}{numbers}{sum(one > STALL for one in seconds):>8}"


def main() -> int:
    """Print the table; ends with 1 where a search failed or stalled."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--papers", type=int, default=270_717)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    shared = Path(os.environ.get("DAILYPAPERS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = shared / "data" / "corpus.jsonl.zst"
    if not path.exists():
        print(f"needs {path} (or DAILYPAPERS_SHARED), which is not here")
        return 1
    if arguments.write:
        write(arguments.index, path, arguments.papers)
        return 0
    with tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-") as scratch:
        return measure(arguments.index or Path(scratch), path, arguments.papers, arguments.pause)


def measure(folder: Path, path: Path, papers: int, pause: float) -> int:
    """Read and write, and print what the readers noted."""
    store, encoder = Store(folder / "index"), StaticEncoder()
    if not store.state():
        store.build(corpus(path, papers - ADDED), encoder)
    engine = store.open(encoder)
    store.write([], [document.id for document in last(path, papers)], engine)
    engine.table.settle()
    before = engine.table.papers
    queries = some_queries(path, papers - ADDED, 400)
    command = [sys.executable, "-m", "benchmarks.search_while_writing", "--write", "--index", str(folder)]
    with subprocess.Popen(
        [*command, "--papers", str(papers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        for query in queries[:40]:
            engine.search(parse_query(query))  # what is read once is read
        readers = Readers(engine, queries, pause)
        alone = time.perf_counter()
        time.sleep(ALONE_FOR)
        begun = time.perf_counter()
        writer.stdin.write("go\n")
        writer.stdin.flush()
        settling: list[tuple[float, float]] = []
        since = begun
        for line in writer.stdout:
            now = time.perf_counter()
            if line == "settled\n":
                settling.append((since, now))
            since = now
        ended = time.perf_counter()
        readers.stop()
    while_settling = sorted(one for span in settling for one in readers.between(*span))
    print(
        f"{READERS} readers, {before:,} papers, {engine.table.papers - before} added in {ended - begun:.1f} s"
    )
    print(f"{'searches that began':<34}{'':>9}{'median':>9}{'p99':>9}{'most':>9}{'stalls':>8}  ms")
    print(row("while nobody wrote", readers.between(alone, begun)))
    print(row("while papers were added", readers.between(begun, ended)))
    print(row("  of these, while it was settled", while_settling))
    print("settling took " + ", ".join(f"{end - begin:.1f}" for begin, end in settling) + " s")
    print(f"errors: {len(readers.errors)}" + (f", the first {readers.errors[0]!r}" if readers.errors else ""))
    stalls = [one for one in readers.between(begun, ended) if one > STALL]
    return 1 if readers.errors or stalls or engine.table.papers - before != ADDED else 0


if __name__ == "__main__":
    sys.exit(main())
