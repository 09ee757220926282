"""What the sources are called on pages."""

from dailypapers.ingest.registry import all_sources

_OTHERS = {"sample": "the bundled sample"}


def label(name: str) -> str:
    """The name people know a source by; its own for one that is no longer installed."""
    source = all_sources().get(name)
    return source.label if source else _OTHERS.get(name, name)
