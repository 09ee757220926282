"""Papers as programs read them."""

from typing import Literal, Required

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

described = with_config(ConfigDict(use_attribute_docstrings=True))
"""What stands below a name describes it in the document."""


@described
class Author(TypedDict):
    """Someone who wrote a paper."""

    name: str
    affiliation: str
    """Empty where it is not known."""
    orcid: str
    """Empty where it is not known."""


@described
class Link(TypedDict):
    """Something that belongs to a paper."""

    kind: str
    """`code`, `project`, `model`, `dataset`, `pdf`, `media` or `page`."""
    url: str
    stars: int | None
    """Of code, as its site told them last."""


class Version(TypedDict):
    """A version of a paper under one of its identifiers."""

    identifier: str
    number: int
    day: str | None


@described
class Listed(TypedDict):
    """That a paper stands on the list of a day, or with `precision` `month` on that of a month."""

    day: str
    precision: str
    source: str
    announced: bool
    submitted: bool
    """Whether someone put it forward."""
    estimated: bool
    """Whether the source does not tell the day, which follows from its calendar."""


@described
class Mention(TypedDict):
    """What an outside community says of a paper."""

    source: str
    day: str
    votes: int
    comments: int
    submitter: str
    organization: str
    url: str
    captured_at: str | None
    """When these numbers were read there."""


@described
class Summary(TypedDict):
    """A short text on a paper, with who or what wrote it."""

    text: str
    origin: str
    """The source that told it; `author` for an author of the paper."""
    model: str
    """The model that wrote it; empty for a person or where it is not known."""
    keywords: list[str]


class Withdrawal(TypedDict):
    """That a paper was withdrawn or retracted."""

    day: str | None
    reason: str


@described
class Votes(TypedDict):
    """How many voted for a paper."""

    total: int
    """What the order of a list goes by: `here` and `elsewhere`."""
    here: int
    elsewhere: int


@described
class Comments(TypedDict):
    """How much is said of a paper."""

    here: int
    by_authors: int
    """Those of `here` that authors of the paper wrote."""
    elsewhere: int


class ScorePart(TypedDict):
    """What one signal adds to the heat."""

    signal: str
    amount: str
    value: float


@described
class Score(TypedDict):
    """By what a paper is ordered. `/about` has the formula."""

    heat: float
    trending: float | None
    """Null for a paper that nobody spoke of, which is not on that list."""
    factor: float
    """What a vote in the paper's field counts."""
    parts: list[ScorePart]
    """They add up to `heat`."""


@described
class Submitted(TypedDict):
    """Who put a paper forward here."""

    day: str
    handle: str | None
    """Null where the person has left."""
    name: str


class Viewer(TypedDict):
    """What the person whose token it is keeps of a paper."""

    voted: bool
    saved: bool
    read: bool
    collections: int


@described
class Paper(TypedDict, total=False):
    """A paper. All of it is there unless `fields` leaves something out."""

    id: Required[str]
    """Its identifier in addresses: `2604.04913`, `doi:10.1234/engine`. Its others lead here too."""
    url: str
    """Its page."""
    title: str
    """With LaTeX as its source wrote it."""
    abstract: str
    authors: list[Author]
    """The first 50; all of them where one paper is asked for."""
    author_count: int
    day: str | None
    """The day on whose list it stood first."""
    date: str | None
    """When the work appeared, no more exactly than `precision` says."""
    precision: Literal["day", "month", "year", "none"]
    version: int
    """The version that the text is from; 0 where it is not known."""
    fields: list[str]
    """The primary one first: `cs.CL`."""
    venue: str
    comment: str
    """What its authors say of it where it was archived."""
    licence: str
    keywords: list[str]
    identifiers: list[str]
    """Each with its scheme: `arxiv:2604.04913`."""
    links: list[Link]
    versions: list[Version]
    listed: list[Listed]
    withdrawn: Withdrawal | None
    votes: Votes
    comments: Comments
    score: Score
    mentions: list[Mention]
    summaries: list[Summary]
    submitted: Submitted | None
    source: str
    """Where its record comes from."""
    updated_at: str
    """When its record changed here; votes and comments do not count."""
    viewer: Viewer | None
    """Null without a token that lets its program read."""


@described
class Reason(TypedDict):
    """A part of a score, with what it comes from."""

    word: str
    kind: str
    """`lexical`, `near`, `name`, `kindred`, `dense`, `votes` or `recent`."""
    score: float


@described
class Entry(TypedDict):
    """A paper's place on a list."""

    paper: Paper
    why: str
    """Why it stands where it stands, in words."""


@described
class Papers(TypedDict):
    """One page of papers."""

    papers: list[Paper]
    next: str | None
    """The address of the page after this one."""


@described
class RelatedPaper(TypedDict):
    """A paper near another."""

    id: str
    title: str
    url: str
    words: list[str]
    """Telling words that both share."""


class RelatedPapers(TypedDict):
    """Papers near another, the nearest first."""

    papers: list[RelatedPaper]


class FieldCount(TypedDict):
    """How many papers of a list are in a field."""

    field: str
    name: str
    papers: int


@described
class PaperList(TypedDict):
    """One page of the list of a day, a week, a month, or of what is trending."""

    kind: Literal["date", "week", "month", "trending"]
    period: str | None
    """As its address says it; null for an empty site."""
    first: str | None
    last: str | None
    """The days of it, both included."""
    total: int
    """How many papers the whole list has."""
    submitted: int
    """How many of them were put forward."""
    complete: bool | None
    """Whether all that was announced is held; null where that is not counted."""
    wholeness: str
    """The same in words."""
    earlier: str | None
    later: str | None
    """The nearest lists of this kind that have something: addresses."""
    fields: list[FieldCount]
    entries: list[Entry]
    next: str | None
    """The address of the page after this one."""


@described
class Facet(TypedDict):
    """Something that results can be narrowed to."""

    value: str
    papers: int
    query: str
    """The query with it."""


class Correction(TypedDict):
    """A misspelt word and what was looked for instead."""

    written: str
    looked_for: str


class QueryProblem(TypedDict):
    """A part of the query that could not be taken as it was written."""

    part: str
    hint: str


@described
class Result(TypedDict):
    """A paper that was found."""

    paper: Paper
    sentence: str
    """The sentence of its abstract that answers, in plain text."""
    score: float
    """0 where nothing but filters was asked for."""
    why: list[Reason]
    """The parts of the score, the largest first; they add up to it."""


@described
class SearchResults(TypedDict):
    """One page of what a search found."""

    query: str
    state: Literal["found", "nothing asked", "nothing found", "unknown paper"]
    meant: str | None
    """The paper that the query names, by an identifier or its whole title."""
    total: int
    """How many papers are listed, of which a search lists a few hundred at most."""
    matching: int | None
    """How many have all words and fulfil all filters; null where they were not counted."""
    whole: bool
    """Whether these are all papers that match, rather than the best of more."""
    only_near: bool
    """Whether no paper has the words, so that what was found is near them in meaning."""
    corrections: list[Correction]
    unknown: list[str]
    """Words that no paper has."""
    problems: list[QueryProblem]
    facets: dict[str, list[Facet]] | None
    """By `field`, `year`, `venue` and `has`; null unless asked for."""
    results: list[Result]
    next: str | None
    """The address of the page after this one."""
