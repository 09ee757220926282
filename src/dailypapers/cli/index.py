"""`dailypapers index`: build the search index, see what it holds, check it against the catalogue."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress

import click

from dailypapers.cli.main import start_django

DIFFERS = 1
"""Exit code of `verify` when the index does not agree with the catalogue."""


@click.group()
def index() -> None:
    """Build, look at and check the search index."""


@index.command()
@click.option("--if-none", is_flag=True, help="Do nothing where there is an index already.")
def build(if_none: bool) -> None:
    """Build the index anew from all papers; the old one serves until the new one is there."""
    start_django()
    from dailypapers.catalogue import indexing

    if if_none and indexing.store().state():
        return
    from dailypapers.catalogue.locks import Busy
    from dailypapers.catalogue.models import Paper
    from dailypapers.search.encoder import UnusableEncoder

    try:
        _build("Index", Paper.objects.count())
    except (Busy, UnusableEncoder) as problem:
        raise click.ClickException(str(problem)) from None


def _build(label: str, papers: int) -> None:
    """Build, with progress, and say what the index holds. Raises `Busy`, `UnusableEncoder`."""
    from dailypapers.catalogue import indexing

    started = time.monotonic()
    status = indexing.build(_told(label, papers))
    seconds = time.monotonic() - started
    click.echo(f"Index: {status.papers:,} papers, {status.terms:,} terms, in {seconds:.1f} s.")


@index.command()
def update() -> None:
    """Take up what was written since the index last looked (the worker of `up` does so by itself)."""
    start_django()
    from dailypapers.catalogue import indexing
    from dailypapers.catalogue.locks import Busy
    from dailypapers.catalogue.models import Unindexed
    from dailypapers.search.encoder import UnusableEncoder
    from dailypapers.search.store import NoIndex

    try:
        engine = indexing.open_to_write()
        taken = indexing.update(engine, _told("Index", Unindexed.objects.count()))
        if engine.table.is_unsettled():
            engine.table.settle()
    except (Busy, NoIndex, UnusableEncoder, indexing.Replaced) as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Index: {taken:,} papers brought up to date.")


@index.command()
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    default=150.0,
    show_default=True,
    help="How long to train; reading and measuring come on top.",
)
@click.option("--back", is_flag=True, help="Use the encoder again that was used before the last tuning.")
def tune(seconds: float, back: bool) -> None:
    """Continue the training of the encoder on the papers that the site holds.

    The new table is used, and all papers encoded anew with it, only if held-out papers are found better by
    it. The old index serves until then. The last three tables are kept.
    """
    start_django()
    from dailypapers.catalogue import encoders, learning
    from dailypapers.catalogue.locks import Busy
    from dailypapers.catalogue.models import Paper
    from dailypapers.cli.progress import ShareProgress
    from dailypapers.search.encoder import UnusableEncoder

    try:
        if back:
            click.echo(f"Back to {encoders.described(learning.back())}.")
        else:
            outcome = learning.tune(seconds, ShareProgress("Tuning").told)
            click.echo(learning.said(outcome))
            if not outcome.name:
                return
        _build("Encoding anew", Paper.objects.count())
    except (Busy, learning.CannotTune, UnusableEncoder) as problem:
        raise click.ClickException(str(problem)) from None


@index.command()
def status() -> None:
    """Say what the index holds, how much it has yet to take up, and whether another encoder is wanted."""
    start_django()
    from dailypapers.catalogue import encoders, indexing, learning
    from dailypapers.catalogue.models import Paper, Unindexed
    from dailypapers.search.encoder import UnusableEncoder
    from dailypapers.search.store import NoIndex

    try:
        held = indexing.store().status()
    except NoIndex as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{held.papers:,} of {Paper.objects.count():,} papers, {held.terms:,} terms")
    click.echo(
        f"Encoder: {held.encoder}, {held.dimensions} dimensions ({encoders.described(held.loaded_from)})"
    )
    for what, mend in indexing.encoder_problems():
        click.echo(f"{what}\n    {mend}")
    with suppress(UnusableEncoder):  # That was told just now.
        click.echo(f"Tuned: {learning.state()}")
    click.echo(
        f"To be taken up: {Unindexed.objects.count():,}; found without the index's help: {held.waiting:,}"
    )


@index.command()
@click.option("--repair", is_flag=True, help="Bring the papers that differ up to date.")
def verify(repair: bool) -> None:
    """Compare the index with the catalogue, paper by paper, and name what differs."""
    start_django()
    from dailypapers.catalogue import indexing
    from dailypapers.catalogue.locks import Busy
    from dailypapers.catalogue.models import Paper
    from dailypapers.search.encoder import UnusableEncoder
    from dailypapers.search.store import NoIndex

    try:
        engine = indexing.open_to_write()
        indexing.update(engine)
        difference = indexing.verify(engine)
        if not difference:
            click.echo(f"The index agrees with the catalogue: {engine.table.papers:,} papers.")
            return
        for what, papers in (("not indexed", difference.missing), ("indexed otherwise", difference.changed)):
            handles = dict(Paper.objects.filter(pk__in=papers[:20]).values_list("pk", "handle"))
            for pk in papers[:20]:
                click.echo(f"{handles.get(pk, pk)}: {what}")
        for pk in difference.surplus[:20]:
            click.echo(f"key {pk}: indexed, but not in the catalogue")
        click.echo(
            f"{len(difference.missing):,} not indexed, {len(difference.changed):,} indexed otherwise, "
            f"{len(difference.surplus):,} no longer in the catalogue"
        )
        if not repair:
            click.echo("`dailypapers index verify --repair` brings them up to date.")
            sys.exit(DIFFERS)
        indexing.mark((*difference.missing, *difference.changed, *difference.surplus))
        click.echo(f"{indexing.update(engine):,} papers brought up to date.")
    except (Busy, NoIndex, UnusableEncoder, indexing.Replaced) as problem:
        raise click.ClickException(str(problem)) from None


def _told(label: str, total: int) -> Callable[[int], None]:
    """A bar on a terminal, a line now and then in a log."""
    from dailypapers.cli.progress import CountProgress

    return CountProgress(label, total).told
