"""Scores brought up to date with all papers held: `python -m benchmarks.trending_refresh`.

Works on a copy, in a folder of its own, of the database in DAILYPAPERS_HOME (`benchmarks.file_load --keep
FOLDER` makes one). Adds 10,000 people who cast 1,000,000 votes on 100,000 papers: most on papers of the
last days and few on most, as people do; 20,000 of the votes within the last hours. Then half an hour of a
busy site: 2,000 votes, 300 papers whose outside pages told new numbers, and the votes that stop being
fresh. Last, one vote and the score of its paper alone.
"""

import os
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")

PEOPLE, VOTED, VOTES = 10_000, 100_000, 1_000_000
RECENT = 20_000
BUSY_VOTES, TOLD = 2_000, 300
SEED = 7


def main() -> None:
    """Print a table, one line a step."""
    source = Path(os.environ["DAILYPAPERS_HOME"]) / "dailypapers.sqlite3"
    with tempfile.TemporaryDirectory(prefix="dailypapers-refresh-") as folder:
        with (
            closing(sqlite3.connect(source)) as held,
            closing(sqlite3.connect(f"{folder}/{source.name}")) as copy,
        ):
            held.backup(copy)
        os.environ["DAILYPAPERS_HOME"] = folder
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        _measure()
        connections.close_all()
        shutil.rmtree(folder, ignore_errors=True)


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
    _cast(now)
    _told(f"after {VOTES:,} votes of {PEOPLE:,} people", lambda: refresh(now))
    _told("again, nothing moved", lambda: refresh(now))
    later = now + timedelta(minutes=30)
    _vote(BUSY_VOTES, later, timedelta(minutes=30), PEOPLE)
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


def _cast(now: datetime) -> None:
    """The people, and the votes of years before and of the last hours."""
    from dailypapers.community.models.people import User

    User.objects.bulk_create(
        (User(handle=f"person-{number}", email=f"{number}@example.org") for number in range(PEOPLE)),
        batch_size=500,
    )
    _vote(VOTES - RECENT, now - timedelta(hours=13), timedelta(days=700), 0)
    _vote(RECENT, now, timedelta(hours=12), PEOPLE // 2)


def _vote(votes: int, until: datetime, span: timedelta, shift: int) -> None:
    """Cast so many votes at even times of the span; the counts are kept as voting keeps them."""
    from django.db import connection

    from dailypapers.catalogue.models import Paper
    from dailypapers.community.models.people import User
    from dailypapers.community.models.votes import Vote

    chance = random.Random(SEED + shift)  # noqa: S311 (a simulation)
    people = list(User.objects.values_list("pk", flat=True))
    newest = list(
        Paper.objects.filter(day__isnull=False).order_by("-day", "pk").values_list("pk", flat=True)[:VOTED]
    )
    rows = []
    for number in range(votes):
        # The fewer papers are before it in time, the likelier it is voted for.
        paper = newest[int(len(newest) * chance.random() ** 3)]
        rows.append(
            Vote(person_id=chance.choice(people), paper_id=paper, created_at=until - span * (number / votes))
        )
    Vote.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM community_votecount")
        cursor.execute(
            "INSERT INTO community_votecount (paper_id, votes, held)"
            " SELECT paper_id, COUNT(*), 0 FROM community_vote GROUP BY paper_id"
        )


if __name__ == "__main__":
    main()
