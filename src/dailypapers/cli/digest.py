"""`dailypapers digest`: what is sent by mail, seen before."""

import sys
import webbrowser
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dailypapers.cli.main import start_django

if TYPE_CHECKING:
    from dailypapers.digests.models.subscriptions import Subscription


@click.group()
def digest() -> None:
    """Papers by mail: see what would be sent, send it, and look how it went."""


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


@digest.command()
@click.option("--at", "at", default="", help="The moment, as 2026-06-10T07:00Z; now without it.")
@click.option("--dry-run", is_flag=True, help="Say what is due; write and send nothing.")
def send(at: str, dry_run: bool) -> None:
    """Send the digests that are due, as the worker does each minute."""
    start_django()
    from dailypapers.catalogue.locks import Busy
    from dailypapers.digests.actions.send_due import send_due
    from dailypapers.digests.operating import due_at, require_mail

    moment = _read_moment(at)
    if dry_run:
        due = due_at(moment)
        click.echo(f"{due.mails} digests are due, of {due.issues} kinds; {due.empty} have too few papers.")
        return
    require_mail(click.ClickException)
    try:
        counts = send_due(now=moment, longest=float("inf"))
    except Busy as busy:
        raise click.ClickException(str(busy)) from None
    click.echo(", ".join(f"{number} {what}" for what, number in sorted(counts.items())) or "Nothing is due.")
    problem = _problem()
    if problem:
        raise click.ClickException(f"The run ended early: {problem}. What is left is tried again.")


@digest.command()
def status() -> None:
    """How many digests were sent, wait, failed and came back."""
    start_django()
    from dailypapers.digests.operating import status as found

    for line in found():
        click.echo(line)


@digest.command()
@click.option("--off", is_flag=True, help="Send again.")
def pause(off: bool) -> None:
    """Send nothing, until it is switched off. What falls due meanwhile makes one digest each."""
    start_django()
    from dailypapers.digests.models.sending import Sending

    Sending.objects.update_or_create(pk=1, defaults={"paused": not off})
    click.echo("Digests are sent again." if off else "Nothing is sent. Again: dailypapers digest pause --off")


@digest.command()
@click.argument("address")
def test(address: str) -> None:
    """Send the newest digest to ADDRESS, which need not be subscribed, over the mail server that is set."""
    start_django()
    from django.utils import timezone

    from dailypapers.community.access import Invalid
    from dailypapers.digests.addresses import read_address
    from dailypapers.digests.models.subscriptions import Subscription
    from dailypapers.digests.operating import CannotSend, require_mail, send_test
    from dailypapers.digests.previewing import NothingToSend

    require_mail(click.ClickException)
    try:
        to = Subscription(address=read_address(address).text, nonce="test")
        send_test(to, timezone.now())
    except (Invalid, NothingToSend, CannotSend) as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"The mail server took it for {to.address}.")


@digest.command()
def bounce() -> None:
    """Read a mail that came back, or a complaint, from standard input, as mail servers hand it on."""
    start_django()
    from dailypapers.digests.actions.take_report import take_report

    report = take_report(mail=sys.stdin.buffer.read(5_000_000))
    if report is None:
        click.echo("This is no report of a digest; nothing was changed.")
    else:
        click.echo(f"Delivery {report.delivery}: {report.kind}, {report.said}")


def _problem() -> str:
    from dailypapers.digests.models.sending import Sending

    return Sending.row().problem


def _read_moment(text: str) -> datetime:
    from django.utils import timezone

    if not text:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError("--at takes a moment as 2026-06-10T07:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
