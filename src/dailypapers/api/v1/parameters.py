"""Parameters that several calls take, as they are documented and checked."""

from typing import Annotated, Any, Final

from ninja import Path, Query, Schema
from pydantic import ConfigDict

from dailypapers.api.v1.cursors import LARGEST, LONGEST

LONGEST_ID: Final = 2_000

PaperId = Annotated[
    str,
    Path(
        alias="id",
        description="Any identifier of a paper, with or without a version, or its whole address.",
        examples=["2604.04913", "doi:10.1000/xyz"],
        max_length=LONGEST_ID,
    ),
]
Number = Annotated[int, Path(ge=1, le=LARGEST)]
Cursor = Annotated[str, Query(description="Where a list goes on, from `next`.", max_length=LONGEST)]
Fields = Annotated[
    str, Query(description="What to tell of each paper, parted by commas: `id,title,votes`.", max_length=400)
]


class Failure(Schema):
    """What went wrong."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """For programs: the status in a word."""
    message: str
    """For people: what is wrong and what to do."""
    field: str | None
    """What of the call is wrong, where it is one thing."""


class Error(Schema):
    """An error; every one has this form."""

    error: Failure


OPEN: Final[dict[int, Any]] = {
    400: Error, 401: Error, 404: Error, 405: Error, 410: Error, 429: Error, 500: Error, 503: Error,
}  # fmt: skip
"""How a call can end that reads; 304 has no words."""
WRITES: Final[dict[int, Any]] = {**OPEN, 403: Error, 409: Error, 413: Error, 422: Error}
"""How a call can end that changes something."""


def reads(told: Any) -> dict[int, Any]:
    """The answers of a call that reads."""
    return {200: told, 304: None, **OPEN, 403: Error}


def changes(told: Any, status: int = 200) -> dict[int, Any]:
    """The answers of a call that changes something."""
    return {status: told, **WRITES}


def takes(scope: str) -> dict[str, Any]:
    """What the document says of a call that takes a token with this scope."""
    return {"x-scope": scope}
