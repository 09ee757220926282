"""What becomes of collections when their owner leaves: they go, as they are one's own words and choice."""

from typing import Any

from dailypapers.community.giving import Giving
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.people import User


def forget(*, person: User) -> set[int]:
    """Delete a person's collections; no paper's numbers hang on them."""
    Collection.objects.filter(owner=person).delete()
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
            "created_at": one.created_at,
            "papers": held.get(one.pk, []),
        }
        for one in Collection.objects.filter(owner=person).order_by("pk")
    ]


GIVING = Giving("collections", (Collection,), hand_out, forget)
