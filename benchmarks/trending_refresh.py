"""Scores brought up to date with all papers held: `python -m benchmarks.trending_refresh`.

Works on a copy, in a folder of its own, of the database in DAILYPAPERS_HOME (`benchmarks.file_load --keep
FOLDER` makes one). Adds 10,000 people who cast 1,000,000 votes (`benchmarks.crowd`). Then half an hour of a
busy site: 2,000 votes, 300 papers whose outside pages told new numbers, and the votes that stop being
fresh. Last, one vote and the score of its paper alone.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from benchmarks.crowd import PEOPLE, VOTES, cast, copied_home, vote

BUSY_VOTES, TOLD = 2_000, 300


def main() -> None:
    """Print a table, one line a step."""
    with copied_home():
        _measure()


def _measure() -> None:
    from django.db.models import F

    from dailypapers.catalogue.models import Mention, Paper
    from dailypapers.ranking.models import Score
    from dailypapers.ranking.refresh import refresh, refresh_paper

    now = datetime.now(UTC)
    print(f"{Paper.objects.count():,} papers, {Mention.objects.count():,} told of elsewhere")
    print(f"{'step':<58}{'papers':>9}{'s':>8}{'CPU s':>8}")
    _told("the first time, outside votes alone", lambda: refresh(now))
    _told("again, nothing moved", lambda: refresh(now))
    cast(now)
    _told(f"after {VOTES:,} votes of {PEOPLE:,} people", lambda: refresh(now))
    _told("again, nothing moved", lambda: refresh(now))
    later = now + timedelta(minutes=30)
    vote(BUSY_VOTES, later, timedelta(minutes=30), PEOPLE)
    told = list(Mention.objects.order_by("-day", "pk").values_list("pk", flat=True)[:TOLD])
    Mention.objects.filter(pk__in=told).update(votes=F("votes") + 3)
    _told(f"half an hour on: {BUSY_VOTES:,} votes, {TOLD} pages told anew", lambda: refresh(later))
    _told("all votes that were fresh no longer are", lambda: refresh(later + timedelta(hours=13)))
    _told("everything, moved or not", lambda: refresh(later + timedelta(hours=13), everything=True))
    papers = list(Score.objects.order_by("-trending").values_list("pk", flat=True)[:200])
    spent = []
    for paper in papers:
        started = time.perf_counter()
        refresh_paper(paper, later)
        spent.append(1000 * (time.perf_counter() - started))
    spent.sort()
    print(
        f"one paper right after a vote: median {statistics.median(spent):.1f} ms, "
        f"95 % within {spent[int(len(spent) * 0.95)]:.1f} ms"
    )


def _told(step: str, refreshed: Callable[[], int]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    papers = refreshed()
    print(f"{step:<58}{papers:>9,}{time.perf_counter() - wall:>8.2f}{time.process_time() - cpu:>8.2f}")


if __name__ == "__main__":
    main()
