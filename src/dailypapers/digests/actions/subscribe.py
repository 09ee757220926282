"""Subscribing, confirming, changing, pausing, ending.

Whoever types an address is told the same, and one mail goes out, whether the address is subscribed or not:
only who reads its mails learns which.
"""

import logging
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dailypapers.community.access import Refused, TooMany, require_active
from dailypapers.community.actions.follow import let_go_of_topics
from dailypapers.community.limits import A_DAY, AN_HOUR, allow
from dailypapers.community.models.follows import Follow, Topic
from dailypapers.community.models.people import User
from dailypapers.digests import letters, links
from dailypapers.digests.addresses import Address, read_address
from dailypapers.digests.choices import Choices, checked
from dailypapers.digests.models.subscriptions import SubscribedTopic, Subscription
from dailypapers.digests.schedule import next_due

log = logging.getLogger(__name__)

State = Subscription.State

MAILS_A_DAY = 3
"""Mails that ask one mailbox to confirm, however many times someone types its address."""
FORGOTTEN_AFTER = timedelta(days=7)
"""How long an address is kept that was not confirmed."""


def subscribe(
    *,
    email: str,
    choices: Choices,
    person: User | None = None,
    visitor: str = "",
    network: str = "",
    now: datetime | None = None,
) -> Subscription | None:
    """Have papers sent to an address once it is confirmed by the link in a mail.

    An address that the person has confirmed for the account needs no mail: its subscription is given back.
    For all others None, whatever becomes of it. `visitor` and `network` are what limits count by. Raises
    `Invalid` for an address or choices that cannot be, `TooMany`, `Refused` where mails cannot be sent now.
    """
    now = now or timezone.now()
    if not settings.SENDS_DIGESTS:
        raise Refused("This site sends no mails.")
    if person is not None:
        require_active(person, now)
    address = read_address(email)
    kept = checked(choices, has_account=person is not None)
    told = "Many addresses came from where you are. Go on in an hour."
    if visitor:
        allow("digest visitor", _mark(visitor), times=10, seconds=AN_HOUR, told=told)
    if network:
        allow("digest network", _mark(network), times=60, seconds=AN_HOUR, told=told)
    if person is not None and _is_own(person, address):
        return _subscribe_own(person, address, kept, now)
    try:
        told = "This mailbox had many mails today."
        allow("digest mailbox", _mark(address.mailbox), times=MAILS_A_DAY, seconds=A_DAY, told=told)
    except TooMany:
        return None  # Whoever types it is told the same: the mails that went out are there to be found.
    letters.send(_noted(address, kept, now))
    return None


def _subscribe_own(person: User, address: Address, kept: Choices, now: datetime) -> Subscription:
    subscription, _ = Subscription.objects.get_or_create(
        key=address.key,
        defaults={"address": address.text, "nonce": links.fresh_nonce(), "created_at": now},
    )
    subscription.person, subscription.address = person, address.text
    keep(subscription, kept)
    activate(subscription, now)
    log.info("%s gets digests by mail", person.handle)
    return subscription


def _noted(address: Address, kept: Choices, now: datetime) -> Subscription:
    """The row of an address; what is active keeps its choices, which are not for a stranger to change."""
    known = Subscription.objects.filter(key=address.key).first()
    if known is None:
        known = Subscription(key=address.key, address=address.text, created_at=now)
    elif known.state in (State.ACTIVE, State.PAUSED):
        return known
    known.nonce, known.state, known.person = links.fresh_nonce(), State.UNCONFIRMED, None
    known.created_at = now
    keep(known, kept)
    try:
        with transaction.atomic():
            known.save()
    except IntegrityError:  # Sent twice at one moment: the other came first.
        return Subscription.objects.get(key=address.key)
    log.info("an address is to confirm its subscription %d", known.pk)
    return known


def confirm(*, subscription: Subscription, now: datetime | None = None) -> None:
    """Begin to send: whoever posts this read the mail. What is active already stays as it is."""
    now = now or timezone.now()
    if subscription.state in (State.ACTIVE, State.PAUSED):
        return
    local = EmailAddress.objects.filter(email__iexact=subscription.address, verified=True)
    owner = local.select_related("user").first()
    subscription.person = owner.user if owner is not None and owner.user.is_active else None
    activate(subscription, now)
    log.info("subscription %d is confirmed", subscription.pk)


def change(*, subscription: Subscription, choices: Choices, now: datetime | None = None) -> None:
    """Send other papers, or at other times. Raises `Invalid`."""
    now = now or timezone.now()
    before = subscription.schedule
    keep(subscription, checked(choices, has_account=subscription.person_id is not None))
    if subscription.state == State.ACTIVE and subscription.schedule != before:
        subscription.next_due = next_due(subscription.schedule, now).at
    with transaction.atomic():
        subscription.save()
        keep_topics(subscription)
    log.info("subscription %d was changed", subscription.pk)


def pause(*, subscription: Subscription, why: str = "") -> None:
    """Send nothing until `resume`. `why` is told on the site where it was not the reader's own wish."""
    if subscription.state == State.ACTIVE:
        subscription.state, subscription.next_due, subscription.paused_for = State.PAUSED, None, why[:200]
        subscription.save(update_fields=["state", "next_due", "paused_for"])
        log.info("subscription %d rests%s", subscription.pk, f": {why}" if why else "")


def resume(*, subscription: Subscription, now: datetime | None = None) -> None:
    """Send again, from the next period on."""
    if subscription.state == State.PAUSED:
        activate(subscription, now or timezone.now())
        log.info("subscription %d goes on", subscription.pk)


def end(*, subscription: Subscription, now: datetime | None = None) -> None:
    """Send nothing more. Once ended it stays so until the address subscribes and confirms anew."""
    if subscription.state == State.ENDED:
        return
    subscription.state, subscription.next_due = State.ENDED, None
    subscription.ended_at = now or timezone.now()
    with transaction.atomic():
        subscription.save(update_fields=["state", "next_due", "ended_at"])
        keep_topics(subscription)
    log.info("subscription %d has ended", subscription.pk)


def forget_unconfirmed(*, now: datetime | None = None) -> int:
    """Delete what nobody confirmed; gives how many. The worker's."""
    before = (now or timezone.now()) - FORGOTTEN_AFTER
    old = Subscription.objects.filter(state=State.UNCONFIRMED, created_at__lt=before)
    return old.delete()[0]


def keep(subscription: Subscription, kept: Choices) -> None:
    for name in Choices.__slots__:
        value = getattr(kept, name)
        setattr(subscription, name, list(value) if isinstance(value, tuple) else value)


def activate(subscription: Subscription, now: datetime) -> None:
    subscription.state, subscription.ended_at, subscription.paused_for = State.ACTIVE, None, ""
    subscription.consented_at = subscription.consented_at or now
    subscription.hard_bounces = subscription.soft_bounces = 0
    subscription.next_due = next_due(subscription.schedule, now).at
    with transaction.atomic():
        subscription.save()
        keep_topics(subscription)


def keep_topics(subscription: Subscription) -> None:
    """Have the worker look up the searches of what is active, and no others."""
    wanted = [] if subscription.state == State.ENDED else subscription.searches
    rows = SubscribedTopic.objects.filter(subscription=subscription)
    gone = list(rows.exclude(topic__text__in=wanted).values_list("topic_id", flat=True))
    rows.filter(topic__in=gone).delete()
    for text in wanted:
        topic, _ = Topic.objects.get_or_create(kind=Follow.Kind.SEARCH, text=text)
        SubscribedTopic.objects.get_or_create(subscription=subscription, topic=topic)
    let_go_of_topics(gone)


def _is_own(person: User, address: Address) -> bool:
    rows = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return any(_key(text) == address.key for text in rows)


def _key(text: str) -> str:
    try:
        return read_address(text).key
    except Refused:
        return ""


def _mark(text: str) -> str:
    """What a limit is counted by and its log line names: neither has the address."""
    return salted_hmac("dailypapers digest limit", text, algorithm="sha256").hexdigest()[:16]
