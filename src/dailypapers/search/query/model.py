"""A query as it was understood: what is asked for, what is ruled out, and what could not be read."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ConditionKind = Literal["author", "field", "venue", "after", "before", "has", "is", "votes"]


@dataclass(frozen=True, slots=True)
class Votes:
    """A bound on votes: at least `least` and at most `most` (None: no bound)."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that a paper must be, or with `negated` must not be.

    `value` is text for author, field, venue, has and is; a day for after (that day or later) and
    before (earlier than that day); `Votes` for votes.
    """

    kind: ConditionKind
    value: str | date | Votes
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the query that could not be taken as it was written, and what to write instead."""

    part: str
    hint: str
    mended: str = ""
    """The whole query as it may be meant; empty where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader asked for. `words` and `phrases` rank papers, everything else narrows them."""

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Words and phrases that a paper must not have."""
    like: tuple[str, ...] = ()
    """Identifiers of papers to which the results shall be near."""
    conditions: tuple[Condition, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def wanted(self) -> str:
        """The words and phrases as one text, in their order of kind."""
        return " ".join((*self.words, *self.phrases))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for at all, so that there is nothing to rank or narrow."""
        return not (self.words or self.phrases or self.like or self.conditions)
