"""The connection each source gets, and what of it the site follows: from its own terms and the settings."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from dailypapers.catalogue.clock import today
from dailypapers.ingest.http import Http
from dailypapers.ingest.pace import SharedPace
from dailypapers.ingest.source import Source, Span

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def connection(source: Source, base_url: str = "") -> Http:
    """A polite connection: paced as the source asks, except on this very machine."""
    if urlsplit(base_url).hostname in LOOPBACK:
        return Http(wait=0.2, contact=settings.CONTACT)
    return Http(pause=source.pause, turns=turns(), contact=settings.CONTACT)


def turns() -> SharedPace:
    """The turns at each site, shared by all processes of this home folder: a site's pace is for all of us."""
    return SharedPace(Path(settings.HOME) / "locks")


def address_of(source: Source) -> str:
    """The address the site was told to ask instead of the source's own (a mirror); "" for its own."""
    return os.environ.get(f"DAILYPAPERS_SOURCE_{source.name.upper()}_BASE_URL", "").strip().rstrip("/")


def followed(source: Source) -> Span:
    """What the site follows of a source, as it looks at it by itself."""
    return Span(today=today(), fields=settings.FIELDS, base_url=address_of(source))
