"""Which papers get their first page rendered, and when: the newest, a few at a time."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Artifact, Listing
from dailypapers.ingest.addresses import CheckedTransport
from dailypapers.ingest.connection import turns
from dailypapers.ingest.http import Http
from dailypapers.ingest.thumbnails import Candidate, Counts, make_thumbnails
from dailypapers.ranking.nearby import newest_day

DAYS = 3
"""Days before the newest whose papers are still looked at: older lists are seldom opened."""

AT_A_TIME = 20
"""Papers tried in one run: at three seconds each, a minute of arXiv's patience."""

PAUSE = 3.0


def render_newest() -> Counts:
    """Render first pages of what stands on the lists of the last days, the most warmly received first."""
    newest = newest_day(today())
    if newest is None or settings.THUMBNAILS == "none":
        return Counts()
    listed = Listing.objects.filter(precision="day", day__gt=newest - timedelta(days=DAYS), day__lte=newest)
    links = Artifact.objects.filter(kind="pdf", paper__withdrawn=False, paper__in=listed.values("paper"))
    warmest = F("paper__score__heat").desc(nulls_last=True)
    ordered = links.order_by(warmest, "-paper__day", "paper")
    rows = ordered.values_list("paper_id", "url", "paper__licence")
    # Read at once: an open query for as long as the fetching takes would hold SQLite's log back.
    papers = [Candidate(paper, url, licence) for paper, url, licence in rows]
    with Http(
        pause=PAUSE, attempts=2, contact=settings.CONTACT, transport=CheckedTransport(), turns=turns()
    ) as http:
        folder = Path(settings.HOME) / "thumbnails"
        return make_thumbnails(papers, http, folder, AT_A_TIME, settings.THUMBNAILS)
