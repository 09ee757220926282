"""Whose papers and collections a moderator would decide about: nobody decides about their own."""

from collections.abc import Collection as Some

from dailypapers.community.access import Refused, about_oneself
from dailypapers.community.collecting import may_change
from dailypapers.community.grouping import member_of
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission


def require_others_collection(collection: Collection, by: User) -> None:
    """Raise `Refused` for someone who would decide about a collection that is theirs or their group's."""
    if may_change(collection, by):
        raise Refused(about_oneself(by))


def require_others_paper(paper_id: int, by: User) -> None:
    """Raise `Refused` for someone who would decide about a paper that they wrote or put forward."""
    if own_papers([paper_id], by):
        raise Refused(about_oneself(by))


def own_papers(paper_ids: Some[int], person: User) -> set[int]:
    """Which of some papers are a person's own: those they confirmed to have written, and put forward."""
    wrote = Claim.objects.filter(person=person, state=Claim.State.CONFIRMED, paper__in=paper_ids)
    put_forward = Submission.objects.filter(person=person, paper__in=paper_ids)
    both = wrote.values_list("paper_id", flat=True).union(put_forward.values_list("paper_id", flat=True))
    return set(both) if paper_ids else set()


def own_collections(collections: Some[Collection], person: User) -> set[int]:
    """Which of some collections are a person's own or their groups'."""
    of_groups = {one.group_id for one in collections if one.group_id is not None}
    groups = set(member_of(person).filter(group__in=of_groups)) if of_groups else set()
    return {one.pk for one in collections if one.owner_id == person.pk or one.group_id in groups}
