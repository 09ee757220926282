"""`dailypapers subscriber`: a list of subscribers brought along, and taken away."""

import csv
from pathlib import Path

import click

from dailypapers.cli.main import start_django

SOME_KEPT_ASIDE = 3


@click.group()
def subscriber() -> None:
    """Bring subscribers along from elsewhere, or take them away."""


@subscriber.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--consented-elsewhere",
    "where",
    required=True,
    help="Where these people agreed to be sent mails; it is kept with each of them.",
)
def bring(file: Path, where: str) -> None:
    """Subscribe the addresses in FILE, a CSV with a column email and, if you like, the others of `export`."""
    start_django()
    from dailypapers.digests.actions.carry import bring as bring_all

    with file.open(newline="", encoding="utf-8-sig") as lines:
        reader = csv.DictReader(lines)
        if "email" not in (reader.fieldnames or ()):
            raise click.ClickException(f"{file} has no column called email in its first line.")
        brought = bring_all(rows=reader, consented_where=where)
    for line, problem in brought.wrong[:20]:
        click.echo(f"Line {line}: {problem}", err=True)
    if len(brought.wrong) > 20:
        click.echo(f"and {len(brought.wrong) - 20} more", err=True)
    click.echo(
        f"{brought.new} new, {brought.known} known already and left as they are, "
        f"{brought.ended} left out because they had unsubscribed, {len(brought.wrong)} wrong"
    )
    if brought.wrong:
        raise SystemExit(SOME_KEPT_ASIDE)


@subscriber.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write all subscribers into FILE, a CSV, those who ended it included, so that nobody writes to them."""
    start_django()
    from dailypapers.digests.actions.carry import COLUMNS, take_along

    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        count = 0
        for count, row in enumerate(take_along(), 1):  # noqa: B007
            writer.writerow(row)
    click.echo(f"{count} subscribers are in {file}.")
