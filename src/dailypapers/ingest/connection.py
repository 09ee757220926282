"""The connection each source gets, and what of it the site follows: from its own terms and the settings."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from dailypapers.catalogue.clock import today
from dailypapers.ingest.addresses import CheckedTransport
from dailypapers.ingest.http import Http
from dailypapers.ingest.pace import SharedPace
from dailypapers.ingest.source import Source, Span

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


IMPATIENT: dict[str, Any] = {"attempts": 2, "wait": 0.5, "longest_wait": 5.0, "timeout": 10.0}
"""How a source is asked while somebody waits for the answer."""


def connection(source: Source, base_url: str = "", *, impatient: bool = False) -> Http:
    """A polite connection: paced as the source asks, except on this very machine.

    `impatient` gives up soon, for somebody who waits.
    """
    how = IMPATIENT if impatient else {}
    if urlsplit(base_url).hostname in LOOPBACK:
        return Http(**({"wait": 0.2} | how), contact=settings.CONTACT)
    return Http(**how, pause=source.pause, turns=turns(), contact=settings.CONTACT)


def any_page() -> Http:
    """A connection to a page of anybody's, for somebody who waits: public addresses only."""
    transport = CheckedTransport(longest=10.0)
    return Http(**IMPATIENT, pause=1.0, transport=transport, turns=turns(), contact=settings.CONTACT)


def turns() -> SharedPace:
    """The turns at each site, shared by all processes of this home folder: a site's pace is for all of us."""
    return SharedPace(Path(settings.HOME) / "locks")


def address_of(source: Source) -> str:
    """The address the site was told to ask instead of the source's own (a mirror); "" for its own."""
    return os.environ.get(f"DAILYPAPERS_SOURCE_{source.name.upper()}_BASE_URL", "").strip().rstrip("/")


def followed(source: Source) -> Span:
    """What the site follows of a source, as it looks at it by itself."""
    return Span(today=today(), fields=settings.FIELDS, base_url=address_of(source))
