"""An index of three million paper-sized records: how long it takes to build, what it needs, how it answers.

    python -m benchmarks.search_millions [--papers N] [--keep FOLDER]

The records are made of the shared corpus (DAILYPAPERS_SHARED or ../shared) by recombining sentences: each has
the title of one paper, the first half of the abstract of a second and the second half of a third, drawn with
a fixed seed, so that words are as common as in real papers and no record is twice the same.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.memory import peak
from benchmarks.search_speed import FILTERS, corpus, some_queries, timed
from dailypapers.search.document import Document
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.query.parse import parse_query
from dailypapers.search.store import Store

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def recombined(papers: Sequence[Document], most: int) -> Iterator[Document]:
    """So many records made of the papers."""
    draw = random.Random(3)  # noqa: S311
    for number in range(1, most + 1):
        first, second, third = draw.choice(papers), draw.choice(papers), draw.choice(papers)
        head, tail = _SENTENCE.split(second.abstract), _SENTENCE.split(third.abstract)
        abstract = " ".join((*head[: (len(head) + 1) // 2], *tail[len(tail) // 2 :]))
        yield replace(
            first, id=number, handle=f"record:{number}", identifiers=(f"local:{number}",), abstract=abstract
        )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--papers", type=int, default=3_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--ask", type=Path, help="only ask the index kept in a folder")
    arguments = parser.parse_args()
    shared = Path(os.environ.get("DAILYPAPERS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = shared / "data" / "corpus.jsonl.zst"
    if not path.exists():
        print(f"needs {path} (or DAILYPAPERS_SHARED), which is not here")
        return 1
    if arguments.ask:
        return ask_all(arguments.ask, path, arguments.queries)
    with tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-") as scratch:
        folder = arguments.keep or Path(scratch)
        store, encoder = Store(folder / "index"), StaticEncoder()
        papers = list(corpus(path, -1))
        own = peak()
        started = time.perf_counter()
        status = store.build(recombined(papers, arguments.papers), encoder)
        seconds = time.perf_counter() - started
        size = sum(file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file()) / 1e6
        print(
            f"index: {status.papers:,} records in {seconds:,.0f} s ({status.papers / seconds:,.0f}/s), "
            f"{size:,.0f} MB, peak {peak():,.0f} MB, {own:,.0f} MB of it the corpus in memory",
            flush=True,
        )
        subprocess.run([sys.executable, "-m", "benchmarks.search_millions", "--ask", str(folder)], check=True)
    return 0


def ask_all(folder: Path, path: Path, most: int) -> int:
    """What a process that only serves needs and how it answers."""
    queries = some_queries(path, -1, most)
    engine = Store(folder / "index").open(StaticEncoder())
    print(f"{'query':<34} {'median':>8} {'p95':>8} {'p99':>8} {'most':>8}  ms")
    for kind in FILTERS:

        def ask(query: str, kind: str = kind) -> object:
            return engine.facets(engine.search(parse_query(query + kind)))

        timed(ask, queries[:20])
        print(f"{'hybrid' + kind:<34} {timed(ask, queries)}", flush=True)
    print(f"memory of the serving process: {peak():,.0f} MB at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
