"""What day it is for the lists."""

from datetime import date, datetime

from django.conf import settings


def today() -> date:
    """The current day in the zone in which announcements are counted."""
    return datetime.now(settings.LISTING_ZONE).date()
