"""The papers of groups: put there, taken off, found by affiliation."""

import logging
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dailypapers.catalogue.models import Author, Paper
from dailypapers.community.access import Refused, require_active
from dailypapers.community.actions.group import to_run
from dailypapers.community.limits import allow
from dailypapers.community.models.groups import Group, GroupPaper, Membership
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)

AN_HOUR = 3_600
MOST_FOUND = 2_000
"""Papers found by affiliation at once, the newest."""


def add(*, person: User, group_id: int, paper_id: int, now: datetime | None = None) -> GroupPaper:
    """Put a paper on a group's page: administrators of an organization, all members of a private group.

    Raises `Refused`.
    """
    told = "That is many papers. Go on in an hour."
    allow("add to groups", person, times=200, seconds=AN_HOUR, told=told)
    with transaction.atomic():
        group = _to_fill(person, group_id)
        paper = Paper.objects.filter(pk=paper_id).only("day").first()
        if paper is None:
            raise Refused("This paper is not held here.")
        made, _ = GroupPaper.objects.update_or_create(
            group=group,
            paper=paper,
            defaults={"hidden": False},
            create_defaults={"added_at": now or timezone.now(), "day": paper.day},
        )
    log.info("%s put paper %d on %s", person.handle, paper_id, group)
    return made


def take_off(*, person: User, group_id: int, paper_id: int, now: datetime | None = None) -> None:
    """Take a paper off a group's page, however it came there. Raises `Refused`."""
    with transaction.atomic():
        group = _to_fill(person, group_id)
        if group.is_private:
            GroupPaper.objects.filter(group=group, paper_id=paper_id).delete()
        elif Paper.objects.filter(pk=paper_id).exists():
            GroupPaper.objects.update_or_create(
                group=group,
                paper_id=paper_id,
                defaults={"hidden": True},
                create_defaults={"hidden": True, "added_at": now or timezone.now()},
            )
    log.info("%s took paper %d off %s", person.handle, paper_id, group)


def find_by_affiliation(*, person: User, group_id: int, now: datetime | None = None) -> int:
    """Look for papers whose authors name the organization as theirs; gives how many are new.

    Raises `Refused`. It goes through all affiliations, so it is done when asked for, and seldom.
    """
    told = "This was looked for a moment ago. Try again in an hour."
    allow("look by affiliation", f"group {group_id}", times=3, seconds=AN_HOUR, told=told)
    with transaction.atomic():
        group = to_run(person, group_id)
        if group.is_private:
            raise Refused("Only organizations have papers by affiliation.")
    # Outside the transaction: it reads every affiliation, for seconds in which nobody else could write.
    days = _named_by_affiliation((group.name, *group.also_named))
    with transaction.atomic():
        to_run(person, group_id)  # Someone else may have taken the office, or the group, away meanwhile.
        before = GroupPaper.objects.filter(group=group).count()
        GroupPaper.objects.bulk_create(
            (
                GroupPaper(
                    group=group,
                    paper_id=pk,
                    by_affiliation=True,
                    added_at=now or timezone.now(),
                    day=day,
                )
                for pk, day in days.items()
            ),
            ignore_conflicts=True,
            batch_size=500,
        )
        new = GroupPaper.objects.filter(group=group).count() - before
    log.info("%d papers found for %s", new, group)
    return new


def _named_by_affiliation(names: Iterable[str]) -> dict[int, date | None]:
    """The newest papers with an author whose affiliation has one of these names, with their days."""
    wanted = Q()
    for name in names:
        wanted |= Q(affiliation__icontains=name)
    named = Author.objects.exclude(affiliation="").filter(wanted).order_by("-paper")
    found = list(named.values_list("paper_id", flat=True).distinct()[:MOST_FOUND])
    return dict(Paper.objects.filter(pk__in=found).values_list("pk", "day"))


def move(gone: int, kept: int) -> None:
    """Give a paper's places in groups to the one that it is joined to."""
    there = GroupPaper.objects.filter(paper_id=kept).values("group_id")
    GroupPaper.objects.filter(paper_id=gone).exclude(group_id__in=there).update(paper_id=kept)


def _to_fill(person: User, group_id: int) -> Group:
    """The group, for one who may change its papers. Raises `Refused`."""
    mine = Membership.objects.filter(group=group_id, person=person, state=Membership.State.MEMBER)
    if (found := mine.select_related("group").first()) is not None and found.group.is_private:
        require_active(person)
        return found.group
    return to_run(person, group_id)
