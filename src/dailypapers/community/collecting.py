"""Whose a collection is, who may see and change it, and what a page shows of what its reader keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Value

from dailypapers.community.grouping import belongs, is_admin, member_of
from dailypapers.community.models.collections import Bookmark, CollectedPaper, Collection, ReadMark
from dailypapers.community.models.comments import Report
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.people import User

PER_PAGE = 25
"""Papers of a collection on a page."""
SHOWN = Q(is_public=True, withheld_for="")
"""Which collections are public, as far as it goes by themselves; `Collection.is_shown` for many."""
MOST_OFFERED = 200
"""Lists of one's groups that the form of a paper offers, those changed last."""


def readable(number: int, viewer: User | AnonymousUser) -> Collection | None:
    """The collection of this number, if the viewer may see it: a private one is as good as none to others."""
    found = Collection.objects.select_related("owner", "group").filter(pk=number).first()
    return found if found is not None and may_read(found, viewer) else None


def may_read(collection: Collection, viewer: User | AnonymousUser) -> bool:
    """Whether someone may see a collection: who may change it, and everyone where it is public.

    A list of a private group is seen by its members only, whatever else it says of itself. What a moderator
    withholds is seen by moderators too.
    """
    if may_change(collection, viewer):
        return True
    if collection.withheld_for and not (viewer.is_authenticated and viewer.moderates):
        return False
    if collection.group is not None:
        return collection.is_public and not collection.group.is_private
    return collection.is_public and collection.owner is not None and collection.owner.is_active


def may_change(collection: Collection, person: User | AnonymousUser) -> bool:
    """Whether someone may change a collection: its owner, or the members of its group."""
    if collection.group_id is not None:
        return belongs(person, collection.group_id)
    return person.is_authenticated and collection.owner_id == person.pk


def may_delete(collection: Collection, person: User) -> bool:
    """Whether someone may delete a collection: its owner, or who runs its group."""
    if collection.group_id is not None:
        return is_admin(person, collection.group_id)
    return may_change(collection, person)


def moderated(collection: Collection) -> bool:
    """Whether moderators decide about a collection: one that others saw, and that is no private group's.

    They do also where its owner has stopped showing it since it was reported or withheld.
    """
    if collection.group is not None and collection.group.is_private:
        return False
    if collection.is_public or collection.withheld_for:
        return True
    return collection.reports.filter(state=Report.State.OPEN).exists()


def answerable(collection: Collection) -> list[User]:
    """Who is told of what is decided about a collection: its owner, or who runs its group."""
    if collection.group_id is None:
        return [collection.owner] if collection.owner is not None else []
    runs = Membership.objects.filter(group=collection.group_id, state=Membership.State.ADMIN)
    return [one.person for one in runs.select_related("person").order_by("since", "pk")]


def keepers(collection: Collection) -> QuerySet[User]:
    """Who may change a collection."""
    if collection.group_id is None:
        return User.objects.filter(pk=collection.owner_id or 0)
    belong = Membership.objects.filter(group=collection.group_id, state__in=Membership.BELONGS)
    return User.objects.filter(pk__in=belong.values("person_id"))


def seen_by(person: User) -> Q:
    """Which collections someone may see, as a condition on them; `may_read` for many."""
    shown = Q(owner__is_active=True) | Q(group__kind=Group.Kind.ORGANIZATION)
    return _of(person) | (SHOWN & shown)


def changeable(person: User) -> QuerySet[Collection]:
    """The collections that someone may put papers into: their own, and the lists of their groups."""
    return Collection.objects.filter(_of(person))


def offered(person: User) -> list[Collection]:
    """The collections that the form of a paper offers: one's own, then those of one's groups by their names.

    Each the last changed first.
    """
    newest = Collection.objects.order_by("-changed_at", "-pk")
    lists = newest.filter(group__in=member_of(person)).select_related("group")[:MOST_OFFERED]
    by_group = sorted(lists, key=lambda one: (one.group.name.casefold(), one.group_id) if one.group else ())
    return [*newest.filter(owner=person), *by_group]


def of_person(owner: User, viewer: User | AnonymousUser) -> QuerySet[Collection]:
    """A person's collections, as far as the viewer may see them, the last changed first."""
    theirs = Collection.objects.filter(owner=owner).order_by("-changed_at", "-pk")
    return theirs if viewer.pk == owner.pk else theirs.filter(SHOWN)


def of_group(group: Group, *, is_member: bool) -> QuerySet[Collection]:
    """The lists of a group, as far as a member or someone else may see them, the last changed first."""
    theirs = Collection.objects.filter(group=group).order_by("-changed_at", "-pk")
    if is_member:
        return theirs
    return theirs.none() if group.is_private else theirs.filter(SHOWN)


def places(collection: Collection, page: int) -> list[CollectedPaper]:
    """The places of one page of a collection, in order: a range of positions off the index."""
    first = (page - 1) * PER_PAGE + 1
    rows = CollectedPaper.objects.filter(
        collection=collection, position__gte=first, position__lt=first + PER_PAGE
    )
    if collection.group_id is not None:
        rows = rows.select_related("added_by")
    return list(rows.order_by("position", "pk"))


@dataclass(frozen=True, slots=True)
class Keeping:
    """What one reader keeps of a paper."""

    paper_id: int
    bookmarked: bool = False
    read: bool = False
    collections: int = 0
    """In how many collections it is that the reader may put papers into."""


def keeping(paper_ids: Sequence[int], viewer: User | AnonymousUser) -> dict[int, Keeping]:
    """What a reader keeps of some papers: one query for all of them, none for a visitor."""
    if not viewer.is_authenticated or not paper_ids:
        return {pk: Keeping(pk) for pk in paper_ids}
    # A bookmark counts as none of one's collections: the third part has their numbers.
    kept = Bookmark.objects.filter(person=viewer, paper__in=paper_ids).values_list("paper_id", Value("saved"))
    read = ReadMark.objects.filter(person=viewer, paper__in=paper_ids).values_list("paper_id", Value("read"))
    collected = CollectedPaper.objects.filter(_of(viewer, "collection__"), paper__in=paper_ids)
    rows = kept.union(read, collected.values_list("paper_id", Value("collected")), all=True)
    found: dict[int, list[str]] = {pk: [] for pk in paper_ids}
    for paper_id, what in rows:
        found[paper_id].append(what)
    return {
        pk: Keeping(pk, "saved" in what, "read" in what, what.count("collected"))
        for pk, what in found.items()
    }


def _of(person: User, path: str = "") -> Q:
    """One's own collections and those of one's groups."""
    return Q(**{f"{path}owner": person}) | Q(**{f"{path}group__in": member_of(person)})
