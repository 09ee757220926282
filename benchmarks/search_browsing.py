"""Whether votes and days put first what readers who browse a subject want.

    python -m benchmarks.search_browsing

The documents are the papers of a real daily page that have keywords (DAILYPAPERS_SHARED or ../shared); the
queries are the keywords of 8 to 150 papers that `search.browsing` takes for subjects; relevant are the papers
with the keyword, the more so the more stars their code has: gain 1 + log10(1 + stars). Stars were given
elsewhere than the votes that the order knows. Half of the keywords are those on which the weights were
chosen, the others were not looked at before.
"""

import hashlib
import io
import math
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import zstandard

from dailypapers.search.analysis import telling, terms
from dailypapers.search.browsing import RECENT, VOTES, Prior, is_browsing
from dailypapers.search.document import Document
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.engine import Engine
from dailypapers.search.query.parse import parse_query
from dailypapers.search.store import Store

WEIGHTS = ((0.0, 0.0), (0.2, 0.0), (0.0, 0.2), (0.1, 0.1), (0.2, 0.2), (0.3, 0.3))
"""What votes and days bring at most."""


def papers_of(path: Path) -> list[dict[str, Any]]:
    """The rows of the daily page with keywords, the last one of each paper."""
    last: dict[str, dict[str, Any]] = {}
    with path.open("rb") as file:
        for line in io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(file)):
            row = orjson.loads(line)
            last[row["id"]] = row
    return [row for row in last.values() if row.get("ai_keywords")]


def document(number: int, row: Mapping[str, Any]) -> Document:
    """A row as it is indexed."""
    return Document(
        id=number,
        title=" ".join(row["title"].split()),
        abstract=row["abstract"],
        handle=row["id"],
        authors=(),
        identifiers=(f"arxiv:{row['id']}",),
        day=date.fromisoformat(row["date"]),
        fields=(),
        venue="",
        flags=(),
        votes=row["upvotes"],
    )


def ndcg(gains: Sequence[float], all_gains: Sequence[float]) -> float:
    """nDCG@10 of the gains of the first ten."""
    discount = 1 / np.log2(np.arange(2, 12))
    best = sorted(all_gains, reverse=True)[:10]
    return float(np.dot(gains, discount[: len(gains)]) / np.dot(best, discount[: len(best)]))


def main() -> int:
    """Print the table."""
    shared = Path(os.environ.get("DAILYPAPERS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = shared / "data" / "hf_daily.jsonl.zst"
    if not path.exists():
        print(f"needs {path} (or DAILYPAPERS_SHARED), which is not here")
        return 1
    rows = papers_of(path)
    gains: dict[str, dict[int, float]] = defaultdict(dict)
    for number, row in enumerate(rows, start=1):
        for keyword in row["ai_keywords"]:
            gains[keyword.lower()][number] = 1 + math.log10(1 + (row.get("github_stars") or 0))
    with tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-") as scratch:
        store, encoder = Store(Path(scratch) / "index"), StaticEncoder()
        store.build((document(number, row) for number, row in enumerate(rows, start=1)), encoder)
        engine = store.open(encoder)
        subjects = [
            keyword
            for keyword, its in sorted(gains.items())
            if 8 <= len(its) <= 150
            and is_browsing(parse_query(keyword), telling(terms(keyword)), engine.vocabulary)
        ]
        print(f"{len(rows):,} papers, {len(subjects)} keywords")
        print("         weights they were chosen on       other keywords")
        print(" votes   days     stars  on subject     stars  on subject")
        halves: tuple[list[str], list[str]] = ([], [])
        for keyword in subjects:
            halves[hashlib.md5(keyword.encode(), usedforsecurity=False).digest()[0] % 2].append(keyword)
        for votes, days in WEIGHTS:
            figures = [figure for half in halves for figure in judged(engine, half, gains, votes, days)]
            print(f"{votes:>6} {days:>6}" + "".join(f"{figure:>10.4f}" for figure in figures))
    return 0


def judged(
    engine: Engine,
    keywords: Sequence[str],
    gains: Mapping[str, Mapping[int, float]],
    votes: float,
    days: float,
) -> tuple[float, float]:
    """nDCG@10 by gain and by the keyword alone, means over these keywords, with these weights."""
    by_gain, by_subject = [], []
    for keyword in keywords:
        found = engine.search(parse_query(keyword))
        cards = [hit.card for hit in found.hits]
        prior = Prior.of(cards, found.newest)
        # The words' own part, and the prior anew in the weights that are tried.
        score = np.array([hit.score for hit in found.hits]) + (votes / VOTES - 1) * prior.votes
        score += (days / RECENT - 1) * prior.recent
        first = [cards[at].id for at in np.argsort(-score, kind="stable")[:10]]
        its = gains[keyword]
        by_gain.append(ndcg([its.get(one, 0.0) for one in first], list(its.values())))
        by_subject.append(ndcg([float(one in its) for one in first], [1.0] * len(its)))
    return float(np.mean(by_gain)), float(np.mean(by_subject))


if __name__ == "__main__":
    sys.exit(main())
