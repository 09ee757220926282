"""The connection each source gets, from its own terms and the site's settings."""

from urllib.parse import urlsplit

from django.conf import settings

from dailypapers.ingest.http import Http
from dailypapers.ingest.source import Source

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def connection(source: Source, base_url: str = "") -> Http:
    """A polite connection: paced as the source asks, except on this very machine."""
    local = urlsplit(base_url).hostname in LOOPBACK
    return Http(pause=0.0 if local else source.pause, wait=0.2 if local else 3.0, contact=settings.CONTACT)
