"""`dailypapers ingest`: bring papers in from a source or from files, and look at what was not taken."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dailypapers.cli.main import start_django
from dailypapers.ingest.registry import all_sources
from dailypapers.ingest.source import AnnouncingSource, Source, Span

if TYPE_CHECKING:
    from dailypapers.ingest.run import Result

FAILED = 1
SOME_REJECTED = 3
"""Exit code of a harvest that reached its end but had to keep records aside."""


class _Sources(click.Group):
    """One command a source, found as the sources are; a new source needs nothing here."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*all_sources(), *super().list_commands(context)})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        own = super().get_command(context, name)
        source = all_sources().get(name)
        return own or (_harvest_command(source) if source else None)


@click.group(cls=_Sources)
def ingest() -> None:
    """Bring papers in.

    Ends with 0 when all was taken, 3 when some records had to be kept aside (see `ingest rejected`), 1
    when the source failed; the same command then goes on where it stopped.
    """


def _harvest_command(source: Source) -> click.Command:
    day = click.DateTime(formats=["%Y-%m-%d"])

    @click.command(source.name, help=f"Bring papers in from {source.label}.")
    @click.option("--since", type=day, help="First day to take (default: what is new).")
    @click.option("--until", type=day, help="Last day to take (default: today).")
    @click.option("--set", "chosen", default="", metavar="S", help="The part to take; see docs/sources.md.")
    @click.option("--base-url", default="", metavar="U", help="Ask this address instead of the source's own.")
    def command(since: datetime | None, until: datetime | None, chosen: str, base_url: str) -> None:
        start_django()
        _bring_in(source, _day(since), _day(until), chosen, base_url)

    return command


@ingest.command("file")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def from_files(paths: tuple[Path, ...]) -> None:
    """Bring papers in from files: JSONL (plain, .gz, .zst), BibTeX, RIS or CSL-JSON."""
    start_django()
    from dailypapers.catalogue.clock import today

    span = Span(today=today(), paths=tuple(str(path.resolve()) for path in paths))
    _harvest(all_sources()["file"], span, "")


@ingest.command()
@click.option("--source", default="", help="Only those of one source.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="How many to show.")
def rejected(source: str, limit: int) -> None:
    """List the records that were not taken: where each stood, why, and how it begins."""
    start_django()
    from dailypapers.catalogue.records import one_line
    from dailypapers.ingest.models import Rejection

    rows = Rejection.objects.order_by("source", "pk")
    if source:
        rows = rows.filter(source=source)
    for row in rows[:limit]:
        # Reasons quote what was read, which may hold anything: on a terminal, orders to it.
        click.echo(one_line(f"{row.place}: {row.reason}"))
        if row.excerpt:
            click.echo(f"    {row.excerpt[:160]!r}")
    total = rows.count()
    click.echo(f"{total:,} records kept aside" + (f", {limit} shown" if total > limit else ""))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _bring_in(source: Source, since: date | None, until: date | None, chosen: str, base_url: str) -> None:
    """A harvest of the days asked for; without any, of all that is new and all that is missing."""
    from django.conf import settings

    from dailypapers.catalogue.clock import today
    from dailypapers.ingest.connection import address_of

    base_url = base_url or address_of(source)
    if since and until and until < since:
        raise click.BadParameter(f"--until {until} is before --since {since}")
    span = Span(
        today=today(),
        since=since,
        until=until,
        set=chosen,
        fields=settings.FIELDS,
        base_url=base_url.rstrip("/"),
    )
    if isinstance(source, AnnouncingSource) and since is None and until is None:
        _catch_up(source, span)
    else:
        _harvest(source, span, base_url)


def _harvest(source: Source, span: Span, base_url: str) -> None:
    from dailypapers.catalogue.locks import Busy
    from dailypapers.cli.progress import HarvestProgress
    from dailypapers.ingest.connection import connection
    from dailypapers.ingest.coverage import count_days, fill_gaps
    from dailypapers.ingest.run import harvest

    with connection(source, span.base_url) as http, HarvestProgress(source.label) as progress:
        try:
            result = harvest(source, span, http, base_url=base_url, progress=progress)
            if isinstance(source, AnnouncingSource):
                count_days(source)
                if not result.failure:
                    fill_gaps(source, span, http, progress=progress, result=result)
        except Busy as busy:
            raise click.ClickException(str(busy)) from None
    _refresh_scores()
    if result.resumed:
        click.echo("Went on where the last harvest stopped.")
    _end(source, result, failed=bool(result.failure))


def _end(source: Source, result: "Result", *, failed: bool) -> None:
    """The last words of a harvest, and its exit code."""
    _summary(source.label, result.counts)
    if result.failure:
        click.echo(f"Stopped: {result.failure}", err=True)
        click.echo("The same command goes on from here.", err=True)
    if failed:
        raise click.exceptions.Exit(FAILED)
    if result.counts["rejected"]:
        raise click.exceptions.Exit(SOME_REJECTED)


def _catch_up(source: AnnouncingSource, span: Span) -> None:
    from dailypapers.catalogue.locks import Busy
    from dailypapers.cli.progress import HarvestProgress
    from dailypapers.ingest.connection import connection
    from dailypapers.ingest.coverage import SETTLED, catch_up
    from dailypapers.ingest.run import Result

    result = Result()
    with connection(source, span.base_url) as http, HarvestProgress(source.label) as progress:
        try:
            days = catch_up(source, span, http, progress=progress, result=result)
        except Busy as busy:
            raise click.ClickException(str(busy)) from None
    _refresh_scores()
    for row in sorted(days, key=lambda row: row.day):
        click.echo(f"{row.day} {row.state:<8} {row.held:>6,} of {row.announced:,} held ({row.routes})")
        if row.error:
            click.echo(f"           {row.error}", err=True)
    if not days:
        click.echo(f"{source.label}: every day looked after is already complete.")
    _end(source, result, failed=any(row.state not in SETTLED for row in days))


def _refresh_scores() -> None:
    """Of all papers, not of those just changed: a killed command may have left others without. 40 µs each."""
    from dailypapers.ranking.refresh import refresh

    refresh()


def _summary(label: str, counts: Counter[str]) -> None:
    from dailypapers.ingest.run import COUNTED

    click.echo(f"{label}: " + ", ".join(f"{counts[name]:,} {name}" for name in COUNTED))
    if counts["rejected"]:
        click.echo("`dailypapers ingest rejected` says which were not taken, and why.")
