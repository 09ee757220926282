"""`dailypapers digest`: what is sent by mail, seen before."""

import webbrowser
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dailypapers.cli.main import start_django

if TYPE_CHECKING:
    from dailypapers.digests.models.subscriptions import Subscription


@click.group()
def digest() -> None:
    """Papers by mail: see what would be sent."""


@digest.command()
@click.option("--subscriber", default="", help="The address whose digest it is; else a new reader's.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day; the newest else.")
@click.option("--eml", type=click.Path(dir_okay=False, path_type=Path), help="Write the mail there.")
@click.option("--open", "opens", is_flag=True, help="Open it in a browser.")
def preview(subscriber: str, day: datetime | None, eml: Path | None, opens: bool) -> None:
    """Show a digest as it would be sent: its subject and text here, its HTML as a file. Nothing is sent."""
    start_django()
    from django.conf import settings

    from dailypapers.digests.previewing import NothingToSend, preview_of

    subscription = _subscription(subscriber)
    try:
        mail = preview_of(subscription, on=_moment(day.date() if day else None, subscription))
    except NothingToSend as problem:
        raise click.ClickException(str(problem)) from None
    page = Path(settings.HOME) / "digest-preview.html"
    page.write_text(mail.html)
    if eml is not None:
        eml.write_bytes(mail.whole)
        click.echo(f"The mail is in {eml}.", err=True)
    click.echo(f"Subject: {mail.subject}\n\n{mail.text}")
    click.echo(f"Its HTML is in {page}.", err=True)
    if opens:
        webbrowser.open(page.resolve().as_uri())


def _subscription(address: str) -> "Subscription":
    from dailypapers.community.access import Invalid
    from dailypapers.digests.addresses import read_address
    from dailypapers.digests.models.subscriptions import Subscription

    if not address:
        return Subscription(address="reader@example.org", nonce="preview")
    try:
        found = Subscription.objects.filter(key=read_address(address).key).first()
    except Invalid as problem:
        raise click.ClickException(str(problem)) from None
    if found is None:
        raise click.ClickException(f"Nobody has subscribed as {address}.")
    return found


def _moment(day: date | None, subscription: "Subscription") -> datetime:
    """The subscriber's hour on a day; now without one."""
    from django.utils import timezone

    if day is None:
        return timezone.now()
    return datetime.combine(day, time(subscription.hour), subscription.schedule.zone)
