"""What becomes of a handle that someone no longer goes by."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dailypapers.community import handles
from dailypapers.community.giving import Giving
from dailypapers.community.joined import joined
from dailypapers.community.limits import A_DAY, allow
from dailypapers.community.models.former_handles import FormerHandle, GoneHandle
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)


def leave_behind(*, person: User, before: str, now: datetime | None = None) -> None:
    """Have the address of a handle lead to its person's new one; within the transaction that changes it.

    The new one may be one that they had before, and is none any more.
    """
    FormerHandle.objects.filter(handle=person.handle).delete()
    told = {"person": person, "left_at": now or timezone.now()}
    FormerHandle.objects.update_or_create(handle=before, defaults=told)


def let_go(*, person: User, handle: str) -> None:
    """Have a former handle lead nowhere, and be given to nobody; another person's is as good as none.

    Raises `TooMany` for more than a few a month: whoever lets many go keeps them from everyone.
    """
    told = "That is many for a month. The others stay yours until then."
    allow("let handles go", person, times=3, seconds=30 * A_DAY, told=told)
    with transaction.atomic():
        if FormerHandle.objects.filter(handle=handle, person=person).delete()[0]:
            _give_to_nobody([handle])
            log.info("%s let a former handle go", person.handle)


def handle_now(handle: str) -> str:
    """The handle of who went by this one before; empty where nobody did."""
    if User.objects.filter(handle=handle).exists():
        return ""
    person = joined().filter(former_handles=handle).first()
    return person.handle if person is not None else ""


def hand_out(person: User) -> list[dict[str, Any]]:
    """The handles that a person went by."""
    rows = FormerHandle.objects.filter(person=person).order_by("left_at")
    return [dict(row) for row in rows.values("handle", "left_at")]


def forget(*, person: User) -> set[int]:
    """Let nobody have the handles of someone who leaves, and keep no word of what they were."""
    former = FormerHandle.objects.filter(person=person)
    theirs = [person.handle, *former.values_list("handle", flat=True)]
    former.delete()
    _give_to_nobody(theirs)
    return set()


def _give_to_nobody(theirs: Iterable[str]) -> None:
    """Keep others from links and mentions that were someone's: the hash tells a handle, and names nobody."""
    gone = [GoneHandle(digest=handles.digest(handle)) for handle in theirs]
    GoneHandle.objects.bulk_create(gone, ignore_conflicts=True)


GIVING = Giving("former-handles", (FormerHandle,), hand_out, forget)
