"""From rows to the search index: what stands in it, and how it keeps up with what is written.

Whoever writes a paper leaves an `Unindexed` row in the same transaction; `update` takes those up. A kill in
between leaves the row, so nothing written is ever forgotten by the index.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Sum

from dailypapers.catalogue import encoders
from dailypapers.catalogue.holding import CHUNK, in_chunks
from dailypapers.catalogue.locks import is_held, only_one
from dailypapers.catalogue.models import (
    Artifact,
    Author,
    Category,
    Identifier,
    Listing,
    Mention,
    Paper,
    Summary,
    Unindexed,
)
from dailypapers.search.document import Document

if TYPE_CHECKING:
    from dailypapers.search.encoder import Encoder
    from dailypapers.search.engine import Engine
    from dailypapers.search.memories import Memory
    from dailypapers.search.store import Difference, Status, Store

AT_ONCE = 2_000
"""Papers taken up in one step."""

LONGEST_STEP = 120.0
"""Seconds in which a step of another process surely ends."""

_BUSY = "another process is at work on the search index; wait until it has ended"
_BUILDING = "index-build"


class Replaced(Exception):
    """Another table is in use than the one that was to be written: the index must be opened again."""

    def __init__(self) -> None:
        super().__init__("another index was put in use meanwhile; the same command again goes on with that")


def store() -> "Store":
    """The index of this site."""
    from dailypapers.search.store import Store

    return Store(settings.INDEX_URL)


def open_to_read() -> "Engine":
    """The index in use. Raises `NoIndex`.

    Its encoder is the one it was built with, whatever is wanted by now; while that one cannot be had, search
    goes by words alone.
    """
    from dailypapers.search.encoder import StaticEncoder, UnusableEncoder
    from dailypapers.search.words_only import OrWordsOnly, checked

    state = _state()
    loaded_from, name = str(state.get("loaded_from", "")), str(state["encoder"])

    def load() -> "Encoder":
        return checked(encoders.load(loaded_from), name)

    encoder: Encoder | None = None
    with suppress(UnusableEncoder):
        encoder = load()
    if not isinstance(encoder, StaticEncoder):  # Others may fail at any text.
        known = encoder
        encoder = OrWordsOnly(name, int(state["dimensions"]), load if known is None else lambda: known)
    return store().open(encoder, state)


def open_to_write() -> "Engine":
    """The index in use with the encoder it was built with. Raises `NoIndex`, `UnusableEncoder`."""
    from dailypapers.search.words_only import checked

    state = _state()
    encoder = checked(encoders.load(str(state.get("loaded_from", ""))), str(state["encoder"]))
    return store().open(encoder, state)


def encoder_problems() -> Iterator[tuple[str, str]]:
    """What is wrong with the encoder in use, or the one that is to be used, and what to do about it.

    Nothing where there is no index.
    """
    from dailypapers.search.encoder import UnusableEncoder
    from dailypapers.search.words_only import checked

    state = store().state()
    if not state:
        return
    name, loaded_from, wanted = str(state["encoder"]), str(state.get("loaded_from", "")), encoders.wanted()
    try:
        checked(encoders.load(loaded_from), name)
        is_there = True
    except UnusableEncoder as problem:
        is_there = False
        what = f"The encoder of the index, {encoders.described(loaded_from)}, cannot be loaded: {problem}."
        mend = "bring it back, or encode all papers anew: dailypapers index build"
        yield f"{what} Search goes by words alone, and new papers wait.", mend
    try:
        other = encoders.load(wanted).name
    except UnusableEncoder as problem:
        if wanted != loaded_from:
            what = f"The wanted encoder, {encoders.described(wanted)}, cannot be loaded: {problem}."
            mend = "see that it can be loaded, or set DAILYPAPERS_ENCODER to another (docs/settings.md)"
            yield f"{what} The index goes on with {name}.", mend
        return
    if other != name and is_there:
        mend = "the worker of `dailypapers up` encodes all papers anew, or: dailypapers index build"
        yield f"The index is encoded by {name}; {other} is wanted.", mend


def _state() -> dict[str, Any]:
    where = store()
    state = where.state()
    if not state:
        where.status()  # It raises, with the words for it.
    return state


def build(progress: Callable[[int], None] | None = None, *, loaded_from: str | None = None) -> "Status":
    """Build the index anew from all papers; the old one serves, and is kept up, until it is there.

    The encoder is the one the site is to use, unless it is told how to load another. Raises `Busy`,
    `UnusableEncoder`.
    """
    with only_one(_BUILDING, _BUSY):
        how = encoders.wanted() if loaded_from is None else loaded_from
        encoder = encoders.load(how)
        # From here on updates leave their rows: what they bring to the old index, the new one may lack.
        known = list(Unindexed.objects.values_list("pk", flat=True))
        switching = only_one("index", _BUSY, wait=LONGEST_STEP)
        status = store().build(every_document(), encoder, progress, loaded_from=how, switching=switching)
        _delete(known)
        return status


def update(
    engine: "Engine", progress: Callable[[int], None] | None = None, seen: set[int] | None = None
) -> int:
    """Take up all that was written since the index last looked. Returns how many papers.

    While an index is built anew the rows are left for it, and put into `seen`: those in it are not taken up
    again. Raises `Busy`; `Replaced` where the engine's table is no longer the one in use.
    """
    seen = set() if seen is None else seen
    taken = 0
    while True:
        with only_one("index", _BUSY):
            rows = _some(seen)
            # Asked after the rows were read: a build that began since sees all that they stand for.
            building = is_held(_BUILDING)
            if store().state().get("table") != engine.table.name:
                raise Replaced
            if seen and not building:  # The build that they were left for came to nothing.
                _delete(seen)
                seen.clear()
            if not rows:
                return taken
            papers = sorted({paper for _, paper in rows})
            documents = list(documents_of(papers))
            gone = set(papers) - {document.id for document in documents}
            store().write(documents, gone, engine)
            if building:
                seen.update(pk for pk, _ in rows)
            else:
                _delete(pk for pk, _ in rows)
        taken += len(papers)
        if progress:
            progress(taken)


def _some(seen: set[int]) -> list[tuple[int, int]]:
    """The first rows that were not yet taken up, as many as are taken up in one step."""
    found: list[tuple[int, int]] = []
    for row in Unindexed.objects.order_by("pk").values_list("pk", "paper").iterator(AT_ONCE):
        if row[0] not in seen:
            found.append(row)
            if len(found) == AT_ONCE:
                break
    return found


def _delete(rows: Iterable[int]) -> None:
    for chunk in in_chunks(rows):
        Unindexed.objects.filter(pk__in=chunk).delete()


def verify(engine: "Engine") -> "Difference":
    """Compare the index with the catalogue, paper by paper. Raises `Busy`, `Replaced`.

    Papers that are written meanwhile, and so differ for a moment, are looked at again.
    """
    found = store().verify(every_document(), engine)
    if found:
        update(engine)
        keys = {*found.missing, *found.changed, *found.surplus}
        again = (document for chunk in in_chunks(sorted(keys)) for document in documents_of(chunk))
        found = store().verify(again, engine, keys)
    return found


def remembered(most: int) -> "list[Memory]":
    """Half-remembered papers to look for: of `most` papers, half of them with a summary by someone else.

    The same for the same catalogue.
    """
    from dailypapers.search.memories import memories

    summarised = list(
        Summary.objects.exclude(text="").order_by("paper_id").values_list("paper_id", flat=True)
    )
    every = list(Paper.objects.exclude(abstract="").order_by("pk").values_list("pk", flat=True))
    drawn = sorted({*_spread(summarised, most // 2), *_spread(every, most - most // 2)})
    found: list[Memory] = []
    for chunk in in_chunks(drawn):
        told = _lists(
            Summary.objects.filter(paper__in=chunk).order_by("origin").values_list("paper_id", "text")
        )
        rows = Paper.objects.filter(pk__in=chunk).order_by("pk").values_list("pk", "title", "abstract")
        for pk, title, abstract in rows:
            found.extend(memories(pk, title, abstract, told.get(pk, ())))
    return found


def _spread(keys: Sequence[int], most: int) -> Sequence[int]:
    """At most so many of the keys, evenly from all of them."""
    return keys[:: -(-len(keys) // most)] if keys and most else ()


def mark(papers: Iterable[int]) -> None:
    """Have the index look at these papers again."""
    Unindexed.objects.bulk_create([Unindexed(paper=paper) for paper in papers], batch_size=400)


def every_document() -> Iterator[Document]:
    """All papers, oldest key first; costs a fixed number of queries for each 900."""
    last = 0
    while keys := list(Paper.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield from documents_of(keys)
        last = keys[-1]


def documents_of(papers: Sequence[int]) -> Iterator[Document]:
    """These papers as documents; those that are gone or hidden are left out."""
    for chunk in in_chunks(papers):
        yield from _documents(chunk)


def _documents(papers: list[int]) -> Iterator[Document]:
    authors = _lists(
        Author.objects.filter(paper__in=papers).order_by("position").values_list("paper_id", "name")
    )
    fields = _lists(
        Category.objects.filter(paper__in=papers).order_by("position").values_list("paper_id", "name")
    )
    names: dict[int, list[str]] = {}
    rows = Identifier.objects.filter(paper__in=papers).order_by("position")
    for paper, scheme, value in rows.values_list("paper_id", "scheme", "value"):
        names.setdefault(paper, []).append(f"{scheme}:{value}")
    kinds = _lists(Artifact.objects.filter(paper__in=papers).values_list("paper_id", "kind"))
    votes = dict(Mention.objects.filter(paper__in=papers).values_list("paper").annotate(Sum("votes")))
    submitted = dict(
        Listing.objects.filter(paper__in=papers, submitted=True).values_list("paper").annotate(Count("pk"))
    )
    columns = ("pk", "handle", "title", "abstract", "day", "date", "venue", "withdrawn")
    for pk, handle, title, abstract, day, date, venue, withdrawn in (
        Paper.objects.filter(pk__in=papers, hidden=None).order_by("pk").values_list(*columns)
    ):
        flags = dict.fromkeys(_FLAGS[kind] for kind in sorted(kinds.get(pk, ())) if kind in _FLAGS)
        flags |= {"abstract": None} if abstract else {}
        flags |= {"withdrawn": None} if withdrawn else {}
        flags |= {"submitted": None} if pk in submitted else {}
        yield Document(
            id=pk,
            title=title,
            abstract=abstract,
            handle=handle,
            authors=tuple(authors.get(pk, ())),
            identifiers=tuple(names.get(pk, ())),
            day=day or date,
            fields=tuple(fields.get(pk, ())),
            venue=venue,
            flags=tuple(flags),
            votes=votes.get(pk, 0) or 0,
        )


_FLAGS = {"code": "code", "project": "project", "model": "model", "dataset": "dataset", "pdf": "pdf"}


def _lists(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for paper, value in rows:
        found.setdefault(paper, []).append(value)
    return found
