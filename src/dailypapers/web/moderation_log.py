"""Decisions as the log shows them: who, what, why, and no more of the people concerned than must be known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import prefetch_related_objects

from dailypapers.community.access import suspended_until
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of

Kind = Decision.Kind

NAMED: Final = {kind.value: str(kind.label) for kind in Kind}
"""Every kind, and how the log says it."""

_NAMES_PEOPLE: Final = frozenset({Kind.SUSPEND, Kind.LIFT, Kind.APPOINT, Kind.DISCHARGE})
"""Decisions that say to everyone whom they are about: what others meet on the site. A warning is between the
moderator and whoever was warned."""


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """One line of the log."""

    decision: Decision
    what: str
    by: User | None
    by_whom: str
    """Who did it, where that is nobody with a page."""
    people: tuple[User, ...]
    paper: str
    address: str
    """Of the paper; empty where there is none."""
    collection: int | None
    """The number of the collection, for moderators: its name is nobody else's affair."""


def shown_decisions(decisions: Sequence[Decision], *, to_moderator: bool = False) -> list[ShownDecision]:
    """The lines for some decisions, in three queries however many there are."""
    prefetch_related_objects(decisions, "by", "people", "paper")
    return [_shown(one, to_moderator=to_moderator) for one in decisions]


def _shown(decision: Decision, *, to_moderator: bool) -> ShownDecision:
    paper = decision.paper
    named = to_moderator or decision.kind in _NAMES_PEOPLE
    return ShownDecision(
        decision=decision,
        what=_what(decision),
        by=decision.by,
        by_whom="The site" if decision.by_site else "A moderator who has left",
        people=tuple(decision.people.all()) if named else (),
        paper=paper.handle if paper else "",
        address=address_of(paper.handle) if paper else "",
        collection=decision.collection_id if to_moderator else None,
    )


def _what(decision: Decision) -> str:
    said = NAMED.get(decision.kind, decision.kind)
    if decision.kind in (Kind.HOLD_VOTES, Kind.COUNT_VOTES, Kind.DROP_VOTES):
        votes = f"{decision.amount:,} held vote{'' if decision.amount == 1 else 's'}"
        return {
            Kind.HOLD_VOTES: f"held {decision.amount:,} votes that look arranged",
            Kind.COUNT_VOTES: f"let {votes} count",
            Kind.DROP_VOTES: f"dropped {votes}",
        }[Kind(decision.kind)]
    if decision.kind == Kind.SUSPEND:
        return f"{said} {suspended_until(User(suspended_until=decision.until))}"
    return said
