"""`dailypapers up`: everything a site needs, in one command."""

import ipaddress
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import click

from dailypapers.cli.main import start_django

FIRST_PAPERS_WITHIN = 20.0
"""Seconds in which a source must have given a first paper; else the bundled sample is shown."""

ENOUGH_TO_BEGIN = 30
"""Papers with which the page is opened while the harvest goes on."""

LONGEST_FIRST_HARVEST = 60.0
"""Seconds after which the page is opened with whatever has come."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-worker", is_flag=True, help="Serve only: no harvests, no thumbnails.")
def up(host: str, port: int, no_worker: bool) -> None:
    """Migrate, get first papers if there are none, serve, and keep working.

    Where no network answers within 20 seconds the bundled sample is shown, and the page says so.
    """
    start_django()
    refuse_unsafe(host)
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    first_papers()
    worker = None if no_worker else _start("dailypapers.site.worker", "--now")
    try:
        serve(host, port)
    finally:
        if worker is not None:
            _stop(worker)


def refuse_unsafe(host: str) -> None:
    """End with a message when others would reach a site whose settings are for one's own machine."""
    from django.conf import settings

    from dailypapers.site import environment

    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if loopback:
        return
    if settings.DEBUG:
        raise click.ClickException(
            f"DAILYPAPERS_DEBUG is on and {host} is not loopback: it would show our insides."
        )
    lacking = [
        setting.name for setting in (environment.SECRET_KEY, environment.BASE_URL) if not setting.read()
    ]
    if lacking:
        raise click.ClickException(
            f"To listen on {host}, set {' and '.join(lacking)} first (docs/install.md says how)."
        )


def first_papers() -> None:
    """Fill an empty site: from its sources if one answers in time, else with the bundled sample."""
    from dailypapers.catalogue.models import Paper

    if Paper.objects.exists():
        return
    click.echo("Looking for today's papers …")
    harvest = _start("dailypapers.cli.first_harvest")
    started = time.monotonic()
    while harvest.poll() is None:
        waited = time.monotonic() - started
        held = Paper.objects.count()
        if (held == 0 and waited > FIRST_PAPERS_WITHIN) or waited > LONGEST_FIRST_HARVEST:
            break
        if held >= ENOUGH_TO_BEGIN:
            click.echo(f"{held} papers so far; more are coming while you read.")
            return
        time.sleep(0.2)
    if not Paper.objects.exists():
        _stop(harvest)
        click.echo("No source answered; showing the bundled sample until one does.")
        load_sample()


def load_sample() -> None:
    """Take the bundled sample in."""
    from dailypapers.catalogue.clock import today
    from dailypapers.ingest.bundled_sample import PATH
    from dailypapers.ingest.http import Http
    from dailypapers.ingest.registry import all_sources
    from dailypapers.ingest.run import harvest
    from dailypapers.ingest.source import Span

    with Http() as http:
        harvest(all_sources()["file"], Span(today=today(), paths=(str(PATH),)), http)


def serve(host: str, port: int) -> None:
    """Serve until told to stop, and say where once the page answers."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    threading.Thread(target=_announce, args=(address,), daemon=True).start()
    server = Granian(
        "dailypapers.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_access=False,
        log_level=LogLevels.warning,
    )
    server.serve()


def _announce(address: str) -> None:
    """One line that says where to look, when there is something to see."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            with direct.open(f"{address}/status/health", timeout=1):
                click.echo(f"dailypapers is at {address} (Ctrl-C ends it)")
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)


def _start(module: str, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", module, *arguments])  # noqa: S603


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
