"""Undoing a wrong merge: the joined copy becomes a paper of its own again, and stays one."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

from django.db import transaction

from dailypapers.catalogue.corrections import applied, bare, correction_key, lifted
from dailypapers.catalogue.holding import held_records, write_changed
from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.landing import land, one_writer
from dailypapers.catalogue.merging import absorb, link_key, listing_key, settled, version_key
from dailypapers.catalogue.models import Merge, Paper, Separation, Unindexed
from dailypapers.catalogue.records import Correction, PaperRecord
from dailypapers.catalogue.serialising import from_json

T = TypeVar("T")

_WORDS = ("source", "authority", "title", "version", "text_from")
"""These always come from one record."""
_FILLED = (
    ("authors",), ("abstract",), ("day", "precision"), ("categories",), ("venue",), ("comment",),
    ("licence",), ("keywords",), ("withdrawal",),
)  # fmt: skip
"""These may come from any record; those in one bracket belong together."""


class CannotSplit(ValueError):
    """The merge cannot be undone, and why."""


@transaction.atomic
def split(merge: Merge, now: datetime) -> tuple[Paper, Paper]:
    """Part the two copies of `merge` and remember that they are two works.

    What the joined copy brought (identifiers, versions, links, listings, mentions, summaries, words)
    goes with it; what the paper learned since stays with it, except what was told of the identifiers
    that go. Returns the kept and the parted paper. Raises `CannotSplit` when the joined copy has no
    identifier of its own to live under.
    """
    one_writer()
    joined, before = from_json(merge.joined), from_json(merge.held)
    as_corrected = held_records([merge.paper_id])[merge.paper_id]
    # What authors put right is lifted off first, and laid again over what each of the two is then.
    corrections = _corrections(as_corrected, joined, before)
    current, joined, before = lifted(as_corrected), lifted(joined), lifted(before)
    own = tuple(
        name for name in joined.identifiers if name not in before.identifiers and name in current.identifiers
    )
    if not own:
        raise CannotSplit(
            f"merge {merge.pk}: the copy has no identifier that {merge.paper.handle} did not have"
        )
    merged = absorb(before, joined)
    kept = merge.paper
    Separation.objects.bulk_create(
        [Separation(first=str(one), second=str(other)) for one in before.identifiers for other in own],
        ignore_conflicts=True,
    )
    after = applied(_kept(current, merged, before, own), corrections[0])
    write_changed([(kept.pk, as_corrected, after)], now)
    Unindexed.objects.create(paper=kept.pk)
    land([applied(_parted(current, merged, joined, own), corrections[1])], now)
    parted = Paper.objects.get(identifiers__scheme=own[0].scheme, identifiers__value=own[0].value)
    for other in Merge.objects.filter(paper=kept).exclude(pk=merge.pk):
        if from_json(other.joined).identifiers[0] in own:
            other.paper = parted
            other.save(update_fields=["paper"])
    merge.delete()
    kept.refresh_from_db()
    return kept, parted


def _corrections(
    current: PaperRecord, joined: PaperRecord, before: PaperRecord
) -> tuple[tuple[Correction, ...], tuple[Correction, ...]]:
    """The corrections of the paper that is kept, and of the copy: each has what it came with.

    What was put right since the merge stays with the paper.
    """
    came, were = bare(joined.corrections), {correction_key(one): one for one in bare(before.corrections)}
    brought = {correction_key(one): one for one in came}
    stay = (
        were.get(correction_key(one)) if brought.get(correction_key(one)) == one else one
        for one in bare(current.corrections)
    )
    return tuple(one for one in stay if one is not None), came


def _kept(
    current: PaperRecord, merged: PaperRecord, before: PaperRecord, own: Collection[Identifier]
) -> PaperRecord:
    """The paper as it was before the merge, with what it learned since."""
    if _speaks_of(own, current):
        words = {name: getattr(before, name) for name in (*_WORDS, *chain(*_FILLED))}
    else:
        words = _told_since(current, merged, before)
    return settled(
        replace(
            current,
            **words,
            identifiers=tuple(name for name in current.identifiers if name not in own),
            versions=tuple(
                version
                for version in _less(current.versions, merged.versions, before.versions, version_key)
                if version.identifier not in own
            ),
            links=_less(current.links, merged.links, before.links, link_key),
            listed=_less(current.listed, merged.listed, before.listed, listing_key),
            mentions=_less(current.mentions, merged.mentions, before.mentions, lambda one: one.source),
            summaries=_less(current.summaries, merged.summaries, before.summaries, lambda one: one.origin),
        )
    )


def _parted(
    current: PaperRecord, merged: PaperRecord, joined: PaperRecord, own: tuple[Identifier, ...]
) -> PaperRecord:
    """The joined copy as it came, with what was told of its identifiers since."""
    words: dict[str, Any] = {}
    if _speaks_of(own, current):
        words = {name: getattr(current, name) for name in _WORDS} | _told_since(current, merged, joined)
    newer = (version for version in current.versions if version.identifier in own)
    return replace(joined, **words, identifiers=own, versions=(*joined.versions, *newer))


def _speaks_of(own: Collection[Identifier], current: PaperRecord) -> bool:
    """Whether the paper's words are now those of the copy that is to go."""
    return current.text_from in {str(name) for name in own}


def _told_since(current: PaperRecord, merged: PaperRecord, otherwise: PaperRecord) -> dict[str, Any]:
    """What the paper learned after the merge, and for the rest what `otherwise` says."""
    told: dict[str, Any] = {}
    for names in _FILLED:
        changed = any(getattr(current, name) != getattr(merged, name) for name in names)
        told |= {name: getattr(current if changed else otherwise, name) for name in names}
    return told


def _less(
    current: tuple[T, ...], merged: tuple[T, ...], before: tuple[T, ...], key: Callable[[T], Hashable]
) -> tuple[T, ...]:
    """The items less those that the merge brought; those it replaced are as they were."""
    was = {key(item): item for item in before}
    became = {key(item): item for item in merged}
    items = (was.get(key(item)) if became.get(key(item)) == item else item for item in current)
    return tuple(item for item in items if item is not None)
