"""That readers of this site put a paper forward: its place on the list of a day, given and taken away."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from django.db import transaction

from dailypapers.catalogue.holding import held_records, write_changed
from dailypapers.catalogue.landing import one_writer
from dailypapers.catalogue.merging import settled
from dailypapers.catalogue.models import Unindexed
from dailypapers.catalogue.records import Listed

READERS: Final = "readers"
"""What stands as the source of such a listing."""


@transaction.atomic
def put_forward(paper_id: int, day: date | None, now: datetime) -> bool:
    """Let a paper stand on the list of a day because readers put it forward; with None, let it no more.

    Its other listings stay. False for a paper that is not held.
    """
    one_writer()
    before = held_records([paper_id]).get(paper_id)
    if before is None:
        return False
    others = tuple(one for one in before.listed if one.source != READERS)
    own = (Listed(day, READERS, submitted=True),) if day is not None else ()
    after = settled(replace(before, listed=(*others, *own)))
    if after != before:
        write_changed([(paper_id, before, after)], now)
        Unindexed.objects.create(paper=paper_id)
    return True
