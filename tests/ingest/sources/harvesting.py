"""What the tests of the sources share: a quick connection, a span, and every way to fail."""

from datetime import date

from dailypapers.ingest.http import Http
from dailypapers.ingest.run import Result, harvest
from dailypapers.ingest.source import Source, Span
from tests.origins.origin import Fault, Origin

EVERY_FAULT = [fault for fault in Fault if fault is not Fault.NONE]


def quick(attempts: int = 3) -> Http:
    """A connection that waits for nothing."""
    return Http(pause=0.0, wait=0.001, longest_wait=0.01, attempts=attempts, timeout=5.0)


def span(
    origin: Origin, since: str = "", until: str = "", chosen: str = "", today: str = "2026-04-10"
) -> Span:
    """A span over the origin's days."""
    return Span(
        today=date.fromisoformat(today),
        since=date.fromisoformat(since) if since else None,
        until=date.fromisoformat(until) if until else None,
        set=chosen,
        base_url=origin.url,
    )


def take(source: Source, asked: Span) -> Result:
    """One harvest over a quick connection."""
    with quick() as http:
        return harvest(source, asked, http, base_url=asked.base_url)
