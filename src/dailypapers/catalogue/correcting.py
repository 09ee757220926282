"""Writing what authors put right of their papers; who may do so is not asked here."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from dailypapers.catalogue.corrections import Key, applied, correction_key, lifted
from dailypapers.catalogue.holding import held_records, write_changed
from dailypapers.catalogue.landing import one_writer
from dailypapers.catalogue.models import Unindexed
from dailypapers.catalogue.records import Correction, PaperRecord

Corrections = Iterable[Correction]


@transaction.atomic
def correct(paper_id: int, change: Callable[[PaperRecord], Corrections], now: datetime) -> PaperRecord:
    """Lay other corrections over a paper; gives it as it is then.

    `change` is given the paper as it is now, with no other writer, and says all corrections that it has
    then. Raises KeyError for a paper that is not held.
    """
    one_writer()
    held = held_records([paper_id])[paper_id]
    after = applied(lifted(held), change(held))
    if after != held:
        write_changed([(paper_id, held, after)], now)
        Unindexed.objects.create(paper=paper_id)
    return after


def without(record: PaperRecord, keys: Iterable[Key]) -> tuple[Correction, ...]:
    """The corrections of a paper without those of some keys."""
    gone = set(keys)
    return tuple(one for one in record.corrections if correction_key(one) not in gone)
