"""The connection each source gets, and what of it the site follows: from its own terms and the settings."""

import os
from urllib.parse import urlsplit

from django.conf import settings

from dailypapers.catalogue.clock import today
from dailypapers.ingest.http import Http
from dailypapers.ingest.source import Source, Span

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def connection(source: Source, base_url: str = "") -> Http:
    """A polite connection: paced as the source asks, except on this very machine."""
    local = urlsplit(base_url).hostname in LOOPBACK
    return Http(pause=0.0 if local else source.pause, wait=0.2 if local else 3.0, contact=settings.CONTACT)


def address_of(source: Source) -> str:
    """The address the site was told to ask instead of the source's own (a mirror); "" for its own."""
    return os.environ.get(f"DAILYPAPERS_SOURCE_{source.name.upper()}_BASE_URL", "").strip().rstrip("/")


def followed(source: Source) -> Span:
    """What the site follows of a source, as it looks at it by itself."""
    return Span(today=today(), fields=settings.FIELDS, base_url=address_of(source))
