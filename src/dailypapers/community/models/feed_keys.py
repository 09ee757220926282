"""What makes the address of one's own feed, which whoever has it can read."""

from django.conf import settings
from django.db import models


class FeedKey(models.Model):
    """That a person has such an address: none without a row, and with a new one the old is none any more.

    The address is made from this and the site's secret key (`feed_addresses`), so that the table alone tells
    none.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="feed_key"
    )
    nonce = models.CharField(max_length=32)
    """By chance, anew each time."""
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.person_id}, {self.made_at:%Y-%m-%d}"
