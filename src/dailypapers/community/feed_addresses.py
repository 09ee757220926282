"""The secret part of the address of one's own feed, and whose it is."""

import base64

from django.utils.crypto import constant_time_compare, salted_hmac

from dailypapers.community.models.feed_keys import FeedKey
from dailypapers.community.models.people import User

_SALT = "dailypapers feed of one person"
LONGEST = 80


def secret_of(key: FeedKey) -> str:
    """What stands in the address: whose feed it is, and what only this site can compute."""
    told = salted_hmac(_SALT, f"{key.person_id} {key.nonce}", algorithm="sha256").digest()
    return f"{key.person_id}-{base64.urlsafe_b64encode(told[:24]).decode()}"


def person_of(secret: str) -> User | None:
    """Whose feed an address is of; None for one that was never made, is given up, or of a closed account."""
    number, _, _ = secret.partition("-")
    if len(secret) > LONGEST or not (number.isascii() and number.isdecimal() and len(number) < 16):
        return None
    key = FeedKey.objects.select_related("person").filter(pk=int(number), person__is_active=True).first()
    return key.person if key is not None and constant_time_compare(secret_of(key), secret) else None
