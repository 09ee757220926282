"""`dailypapers paper`: look at one paper, see which copies were taken for one work, part a wrong pair."""

from datetime import UTC, datetime

import click

from dailypapers.cli.main import start_django


@click.group()
def paper() -> None:
    """Look at papers and put merges right."""


@paper.command()
@click.argument("identifier")
def show(identifier: str) -> None:
    """Show what is held of the paper that IDENTIFIER (in any form) names."""
    start_django()
    from dailypapers.catalogue.finding import find
    from dailypapers.catalogue.holding import held_records

    found = find(identifier)
    if found is None:
        raise click.ClickException(f"no paper is held under {identifier!r}")
    record = held_records([found[0].pk])[found[0].pk]
    click.echo(record.title)
    click.echo(", ".join(author.name for author in record.authors[:20]))
    click.echo("Known as: " + ", ".join(str(name) for name in record.identifiers))
    for listing in record.listed:
        came = "put forward" if listing.submitted else "announced"
        click.echo(f"{came.capitalize()} {listing.day} ({listing.source})")
    if record.withdrawal:
        click.echo(f"Withdrawn: {record.withdrawal.reason or 'no reason given'}")


@paper.command()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1))
def merges(limit: int) -> None:
    """List the copies that were taken for one work, the newest first, each with its number."""
    start_django()
    from dailypapers.catalogue.models import Merge

    for merge in Merge.objects.select_related("paper").order_by("-pk")[:limit]:
        names = ", ".join(":".join(name) for name in merge.joined["identifiers"])
        click.echo(f"{merge.pk}: {names} joined {merge.paper.handle} ({merge.reason})")
        click.echo(f"    {merge.joined['title'][:90]}")


@paper.command()
@click.argument("merge_number", type=int)
def split(merge_number: int) -> None:
    """Undo merge number MERGE_NUMBER (see `paper merges`): the copy becomes a paper of its own again."""
    start_django()
    from dailypapers.catalogue.models import Merge
    from dailypapers.catalogue.splitting import CannotSplit
    from dailypapers.catalogue.splitting import split as part
    from dailypapers.ranking.refresh import refresh

    merge = Merge.objects.filter(pk=merge_number).first()
    if merge is None:
        raise click.ClickException(f"there is no merge {merge_number}; `dailypapers paper merges` lists them")
    now = datetime.now(UTC)
    try:
        kept, parted = part(merge, now)
    except CannotSplit as problem:
        raise click.ClickException(str(problem)) from None
    refresh()
    click.echo(f"{parted.handle} is a paper of its own again, apart from {kept.handle}.")
