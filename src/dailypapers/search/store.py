"""A whole index: the table in use, its vocabulary and its encoder; how one is built, kept up and checked.

`papers-1`, `papers-2` … are the tables, `state` names the one in use. A new table is built beside the old,
which serves until the new one takes its place in a single write: a kill at any moment leaves one of the two.
"""

import ctypes
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from dailypapers.search.document import Document
from dailypapers.search.encoder import Encoder, StaticEncoder
from dailypapers.search.engine import Engine
from dailypapers.search.kindred import Kindred
from dailypapers.search.preparing import batches, digest, in_processes, prepare
from dailypapers.search.table import PaperTable, connect, names
from dailypapers.search.vocabulary import Counted, Vocabulary

AT_ONCE: Final = 2_000
"""Papers that are analysed and encoded at a time."""

A_FILE: Final = 64_000
"""Papers that are written at a time, about 150 MB: rows out of a hundred files take twice as long to read."""

LOOKED_BY_THEN: Final = 120.0
"""Seconds after which no process reads the table before: all have seen that there is another."""

_STATE: Final = pa.schema([("key", pa.string()), ("value", pa.string())])


FORMAT: Final = 3
"""Of what the tables hold, and of how texts become terms. Raised with any change of these: an index that
another version of the package built counts as none, and is built anew."""


class NoIndex(Exception):
    """There is no index at the address that this version can read; says how to make one."""


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds."""

    table: str
    encoder: str
    """The name of the encoder."""
    loaded_from: str
    """How the encoder is loaded, as the one who built the index told it."""
    dimensions: int
    papers: int
    terms: int
    waiting: int
    """Papers written since its text index was last brought up to date: found, but more slowly."""


@dataclass(slots=True)
class Difference:
    """In what an index and the documents it should hold are not the same, by key of the paper."""

    missing: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    surplus: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.surplus)


class Store:
    """An index at a folder or address. Not to be carried through a fork."""

    def __init__(self, url: str | Path) -> None:
        self.url = str(url)

    def state(self) -> dict[str, Any]:
        """What is in use: `table`, `encoder`, `loaded_from`, the counts of the vocabulary.

        Empty before the first build, and for an index in another format.
        """
        kept = self._kept()
        return kept if kept.get("format", 1) == FORMAT else {}

    def _kept(self) -> dict[str, Any]:
        database = connect(self.url)
        if "state" not in names(database):
            return {}
        rows = database.open_table("state").to_arrow().to_pylist()
        return {row["key"]: json.loads(row["value"]) for row in rows}

    def _no_index(self) -> NoIndex:
        what = "is of another version" if self._kept() else "is not there"
        return NoIndex(f"the search index at {self.url} {what}; `dailypapers index build` makes it")

    def open(self, encoder: Encoder, state: dict[str, Any] | None = None) -> Engine:
        """The index, ready to be searched. Raises `NoIndex` where none was built with this encoder.

        With a `state` read before, the table that was in use then, though another may be by now.
        """
        state = self.state() if state is None else state
        table = PaperTable.open(self.url, state["table"]) if state else None
        if table is None:
            raise self._no_index()
        if state["encoder"] != encoder.name:
            raise NoIndex(
                f"the index at {self.url} was built with the encoder {state['encoder']}, "
                f"not {encoder.name}; `dailypapers index build` builds it anew"
            )
        with ThreadPoolExecutor(1, "open") as beside:
            kindred = beside.submit(self._kindred, state)
            engine = Engine(table, encoder, self._vocabulary(state), kindred.result())
        give_back_memory()
        return engine

    def build(
        self,
        documents: Iterable[Document],
        encoder: Encoder,
        progress: Callable[[int], None] | None = None,
        *,
        loaded_from: str = "",
        switching: AbstractContextManager[object] | None = None,
    ) -> Status:
        """Build a new table of these documents and put it in use. `progress` is told how many are written.

        `loaded_from` is kept with it, so that others can load the same encoder. `switching` is entered for
        the moment in which the new table takes the place of the old. One process builds at a time.
        """
        name = _next_name(self._kept().get("table", ""))
        table = PaperTable.create(self.url, name, encoder.dimensions)
        vocabulary = Counted()
        written: Counter[str] = Counter()
        forms: dict[str, tuple[int, str]] = {}
        waiting: list[pa.Table] = []
        for prepared in in_processes(batches(documents, AT_ONCE), encoder):
            vocabulary.add(prepared.counts)
            written.update(prepared.written)
            for term, form in prepared.forms.items():
                if form > forms.get(term, (0, "")):
                    forms[term] = form
            waiting.append(prepared.rows)
            if len(waiting) * AT_ONCE >= A_FILE:
                table.append(pa.concat_tables(waiting))
                waiting.clear()
            if progress:
                progress(vocabulary.papers)
        if waiting:
            table.append(pa.concat_tables(waiting))
        vocabulary.learn_spellings(written, forms)
        table.build_indexes()
        self._keep_vocabulary(name, vocabulary)
        if isinstance(encoder, StaticEncoder):
            self._keep_kindred(name, Kindred.of(vocabulary, encoder))
        with switching or nullcontext():
            self._put_in_use(name, encoder, loaded_from, vocabulary)
        # Processes that have the one before open go on with it until they look; older ones are nobody's.
        self._drop_below(_number(name) - 1)
        return self.status()

    def drop_unused(self) -> None:
        """Remove the tables before the one in use, once nobody can have them open any more."""
        state = self.state()
        if state and time.time() - state.get("since", 0.0) > LOOKED_BY_THEN:
            self._drop_below(_number(state["table"]))

    def _drop_below(self, number: int) -> None:
        database = connect(self.url)
        for name in names(database):
            if name.startswith(("papers-", "terms-", "kindred-")) and _number(name) < number:
                database.drop_table(name)

    def write(self, documents: Sequence[Document], removed: Iterable[int], engine: Engine) -> None:
        """Bring papers of an open index up to date, and take others out; searchable when it returns."""
        gone = list(removed)
        if gone:
            engine.table.remove(gone)
        for batch in batches(documents, AT_ONCE):
            engine.table.write(prepare(batch, engine).rows)

    def status(self) -> Status:
        """What is in use. Raises `NoIndex`."""
        state = self.state()
        table = PaperTable.open(self.url, state["table"]) if state else None
        if table is None:
            raise self._no_index()
        return Status(
            state["table"],
            state["encoder"],
            state.get("loaded_from", ""),
            table.dimensions,
            table.papers,
            state["terms"],
            table.waiting(),
        )

    def verify(
        self, documents: Iterable[Document], engine: Engine, only: Collection[int] | None = None
    ) -> Difference:
        """Compare the index with the documents it should hold; `only` the papers with these keys."""
        rows = engine.table.where("", ("id", "digest"))
        held = dict(zip(rows["id"].to_pylist(), rows["digest"].to_pylist(), strict=True))
        if only is not None:
            held = {key: digest for key, digest in held.items() if key in only}
        difference = Difference()
        for document in documents:
            known = held.pop(document.id, None)
            if known is None:
                difference.missing.append(document.id)
            elif known != digest(document):
                difference.changed.append(document.id)
        difference.surplus = sorted(held)
        return difference

    def _keep_vocabulary(self, name: str, vocabulary: Counted) -> None:
        connect(self.url).create_table(f"terms-{_number(name)}", vocabulary.table(), mode="overwrite")

    def _keep_kindred(self, name: str, kindred: Kindred) -> None:
        connect(self.url).create_table(f"kindred-{_number(name)}", kindred.table(), mode="overwrite")

    def _kindred(self, state: dict[str, Any]) -> Kindred | None:
        database, name = connect(self.url), f"kindred-{_number(state['table'])}"
        return Kindred.read(database.open_table(name).to_arrow()) if name in names(database) else None

    def _put_in_use(self, name: str, encoder: Encoder, loaded_from: str, vocabulary: Counted) -> None:
        """The last step of a build, in one write."""
        state = {
            "format": FORMAT,
            "table": name,
            "encoder": encoder.name,
            "loaded_from": loaded_from,
            "dimensions": encoder.dimensions,
            "since": time.time(),
            "terms": len(vocabulary.frequency),
            "papers": vocabulary.papers,
            "title_terms": vocabulary.title_terms,
            "abstract_terms": vocabulary.abstract_terms,
        }
        rows = [{"key": key, "value": json.dumps(value)} for key, value in state.items()]
        database = connect(self.url)
        database.create_table("state", pa.Table.from_pylist(rows, _STATE), schema=_STATE, mode="overwrite")

    def _vocabulary(self, state: dict[str, Any]) -> Vocabulary:
        rows = connect(self.url).open_table(f"terms-{_number(state['table'])}").to_arrow()
        return Vocabulary.read(rows, state["papers"], state["title_terms"], state["abstract_terms"])


def give_back_memory() -> None:
    """Return to the system what was needed to read an index and is free again: 60 MB of 270,717 papers."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)  # Of glibc alone.


def _next_name(name: str) -> str:
    return f"papers-{_number(name) + 1 if name else 1}"


def _number(name: str) -> int:
    return int(name.split("-")[-1])
