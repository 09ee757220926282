"""A paper as the search engine takes it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FLAGS = ("code", "project", "model", "dataset", "pdf", "abstract", "withdrawn", "submitted")
"""What `has:` and `is:` can ask for."""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper: what is searched (title, abstract, authors) and what narrows a search."""

    id: int
    """The catalogue's key, positive."""
    title: str
    abstract: str = ""
    handle: str = ""
    """The part of its address after /papers/."""
    authors: Sequence[str] = ()
    identifiers: Sequence[str] = ()
    """Each as `scheme:value`."""
    day: date | None = None
    fields: Sequence[str] = ()
    """Categories, the primary one first."""
    venue: str = ""
    flags: Sequence[str] = ()
    """Those of `FLAGS` that hold."""
    votes: int = 0

    @property
    def text(self) -> str:
        """What the encoder reads."""
        return f"{self.title}. {self.abstract}"
