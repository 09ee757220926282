"""What a person has given, by kind: how it is handed out, and how it goes when the person leaves.

A table that holds something of a person's is named here in one line, when the room starts
(`CommunityConfig.ready`). A test fails for a table that points to people and is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from dailypapers.community.models.people import User


@dataclass(frozen=True, slots=True)
class Giving:
    """One kind of thing that people give: votes, comments, collections."""

    name: str
    """The file of the export that holds it."""
    tables: tuple[type[models.Model], ...]
    hand_out: Callable[[User], list[dict[str, Any]]]
    """Everything of it, as JSON can say it."""
    forget: Callable[..., set[int]]
    """Takes `person`; removes or anonymises it, and gives the papers whose numbers changed."""


_givings: dict[str, Giving] = {}


def add(giving: Giving) -> None:
    """Have a kind of thing exported and forgotten. Naming it again replaces it."""
    _givings[giving.name] = giving


def all_givings() -> list[Giving]:
    """Every kind there is, in the order of names."""
    return [_givings[name] for name in sorted(_givings)]
