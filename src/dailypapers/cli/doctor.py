"""`dailypapers doctor`: what is wrong with this site, and the command that mends it."""

import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from dailypapers.cli.main import start_django

if TYPE_CHECKING:
    from dailypapers.ingest.models import Harvest

LOW_DISK = 2 * 2**30
"""Bytes of free disk under which a harvest may not fit."""

STALE = timedelta(hours=26)
"""A source followed by itself that was not looked at for longer than this has no worker."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and what to do about it."""

    what: str
    mend: str


@click.command()
def doctor() -> None:
    """Look for what is wrong with this site, and name the command that mends it.

    Ends with 1 when something was found.
    """
    start_django(migrated=False)
    found = list(_findings())
    for finding in found:
        click.echo(f"✗ {finding.what}\n    {finding.mend}")
    if found:
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
    from dailypapers.ingest.coverage import LOOK_BACK
    from dailypapers.ingest.models import Coverage

    bad = Coverage.objects.exclude(state__in=[Coverage.State.COMPLETE, Coverage.State.EMPTY])
    for row in bad.order_by("-day")[:30]:
        if row.state == Coverage.State.GAP:
            what = f"{row.source} announced {row.announced:,} papers on {row.day}, {row.held:,} are held."
        else:
            what = f"{row.source} has not told what it announced on {row.day}."
        mend = f"dailypapers ingest {row.source}"
        if (today() - row.day).days >= LOOK_BACK:
            mend += f" --since {row.day} --until {row.day}"
        yield Finding(what + (f" ({row.error})" if row.error else ""), mend)


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


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _disk, _database, _tables, _sources, _holdings, _gaps, _harvests,
)  # fmt: skip
NEEDED = (_database, _tables)
"""Checks without which there is nothing that the others could look into."""
