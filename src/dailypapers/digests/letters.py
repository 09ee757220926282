"""The mail that asks an address to confirm, and the one that says it is subscribed already."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.template.loader import render_to_string

from dailypapers.community.access import Refused
from dailypapers.community.comment_text import one_line
from dailypapers.digests import links
from dailypapers.digests.connection import Line
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.sent_mail import DigestMail

log = logging.getLogger(__name__)


def send(subscription: Subscription) -> None:
    """Send the one or the other, at once. Raises `Refused` where the server does not take it now."""
    is_known = subscription.state in (Subscription.State.ACTIVE, Subscription.State.PAUSED)
    context = {
        "site_name": settings.SITE_NAME,
        "postal_address": settings.POSTAL_ADDRESS,
        "base_url": settings.BASE_URL,
        "subscription": subscription,
        "confirm": links.confirm_address(subscription),
        "change": links.change_address(subscription),
        "end": links.end_address(subscription),
    }
    name = "known" if is_known else "confirm"
    message = DigestMail(
        one_line(render_to_string(f"digests/{name}/subject.txt", context), 200),
        render_to_string(f"digests/{name}/body.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [subscription.address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    line = Line()
    try:
        line.send(message)
    except (SMTPException, OSError, UnicodeError, ValueError) as problem:
        log.warning(
            "a mail to confirm subscription %d was not taken: %s", subscription.pk, type(problem).__name__
        )
        raise Refused("Mail cannot be sent at the moment. Try again in some minutes.") from None
    finally:
        line.close()
