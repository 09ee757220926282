"""What people give and keep, as programs read and send it."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from dailypapers.api.v1.cursors import LARGEST
from dailypapers.api.v1.schemas.papers import Paper, described

SENT = ConfigDict(use_attribute_docstrings=True, extra="forbid")
"""What is sent: a name that there is not is told, not passed over."""


class PersonName(TypedDict):
    """Someone, by the names that others see."""

    handle: str
    name: str


@described
class PaperVotes(TypedDict):
    """The votes for a paper."""

    total: int
    here: int
    elsewhere: int
    voters: list[PersonName]
    """The newest of those who let it be seen."""
    more: int
    """How many voted here beside those named."""
    mine: bool
    held: bool
    """Whether one's own waits for a moderator."""


@described
class VoteChanged(TypedDict):
    """What became of a vote."""

    outcome: Literal["counted", "held", "unchanged", "taken back"]
    votes: int
    """How many count here now."""


@described
class Comment(TypedDict):
    """What someone says of a paper."""

    id: int
    url: str
    paper: str
    author: PersonName | None
    """Null where the person has left, or nothing of the comment is left."""
    by_author: bool
    """Whether an author of the paper says it."""
    answers: int | None
    """The comment that it answers."""
    depth: int
    body: str
    """Markdown, as it was written; empty where it cannot be read."""
    html: str
    quote: str
    """What of the abstract it is about."""
    created_at: str
    edited_at: str | None
    gone: str | None
    """Why it cannot be read; null for one that can."""
    reactions: dict[str, int]
    mine: bool


@described
class Discussion(TypedDict):
    """One page of what is said of a paper."""

    count: int
    locked: str | None
    """Why nobody may write any more; null where people may."""
    comments: list[Comment]
    """Threads in the order of reading: an answer stands below what it answers."""
    next: str | None
    """The address of the page after this one."""


class CommentWritten(Schema):
    """A comment to be written."""

    model_config = SENT

    body: str
    """Markdown, formulas as `$x^2$`."""
    answers: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    """The comment that it answers."""
    quote: str = ""
    """What of the abstract it is about, in its words."""


class CommentChanged(Schema):
    """What a comment is to say."""

    model_config = SENT

    body: str


@described
class Collection(TypedDict):
    """A list of papers that people keep."""

    id: int
    url: str
    name: str
    about: str
    """Markdown."""
    owner: PersonName | None
    group: str | None
    """The organization or group whose it is, by name."""
    public: bool
    """Whether everyone sees it."""
    papers: int
    created_at: str
    changed_at: str
    mine: bool
    """Whether one may change it."""


class Collections(TypedDict):
    """Collections, the last changed first."""

    collections: list[Collection]


@described
class CollectedPaper(TypedDict):
    """A paper's place in a collection."""

    position: int
    note: str
    """Markdown."""
    added_at: str
    paper: Paper


@described
class CollectedPapers(TypedDict):
    """One page of a collection, in its order."""

    papers: list[CollectedPaper]
    next: str | None
    """The address of the page after this one."""


class CollectionMade(Schema):
    """A collection to be made."""

    model_config = SENT

    name: str
    about: str = ""
    """Markdown."""
    public: bool = False
    """Whether everyone sees it."""


class CollectionChanged(Schema):
    """What is to be changed of a collection; what is left out stays."""

    model_config = SENT

    name: str | None = None
    about: str | None = None
    public: bool | None = None


class Placed(Schema):
    """A paper's place in a collection; what is left out stays."""

    model_config = SENT

    note: str | None = None
    """Markdown."""
    position: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    """1 for the first."""


class PlaceChanged(TypedDict):
    """Where a paper stands in a collection now."""

    position: int
    note: str


@described
class PaperName(TypedDict):
    """A paper by its name."""

    id: str
    title: str
    url: str


@described
class Person(TypedDict):
    """What someone says, and lets others see."""

    handle: str
    name: str
    url: str
    affiliation: str
    about: str
    links: list[str]
    orcid: str
    """As ORCID confirmed it; empty for none."""
    moderator: bool
    organizations: list[str]
    """By their addresses under `/organizations/`."""
    papers: list[PaperName]
    """Those that the person claims and others may see; the newest 100."""
    submitted: list[PaperName]
    """The newest 25."""
    votes: list[PaperName] | None
    """The newest 25; null for who keeps them to themself."""
    comments: list[int] | None
    """The newest 25, by their numbers; null for who keeps them to themself."""
    collections: list[Collection]


@described
class Me(TypedDict):
    """Whose token it is, and what it is good for."""

    handle: str
    name: str
    scopes: list[str]


@described
class Organization(TypedDict):
    """A lab, a department, a company."""

    slug: str
    url: str
    name: str
    about: str
    links: list[str]
    ror: str
    """Its identifier at ror.org; empty for none."""
    members: int


@described
class Organizations(TypedDict):
    """One page of organizations, by their names."""

    organizations: list[Organization]
    next: str | None
    """The address of the page after this one."""


class Because(TypedDict):
    """By what one follows a paper came."""

    how: str
    label: str
    url: str


class FeedEntry(TypedDict):
    """A paper from what one follows."""

    day: str
    because: list[Because]
    paper: Paper


@described
class FeedPage(TypedDict):
    """One page of the newest papers from what one follows."""

    entries: list[FeedEntry]
    next: str | None
    """The address of the page after this one."""
