"""`dailypapers up`: everything a site needs, in one command."""

import errno
import ipaddress
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from dailypapers.cli.children import Kept, Process, start, stop
from dailypapers.cli.main import start_django

FIRST_PAPERS_WITHIN = 20.0
"""Seconds in which a source must have given a first paper; else the bundled sample is shown."""

ENOUGH_TO_BEGIN = 30
"""Papers with which the page is opened while the harvest goes on."""

LONGEST_FIRST_HARVEST = 60.0
"""Seconds after which the page is opened with whatever has come."""

FEW = 20_000
"""Papers that are indexed before the page opens, in a few seconds."""

ENDED = 128 + signal.SIGTERM
"""The exit code of a program that a signal ended, as shells expect it."""


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
    refuse_unfollowable()
    refuse_taken(host, port)
    from django.core.management import call_command

    # Of htmx only what the pages load: compressing all of it would cost every start a second.
    rest = ["htmx-2.js", "htmx-4*", "htmax*", "django-htmx.js", "ext"]
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=rest)
    children: list[Process | Kept] = []
    with _signals_end_it_in_order():
        try:
            first_papers(children)
            first_index()
            if not no_worker:
                children.append(Kept("worker", "dailypapers.site.worker", "--now", "--beside"))
            serve(host, port)
        finally:
            for child in children:
                child.stop() if isinstance(child, Kept) else stop(child)


@contextmanager
def _signals_end_it_in_order() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the block as an error would: nobody else stops our children.

    Serving has handlers of its own.
    """

    def end(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        sys.exit(ENDED)

    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, end)
    yield


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
    if settings.ACCOUNTS == "single":
        raise click.ClickException(
            f"This site is one person's, and {host} is not loopback: "
            "set DAILYPAPERS_ACCOUNTS to open, invite or closed first."
        )
    if settings.ACCOUNTS in ("open", "invite") and not environment.EMAIL_URL.read():
        raise click.ClickException(
            f"With DAILYPAPERS_ACCOUNTS={settings.ACCOUNTS} people join by a code that they are sent: "
            "set DAILYPAPERS_EMAIL_URL first, or DAILYPAPERS_ACCOUNTS=closed."
        )


def refuse_unfollowable() -> None:
    """End with a message when a source is to be followed that tells no days."""
    from django.conf import settings

    from dailypapers.ingest.registry import all_sources
    from dailypapers.ingest.source import AnnouncingSource

    announcing = [name for name, source in all_sources().items() if isinstance(source, AnnouncingSource)]
    if wrong := [name for name in settings.SOURCES if name not in announcing]:
        raise click.ClickException(
            f"DAILYPAPERS_SOURCES names {', '.join(wrong)}, which cannot be followed day by day; "
            f"there are {', '.join(announcing)}. See docs/settings.md."
        )


def refuse_taken(host: str, port: int) -> None:
    """End with a message when the address cannot be listened on. Raises `click.ClickException`."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As the server does: a port that was just given up can be had again.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: f"another program listens there; choose another port: --port {port + 1}",
            errno.EADDRNOTAVAIL: "this machine has no such address; see --host",
            errno.EACCES: "ports below 1024 are for the system; choose another: --port 8000",
        }
        why = reasons.get(error.errno or 0, f"{error.strerror or error}; see --host and --port")
        if isinstance(error, socket.gaierror):
            why = "nobody knows that name; see --host"
        raise click.ClickException(f"Cannot listen on {host} port {port}: {why}.") from None


def first_papers(children: list[Process | Kept]) -> None:
    """Fill an empty site: from its sources if one answers in time, else with the bundled sample.

    The process that goes on harvesting while the page is open is put among the `children`.
    """
    from dailypapers.catalogue.models import Paper

    if Paper.objects.exists():
        return
    click.echo("Looking for today's papers …")
    harvest = start("dailypapers.cli.first_harvest")
    children.append(harvest)
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
        stop(harvest)
        click.echo("No source answered; showing the bundled sample until one does.")
        load_sample()


def first_index() -> None:
    """Build the search index where there is none and papers are few; the worker builds a large one."""
    from dailypapers.catalogue.models import Paper

    if Paper.objects.count() <= FEW:
        # A process of its own: the server forks, and the engine's threads would not survive that.
        subprocess.run([sys.executable, "-m", "dailypapers", "index", "build", "--if-none"], check=False)


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

    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
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


def _announce(host: str, port: int) -> None:
    """One line that says where to look, when there is something to see."""
    from django.conf import settings

    # Who listens on all addresses is asked on this machine's own.
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    address = _address(own, port)
    shown = settings.BASE_URL if own != host and settings.BASE_URL else address
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            with direct.open(f"{address}/status/health", timeout=1):
                click.echo(f"dailypapers is at {shown} (Ctrl-C ends it)")
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    click.echo(f"dailypapers does not answer at {address}; `dailypapers doctor` may know why.", err=True)


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
