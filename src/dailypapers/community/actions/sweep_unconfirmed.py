"""Accounts whose address was never confirmed: nobody finds them, nobody can use them, and they go."""

import logging
from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from dailypapers.community.giving import all_givings
from dailypapers.community.models.people import User
from dailypapers.community.trust import Level

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=30)
_AT_ONCE: Final = 500


def sweep(now: datetime | None = None) -> int:
    """Delete accounts that waited for 30 days for the code sent to their address; gives how many.

    Never one that was used, has given anything, was made or vouched for by whoever runs the site, or
    came from another site. Nobody ever saw their handles, which others may have. The worker's, once a day.
    """
    now = now or timezone.now()
    swept = 0
    keys = list(_never_confirmed(now).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _AT_ONCE):
        with transaction.atomic():
            # Asked again: someone may have entered the code at this moment.
            gone = _never_confirmed(now).select_for_update().filter(pk__in=keys[start : start + _AT_ONCE])
            swept += len(gone)
            User.objects.filter(pk__in=[one.pk for one in gone]).delete()
    if swept:
        log.info("deleted %d accounts whose address was never confirmed", swept)
    return swept


def _never_confirmed(now: datetime) -> QuerySet[User]:
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    found = User.objects.filter(
        Exists(addresses.filter(verified=False)),
        ~Exists(addresses.filter(verified=True)),
        ~Exists(SocialAccount.objects.filter(user=OuterRef("pk"))),
        joined_at__lte=now - KEPT,
        last_login=None,
        days_active=0,
        trust__lt=Level.KNOWN,
        is_staff=False,
        is_superuser=False,
        is_moderator=False,
    )
    for giving in all_givings():
        for table in giving.tables:
            for field in table._meta.concrete_fields:
                if field.related_model is User:
                    gave = table._base_manager.filter(**{field.attname: OuterRef("pk")})
                    found = found.exclude(Exists(gave))
    return found
