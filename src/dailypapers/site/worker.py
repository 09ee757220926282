"""The work nobody asks for: new papers, gaps filled, first pages rendered, scores kept up to date.

Runs beside the web server (`dailypapers up` starts it): `python -m dailypapers.site.worker`.
"""

import logging
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
django.setup()

from django.conf import settings  # noqa: E402
from huey import SqliteHuey, crontab  # noqa: E402

from dailypapers.catalogue.clock import today  # noqa: E402
from dailypapers.ingest.connection import connection  # noqa: E402
from dailypapers.ingest.coverage import catch_up  # noqa: E402
from dailypapers.ingest.registry import all_sources  # noqa: E402
from dailypapers.ingest.run import Busy  # noqa: E402
from dailypapers.ingest.source import AnnouncingSource, Span  # noqa: E402
from dailypapers.ranking.refresh import refresh  # noqa: E402

log = logging.getLogger("dailypapers.worker")
huey = SqliteHuey("dailypapers", filename=str(settings.HOME / "work.sqlite3"), utc=True)


@huey.periodic_task(crontab(minute="7,37"))
@huey.lock_task("harvest")
def harvest_sources() -> None:
    """Look for new announcements and fill the gaps of the last fortnight, source by source."""
    started = datetime.now(UTC) - timedelta(seconds=1)
    for name in settings.SOURCES:
        source = all_sources().get(name)
        if not isinstance(source, AnnouncingSource):
            log.warning("DAILYPAPERS_SOURCES names %r, which does not announce papers by the day", name)
            continue
        span = Span(today=today(), fields=settings.FIELDS)
        with connection(source) as http:
            try:
                for row in catch_up(source, span, http):
                    log.info("%s", row)
            except Busy as busy:
                log.info("%s", busy)
    refresh(changed_since=started)


@huey.periodic_task(crontab(minute="*/10"))
@huey.lock_task("thumbnails")
def render_first_pages() -> None:
    """Render the first pages of the newest papers whose licence allows it."""
    from dailypapers.site.thumbnails import render_newest

    render_newest()


def main() -> None:
    """Work until told to stop."""
    consumer = huey.create_consumer(workers=2, worker_type="thread", check_worker_health=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The web server's Ctrl-C reaches us as SIGTERM, once.
    if "--now" in sys.argv:
        harvest_sources.schedule(delay=0)
    refresh()  # A kill may have come between papers and their scores.
    consumer.run()


if __name__ == "__main__":
    main()
