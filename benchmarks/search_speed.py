"""How long an index takes to build and a query to answer, over the whole shared corpus.

    python -m benchmarks.search_speed [--papers N] [--queries N] [--keep FOLDER]

Builds an index of the corpus in a fresh folder (documents read from the file, no database), then asks known
titles of it, shortened to some of their words, one after another in one process: in each mode, alone and
with filters, facets counted among the best, and again among all papers that match. Beside it SQLite's FTS5
and bm25s over the same texts with the same queries.
"""

import argparse
import io
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import orjson
import zstandard

from benchmarks.memory import peak
from dailypapers.search.document import Document
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.query.parse import parse_query
from dailypapers.search.store import Store

FILTERS = ("", " field:cs.CL", " after:2025-06", " has:code after:2024")


def corpus(path: Path, most: int) -> Iterator[Document]:
    """The papers of the shared corpus."""
    with path.open("rb") as file:
        for number, line in enumerate(io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(file))):
            if number == most:
                return
            row = orjson.loads(line)
            digits = [int(part) for part in row["date"].split("-") if part]
            yield Document(
                id=number + 1,
                title=row["title"],
                abstract=row["abstract"],
                handle=row["id"],
                authors=tuple(row["authors"]),
                identifiers=(row["id"],),
                day=date(*[*digits, 1, 1][:3]) if digits else None,
                fields=tuple(row.get("categories") or ()),
                venue=row.get("venue") or "",
                flags=("code",) if row["urls"].get("code") else (),
            )


def timed(ask: Callable[[str], object], queries: list[str]) -> str:
    """Median, 95th and 99th percentile and most, in milliseconds."""
    spent = []
    for query in queries:
        started = time.perf_counter()
        ask(query)
        spent.append(1000 * (time.perf_counter() - started))
    spent.sort()
    at = [spent[min(len(spent) - 1, int(share * len(spent)))] for share in (0.95, 0.99)]
    return f"{statistics.median(spent):>8.1f} {at[0]:>8.1f} {at[1]:>8.1f} {spent[-1]:>8.1f}"


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--papers", type=int, default=-1)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    shared = Path(os.environ.get("DAILYPAPERS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = shared / "data" / "corpus.jsonl.zst"
    if not path.exists():
        print(f"needs {path} (or DAILYPAPERS_SHARED), which is not here")
        return 1
    with tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-") as scratch:
        folder = arguments.keep or Path(scratch)
        store, encoder = Store(folder / "index"), StaticEncoder()
        started = time.perf_counter()
        status = store.build(corpus(path, arguments.papers), encoder)
        seconds = time.perf_counter() - started
        size = sum(file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file()) / 1e6
        print(
            f"index: {status.papers:,} papers in {seconds:.1f} s ({status.papers / seconds:,.0f}/s), "
            f"{size:,.0f} MB, peak {peak():,.0f} MB"
        )
        engine = store.open(encoder)
        queries = some_queries(path, arguments.papers, arguments.queries)
        print(f"{'query':<40} {'median':>8} {'p95':>8} {'p99':>8} {'most':>8}  ms")
        for mode in ("lexical", "dense", "hybrid"):
            for kind in FILTERS if mode == "hybrid" else FILTERS[:1]:
                for counted in (False, True) if mode == "hybrid" else (False,):

                    def ask(
                        query: str, mode: str = mode, kind: str = kind, counted: bool = counted
                    ) -> object:
                        query = query + kind
                        found = engine.search(parse_query(query), mode, counted=counted)  # type: ignore[arg-type]
                        return engine.facets(found)

                    timed(ask, queries[:20])  # what is read once is read
                    name = mode + kind + (", all counted" if counted else "")
                    print(f"{name:<40} {timed(ask, queries)}", flush=True)
        own = peak()
        print(
            f"{'SQLite FTS5, bm25()':<40} {timed(fts5(path, arguments.papers, folder), queries)}", flush=True
        )
        print(f"{'bm25s, all in memory':<40} {timed(bm25s(path, arguments.papers), queries)}")
        print(f"peak memory of the process: {own:,.0f} MB, with bm25s {peak():,.0f} MB")
    return 0


def some_queries(path: Path, papers: int, most: int) -> list[str]:
    """Half the longer words of titles drawn at random."""
    draw = random.Random(7)  # noqa: S311
    titles = [document.title for document in corpus(path, papers)]
    queries = []
    for title in draw.sample(titles, min(4 * most, len(titles))):
        words = [word for word in title.split() if len(word) > 3 and word.isalpha()]
        if len(words) >= 2:
            queries.append(" ".join(draw.sample(words, max(2, len(words) // 2))))
    return queries[:most]


def fts5(path: Path, papers: int, folder: Path) -> Callable[[str], object]:
    """A full-text table of SQLite over the same titles and abstracts."""
    database = sqlite3.connect(folder / "fts5.sqlite3")
    database.execute("CREATE VIRTUAL TABLE text USING fts5(title, abstract, tokenize='porter unicode61')")
    rows = ((document.title, document.abstract) for document in corpus(path, papers))
    with database:
        database.executemany("INSERT INTO text VALUES (?, ?)", rows)

    def ask(query: str) -> object:
        words = " OR ".join(f'"{word}"' for word in query.split())
        statement = "SELECT rowid FROM text WHERE text MATCH ? ORDER BY bm25(text, 1.5, 1.0) LIMIT 200"
        return database.execute(statement, [words]).fetchall()

    return ask


def bm25s(path: Path, papers: int) -> Callable[[str], object]:
    """The arrays of bm25s over the same titles and abstracts, with stems and its own stop words."""
    import bm25s as library
    from Stemmer import Stemmer

    stemmer = Stemmer("english")
    texts = [f"{document.title} {document.abstract}" for document in corpus(path, papers)]
    index = library.BM25()
    index.index(library.tokenize(texts, stemmer=stemmer, show_progress=False), show_progress=False)

    def ask(query: str) -> object:
        words = library.tokenize([query], stemmer=stemmer, show_progress=False)
        return index.retrieve(words, k=200, show_progress=False)

    return ask


if __name__ == "__main__":
    sys.exit(main())
