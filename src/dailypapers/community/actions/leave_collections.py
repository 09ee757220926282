"""What becomes of collections when their owner leaves: they go, as they are one's own words and choice.

Lists of groups stay with their group, and do not tell any more what the person put into them.
"""

from typing import Any

from dailypapers.community.collecting import changeable
from dailypapers.community.giving import Giving
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.people import User


def forget(*, person: User) -> set[int]:
    """Delete a person's collections, and their name from lists of groups; no paper's numbers hang on them."""
    Collection.objects.filter(owner=person).delete()
    CollectedPaper.objects.filter(added_by=person).update(added_by=None)
    return set()


def hand_out(person: User) -> list[dict[str, Any]]:
    """A person's collections, each with its papers in order and what is noted on them."""
    held: dict[int, list[dict[str, Any]]] = {}
    rows = CollectedPaper.objects.filter(collection__owner=person).order_by("collection", "position")
    for collection, handle, title, note, at in rows.values_list(
        "collection_id", "paper__handle", "paper__title", "note", "added_at"
    ):
        held.setdefault(collection, []).append(
            {"paper": handle, "title": title, "note": note, "added_at": at}
        )
    return [
        {
            "name": one.name,
            "about": one.about,
            "is_public": one.is_public,
            "withheld_for": one.withheld_for,
            "created_at": one.created_at,
            "papers": held.get(one.pk, []),
        }
        for one in Collection.objects.filter(owner=person).order_by("pk")
    ]


def hand_out_added(person: User) -> list[dict[str, Any]]:
    """The papers that a person put into lists of groups.

    The lists are named that the person may change: those of a group that they have left are the group's
    affair. So are descriptions and notes, which all members write together.
    """
    rows = CollectedPaper.objects.filter(added_by=person).order_by("added_at", "pk")
    names = dict(changeable(person).exclude(group=None).values_list("pk", "name"))
    told = "collection_id", "collection__group__name", "paper__handle", "paper__title", "added_at"
    return [
        {
            "list": names.get(number, ""),
            "group": group if number in names else "",
            "paper": handle,
            "title": title,
            "added_at": at,
        }
        for number, group, handle, title, at in rows.values_list(*told)
    ]


GIVINGS = (
    Giving("collections", (Collection,), hand_out, forget),
    Giving("group_lists", (CollectedPaper,), hand_out_added, forget),
)
