"""The parts of the moderators' queue: each is one entry of `SECTIONS`.

A further kind of thing to decide is a further entry: how many wait, the rows of a page, and the
template that shows one row as `one`, with its forms.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dailypapers.community import claiming, queue, rings
from dailypapers.community.models.comments import Report
from dailypapers.community.models.people import User

MOST_COUNTED: Final = 99
"""Up to which what waits is counted; more is `99+`."""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of thing that waits for a moderator."""

    name: str
    """Its name in the address: `/moderation?show=votes`."""
    title: str
    waits: Callable[[], Any]
    """The rows that wait, as something to slice and count; read off an index, as each of a moderator's
    pages counts them."""
    rows: Callable[[int, int, str], Sequence[Any]]
    """Takes the number of the first row, how many, and the choice made."""
    template: str
    choices: tuple[tuple[str, str], ...] = ()
    """What the rows can be narrowed to: values and labels."""
    mark_own: Callable[[Sequence[Any], User], None] | None = None
    """Marks the rows that are about the moderator who reads them."""

    def waiting(self) -> int:
        """How many wait, counted no further than is shown."""
        return int(self.waits()[: MOST_COUNTED + 1].count())


SECTIONS: list[Section] = [
    Section(
        "reports",
        "Reports",
        queue.open_reports,
        queue.reported,
        "moderation/reported.html",
        tuple((one.value, str(one.label)) for one in Report.Reason),
        queue.mark_own,
    ),
    Section(
        "votes",
        "Held votes",
        queue.held_votes,
        queue.bunches,
        "moderation/bunch.html",
        tuple((why, why.capitalize()) for why in rings.REASONS),
    ),
    Section(
        "comments",
        "Waiting comments",
        queue.waiting_comments,
        lambda first, most, choice: queue.waiting(first, most),
        "moderation/waiting.html",
    ),
    Section(
        "claims",
        "Claims to papers",
        claiming.waiting_claims,
        lambda first, most, choice: claiming.claims_to_decide(first, most),
        "moderation/claim.html",
    ),
]


def all_waiting() -> int:
    """How much waits in all sections together: an indexed count of a few rows for each."""
    return sum(section.waiting() for section in SECTIONS)
