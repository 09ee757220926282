"""How good search is on judged queries, with the bundled encoder and with it tuned on the documents.

    python -m benchmarks.search_quality [--tune SECONDS] [SET …]

Prints nDCG@10 with its 95 % interval, recall@100 and MRR@10 of plain BM25 and of each mode on the judged
sets of the shared data (DAILYPAPERS_SHARED or ../shared). Tuning sees the documents, never a query.
"""

import argparse
import os
import sys
from pathlib import Path

from dailypapers.search import tuning
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.evaluate import Judged, evaluate

SETS = ("scifact", "cranfield", "cisi", "npl")


def main() -> int:
    """Print the table; 0 when hybrid is above BM25 on every set, by .04 or more on SciFact."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tune", type=float, default=0.0, help="seconds of tuning on each set's documents")
    parser.add_argument("sets", nargs="*", default=SETS)
    arguments = parser.parse_args()
    shared = Path(os.environ.get("DAILYPAPERS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    folder = shared / "data" / "bench"
    if not folder.exists():
        print(f"needs {folder} (or DAILYPAPERS_SHARED), which is not here")
        return 1
    print(f"{'set':<10} {'way':<8} {'nDCG@10':>8} {'95 %':>15} {'R@100':>7} {'MRR@10':>7} {'ms':>6}")
    met = True
    for name in arguments.sets:
        judged = Judged.read(folder / name)
        encoder = StaticEncoder()
        if arguments.tune:
            documents = [(document.title, document.abstract) for document in judged.documents]
            encoder = tuning.tune(encoder, documents, seed=0, seconds=arguments.tune)
        results = evaluate(judged, encoder)
        for way, one in results.items():
            low, high = one.interval
            print(
                f"{name:<10} {way:<8} {one.ndcg:>8.4f} {f'{low:.3f}–{high:.3f}':>15} {one.recall:>7.3f} "
                f"{one.mrr:>7.3f} {one.milliseconds:>6.1f}",
                flush=True,
            )
        gain = results["hybrid"].ndcg - results["bm25"].ndcg
        met &= gain > (0.04 if name == "scifact" else 0.0)
    print("targets met" if met else "targets missed: hybrid above BM25 on each, by .04 on SciFact")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
