"""`dailypapers doctor`: what is wrong with this site, and the command that mends it."""

import shlex
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from dailypapers.cli.main import start_django

if TYPE_CHECKING:
    from dailypapers.ingest.models import Coverage, Harvest

MOST_GAPS = 30
"""Days of a source that are named one by one; those before them in one line."""

LOW_DISK = 2 * 2**30
"""Bytes of free disk under which a harvest may not fit."""

STALE = timedelta(hours=26)
"""A source followed by itself that was not looked at for longer than this has no worker."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and what to do about it.

    A note says what cannot be mended here: it changes no exit code.
    """

    what: str
    mend: str
    is_note: bool = False


@click.command()
def doctor() -> None:
    """Look for what is wrong with this site, and name the command that mends it.

    Ends with 1 when something was found that can be mended; notes (·) say what is wrong elsewhere.
    """
    start_django(migrated=False)
    found = list(_findings())
    for finding in found:
        click.echo(f"{'·' if finding.is_note else '✗'} {finding.what}\n    {finding.mend}")
    if any(not finding.is_note for finding in found):
        raise click.exceptions.Exit(1)
    click.echo("Nothing is wrong.")


def _findings() -> Iterator[Finding]:
    for check in CHECKS:
        found = list(check())
        yield from found
        if found and check in NEEDED:
            return


def _tables() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding("The tables are not those of this version.", "dailypapers up  (it migrates first)")


def _database() -> Iterator[Finding]:
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            answer = "ok"
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA quick_check(1)")
                (answer,) = cursor.fetchone()
    except DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        yield Finding(
            f"The database cannot be used: {answer}", "put back a copy of it, or set DAILYPAPERS_DATABASE_URL"
        )


def _disk() -> Iterator[Finding]:
    from django.conf import settings

    free = shutil.disk_usage(settings.HOME).free
    if free < LOW_DISK:
        yield Finding(
            f"Only {free / 2**30:.1f} GB are free at {settings.HOME}.", "free some, or set DAILYPAPERS_HOME"
        )


def _holdings() -> Iterator[Finding]:
    from dailypapers.catalogue.models import Paper
    from dailypapers.catalogue.records import Authority

    if not Paper.objects.exists():
        yield Finding("The site holds no papers.", "dailypapers ingest arxiv")
    elif not Paper.objects.exclude(authority=Authority.SAMPLE).exists():
        yield Finding("The site holds only the bundled sample.", "dailypapers ingest arxiv")


def _gaps() -> Iterator[Finding]:
    from dailypapers.catalogue.clock import today
    from dailypapers.ingest.coverage import LOOK_BACK, is_malformed_at_its_source
    from dailypapers.ingest.models import Coverage

    bad = Coverage.objects.exclude(state__in=[Coverage.State.COMPLETE, Coverage.State.EMPTY])
    told: Counter[str] = Counter()
    left: dict[str, list[date]] = defaultdict(list)
    for row in bad.order_by("-day"):
        if is_malformed_at_its_source(row):
            yield _malformed(row)
            continue
        told[row.source] += 1
        if told[row.source] > MOST_GAPS:
            left[row.source].append(row.day)
            continue
        if row.state == Coverage.State.GAP:
            what = f"{row.source} announced {row.announced:,} papers on {row.day}, {row.held:,} are held."
        else:
            what = f"{row.source} has not told what it announced on {row.day}."
        mend = f"dailypapers ingest {row.source}"
        if (today() - row.day).days >= LOOK_BACK:
            mend += f" --since {row.day} --until {row.day}"
        yield Finding(what + (f" ({row.error})" if row.error else ""), mend)
    for source, days in left.items():
        yield Finding(
            f"{len(days):,} more days of {source} are not whole, from {days[-1]} to {days[0]}.",
            f"dailypapers ingest {source} --since {days[-1]} --until {days[0]}  (see /status/coverage)",
        )


def _malformed(row: "Coverage") -> Finding:
    from django.conf import settings

    from dailypapers.catalogue.clock import today

    again = max(row.checked_at.astimezone(settings.LISTING_ZONE).date() + timedelta(days=1), today())
    return Finding(
        f"{row.source} lists {row.announced:,} papers on {row.day}, {row.announced - row.held:,} of them "
        "cannot be read: the source's own list is malformed.",
        f"it is asked again on {again}; dailypapers ingest rejected --source {row.source}",
        is_note=True,
    )


def _rejections() -> Iterator[Finding]:
    from django.db.models import Count, Max

    from dailypapers.ingest.models import Rejection

    kept = Rejection.objects.values("source").annotate(number=Count("pk"), last=Max("rejected_at"))
    for row in kept.order_by("source"):
        records = "1 record" if row["number"] == 1 else f"{row['number']:,} records"
        yield Finding(
            f"{records} of {row['source']} could not be taken, the last on {row['last']:%Y-%m-%d}.",
            f"dailypapers ingest rejected --source {row['source']}  (says which, and why)",
            is_note=True,
        )


def _worker() -> Iterator[Finding]:
    from django.conf import settings

    from dailypapers.site.heartbeat import read

    now = datetime.now(UTC)
    sign = read(settings.HOME)
    if sign is None:
        return
    if sign.is_dead(now):
        yield Finding(
            f"The worker died: it gave its last sign of life at {sign.beat:%Y-%m-%d %H:%M} UTC.",
            "dailypapers up  (it keeps a worker running)",
        )
    elif sign.is_stuck(now):
        yield Finding(
            f"The worker is stuck: no page was taken since {sign.harvest_moved:%Y-%m-%d %H:%M} UTC.",
            "end the site and start it again: dailypapers up",
        )


def _sources() -> Iterator[Finding]:
    from django.conf import settings

    from dailypapers.ingest.models import Coverage
    from dailypapers.ingest.registry import all_sources
    from dailypapers.ingest.source import AnnouncingSource

    announcing = [name for name, source in all_sources().items() if isinstance(source, AnnouncingSource)]
    for name in settings.SOURCES:
        if name not in announcing:
            why = "does not announce papers by the day" if name in all_sources() else "is no source"
            yield Finding(
                f"DAILYPAPERS_SOURCES names {name!r}, which {why}.",
                f"set DAILYPAPERS_SOURCES to some of: {', '.join(announcing)}",
            )
            continue
        last = Coverage.objects.filter(source=name).order_by("-checked_at").first()
        if last is None or last.checked_at < datetime.now(UTC) - STALE:
            when = f"since {last.checked_at:%Y-%m-%d %H:%M} UTC" if last else "at all"
            yield Finding(
                f"{name} was not looked at {when}.", f"dailypapers ingest {name}  (or run `dailypapers up`)"
            )


def _harvests() -> Iterator[Finding]:
    from dailypapers.ingest.models import Harvest

    long_ago = datetime.now(UTC) - timedelta(hours=1)
    latest: dict[tuple[str, str, str], Harvest] = {}
    for run in Harvest.objects.order_by("started_at"):
        latest[run.source, run.origin, run.request] = run
    for run in latest.values():
        stopped = run.state == Harvest.State.RUNNING and run.updated_at < long_ago
        if run.state == Harvest.State.FAILED or stopped:
            reason = run.error or "it was cut off"
            yield Finding(
                f"The harvest of {run.source} of {run.started_at:%Y-%m-%d %H:%M} UTC did not end: {reason}",
                f"the same command again goes on from there: dailypapers ingest {_arguments(run)}",
            )


def _arguments(run: "Harvest") -> str:
    """What was typed after `dailypapers ingest`, so that it can be typed again."""
    from dailypapers.ingest.registry import all_sources
    from dailypapers.ingest.run import read_request

    if run.source == "file":
        return shlex.join(["file", *run.origin.splitlines()])
    options = read_request(run.request)
    source = all_sources().get(run.source)
    if source is not None and run.origin != source.base_url:
        options["base-url"] = run.origin
    given = [word for name, value in options.items() if value for word in (f"--{name}", value)]
    return shlex.join([run.source, *given])


def _index() -> Iterator[Finding]:
    from django.conf import settings

    from dailypapers.catalogue.indexing import encoder_problems, store
    from dailypapers.catalogue.models import Paper, Unindexed
    from dailypapers.site.heartbeat import read

    sign = read(settings.HOME)
    works = sign is not None and not sign.is_dead(datetime.now(UTC))
    if not store().state():
        # A worker that lives builds one.
        if not works and Paper.objects.exists():
            yield Finding("There is no search index that this version can read.", "dailypapers index build")
        return
    if not works and (waiting := Unindexed.objects.count()):
        papers = "1 paper was" if waiting == 1 else f"{waiting:,} papers were"
        yield Finding(
            f"{papers} written and cannot be found yet: no worker takes them up.",
            "dailypapers index update  (or run `dailypapers up`)",
        )
    for what, mend in encoder_problems():
        yield Finding(what, mend)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _disk, _database, _tables, _worker, _sources, _holdings, _gaps, _harvests, _rejections, _index,
)  # fmt: skip
NEEDED = (_database, _tables)
"""Checks without which there is nothing that the others could look into."""
