"""A site that many people use: 10,000 of them with 1,000,000 votes on 100,000 papers.

Most votes are on papers of the last days and few on most, as people vote; 20,000 of them were cast within
the last hours.
"""

import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import django

PEOPLE, VOTED, VOTES = 10_000, 100_000, 1_000_000
RECENT = 20_000
SEED = 7


@contextmanager
def copied_home() -> Iterator[Path]:
    """A folder of its own with a copy of the database in DAILYPAPERS_HOME, which is then the home folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
    source = Path(os.environ["DAILYPAPERS_HOME"]) / "dailypapers.sqlite3"
    with tempfile.TemporaryDirectory(prefix="dailypapers-crowd-") as folder:
        with (
            closing(sqlite3.connect(source)) as held,
            closing(sqlite3.connect(f"{folder}/{source.name}")) as copy,
        ):
            held.backup(copy)
        os.environ |= {"DAILYPAPERS_HOME": folder, "DAILYPAPERS_ACCOUNTS": "open"}
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        yield Path(folder)
        connections.close_all()
        shutil.rmtree(folder, ignore_errors=True)


def cast(now: datetime) -> None:
    """The people, and the votes of years before and of the last hours."""
    from dailypapers.community.models.people import User

    User.objects.bulk_create(
        (User(handle=f"person-{number}", email=f"{number}@example.org") for number in range(PEOPLE)),
        batch_size=500,
    )
    vote(VOTES - RECENT, now - timedelta(hours=13), timedelta(days=700), 0)
    vote(RECENT, now, timedelta(hours=12), PEOPLE // 2)


def vote(votes: int, until: datetime, span: timedelta, shift: int) -> None:
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
