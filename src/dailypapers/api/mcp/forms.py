"""What tools give, beside the same in Markdown."""

from typing_extensions import TypedDict

from dailypapers.api.v1.schemas.community import Because, Collection, Comment, PlaceChanged, VoteChanged
from dailypapers.api.v1.schemas.papers import Correction, Paper, QueryProblem, Reason, RelatedPaper, described

__all__ = ["Collection", "Comment", "Paper", "PlaceChanged", "RelatedPaper", "VoteChanged"]


@described
class FoundPaper(TypedDict):
    """A paper as lists of it show."""

    id: str
    """What other tools take."""
    title: str
    authors: list[str]
    """The first ten."""
    author_count: int
    day: str | None
    fields: list[str]
    abstract: str
    """The first 1,500 characters."""
    votes: int
    comments: int
    url: str
    code: str | None
    """Where its code is."""
    withdrawn: bool


@described
class SearchedPaper(TypedDict):
    """A paper that was found, and why."""

    paper: FoundPaper
    sentence: str
    """The sentence of its abstract that answers."""
    score: float
    why: list[Reason]
    """The parts of the score, the largest eight."""


@described
class Searched(TypedDict):
    """What a search found."""

    query: str
    total: int
    """How many papers are listed; `offset` reaches the others."""
    meant: str | None
    """The paper that the query names by an identifier or its whole title."""
    corrections: list[Correction]
    unknown: list[str]
    """Words that no paper has."""
    problems: list[QueryProblem]
    results: list[SearchedPaper]


@described
class ListedPaper(TypedDict):
    """A paper of a list, and why it stands where it stands."""

    paper: FoundPaper
    why: str


@described
class Listed(TypedDict):
    """One page of a list."""

    kind: str
    period: str | None
    total: int
    page: int
    pages: int
    papers: list[ListedPaper]


@described
class Near(TypedDict):
    """Papers near another, the nearest first."""

    papers: list[RelatedPaper]


@described
class Alike(TypedDict):
    """Papers near a text, the nearest first."""

    papers: list[FoundPaper]


@described
class FollowedPaper(TypedDict):
    """A paper from what one follows, and what brought it."""

    day: str
    because: list[Because]
    paper: FoundPaper


@described
class Followed(TypedDict):
    """The newest papers from what one follows."""

    papers: list[FollowedPaper]
    more: bool
    """Whether there is a page after this one."""


@described
class Kept(TypedDict):
    """One's collections."""

    collections: list[Collection]
