"""Signed addresses in mails: to confirm, to change everything, to end."""

import secrets

from django.conf import settings
from django.core import signing
from django.urls import reverse

from dailypapers.digests.models.subscriptions import Subscription

_CHANGE, _CONFIRM = "dailypapers digest", "dailypapers digest confirm"
LONGEST = 200
CONFIRM_WITHIN = 3 * 24 * 60 * 60
"""Seconds that a link to confirm is good for."""


def fresh_nonce() -> str:
    """What makes the links of one subscription, for as long as it keeps it."""
    return secrets.token_urlsafe(9)


def token(subscription: Subscription) -> str:
    """What stands in the links of every mail. It never runs out: mails are kept, and leaving must be easy."""
    return signing.Signer(salt=_CHANGE).sign(f"{subscription.pk}.{subscription.nonce}")


def subscription_of(text: str) -> Subscription | None:
    """Whose link this is; None for one that nobody here made, or made for what has a new nonce."""
    try:
        told = signing.Signer(salt=_CHANGE).unsign(text[:LONGEST])
    except signing.BadSignature:
        return None
    return _found(told)


def confirm_token(subscription: Subscription) -> str:
    """What stands in the link that confirms."""
    return signing.TimestampSigner(salt=_CONFIRM).sign(f"{subscription.pk}.{subscription.nonce}")


def to_confirm(text: str) -> Subscription | None:
    """What a link confirms; None for one that nobody here made, that is too old or was replaced."""
    try:
        told = signing.TimestampSigner(salt=_CONFIRM).unsign(text[:LONGEST], max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        return None
    return _found(told)


def _found(told: str) -> Subscription | None:
    number, _, nonce = told.partition(".")
    return Subscription.objects.filter(pk=int(number), nonce=nonce).select_related("person").first()


def confirm_address(subscription: Subscription) -> str:
    """Where a subscription is confirmed."""
    return settings.BASE_URL + reverse("confirm-subscription", args=[confirm_token(subscription)])


def change_address(subscription: Subscription) -> str:
    """Where everything of a subscription is changed."""
    return settings.BASE_URL + reverse("subscription", args=[token(subscription)])


def end_address(subscription: Subscription) -> str:
    """Where a subscription is ended; mail programs post there by themselves."""
    return settings.BASE_URL + reverse("end-subscription", args=[token(subscription)])
