"""Who wrote which paper, as far as it was confirmed here.

Whatever confirms or denies a claim calls `actions.comment.mark_author`, so that comments that were there
before are marked too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from dailypapers.catalogue.corrections import find_place
from dailypapers.catalogue.models import Author
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.people import User


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is confirmed to be the author at a place."""

    pk: int
    handle: str
    name: str
    is_shown: bool
    """Whether the person lets others see which papers are theirs."""


def is_author(person: User, paper_id: int) -> bool:
    """Whether a person has confirmed to be an author of a paper."""
    return bool(authors_among([person.pk], paper_id))


def authors_among(person_ids: list[int], paper_id: int) -> set[int]:
    """Which of these people have confirmed to be authors of a paper."""
    return set(_confirmed(paper_id).filter(person__in=person_ids).values_list("person_id", flat=True))


def authors_of(paper_id: int) -> set[int]:
    """The people who have confirmed to be authors of a paper."""
    return set(_confirmed(paper_id).values_list("person_id", flat=True))


def names_of(paper_id: int) -> list[str]:
    """The names of a paper's authors in their order."""
    rows = Author.objects.filter(paper_id=paper_id).order_by("position")
    return list(rows.values_list("name", flat=True))


def holders(paper_id: int, names: Sequence[str] | None = None) -> dict[int, Holder]:
    """Who is confirmed at which place of a paper; one query where `names`, all its authors, are known."""
    confirmed = _confirmed(paper_id).filter(person__is_active=True).select_related("person").order_by("pk")
    found: dict[int, Holder] = {}
    for claim in confirmed:
        names = names_of(paper_id) if names is None else names
        place = find_place(names, claim.name, claim.position)
        if place is not None:
            who = claim.person
            found.setdefault(place, Holder(who.pk, who.handle, who.shown_name, who.shows_claims))
    return found


def _confirmed(paper_id: int) -> QuerySet[Claim]:
    return Claim.objects.filter(paper_id=paper_id, state=Claim.State.CONFIRMED)
