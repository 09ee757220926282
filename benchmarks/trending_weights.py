"""Weights of the heat, chosen on some evenings and judged on others: `python -m benchmarks.trending_weights`.

The weeks are cut into eight stretches in the order of time; for each, the weights that do best on the other
seven are judged on it. What a search over all evenings at once reports is too good; the line "chosen on
others" is not. Needs ../shared/data (or DAILYPAPERS_SHARED).
"""

import os
from collections.abc import Iterable
from itertools import product
from math import log2
from pathlib import Path

import numpy as np

from dailypapers.ranking.evidence import Evidence
from dailypapers.ranking.replay import Evening, Seen, ndcg, read_evenings
from dailypapers.ranking.signal_registry import all_signals

FOLDS = 8
FRESH = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6)
"""The share of fresh votes; all votes have the rest of one."""
COMMENTS = (0.0, 0.1, 0.2, 0.3)
STARS = (0.0, 0.02, 0.05, 0.1)

Weights = tuple[float, float, float]


def main() -> None:
    """Print a table, one line a choice of weights."""
    data = Path(os.environ.get("DAILYPAPERS_SHARED", "../shared")) / "data"
    evenings = read_evenings(data / "hf_upvote_trajectories.jsonl.zst", data / "hf_daily.jsonl.zst")
    weeks = sorted({day.isocalendar()[:2] for day in evenings})
    folds = np.array([weeks.index(day.isocalendar()[:2]) * FOLDS // len(weeks) for day in evenings])
    papers = list(evenings.values())
    print(f"{len(papers)} evenings in {FOLDS} stretches; nDCG@10")
    print(f"{'by votes':<40}{_judge(papers, (0.0, 0.0, 0.0)).mean():>8.4f}")
    by_signal = {one.name: one.weight for one in all_signals()}
    ours = (by_signal["fresh"], by_signal["comments"], by_signal["stars"])
    print(f"{f'in use: fresh, comments, stars {ours}':<40}{_judge(papers, ours).mean():>8.4f}")
    _choose("fresh alone", papers, folds, product(FRESH, (0.0,), (0.0,)))
    _choose("fresh and comments", papers, folds, product(FRESH, COMMENTS, (0.0,)))
    _choose("fresh, comments and stars", papers, folds, product(FRESH, COMMENTS, STARS))


def _choose(name: str, papers: list[Evening], folds: np.ndarray, grid: Iterable[Weights]) -> None:
    judged = {weights: _judge(papers, weights) for weights in grid}
    on_others = np.zeros(len(papers))
    chosen = []
    for fold in range(FOLDS):
        best = max(judged, key=lambda weights: judged[weights][folds != fold].mean())
        on_others[folds == fold] = judged[best][folds == fold]
        chosen.append(best)
    best = max(judged, key=lambda weights: judged[weights].mean())
    print(f"{name + ', chosen on others':<40}{on_others.mean():>8.4f}   {sorted(set(chosen))}")
    print(f"{name + ', best of all':<40}{judged[best].mean():>8.4f}   {best}")


def _judge(papers: list[Evening], weights: Weights) -> np.ndarray:
    fresh, comments, stars = weights

    def heat(seen: Seen) -> float:
        known: Evidence = seen.evidence
        return (
            (1 - fresh) * log2(1 + known.votes)
            + fresh * log2(1 + known.fresh)
            + comments * log2(max(1, known.comments))
            + stars * log2(1 + known.stars)
        )

    return np.array([ndcg(evening, heat) for evening in papers])


if __name__ == "__main__":
    main()
