"""How documents become rows of the index: its columns, and the words and keys that are looked up in them."""

import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from dailypapers.search.analysis import code, plain, terms, terms_of, words_of
from dailypapers.search.document import Document
from dailypapers.search.naming import names_of
from dailypapers.search.venues import venue_key

PARTS: Final = ("title", "abstract", "authors", "names")
"""The parts of `words`, a line each."""

HEADER: Final = 12
"""Bytes of a cell of `packed` before the codes."""

# Read at random, a few hundred rows a query: unpacking whole blocks for each would take three times as long.
_AT_RANDOM: Final = {"lance-encoding:compression": "none"}


def schema(dimensions: int) -> pa.Schema:
    """The columns of the index for vectors of this length."""
    return pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False),
            pa.field("words", pa.string()),
            pa.field("packed", pa.binary(), metadata=_AT_RANDOM),
            pa.field("author_keys", pa.list_(pa.string())),
            pa.field("identifiers", pa.list_(pa.string())),
            pa.field("day", pa.int32()),
            pa.field("fields", pa.list_(pa.string())),
            pa.field("venue_keys", pa.list_(pa.string())),
            pa.field("flags", pa.list_(pa.string())),
            pa.field("votes", pa.int32()),
            pa.field("digest", pa.int64()),
            pa.field("vector", pa.list_(pa.float16(), dimensions), metadata=_AT_RANDOM),
        ]
    )


class Card(NamedTuple):
    """What a result shows and facets count."""

    id: int
    handle: str
    title: str
    day: int | None
    fields: tuple[str, ...]
    venue: str
    flags: tuple[str, ...]
    votes: int

    @classmethod
    def of(cls, document: Document) -> "Card":
        """The card of a document."""
        return cls(
            document.id,
            document.handle,
            document.title,
            day_number(document.day),
            tuple(document.fields),
            document.venue,
            tuple(document.flags),
            document.votes,
        )

    @classmethod
    def read(cls, cell: bytes) -> "Card":
        """From the column `packed`."""
        start = HEADER + 4 * int.from_bytes(cell[8:HEADER], sys.byteorder)
        pk, handle, title, day, fields, venue, flags, votes = orjson.loads(memoryview(cell)[start:])
        return cls(pk, handle, title, day, tuple(fields), venue, tuple(flags), votes)


class Words(NamedTuple):
    """The terms of a document by part."""

    title: list[str]
    abstract: list[str]
    authors: list[str]
    names: list[str]
    """What the paper calls itself: see `naming`."""

    @classmethod
    def of(cls, document: Document, met: Counter[str] | None = None) -> "Words":
        """Analyse a document; `met` counts the words of its abstract."""
        abstract = words_of(document.abstract)
        if met is not None:
            met.update(abstract)
        return cls(
            terms(document.title),
            terms_of(abstract),
            terms(" ; ".join(document.authors)),
            names_of(document.title, document.abstract),
        )

    @classmethod
    def read(cls, line: str) -> "Words":
        """From the column `words`."""
        return cls(*(part.split() for part in line.split("\n")))

    def line(self) -> str:
        """For the column `words`, which the text index reads."""
        return "\n".join(map(" ".join, self))

    def packed(self, card: Card) -> bytes:
        """For the column `packed`, which scoring reads.

        Three lengths (terms of the title, of the abstract, of all), the codes of all terms, and the card as
        JSON: one column, because each further one that is read at random costs a search three milliseconds.
        """
        every = (*self.title, *self.abstract, *self.authors, *self.names)
        head = array("I", (len(self.title), len(self.abstract), len(every), *map(code, every)))
        return head.tobytes() + orjson.dumps(tuple(card))


def table(
    documents: Sequence[Document],
    words: Sequence[Words],
    digests: Sequence[int],
    vectors: NDArray[np.float16],
) -> pa.Table:
    """Rows of the index: documents with their words, digests and vectors (n, dimensions)."""
    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float16).ravel())
    columns = {
        "id": [document.id for document in documents],
        "words": [one.line() for one in words],
        "packed": [one.packed(Card.of(document)) for one, document in zip(words, documents, strict=True)],
        "author_keys": [author_keys(document.authors) for document in documents],
        "identifiers": [list(document.identifiers) for document in documents],
        "day": [day_number(document.day) for document in documents],
        "fields": [fields_and_archives(document.fields) for document in documents],
        "venue_keys": [venue_keys(document.venue) for document in documents],
        "flags": [list(document.flags) for document in documents],
        "votes": [document.votes for document in documents],
        "digest": list(digests),
        "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
    }
    wanted = schema(vectors.shape[1])
    return pa.table([pa.array(columns[field.name], field.type) for field in wanted], schema=wanted)


def day_number(day: date | None) -> int | None:
    """A day as the number 20260415, which sorts as days do."""
    return None if day is None else day.year * 10_000 + day.month * 100 + day.day


def fields_and_archives(fields: Iterable[str]) -> list[str]:
    """The categories, then the archives they are of (`cs` for `cs.CL`), in small letters."""
    names = [field.lower() for field in fields]
    return list(dict.fromkeys((*names, *(name.partition(".")[0] for name in names))))


def author_keys(authors: Iterable[str]) -> list[str]:
    """What an author can be asked for by: the whole name, the surname, and an initial with the surname."""
    keys: dict[str, None] = {}
    for author in authors:
        keys.update(dict.fromkeys(name_keys(author)))
    return list(keys)


def name_keys(name: str) -> tuple[str, ...]:
    """The keys of one name: `fei fei li`, `f li` and `li` of `Fei-Fei Li` or `Li, Fei-Fei`.

    One of more parts is also found by the first and the last: `ada lovelace` of `Ada King Lovelace`.
    """
    parts = name_parts(name)
    if not parts:
        return ()
    family, comma, _ = name.partition(",")
    surname = " ".join(name_parts(family)) or parts[-1] if comma else parts[-1]
    first = parts[0]
    short = (f"{first} {surname}",) if len(parts) > 1 else ()
    return tuple(dict.fromkeys((" ".join(parts), *short, f"{first[0]} {surname}", surname)))


def asked_keys(name: str) -> tuple[str, ...]:
    """The keys by one of which an author is asked for: the name in every order, without initials between.

    `Bengio Y` is `y bengio` too, `Li Fei-Fei` is `fei fei li`, as sources differ in what stands first;
    `juergen` is `jurgen`, which is how Jürgen is kept.
    """
    parts = name_parts(name)
    plainer = [_UMLAUT.sub(lambda found: found[0][0], part) for part in parts]
    return tuple(dict.fromkeys((*_ordered(parts), *_ordered(plainer))))


def _ordered(parts: Sequence[str]) -> tuple[str, ...]:
    if not parts:
        return ()
    if len(parts) > MOST_ORDERED:
        return (" ".join(parts),)
    keys: dict[str, None] = {}
    for at in range(len(parts)):
        order = (*parts[at:], *parts[:at])
        keys[" ".join(order)] = None
        middle = [part for part in order[1:-1] if len(part) > 1]
        if len(middle) < len(order) - 2:
            keys[" ".join((order[0], *middle, order[-1]))] = None
    return tuple(keys)


# Not Michael, Joe and Samuel: of names that have one without the e too, only the German way to write umlauts.
_UMLAUT: Final = re.compile(r"(?<![aeiouq])[ou]e(?=[^aeiouy])(?!l$)|ae(?=[^aeiouyl])")

MOST_ORDERED: Final = 4
"""Parts of a name that can stand in another order."""


def name_parts(name: str) -> list[str]:
    """The parts of a name in small letters, the surname last."""
    family, comma, given = name.partition(",")
    return plain(f"{given} {family}" if comma else name).replace("-", " ").replace(".", " ").split()


def venue_keys(venue: str) -> list[str]:
    """The words of a venue, and the whole of it, in small letters."""
    whole = venue_key(venue)
    return list(dict.fromkeys((*whole.split(), whole))) if whole else []
