"""What a page shows of the votes for its papers, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from dailypapers.community.models.groups import Membership
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote, VoteCount

SHOWN_VOTERS = 3
"""Voters that a card shows before "and 5 more"."""
SHOWN_MEMBERS = 10
"""Members who voted for a paper that the page of their group names."""


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


@dataclass(frozen=True, slots=True)
class VotingOfMembers:
    """The votes of a group's members for a paper."""

    members: int
    """How many voted and let it be seen."""
    named: tuple[Voter, ...] = ()
    """The newest of them, for who may know."""

    @property
    def more(self) -> int:
        """How many voted beside those named."""
        return self.members - len(self.named)


def voting_of_members(paper_ids: Sequence[int], group_id: int, *, names: bool) -> dict[int, VotingOfMembers]:
    """The votes of a group's members for some papers, where there are any; one query.

    Members who show no votes are neither named nor counted: of two members a count would tell who. With
    `names` the newest are named.
    """
    if not paper_ids:
        return {}
    # From the members to their votes, which CROSS JOIN has SQLite keep to: it would look at each of the
    # thousands of votes that a paper may have.
    listed = ", ".join(["%s"] * len(paper_ids))
    select = f"""
        SELECT paper_id, members, handle, name FROM (
            SELECT vote.paper_id, person.handle, person.name,
                COUNT(*) OVER (PARTITION BY vote.paper_id) AS members,
                ROW_NUMBER() OVER (
                    PARTITION BY vote.paper_id ORDER BY vote.created_at DESC, vote.id DESC
                ) AS place
            FROM community_membership belongs CROSS JOIN community_vote vote
            JOIN community_user person ON person.id = vote.person_id
            WHERE belongs.group_id = %s AND belongs.state IN (%s, %s)
                AND vote.person_id = belongs.person_id AND vote.paper_id IN ({listed})
                AND vote.held = '' AND person.shows_votes AND person.is_active
        ) numbered WHERE place <= %s ORDER BY paper_id, place
    """  # noqa: S608 (constants of ours; values are parameters)
    most = SHOWN_MEMBERS if names else 1
    counts: dict[int, int] = {}
    named: dict[int, list[Voter]] = {}
    with connection.cursor() as cursor:
        cursor.execute(select, [group_id, *Membership.BELONGS, *paper_ids, most])
        for paper_id, members, handle, name in cursor.fetchall():
            counts[paper_id] = members
            named.setdefault(paper_id, []).append(Voter(handle, name or handle))
    return {pk: VotingOfMembers(members, tuple(named[pk]) if names else ()) for pk, members in counts.items()}


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
