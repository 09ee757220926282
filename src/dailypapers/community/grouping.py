"""Who sees and runs which group, and what its page shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused, require_active
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.groups import Group, GroupBlock, GroupPaper, Membership
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.trust import Level, level_of

Viewer = User | AnonymousUser

MOST_MEMBERS = 1_000
"""Of a group, those that ask and are invited included: its page names them all."""


def visible(slug: str, kind: Group.Kind, viewer: Viewer) -> tuple[Group, Membership | None] | None:
    """A group and how the viewer belongs to it; None where the viewer may not know of it.

    A private group is known to its members and to those who are invited.
    """
    group = Group.objects.filter(slug=slug, kind=kind).first()
    if group is None:
        return None
    mine = None
    if viewer.is_authenticated:
        rows = Membership.objects.filter(group=group, person=viewer).select_related("invited_by")
        mine = rows.first()
    return (group, mine) if mine is not None or not group.is_private else None


def belongs(person: Viewer, group_id: int) -> bool:
    """Whether someone is a member of a group; who is only invited is not."""
    if not person.is_authenticated:
        return False
    rows = Membership.objects.filter(group=group_id, person=person, state__in=Membership.BELONGS)
    return rows.exists()


def member_of(person: Viewer) -> QuerySet[Membership, int]:
    """The keys of the groups that someone is a member of, to be asked within another query."""
    rows = Membership.objects.filter(person_id=person.pk, state__in=Membership.BELONGS)
    return rows.values_list("group_id", flat=True)


def is_admin(person: User, group_id: int) -> bool:
    """Whether someone is an administrator of a group."""
    rows = Membership.objects.filter(group=group_id, person=person, state=Membership.State.ADMIN)
    return rows.exists()


def runs(person: Viewer, group: Group, mine: Membership | None) -> bool:
    """Whether someone runs a group: its administrators, and moderators those that everyone sees."""
    if mine is not None and mine.state == Membership.State.ADMIN:
        return True
    return person.is_authenticated and person.moderates and not group.is_private


def groups_of(person: Viewer, *, kind: Group.Kind | None = None) -> QuerySet[Membership]:
    """The groups that someone belongs to, is invited to or asks to join, by their names."""
    rows = (
        Membership.objects.filter(person_id=person.pk).select_related("group").order_by("group__name", "pk")
    )
    return rows.filter(group__kind=kind) if kind else rows


def blocked_by(person: User) -> QuerySet[GroupBlock]:
    """The groups that may not invite someone any more, by their names."""
    return GroupBlock.objects.filter(person=person).select_related("group").order_by("group__name", "pk")


def talked_of(paper_id: int, person: Viewer) -> list[tuple[Group, int]]:
    """The private groups that someone belongs to, and how much each said of a paper; one query."""
    if not person.is_authenticated:
        return []
    of_paper = Q(comments__paper=paper_id, comments__hidden_at=None)
    belong = Group.objects.filter(
        kind=Group.Kind.PRIVATE, memberships__person=person, memberships__state__in=Membership.BELONGS
    )
    counted = belong.annotate(said=Count("comments", filter=of_paper)).order_by("name", "pk")
    return [(group, group.said) for group in counted[:50]]


def organizations(asked: str = "") -> QuerySet[Group]:
    """All organizations by their names, or those whose name has what is asked."""
    rows = Group.objects.filter(kind=Group.Kind.ORGANIZATION).order_by("name", "pk")
    return rows.filter(name__icontains=asked) if asked else rows


def members(group: Group, *, runs: bool, most: int = MOST_MEMBERS) -> list[Membership]:
    """Who belongs to a group, and for who `runs` it also who asks and is invited.

    Administrators first, then who waits for an answer, then who is there longest.
    """
    state = Membership.State
    place = Case(
        When(state=state.ADMIN, then=0), When(state=state.ASKED, then=1), When(state=state.MEMBER, then=2)
    )
    rows = Membership.objects.filter(group=group) if runs else _belonging(group)
    ordered = rows.annotate(place=Coalesce(place, 3)).order_by("place", "since", "pk")
    return list(ordered.select_related("person")[:most])


def _belonging(group: Group) -> QuerySet[Membership]:
    return Membership.objects.filter(group=group, state__in=Membership.BELONGS)


def papers_of(group: Group) -> QuerySet[Paper, int]:
    """The keys of a group's papers, the newest first.

    Those put there and found by affiliation; of an organization also what its members claim or submitted,
    as far as they let others see it.
    """
    ids = GroupPaper.objects.filter(group=group, hidden=False).values("paper_id")
    if not group.is_private:
        ids = ids.union(*(rows.values("paper_id") for rows in _of_members([group.pk])))
    return Paper.objects.filter(pk__in=ids, hidden=None).order_by("-day", "-pk").values_list("pk", flat=True)


def papers_of_members(group_ids: Sequence[int], most: int) -> list[tuple[int, int, date]]:
    """What members of organizations claim or submitted: organization, paper, its day; the newest first."""
    found: set[tuple[int, int, date]] = set()
    for rows in _of_members(group_ids):
        dated = rows.filter(paper__hidden=None).exclude(paper__day=None).order_by("-paper__day", "-paper")
        found.update(dated.values_list("of", "paper_id", "paper__day").distinct()[:most])
    return sorted(found, key=lambda one: one[1:], reverse=True)


def _of_members(group_ids: Sequence[int]) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """The claims and submissions (`of` an organization) that its page shows."""
    belongs_to = Q(
        person__memberships__group__in=group_ids, person__memberships__state__in=Membership.BELONGS
    )
    taken_off = Exists(GroupPaper.objects.filter(group=OuterRef("of"), paper=OuterRef("paper"), hidden=True))
    of = F("person__memberships__group")
    claimed = Claim.objects.filter(belongs_to, state=Claim.State.CONFIRMED, person__shows_claims=True)
    submitted = Submission.objects.filter(belongs_to)
    return claimed.annotate(of=of).exclude(taken_off), submitted.annotate(of=of).exclude(taken_off)


def may_make(person: Viewer, kind: Group.Kind) -> bool:
    """Whether someone may make a group of this kind. Asks no database."""
    if not isinstance(person, User) and not person.is_authenticated:
        return False
    try:
        require_may_make(person, kind)
    except Refused:
        return False
    return True


def require_may_make(person: User, kind: Group.Kind) -> None:
    """Raise `Refused` for someone who may not make a group of this kind."""
    now = timezone.now()
    require_active(person, now)
    is_private = kind == Group.Kind.PRIVATE
    what = "groups" if is_private else "organizations"
    match settings.GROUPS if is_private else settings.ORGANIZATIONS:
        case "nobody":
            raise Refused(f"This site has no {what} of its people’s making.")
        case "moderators" if not person.moderates:
            raise Refused(f"Only moderators make {what} on this site.")
        case "trusted" if level_of(person, now) < Level.TRUSTED:
            raise Refused(
                f"People who have taken part for a while make {what} here. Ask a moderator to make yours."
            )


def named(group_ids: Sequence[int]) -> dict[int, Group]:
    """Some groups by their numbers."""
    return Group.objects.in_bulk(group_ids)
