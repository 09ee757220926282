"""What pages show of claims and corrections, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from dailypapers.catalogue.corrections import find_place
from dailypapers.catalogue.likeness import name_key
from dailypapers.catalogue.models import Author
from dailypapers.community.models.claims import Amendment, Claim
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import before

MOST_AMENDMENTS = 100
"""Corrections of a paper that its page of them shows, the newest."""


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    """A claim that waits, with what a moderator can go by."""

    claim: Claim
    affiliation: str
    orcid: str
    """As the paper's record has them for the author."""
    is_named: bool
    """Whether the paper still names such an author."""
    same_name: bool
    """Whether the person's name is the author's."""
    holder: User | None
    """Who is confirmed at this place already."""
    before: dict[str, int]
    """What was decided about the person before."""


def waiting_claims() -> QuerySet[Claim]:
    """The claims that wait for a moderator."""
    return Claim.objects.filter(state__in=Claim.WAITING)


def claims_to_decide(first: int, most: int) -> list[WaitingClaim]:
    """Claims that wait, those that wait longest first."""
    rows = waiting_claims().select_related("person", "paper", "decided_by").order_by("created_at", "pk")
    claims = list(rows[first : first + most])
    papers = {one.paper_id for one in claims}
    authors: dict[int, list[Author]] = defaultdict(list)
    for author in Author.objects.filter(paper__in=papers).order_by("position"):
        authors[author.paper_id].append(author)
    confirmed: dict[int, list[Claim]] = defaultdict(list)
    for one in Claim.objects.filter(paper__in=papers, state=Claim.State.CONFIRMED).select_related("person"):
        confirmed[one.paper_id].append(one)
    known = before(one.person_id for one in claims)
    return [
        _waiting(one, authors[one.paper_id], confirmed[one.paper_id], known.get(one.person_id, {}))
        for one in claims
    ]


def _waiting(
    claim: Claim, authors: Sequence[Author], confirmed: Sequence[Claim], known: dict[str, int]
) -> WaitingClaim:
    names = [author.name for author in authors]
    place = find_place(names, claim.name, claim.position)
    author = authors[place] if place is not None else None
    there = (one.person for one in confirmed if find_place(names, one.name, one.position) == place)
    return WaitingClaim(
        claim=claim,
        affiliation=author.affiliation if author else "",
        orcid=author.orcid if author else "",
        is_named=author is not None,
        same_name=name_key(claim.person.name) == name_key(claim.name),
        holder=next(there, None) if author else None,
        before=known,
    )


def confirmed_authors(paper_id: int) -> QuerySet[Claim]:
    """Who is confirmed as which author of a paper."""
    confirmed = Claim.objects.filter(paper_id=paper_id, state=Claim.State.CONFIRMED)
    return confirmed.select_related("person").order_by("position", "pk")


def papers_claimed(person: User, *, is_own: bool) -> QuerySet[Claim]:
    """The papers that are a person's, the newest claimed first; all claims for the person."""
    shown = "person_id name state how created_at paper__handle paper__title paper__withdrawn"
    rows = Claim.objects.filter(person=person).select_related("paper").only(*shown.split())
    claims = rows.order_by("-created_at")
    if is_own:
        return claims
    confirmed = claims.filter(state=Claim.State.CONFIRMED, paper__hidden=None)
    return confirmed if person.shows_claims else confirmed.none()


def amendments(paper_id: int) -> QuerySet[Amendment]:
    """What authors put right of a paper, the newest first."""
    rows = Amendment.objects.filter(paper_id=paper_id).select_related("person", "undone_by")
    return rows.order_by("-created_at", "-pk")[:MOST_AMENDMENTS]
