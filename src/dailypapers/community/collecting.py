"""Whose a collection is, who may see and change it, and what a page shows of what its reader keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Value

from dailypapers.community.models.collections import Bookmark, CollectedPaper, Collection, ReadMark
from dailypapers.community.models.people import User

PER_PAGE = 25
"""Papers of a collection on a page."""


def readable(number: int, viewer: User | AnonymousUser) -> Collection | None:
    """The collection of this number, if the viewer may see it: a private one is as good as none to others."""
    found = Collection.objects.select_related("owner").filter(pk=number).first()
    return found if found is not None and may_read(found, viewer) else None


def may_read(collection: Collection, viewer: User | AnonymousUser) -> bool:
    """Whether someone may see a collection: its owner, and everyone where it is public."""
    if may_change(collection, viewer):
        return True
    return collection.is_public and collection.owner is not None and collection.owner.is_active


def may_change(collection: Collection, person: User | AnonymousUser) -> bool:
    """Whether someone may change a collection: its owner."""
    return person.is_authenticated and collection.owner_id == person.pk


def changeable(person: User) -> QuerySet[Collection]:
    """The collections that someone may put papers into, the last changed first."""
    return Collection.objects.filter(owner=person).order_by("-changed_at", "-pk")


def of_person(owner: User, viewer: User | AnonymousUser) -> QuerySet[Collection]:
    """A person's collections, as far as the viewer may see them, the last changed first."""
    theirs = Collection.objects.filter(owner=owner).order_by("-changed_at", "-pk")
    return theirs if viewer.pk == owner.pk else theirs.filter(is_public=True)


def places(collection: Collection, page: int) -> list[CollectedPaper]:
    """The places of one page of a collection, in order: a range of positions off the index."""
    first = (page - 1) * PER_PAGE + 1
    rows = CollectedPaper.objects.filter(
        collection=collection, position__gte=first, position__lt=first + PER_PAGE
    )
    return list(rows.order_by("position", "pk"))


@dataclass(frozen=True, slots=True)
class Keeping:
    """What one reader keeps of a paper."""

    paper_id: int
    bookmarked: bool = False
    read: bool = False
    collections: int = 0
    """In how many of the reader's collections it is."""


def keeping(paper_ids: Sequence[int], viewer: User | AnonymousUser) -> dict[int, Keeping]:
    """What a reader keeps of some papers: one query for all of them, none for a visitor."""
    if not viewer.is_authenticated or not paper_ids:
        return {pk: Keeping(pk) for pk in paper_ids}
    # A bookmark counts as none of one's collections: the third part has their numbers.
    kept = Bookmark.objects.filter(person=viewer, paper__in=paper_ids).values_list("paper_id", Value("saved"))
    read = ReadMark.objects.filter(person=viewer, paper__in=paper_ids).values_list("paper_id", Value("read"))
    collected = CollectedPaper.objects.filter(collection__owner=viewer, paper__in=paper_ids)
    rows = kept.union(read, collected.values_list("paper_id", Value("collected")), all=True)
    found: dict[int, list[str]] = {pk: [] for pk in paper_ids}
    for paper_id, what in rows:
        found[paper_id].append(what)
    return {
        pk: Keeping(pk, "saved" in what, "read" in what, what.count("collected"))
        for pk, what in found.items()
    }
