"""What becomes of groups when someone who belongs to them leaves the site."""

from typing import Any

from django.db import transaction

from dailypapers.community.actions.membership import count
from dailypapers.community.giving import Giving
from dailypapers.community.models.groups import GroupBlock, Membership
from dailypapers.community.models.people import User

State = Membership.State


@transaction.atomic
def forget(*, person: User) -> set[int]:
    """Leave all groups. Where nobody else runs one, who is there longest does; one without members goes.

    Which groups may not invite the person is forgotten too.
    """
    for mine in Membership.objects.filter(person=person).select_related("group"):
        group = mine.group
        mine.delete()
        left = Membership.objects.filter(group=group, state__in=Membership.BELONGS).order_by("since", "pk")
        if mine.state == State.ADMIN and not left.filter(state=State.ADMIN).exists():
            longest = left.first()
            if longest is None:
                group.delete()
                continue
            longest.state = State.ADMIN
            longest.save(update_fields=["state"])
        count(group)
    GroupBlock.objects.filter(person=person).delete()
    return set()


def hand_out(person: User) -> list[dict[str, Any]]:
    """The groups that a person belongs to, what they said when asking, and which may not invite them."""
    rows = Membership.objects.filter(person=person).order_by("pk")
    blocks = GroupBlock.objects.filter(person=person).order_by("pk")
    return [
        *(dict(row) for row in rows.values("group__name", "group__kind", "state", "words", "since")),
        *({"state": "may not invite"} | row for row in blocks.values("group__name", "group__kind", "since")),
    ]


GIVING = Giving("groups", (Membership, GroupBlock), hand_out, forget)
