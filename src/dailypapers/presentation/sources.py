"""What the sources are called on pages."""

from django.conf import settings

from dailypapers.ingest.registry import all_sources
from dailypapers.ingest.source import AnnouncingSource

_OTHERS = {"sample": "the bundled sample", "readers": "readers here", "page": "its own page"}


def label(name: str) -> str:
    """The name people know a source by; its own for one that is no longer installed."""
    source = all_sources().get(name)
    return source.label if source else _OTHERS.get(name, name)


def followed_sources() -> list[AnnouncingSource]:
    """The sources that the site harvests by itself and that announce papers by the day."""
    found = (all_sources().get(name) for name in settings.SOURCES)
    return [source for source in found if isinstance(source, AnnouncingSource)]
