"""From rows to the search index: what stands in it, and how it keeps up with what is written.

Whoever writes a paper leaves an `Unindexed` row in the same transaction; `update` takes those up. A kill in
between leaves the row, so nothing written is ever forgotten by the index.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Max, Sum

from dailypapers.catalogue.holding import CHUNK, in_chunks
from dailypapers.catalogue.locks import only_one
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

_BUSY = "another process is at work on the search index; wait until it has ended"


def store() -> "Store":
    """The index of this site."""
    from dailypapers.search.store import Store

    return Store(settings.INDEX_URL)


def encoder() -> "Encoder":
    """The encoder of this site. Raises `UnusableEncoder`."""
    from dailypapers.search.encoder import load_encoder

    return load_encoder(settings.ENCODER)


def build(progress: Callable[[int], None] | None = None) -> "Status":
    """Build the index anew from all papers; the old one serves until it is there. Raises `Busy`."""
    with only_one("index", _BUSY):
        known = Unindexed.objects.aggregate(last=Max("pk"))["last"] or 0
        status = store().build(every_document(), encoder(), progress)
        # What was written while it was built has later rows, and is taken up by the next update.
        Unindexed.objects.filter(pk__lte=known).delete()
        return status


def update(engine: "Engine", progress: Callable[[int], None] | None = None) -> int:
    """Take up all that was written since the index last looked. Returns how many papers. Raises `Busy`."""
    taken = 0
    while Unindexed.objects.exists():
        with only_one("index", _BUSY):
            rows = list(Unindexed.objects.order_by("pk").values_list("pk", "paper")[:AT_ONCE])
            papers = sorted({paper for _, paper in rows})
            documents = list(documents_of(papers))
            gone = set(papers) - {document.id for document in documents}
            store().write(documents, gone, engine)
            for chunk in in_chunks(pk for pk, _ in rows):
                Unindexed.objects.filter(pk__in=chunk).delete()
        taken += len(papers)
        if progress:
            progress(taken)
    return taken


def verify(engine: "Engine") -> "Difference":
    """Compare the index with the catalogue, paper by paper."""
    return store().verify(every_document(), engine)


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
    """These papers as documents; those that are gone are left out."""
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
        Paper.objects.filter(pk__in=papers).order_by("pk").values_list(*columns)
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
