"""The papers of a collection: put in, taken out, moved, noted on.

Positions are 1, 2, 3 … without gaps, so that a page is a range of them. Whoever changes them has the
collection's row locked (`collect.own`).
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dailypapers.catalogue.holding import in_chunks
from dailypapers.catalogue.models import Paper
from dailypapers.community import markdown
from dailypapers.community.access import Refused
from dailypapers.community.actions.collect import checked_words, own, refuse_links_of_new
from dailypapers.community.collecting import changeable
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)

MOST_PAPERS = 20_000
LONGEST_NOTE = 2_000


def add(
    *, person: User, collection_id: int, paper_ids: Sequence[int], now: datetime | None = None
) -> tuple[Collection, int]:
    """Put papers at the end of a collection, in the order given; those that are in it already stay.

    Gives the collection and how many were new to it. Papers that are not held are passed over. Raises
    `Refused` for another's collection or one that would be too long, `TooMany`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        collection = own(person, collection_id, now)
        fresh = _new_to(collection, paper_ids)
        if collection.papers + len(fresh) > MOST_PAPERS:
            raise Refused(f"A collection can have {MOST_PAPERS:,} papers; with these it would have more.")
        by = person if collection.group_id is not None else None
        CollectedPaper.objects.bulk_create(
            (
                CollectedPaper(collection=collection, paper_id=pk, position=at, added_at=now, added_by=by)
                for at, pk in enumerate(fresh, collection.papers + 1)
            ),
            batch_size=500,
        )
        if fresh:
            _changed(collection, len(fresh), now)
    log.info("%s put %d papers into collection %d", person.handle, len(fresh), collection_id)
    return collection, len(fresh)


def remove(*, person: User, collection_id: int, paper_id: int, now: datetime | None = None) -> Collection:
    """Take a paper out of a collection, with the note on it; where it is not in it nothing changes."""
    now = now or timezone.now()
    with transaction.atomic():
        collection = own(person, collection_id, now)
        place = CollectedPaper.objects.filter(collection=collection, paper_id=paper_id).first()
        if place is not None:
            _take_out(place)
            _changed(collection, -1, now)
    log.info("%s took paper %d out of collection %d", person.handle, paper_id, collection_id)
    return collection


def move(
    *, person: User, collection_id: int, paper_id: int, position: int, now: datetime | None = None
) -> CollectedPaper:
    """Move a paper to a position, or to the first or last where that lies outside. Raises `Refused`."""
    with transaction.atomic():
        collection = own(person, collection_id, now or timezone.now())
        place = _place(collection, paper_id)
        _move(place, max(1, min(position, collection.papers)))
    return place


def step(*, person: User, collection_id: int, paper_id: int, by: int) -> CollectedPaper:
    """Move a paper up (`by=-1`) or down (`by=1`). Raises `Refused`."""
    with transaction.atomic():
        collection = own(person, collection_id, timezone.now())
        place = _place(collection, paper_id)
        _move(place, max(1, min(place.position + by, collection.papers)))
    return place


def note(
    *, person: User, collection_id: int, paper_id: int, text: str, now: datetime | None = None
) -> CollectedPaper:
    """Say something on a paper in a collection, or nothing any more. Raises `Refused`."""
    now = now or timezone.now()
    text = checked_words(text, LONGEST_NOTE, "A note")
    with transaction.atomic():
        collection = own(person, collection_id, now)
        place, html = _place(collection, paper_id), markdown.render(text)
        if collection.is_public:
            refuse_links_of_new(person, html, now)
        place.note, place.html, place.renderer = text, html, markdown.VERSION
        place.save(update_fields=["note", "html", "renderer"])
    return place


def put_into(
    *, person: User, paper_id: int, wanted: Iterable[int], shown: Iterable[int], now: datetime | None = None
) -> int:
    """Have a paper in the `wanted` of one's collections and groups' lists, and in no other of those `shown`.

    Gives how many collections changed. Collections that the form did not show stay as they are.
    Raises `Refused`.
    """
    wanted, shown = set(wanted), set(shown)
    there = set(
        CollectedPaper.objects.filter(
            paper_id=paper_id, collection__in=changeable(person).values("pk")
        ).values_list("collection_id", flat=True)
    )
    changed = 0
    with transaction.atomic():
        for number in sorted(wanted - there):
            changed += add(person=person, collection_id=number, paper_ids=[paper_id], now=now)[1]
        for number in sorted((there & shown) - wanted):
            remove(person=person, collection_id=number, paper_id=paper_id, now=now)
            changed += 1
    return changed


def join(gone: int, kept: int) -> None:
    """Give a paper's places to the one that it is joined to; where both are, the other's place is closed."""
    theirs = CollectedPaper.objects.filter(paper_id=gone)
    twice = CollectedPaper.objects.filter(paper_id=kept).values("collection_id")
    for place in theirs.filter(collection_id__in=twice):
        if place.note:
            CollectedPaper.objects.filter(collection=place.collection_id, paper_id=kept, note="").update(
                note=place.note, html=place.html, renderer=place.renderer
            )
        _take_out(place)
        Collection.objects.filter(pk=place.collection_id).update(papers=F("papers") - 1)
    theirs.update(paper_id=kept)


def _new_to(collection: Collection, paper_ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(paper_ids))
    held: set[int] = set()
    there: set[int] = set()
    for chunk in in_chunks(wanted):
        held.update(Paper.objects.filter(pk__in=chunk, hidden=None).values_list("pk", flat=True))
        rows = CollectedPaper.objects.filter(collection=collection, paper__in=chunk)
        there.update(rows.values_list("paper_id", flat=True))
    return [pk for pk in wanted if pk in held and pk not in there]


def _place(collection: Collection, paper_id: int) -> CollectedPaper:
    place = CollectedPaper.objects.filter(collection=collection, paper_id=paper_id).first()
    if place is None:
        raise Refused("This paper is not in the collection any more.")
    return place


def _move(place: CollectedPaper, to: int) -> None:
    others = CollectedPaper.objects.filter(collection=place.collection_id)
    if to < place.position:
        others.filter(position__gte=to, position__lt=place.position).update(position=F("position") + 1)
    elif to > place.position:
        others.filter(position__gt=place.position, position__lte=to).update(position=F("position") - 1)
    place.position = to
    place.save(update_fields=["position"])


def _take_out(place: CollectedPaper) -> None:
    place.delete()
    after = CollectedPaper.objects.filter(collection=place.collection_id, position__gt=place.position)
    after.update(position=F("position") - 1)


def _changed(collection: Collection, more: int, now: datetime) -> None:
    collection.papers += more
    collection.changed_at = now
    collection.save(update_fields=["papers", "changed_at"])
