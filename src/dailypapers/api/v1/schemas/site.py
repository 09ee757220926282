"""The site itself as programs read it."""

from typing import Literal

from typing_extensions import TypedDict

from dailypapers.api.v1.schemas.papers import described


@described
class SourceDay(TypedDict):
    """What a source announced on a day, and what of it is held."""

    day: str
    source: str
    announced: int
    held: int
    state: str
    """`complete`, `empty`, `gap` or `unknown`."""
    asked_at: str | None
    """When the source was asked last."""


class HeldDay(TypedDict):
    """How many papers stand on the list of a day."""

    day: str
    papers: int


@described
class Coverage(TypedDict):
    """How whole the days of a month are."""

    month: str
    complete: bool | None
    """Whether all that was announced in the month is held; null where it was not counted."""
    wholeness: str
    """The same in words."""
    sources: list[SourceDay]
    days: list[HeldDay]


@described
class Status(TypedDict):
    """Whether the site is alive, and what it holds."""

    status: Literal["ok"]
    version: str
    """Of the program."""
    papers: int
    newest_day: str | None
    """The newest day that has a list."""
    search: bool
    """Whether there is a search index."""


@described
class FieldName(TypedDict):
    """A field that papers are in."""

    field: str
    name: str
    """In plain words; the field itself where it has none."""
    followed: bool
    """Whether the site follows it; all are where it follows everything."""


class FieldNames(TypedDict):
    """The fields that have a name."""

    fields: list[FieldName]
