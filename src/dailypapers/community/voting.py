"""What a page shows of the votes for its papers, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote, VoteCount

SHOWN_VOTERS = 3
"""Voters that a card shows before "and 5 more"."""


@dataclass(frozen=True, slots=True)
class Voter:
    """Someone who voted and lets it be seen."""

    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Voting:
    """The votes for a paper as one reader sees them."""

    paper_id: int
    votes: int = 0
    """Those of people here that count."""
    mine: bool = False
    held: bool = False
    """Whether the reader's own waits for a moderator."""
    voters: tuple[Voter, ...] = ()
    """The newest that let it be seen."""

    @property
    def more(self) -> int:
        """How many voted beside those named."""
        return max(0, self.votes - len(self.voters))


def voting(
    paper_ids: Sequence[int], viewer: User | AnonymousUser, shown: int = SHOWN_VOTERS
) -> dict[int, Voting]:
    """The votes for some papers: a query for the counts, one for the voters if there are any, and one for
    the reader's own votes if there is a reader."""
    counts = dict(VoteCount.objects.filter(paper__in=paper_ids, votes__gt=0).values_list("paper_id", "votes"))
    mine: dict[int, str] = {}
    if viewer.is_authenticated and paper_ids:
        own = Vote.objects.filter(person=viewer, paper__in=paper_ids)
        mine = dict(own.values_list("paper_id", "held"))
    voters = _voters([pk for pk in paper_ids if counts.get(pk)], shown)
    return {
        pk: Voting(pk, counts.get(pk, 0), pk in mine, bool(mine.get(pk)), tuple(voters.get(pk, ())))
        for pk in paper_ids
    }


def _voters(paper_ids: Sequence[int], shown: int) -> dict[int, list[Voter]]:
    """The newest voters of each paper. Each part reads a few rows off the index, however many voted."""
    if not paper_ids:
        return {}
    part = """
        SELECT * FROM (
            SELECT vote.paper_id, person.handle, person.name FROM community_vote vote
            JOIN community_user person ON person.id = vote.person_id
            WHERE vote.paper_id = %s AND vote.held = '' AND person.shows_votes
            ORDER BY vote.created_at DESC LIMIT %s
        ) newest
    """
    values = [value for pk in paper_ids for value in (pk, shown)]
    found: dict[int, list[Voter]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([part] * len(paper_ids)), values)
        for paper_id, handle, name in cursor.fetchall():
            found.setdefault(paper_id, []).append(Voter(handle, name or handle))
    return found
