"""The work nobody asks for: new papers, gaps filled, first pages rendered, scores kept up to date.

Runs beside the web server (`dailypapers up` starts it): `python -m dailypapers.site.worker`.
"""

import logging
import os
import signal
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from huey import SqliteHuey, crontab  # noqa: E402

from dailypapers.catalogue.locks import Busy, only_one  # noqa: E402
from dailypapers.community.actions.add_media import make_waiting  # noqa: E402
from dailypapers.community.actions.look_up import look_up_due  # noqa: E402
from dailypapers.community.actions.notify import tell_watchers  # noqa: E402
from dailypapers.community.actions.review_trust import review  # noqa: E402
from dailypapers.community.actions.send_notices import send_due  # noqa: E402
from dailypapers.community.actions.sweep_unconfirmed import sweep as sweep_unconfirmed  # noqa: E402
from dailypapers.community.actions.tell_followers import tell_followers  # noqa: E402
from dailypapers.community.actions.vote import forget_networks  # noqa: E402
from dailypapers.community.media import sweep  # noqa: E402
from dailypapers.digests.actions.send_due import send_due as send_digests_due  # noqa: E402
from dailypapers.digests.actions.subscribe import forget_unconfirmed  # noqa: E402
from dailypapers.ingest.connection import connection, followed  # noqa: E402
from dailypapers.ingest.coverage import catch_up  # noqa: E402
from dailypapers.ingest.registry import all_sources  # noqa: E402
from dailypapers.ingest.source import AnnouncingSource  # noqa: E402
from dailypapers.ranking.refresh import refresh  # noqa: E402
from dailypapers.site.heartbeat import Heart  # noqa: E402
from dailypapers.site.index_keeper import IndexKeeper  # noqa: E402

log = logging.getLogger("dailypapers.worker")
huey = SqliteHuey("dailypapers", filename=str(settings.HOME / "work.sqlite3"), utc=True)
heart = Heart(settings.HOME)
keeper = IndexKeeper()

AGAIN_AFTER = 60
"""Seconds after which a source that was being harvested by someone else is looked at again."""


# No lock of huey's: it is a row, which a killed worker leaves behind, and no later one would work again.
@huey.periodic_task(crontab(minute="7,37"))
def harvest_sources() -> None:
    """Look for new announcements and fill the gaps of the last fortnight, source by source."""
    close_old_connections()  # A database that was restarted since would fail the whole harvest.
    try:
        with only_one("worker-harvest"):
            heart.harvest_began()
            if _harvest_each():
                harvest_sources.schedule(delay=AGAIN_AFTER)
    except Busy:
        log.info("the last harvest is still at work")
    finally:
        heart.harvest_ended()
        close_old_connections()


def _harvest_each() -> bool:
    """Harvest every followed source; True when one of them was being harvested by someone else."""
    some_busy = False
    for name in settings.SOURCES:
        source = all_sources().get(name)
        if not isinstance(source, AnnouncingSource):
            log.warning("DAILYPAPERS_SOURCES names %r, which does not announce papers by the day", name)
            continue
        try:
            span = followed(source)
            with connection(source, span.base_url) as http:
                for row in catch_up(source, span, http, progress=heart):
                    log.info("%s", row)
        except Busy as busy:
            log.info("%s", busy)
            some_busy = True
        except Exception:  # One source that fails must starve neither the others nor the scores.
            log.exception("%s: the harvest failed; it is tried again in half an hour", name)
            close_old_connections()
    refresh()
    return some_busy


@huey.periodic_task(crontab(minute="*/5"))
def refresh_scores() -> None:
    """Bring the scores up to date with what people did here, and with time: a vote is fresh for hours."""
    close_old_connections()
    try:
        with only_one("worker-scores"):
            refresh()
    except Busy:
        log.info("the last scores are still being computed")
    finally:
        close_old_connections()


@huey.periodic_task(crontab(minute="4-59/5"))
def tell_the_hub() -> None:
    """Tell the WebSub hub, where one is set, which lists have new papers."""
    from dailypapers.api.feeds.websub import tell_hub

    close_old_connections()
    try:
        tell_hub()
    finally:
        close_old_connections()


@huey.periodic_task(crontab(minute="*/10"))
def render_first_pages() -> None:
    """Render the first pages of the newest papers whose licence allows it."""
    from dailypapers.site.thumbnails import render_newest

    close_old_connections()
    try:
        with only_one("worker-thumbnails"):
            log.info("%s", render_newest())
    except Busy:
        log.info("the last first pages are still being rendered")
    finally:
        close_old_connections()


@huey.periodic_task(crontab(minute="3-59/15"))
def settle_index() -> None:
    """Join the small pieces of the search index, so that searching stays quick."""
    keeper.settle()


@huey.periodic_task(crontab())
def make_videos() -> None:
    """Make videos anew that were submitted, in a process of their own."""
    close_old_connections()
    try:
        with only_one("worker-media"):
            make_waiting()
    except Busy:
        pass  # One is being made.
    finally:
        close_old_connections()


@huey.periodic_task(crontab())
def tell_of_comments() -> None:
    """Tell those who watch a paper of new comments, and followers of papers; send the mails that are due."""
    close_old_connections()
    try:
        tell_watchers()
        tell_followers()
        if sent := send_due():
            log.info("sent %d mails that tell of comments and papers", sent)
    finally:
        close_old_connections()


@huey.periodic_task(crontab())
def send_digests() -> None:
    """Send the digests that are due."""
    if not settings.SENDS_DIGESTS:
        return
    close_old_connections()
    try:
        if counts := send_digests_due():
            log.info("digests: %s", ", ".join(f"{number} {what}" for what, number in sorted(counts.items())))
    except Busy:
        pass  # The last minute's are still being sent.
    finally:
        close_old_connections()


@huey.periodic_task(crontab(hour="3", minute="50"))
def forget_unconfirmed_addresses() -> None:
    """Delete addresses that nobody confirmed."""
    close_old_connections()
    try:
        forget_unconfirmed()
    finally:
        close_old_connections()


@huey.periodic_task(crontab(minute="1-59/5"))
def look_up_followed() -> None:
    """Find the newest papers of the names and searches that people follow."""
    close_old_connections()
    try:
        with only_one("worker-topics"):
            look_up_due(newest=keeper.newest)
    except Busy:
        log.info("followed names and searches are still being looked up")
    finally:
        close_old_connections()


@huey.periodic_task(crontab(hour="3", minute="40"))
def review_who_is_trusted() -> None:
    """Find who has become trusted, and who is so no more; delete accounts that nobody ever confirmed."""
    close_old_connections()
    try:
        review()
        sweep_unconfirmed()
    finally:
        close_old_connections()


@huey.periodic_task(crontab(minute="17"))
def forget_what_has_run_out() -> None:
    """Forget from where votes of last week came, and sessions that ended."""
    close_old_connections()
    try:
        if forgotten := forget_networks():
            log.info("forgot from where %d votes came", forgotten)
        call_command("clearsessions")
        if swept := sweep():
            log.info("deleted the files of %d media that are gone", swept)
    finally:
        close_old_connections()


def main() -> None:
    """Work until told to stop."""
    consumer = huey.create_consumer(workers=3, worker_type="thread", check_worker_health=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The web server's Ctrl-C reaches us as SIGTERM, once.
    heart.start(parent=os.getppid() if "--beside" in sys.argv else 0)
    try:
        if "--now" in sys.argv:
            harvest_sources.schedule(delay=0)
        keeper.start()
        refresh()  # A kill may have come between papers and their scores.
        consumer.run()
    finally:
        keeper.stop()
        heart.stop()


if __name__ == "__main__":
    main()
