"""Two papers that are one work though nothing in them says so: joined by hand, parted by `splitting`."""

from datetime import datetime

from django.db import transaction

from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.landing import join_held, one_writer
from dailypapers.catalogue.likeness import name_different_works
from dailypapers.catalogue.merging import absorb
from dailypapers.catalogue.models import Paper, Separation
from dailypapers.catalogue.records import PaperRecord


class CannotJoin(ValueError):
    """The papers cannot be made one, and why."""


def joined(first: int, second: int) -> PaperRecord:
    """What two papers would be as one. Writes nothing. Raises `CannotJoin`."""
    older, newer = _both(first, second)
    return absorb(older, newer)


def are_told_apart(first: int, second: int) -> bool:
    """Whether two identifiers of one collection say that the papers are two works: to be joined with care."""
    older, newer = _both(first, second)
    return name_different_works(older.identifiers, newer.identifiers)


@transaction.atomic
def join(first: int, second: int, reason: str, now: datetime) -> Paper:
    """Make two papers one, under the older one's key, with all that belongs to either; gives it.

    That they were once parted is forgotten. Raises `CannotJoin`.
    """
    one_writer()
    older, newer = _both(first, second)
    ours, theirs = map(str, older.identifiers), [str(name) for name in newer.identifiers]
    for name in ours:
        Separation.objects.filter(first=name, second__in=theirs).delete()
        Separation.objects.filter(second=name, first__in=theirs).delete()
    kept, gone = min(first, second), max(first, second)
    join_held((kept, older), (gone, newer), reason[:200], now)
    return Paper.objects.get(pk=kept)


def _both(first: int, second: int) -> tuple[PaperRecord, PaperRecord]:
    """Both papers, the older one first."""
    if first == second:
        raise CannotJoin("These are one paper already.")
    held = held_records([first, second])
    if len(held) < 2:
        raise CannotJoin("One of these papers is not held here.")
    return held[min(first, second)], held[max(first, second)]
