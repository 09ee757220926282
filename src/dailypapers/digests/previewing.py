"""A digest made to be looked at: nothing is written or sent."""

from dataclasses import dataclass
from datetime import datetime

from dailypapers.digests.actions.compose_due import newest_on, recipes_of
from dailypapers.digests.blocks import blocks
from dailypapers.digests.compose import Kitchen
from dailypapers.digests.digest_mail import Rendered, heading, of_subscriber, rendered
from dailypapers.digests.history import NOTHING_SENT, History
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.sent_mail import DigestMail


class NothingToSend(Exception):
    """There is no digest then; the message says why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail, in its parts and whole."""

    subject: str
    text: str
    html: str
    whole: bytes


def preview_of(subscription: Subscription, *, on: datetime) -> Preview:
    """The digest of a subscriber at a moment. Raises `NothingToSend`."""
    mail = composed_for(subscription, on=on)
    own = of_subscriber(mail, subscription)
    whole = DigestMail.of(mail, subscription, delivery=0).whole(on)
    return Preview(own.subject, own.text, own.html, whole)


def composed_for(subscription: Subscription, *, on: datetime) -> Rendered:
    """The mail for all who get the same; `subscription` need not be in the table. Raises `NothingToSend`."""
    newest = newest_on(on)
    if newest is None:
        raise NothingToSend("There are no papers yet. Get some: dailypapers ingest arxiv")
    past = History().of([] if subscription.pk is None else [subscription.pk])
    last = {pk: at for pk, (_, at) in past.items()}
    sent = past[subscription.pk][0] if subscription.pk in past else NOTHING_SENT
    kitchen = Kitchen(newest)
    recipe = recipes_of([subscription], last, on)[subscription.pk]
    kitchen.prepare([recipe])
    composed = kitchen.compose(recipe, sent)
    local = on.astimezone(subscription.schedule.zone)
    mail = rendered(composed, blocks(composed.papers), heading(local), subscription.frequency)
    if mail is None:
        least = subscription.least_papers
        raise NothingToSend(f"Nothing is sent: fewer than {least} papers are new to this reader.")
    return mail
