"""The votes of a paper as templates need them: cast here, and given elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from dailypapers.catalogue import models, records
from dailypapers.community.voting import Voting
from dailypapers.presentation.people import hue, initials
from dailypapers.presentation.sources import label

ON_A_PAPER_PAGE = 20
"""Voters named on the page of a paper."""


@dataclass(frozen=True, slots=True)
class ShownVoter:
    """Someone who voted, as a coloured circle with letters."""

    handle: str
    name: str
    letters: str
    hue: int


@dataclass(frozen=True, slots=True)
class ShownVotes:
    """The votes for a paper, those of people here apart from those given elsewhere."""

    paper_id: int
    here: int
    elsewhere: int
    source: str
    """Where most of the others were given."""
    mine: bool
    held: bool
    voters: tuple[ShownVoter, ...]
    more: int
    on_page: bool
    """Whether this is the paper's own page, which has room for names."""

    @property
    def total(self) -> int:
        """What the order of a list goes by."""
        return self.here + self.elsewhere


def shown_votes(
    voting: Voting, mentions: Iterable[models.Mention | records.Mention], *, on_page: bool = False
) -> ShownVotes:
    """Decide what is shown of a paper's votes."""
    mentions = list(mentions)
    most = max(mentions, key=lambda one: one.votes, default=None)
    return ShownVotes(
        paper_id=voting.paper_id,
        here=voting.votes,
        elsewhere=sum(one.votes for one in mentions),
        source=label(most.source) if most else "",
        mine=voting.mine,
        held=voting.held,
        voters=tuple(
            ShownVoter(one.handle, one.name, initials(one.name), hue(one.handle)) for one in voting.voters
        ),
        more=voting.more,
        on_page=on_page,
    )
