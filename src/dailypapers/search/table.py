"""The index on disk (or on an object store): one LanceDB table of papers, and what it is asked.

The engine's threads do not survive a fork: open a `PaperTable` in the process that uses it.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dailypapers.search import columns

if TYPE_CHECKING:
    import pyarrow as pa

FLAT_BELOW: Final = 20_000
"""Papers up to which vectors are compared one by one: exact, and as fast as an index would be."""

_KEPT: Final = timedelta(minutes=30)
"""How long versions stay that another process may still be reading."""

LEAST_WAITING: Final = 50
MOST_WAITING: Final = 500
"""Papers beside the text index that are worth settling: 2 % of all, within these. Settling goes through all
papers (150 s of a slow processor for 270,717), and 1,000 that wait make a query half as slow again."""

Alternatives = Sequence[Sequence[str]]
"""Ways in which one word may stand in a paper, each the terms that must be there: `pretrain`, or `pre` and
`train`."""

INDEX_CACHE: Final = 512 * 2**20
METADATA_CACHE: Final = 64 * 2**20
"""Bytes of the indexes, and of what is known of the files, that an open table keeps in memory. 270,717 papers
fill 94 MB of both together; with a fifth of that a search takes 20 ms of a slow processor more."""

_SCALARS: Final = {"id": "BTree", "day": "BTree", "votes": "BTree"}
_LABELS: Final = ("author_keys", "identifiers", "fields", "venue_keys", "flags")


class PaperTable:
    """The papers of one index, all encoded by one encoder."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.name = str(table.name)
        self.dimensions: int = table.schema.field("vector").type.list_size

    @classmethod
    def open(cls, url: str | Path, name: str) -> "PaperTable | None":
        """The table of that name, None where there is none. Changes by other processes are seen at once."""
        database = connect(url, bounded=True)
        return cls(database.open_table(name)) if name in names(database) else None

    @classmethod
    def create(cls, url: str | Path, name: str, dimensions: int) -> "PaperTable":
        """A new, empty table; one of that name is replaced."""
        return cls(connect(url).create_table(name, schema=columns.schema(dimensions), mode="overwrite"))

    @property
    def papers(self) -> int:
        """How many papers it holds."""
        return int(self._table.count_rows())

    def append(self, rows: "pa.Table") -> None:
        """Add papers that it does not hold."""
        self._table.add(rows)

    def write(self, rows: "pa.Table") -> None:
        """Add papers, replacing those it holds under the same id, in one step that no reader sees half of."""
        merge = self._table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
        merge.execute(rows)

    def remove(self, ids: Iterable[int]) -> None:
        """Take papers out; those it does not hold do not matter."""
        wanted = sorted(set(ids))
        for at in range(0, len(wanted), 5_000):
            self._table.delete(f"id IN ({', '.join(map(str, wanted[at : at + 5_000]))})")

    def build_indexes(self) -> None:
        """Make every index anew: text, vectors, filters. Readers go on with what was there."""
        from lancedb.index import FTS, BTree, IvfRq, LabelList

        self._table.create_index("words", config=FTS(
            base_tokenizer="whitespace", lower_case=False, stem=False, remove_stop_words=False,
            ascii_folding=False, max_token_length=None, with_position=False,
        ))  # fmt: skip
        for column in _SCALARS:
            self._table.create_index(column, config=BTree())
        for column in _LABELS:
            self._table.create_index(column, config=LabelList())
        if (papers := self.papers) >= FLAT_BELOW:
            partitions = max(32, min(2_048, round(papers**0.5 / 2)))
            self._table.create_index(
                "vector",
                config=IvfRq(
                    distance_type="cosine", num_partitions=partitions, sample_rate=64, max_iterations=12
                ),
            )

    def settle(self) -> bool:
        """Join small pieces, bring the indexes up to date, and drop versions that nobody reads any more.

        Others may write meanwhile. Returns whether it was done: a change of a paper that was there already
        goes before it, and it is to be tried again.
        """
        try:
            self._table.optimize(cleanup_older_than=_KEPT)
        except RuntimeError as problem:
            if "commit conflict" not in str(problem):
                raise
            return False
        return True

    def is_unsettled(self) -> bool:
        """Whether so many papers wait for the indexes that settling is worth while."""
        return self.waiting() >= max(LEAST_WAITING, min(MOST_WAITING, self.papers // 50))

    def waiting(self) -> int:
        """Papers that were written since the text index was last brought up to date."""
        stats = self._table.index_stats("words_idx")
        return int(stats.num_unindexed_rows) if stats is not None else self.papers

    def by_text(self, words: Sequence[str], most: int, where: str, together: Sequence[str] = ()) -> list[int]:
        """Row numbers of the papers that have most of the words; all of `together` must be in each.

        None where neither has any.
        """
        if not words and not together:
            return []
        from lancedb.query import BooleanQuery, FullTextOperator, MatchQuery, Occur

        some = MatchQuery(" ".join(words), "words") if words else None
        every = MatchQuery(" ".join(together), "words", operator=FullTextOperator.AND) if together else None
        if every is not None and some is not None:
            query: Any = BooleanQuery([(Occur.MUST, every), (Occur.SHOULD, some)])
        else:
            query = every or some
        found = self._table.search(query, query_type="fts").limit(most).with_row_id(True).select(["_score"])
        if where:
            found = found.where(where, prefilter=True)
        return [int(row) for row in found.to_arrow()["_rowid"].to_pylist()]

    def by_vector(self, vector: NDArray[np.float32], most: int, where: str) -> list[int]:
        """Row numbers of the papers whose vectors are nearest."""
        found = self._table.search(vector).distance_type("cosine").nprobes(20).limit(most)
        found = found.with_row_id(True).select(["_distance"])
        if where:
            found = found.where(where, prefilter=True)
        return [int(row) for row in found.to_arrow()["_rowid"].to_pylist()]

    def having(
        self, every: Sequence[Alternatives], without: Sequence[str], where: str, most: int | None = None
    ) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
        """Row numbers and text scores of the papers that have all of some words, and none of others.

        All of them, unless so many are asked for at `most`: those of the best scores.
        """
        from lancedb.query import BooleanQuery, FullTextOperator, MatchQuery, Occur

        def all_of(words: Sequence[str]) -> Any:
            return MatchQuery(" ".join(words), "words", operator=FullTextOperator.AND)

        plain = list(dict.fromkeys(word for ways in every if len(ways) == 1 for word in ways[0]))
        parts = [(Occur.MUST, all_of(plain))] if plain else []
        several = (ways for ways in every if len(ways) > 1)
        parts += [
            (Occur.MUST, BooleanQuery([(Occur.SHOULD, all_of(way)) for way in ways])) for ways in several
        ]
        parts += [(Occur.MUST_NOT, all_of([word])) for word in without]
        query = parts[0][1] if len(parts) == 1 else BooleanQuery(parts)
        found = self._table.search(query, query_type="fts").limit(most or max(self.papers, 1))
        found = found.with_row_id(True).select(["_score"])
        if where:
            found = found.where(where, prefilter=True)
        rows = found.to_arrow()
        return rows["_rowid"].to_numpy(), rows["_score"].to_numpy()

    def rows(self, numbers: Sequence[int], wanted: Sequence[str], *, numbered: bool = False) -> "pa.Table":
        """The columns of these rows, in the order of the table; `numbered` by `_rowid`."""
        found = self._table.take_row_ids(sorted(set(numbers))).select(list(wanted))
        return (found.with_row_id() if numbered else found).to_arrow()

    def count(self, condition: str) -> int:
        """For how many papers a condition holds."""
        return int(self._table.count_rows(condition))

    def where(
        self, condition: str, wanted: Sequence[str], most: int | None = None, *, numbered: bool = False
    ) -> "pa.Table":
        """The columns of the papers for which a condition holds; of all for an empty one."""
        found = self._table.search().select(list(wanted)).with_row_id(numbered)
        if condition:
            found = found.where(condition)
        return found.limit(most if most is not None else max(self.papers, 1)).to_arrow()


def connect(url: str | Path, *, bounded: bool = False) -> Any:
    """The LanceDB database at a folder or an address such as `s3://bucket/index`.

    What is read of it stays in memory up to 7 GB, of a `bounded` one up to what is said above.
    """
    # A new table is not worth a warning; whoever wants the engine's own words sets the variable.
    os.environ.setdefault("LANCEDB_LOG", "error")
    from dailypapers.search.lance import lancedb

    session = lancedb().Session(INDEX_CACHE, METADATA_CACHE) if bounded else None
    return lancedb().connect(str(url), read_consistency_interval=timedelta(0), session=session)


def names(database: Any) -> list[str]:
    """The names of its tables."""
    found = database.list_tables()
    return list(getattr(found, "tables", found))
