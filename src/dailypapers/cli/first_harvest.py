"""The harvest with which an empty site begins: each source's newest day. Run as a process by `up`."""

from contextlib import suppress

from dailypapers.cli.main import start_django

NEWEST_WITHIN = 5
"""Days to look back for a source's newest announcement: over a long weekend."""


def main() -> None:
    """Take each followed source's newest day; a source that does not answer is left to the worker."""
    start_django(migrated=False)
    from django.conf import settings

    from dailypapers.catalogue.locks import Busy
    from dailypapers.ingest.connection import connection, followed
    from dailypapers.ingest.coverage import newest_day
    from dailypapers.ingest.registry import all_sources
    from dailypapers.ingest.source import AnnouncingSource
    from dailypapers.ranking.refresh import refresh

    for name in settings.SOURCES:
        source = all_sources().get(name)
        if not isinstance(source, AnnouncingSource):
            continue
        span = followed(source)
        with connection(source, span.base_url) as http, suppress(Busy):
            newest_day(source, span, http, within=NEWEST_WITHIN)
    refresh()


if __name__ == "__main__":
    main()
