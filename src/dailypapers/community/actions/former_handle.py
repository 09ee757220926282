"""What becomes of a handle that someone no longer goes by."""

import logging
from datetime import datetime
from typing import Any

from django.utils import timezone

from dailypapers.community.giving import Giving
from dailypapers.community.joined import joined
from dailypapers.community.models.former_handles import FormerHandle
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)


def leave_behind(*, person: User, before: str, now: datetime | None = None) -> None:
    """Have the address of a handle lead to its person's new one; within the transaction that changes it.

    What led to another from the new handle ends: it is taken.
    """
    FormerHandle.objects.filter(handle=person.handle).delete()
    told = {"person": person, "left_at": now or timezone.now()}
    FormerHandle.objects.update_or_create(handle=before, defaults=told)


def let_go(*, person: User, handle: str) -> None:
    """Have a former handle lead nowhere; another person's is as good as none."""
    if FormerHandle.objects.filter(handle=handle, person=person).delete()[0]:
        log.info("%s let a former handle go", person.handle)


def handle_now(handle: str) -> str:
    """The handle of who went by this one before; empty where nobody did, or someone else goes by it now."""
    if User.objects.filter(handle=handle).exists():
        return ""
    person = joined().filter(former_handles=handle).first()
    return person.handle if person is not None else ""


def hand_out(person: User) -> list[dict[str, Any]]:
    """The handles that a person went by."""
    rows = FormerHandle.objects.filter(person=person).order_by("left_at")
    return [dict(row) for row in rows.values("handle", "left_at")]


def forget(*, person: User) -> set[int]:
    """Delete them; no paper's numbers hang on them."""
    FormerHandle.objects.filter(person=person).delete()
    return set()


GIVING = Giving("former-handles", (FormerHandle,), hand_out, forget)
