"""What every page knows."""

from functools import partial

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.community.submitting import offers_submitting
from dailypapers.web.queue_sections import all_waiting

MOST_UNREAD = 99
"""Notifications up to which they are counted."""


def _unread(viewer: User | AnonymousUser) -> int:
    """How many notifications a reader has not seen; one query of a few rows, and none for a visitor."""
    if not viewer.is_authenticated:
        return 0
    unread = Notification.objects.filter(person=viewer, read_at=None, on_site=True)
    return unread[: MOST_UNREAD + 1].count()


def _can_submit(viewer: User | AnonymousUser) -> bool:
    """Whether a reader is offered to submit papers; asks no database."""
    return isinstance(viewer, User) and offers_submitting(viewer)


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name and public address, for every template."""
    base_url = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
    zone = settings.LISTING_ZONE.key
    # A page says at its top who reads it; without a session cookie that asks no database.
    viewer = getattr(request, "user", None) or AnonymousUser()
    request.shown_to = viewer  # type: ignore[attr-defined]
    return {
        "site_name": settings.SITE_NAME,
        "base_url": base_url,
        "zone": zone,
        "zone_city": zone.rpartition("/")[2].replace("_", " "),
        "here": request.path,
        "here_whole": request.get_full_path(),
        "viewer": viewer,
        "unread_notices": partial(_unread, viewer),
        "waiting_for_moderators": all_waiting,
        "accounts": settings.ACCOUNTS,
        "can_submit": partial(_can_submit, viewer),
        "sends_mail": settings.SENDS_MAIL,
        "signs_in_elsewhere": bool(settings.SIGN_IN_ORIGINS),
        "sends_digests": settings.SENDS_DIGESTS,
    }
