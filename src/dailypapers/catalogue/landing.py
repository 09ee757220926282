"""The one place where papers are written: `land` takes records and makes them part of the catalogue."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q

from dailypapers.catalogue import belongings
from dailypapers.catalogue.holding import held_records, in_chunks, insert_rows, write_changed, write_new
from dailypapers.catalogue.identifiers import Identifier as Name
from dailypapers.catalogue.likeness import name_different_works, share_an_author, title_key
from dailypapers.catalogue.merging import absorb, settled
from dailypapers.catalogue.models import Identifier, Merge, Paper, Separation, Unindexed
from dailypapers.catalogue.records import PaperRecord, RejectedRecord, checked
from dailypapers.catalogue.serialising import to_json

_SAME_TITLE = "same title and an author in common"
_PAPERS = 26_040_913
"""The number of the lock of papers, among those that others may use in the same database."""


class Outcome(StrEnum):
    """What became of a record."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Landed:
    """The result for one record, in the order the records came; `reason` when it was rejected."""

    outcome: Outcome
    withdrawn: bool = False
    reason: str = ""


@dataclass(slots=True)
class _Work:
    """A paper during a batch: its key (negative until written), as held and as it will be."""

    key: int
    before: PaperRecord | None
    after: PaperRecord


@dataclass(slots=True)
class _Batch:
    """All that a batch of records touches, in memory: loaded once, written once."""

    now: datetime
    works: dict[int, _Work] = field(default_factory=dict)
    by_name: dict[Name, int] = field(default_factory=dict)
    by_title: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    separated: set[frozenset[str]] = field(default_factory=set)
    merges: list[tuple[int, dict[str, Any], dict[str, Any], str]] = field(default_factory=list)
    gone: dict[int, int] = field(default_factory=dict)
    next_key: int = -1


def land(records: Sequence[PaperRecord], now: datetime) -> list[Landed]:
    """Take records into the catalogue, all of them in one transaction.

    A record joins the paper that holds one of its identifiers, else the one with the same title and
    an author in common, else it is a new paper. Returns one `Landed` a record, in order. A record
    that breaks a rule is reported as rejected and leaves no trace; the others are taken. Costs a
    fixed number of queries for each 900 records, however many papers are held.
    """
    results: list[Landed | None] = [None] * len(records)
    usable: list[tuple[int, PaperRecord]] = []
    for at, record in enumerate(records):
        try:
            usable.append((at, settled(checked(record))))
        except RejectedRecord as rejection:
            results[at] = Landed(Outcome.REJECTED, reason=str(rejection))
    with transaction.atomic():
        one_writer()
        batch = _load([record for _, record in usable], now)
        for at, record in usable:
            results[at] = _take(batch, record)
        _write(batch)
    return [result for result in results if result is not None]


def join_held(
    kept: tuple[int, PaperRecord], gone: tuple[int, PaperRecord], reason: str, now: datetime
) -> None:
    """Make two held papers one, within the caller's transaction; see `joining.join`."""
    batch = _Batch(now)
    for key, record in (kept, gone):
        batch.works[key] = _Work(key, record, record)
        _enter(batch, key, record)
    _join(batch, batch.works[kept[0]], gone[0], reason)
    _write(batch)


def one_writer() -> None:
    """Until the transaction ends, let nobody else write papers; others wait for their turn.

    SQLite has one writer anyway. On PostgreSQL two sources that bring the same paper would both find it
    missing, and the second to write it would fail.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PAPERS])


def count(results: Iterable[Landed]) -> Counter[str]:
    """How many records came to what: new, updated, unchanged, rejected, and withdrawn among them."""
    counts = Counter[str]()
    for result in results:
        counts[result.outcome.value] += 1
        counts["withdrawn"] += result.withdrawn
    return counts


def _load(records: Sequence[PaperRecord], now: datetime) -> _Batch:
    """Fetch every held paper that one of the records could join."""
    batch = _Batch(now)
    names = {name for record in records for name in record.identifiers}
    by_scheme: dict[str, set[str]] = defaultdict(set)
    for name in names:
        by_scheme[name.scheme].add(name.value)
    wanted: set[int] = set()
    for scheme, values in by_scheme.items():
        for chunk in in_chunks(sorted(values)):
            rows = Identifier.objects.filter(scheme=scheme, value__in=chunk)
            wanted.update(rows.values_list("paper_id", flat=True))
    keys = {key for record in records if (key := title_key(record.title)) is not None}
    for titles in in_chunks(sorted(keys)):
        wanted.update(Paper.objects.filter(title_key__in=titles).values_list("pk", flat=True))
    for pk, held in held_records(sorted(wanted)).items():
        batch.works[pk] = _Work(pk, held, held)
        _enter(batch, pk, held)
    batch.separated = _separations({*names, *batch.by_name})
    return batch


def _separations(names: Iterable[Name]) -> set[frozenset[str]]:
    """The pairs that were split by hand and have one of the names."""
    if not Separation.objects.exists():
        return set()
    found: set[frozenset[str]] = set()
    for chunk in in_chunks(sorted(map(str, names))):
        pairs = Separation.objects.filter(Q(first__in=chunk) | Q(second__in=chunk))
        found.update(frozenset(pair) for pair in pairs.values_list("first", "second"))
    return found


def _enter(batch: _Batch, key: int, record: PaperRecord) -> None:
    for name in record.identifiers:
        batch.by_name[name] = key
    titled = title_key(record.title)
    if titled is not None and key not in batch.by_title[titled]:
        batch.by_title[titled].append(key)


def _take(batch: _Batch, record: PaperRecord) -> Landed:
    """Find the record's paper and bring the two together."""
    record, keys = _named(batch, record)
    withdrawn = record.withdrawal is not None
    twins = _same_work(batch, record, keys)
    if not keys and not twins:
        if not record.title:
            # A source's note that it took down a paper we never held: there is nothing to mark.
            return Landed(Outcome.UNCHANGED)
        key = batch.next_key
        batch.next_key -= 1
        batch.works[key] = _Work(key, None, record)
        _enter(batch, key, record)
        return Landed(Outcome.NEW, withdrawn)
    found = _oldest_first([*keys, *twins])
    kept = batch.works[found[0]]
    before = kept.after
    for other in found[1:]:
        by_title = other in twins or kept.key in twins
        _join(batch, kept, other, _SAME_TITLE if by_title else "one record names both")
    if not keys:
        _remember(batch, kept, record, _SAME_TITLE)
    elif _is_another_copy(kept.after, record):
        _remember(batch, kept, record, "an identifier in common")
    kept.after = absorb(kept.after, record)
    if kept.after is before:
        return Landed(Outcome.UNCHANGED)
    _enter(batch, kept.key, kept.after)
    return Landed(Outcome.UPDATED, withdrawn and before.withdrawal is None)


def _oldest_first(keys: Iterable[int]) -> list[int]:
    """Papers that are held before those of this batch (negative keys), older ones before newer ones."""
    return sorted(keys, key=lambda key: (key < 0, abs(key)))


def _named(batch: _Batch, record: PaperRecord) -> tuple[PaperRecord, list[int]]:
    """The papers that hold the record's identifiers, and the record without those that are not its own.

    The source's own identifier always decides. A further one (a DOI someone typed into two arXiv
    entries) that belongs to a paper which is plainly another work stays there and is left out here.
    """
    own, *further = record.identifiers
    keys = [batch.by_name[own]] if own in batch.by_name else []
    names = [own]
    for name in further:
        key = batch.by_name.get(name)
        if key is not None and key not in keys:
            if not _could_be_one(batch, batch.works[key].after, [record, *_works(batch, keys)]):
                continue
            keys.append(key)
        names.append(name)
    if len(names) < len(record.identifiers):
        record = replace(record, identifiers=tuple(names))
    return record, keys


def _same_work(batch: _Batch, record: PaperRecord, keys: Sequence[int]) -> list[int]:
    """Other papers of the same title with an author in common, unless identifiers say otherwise."""
    titled = title_key(record.title)
    if titled is None:
        return []
    twins: list[int] = []
    for key in _oldest_first(batch.by_title.get(titled, ())):
        if key in keys or key not in batch.works:
            continue
        held = batch.works[key].after
        if (
            title_key(held.title) == titled
            and share_an_author(held.authors, record.authors)
            and _could_be_one(batch, held, [record, *_works(batch, [*keys, *twins])])
        ):
            twins.append(key)
    return twins


def _works(batch: _Batch, keys: Iterable[int]) -> list[PaperRecord]:
    return [batch.works[key].after for key in keys]


def _could_be_one(batch: _Batch, held: PaperRecord, others: Iterable[PaperRecord]) -> bool:
    """Whether neither identifiers nor a moderator say that the paper is another work than the others."""
    return not any(
        name_different_works(held.identifiers, other.identifiers) or _are_separated(batch, held, other)
        for other in others
    )


def _are_separated(batch: _Batch, held: PaperRecord, other: PaperRecord) -> bool:
    return bool(batch.separated) and any(
        frozenset((str(one), str(another))) in batch.separated
        for one in held.identifiers
        for another in other.identifiers
    )


def _is_another_copy(held: PaperRecord, record: PaperRecord) -> bool:
    """Whether the record is a copy met for the first time whose title is not that of the paper.

    It is right to join them, the identifier says so; but where a wrong identifier was typed in, this is
    the merge that someone will want to undo.
    """
    return (
        record.identifiers[0] not in held.identifiers
        and bool(record.title)
        and title_key(record.title) != title_key(held.title)
    )


def _join(batch: _Batch, kept: _Work, other: int, reason: str) -> None:
    """Make two papers one."""
    gone = batch.works.pop(other)
    _remember(batch, kept, gone.after, reason)
    batch.gone[other] = kept.key
    kept.after = absorb(kept.after, gone.after)
    _enter(batch, kept.key, kept.after)


def _remember(batch: _Batch, kept: _Work, copy: PaperRecord, reason: str) -> None:
    """Write down a merge so that it can be undone."""
    batch.merges.append((kept.key, to_json(copy), to_json(kept.after), reason))


def _write(batch: _Batch) -> None:
    gone = [key for key in batch.gone if key > 0]
    for key in gone:
        Merge.objects.filter(paper_id=key).update(paper_id=_kept(batch, key))
        belongings.move(key, _kept(batch, key))
    for chunk in in_chunks(gone):
        Paper.objects.filter(pk__in=chunk).delete()
    fresh = [work for work in batch.works.values() if work.before is None]
    keys = _new_keys(len(fresh))
    written = {work.key: pk for work, pk in zip(fresh, keys, strict=True)}
    write_new([(pk, work.after) for work, pk in zip(fresh, keys, strict=True)], batch.now)
    write_changed(
        [
            (work.key, work.before, work.after)
            for work in batch.works.values()
            if work.before is not None and work.after is not work.before
        ],
        batch.now,
    )
    changed = [work.key for work in batch.works.values() if work.key > 0 and work.after is not work.before]
    insert_rows(Unindexed, ("paper",), [(pk,) for pk in (*keys, *changed, *gone)])
    rows = []
    for key, copy, held, reason in batch.merges:
        kept = _kept(batch, key)
        rows.append((written.get(kept, kept), copy, held, reason, batch.now))
    insert_rows(Merge, ("paper_id", "joined", "held", "reason", "merged_at"), rows)


def _kept(batch: _Batch, key: int) -> int:
    """The paper into which a paper went, if it went into one."""
    while key in batch.gone:
        key = batch.gone[key]
    return key


def _new_keys(wanted: int) -> range | list[int]:
    """Primary keys for new papers, none of which a paper ever had: pictures are kept by key.

    SQLite allows one writer at a time, so inside our transaction the keys above the highest there ever
    was are ours. PostgreSQL hands them out by sequence. Asking each insert for its key instead would rule
    out executemany, which is most of the loading speed.
    """
    if not wanted:
        return []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [Paper._meta.db_table, wanted])
            return [row[0] for row in cursor.fetchall()]
    highest = Paper.objects.aggregate(highest=Max("pk"))["highest"] or 0
    with connection.cursor() as cursor:
        # The highest key held may be that of a paper older than one that was merged away.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [Paper._meta.db_table])
        highest = max([highest, *(row[0] for row in cursor.fetchall())])
    return range(highest + 1, highest + 1 + wanted)
