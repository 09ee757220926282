"""Keeps the search index up to date while the site runs: what is written is found within a second."""

import logging
import threading
import time
from typing import TYPE_CHECKING

from django.db import DatabaseError, close_old_connections

from dailypapers.catalogue import indexing
from dailypapers.catalogue.locks import Busy
from dailypapers.catalogue.models import Paper, Unindexed
from dailypapers.search.store import NoIndex

if TYPE_CHECKING:
    from dailypapers.search.engine import Engine

log = logging.getLogger("dailypapers.index")

LOOK_EVERY = 0.5
"""Seconds between two looks at what was written; a look is one indexed query."""

AFTER_FAILURE = 30.0

GROWN = 1.5
"""How many times the papers of its last building an index may hold: beyond, its counts of words mislead."""


class IndexKeeper:
    """A thread that takes up what was written, and builds the index where there is none."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread = threading.Thread(target=self._work, name="index", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the step at hand."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def look(self) -> int:
        """Take up what was written since the last look; build the index first where there is none.

        Returns how many papers were taken up.
        """
        with self._lock:
            if not Unindexed.objects.exists():
                return 0
            if self._engine is None:
                self._engine = self._opened()
            return indexing.update(self._engine) if self._engine is not None else 0

    def settle(self) -> None:
        """Join small pieces; build anew where the index has outgrown its counts of words."""
        with self._lock:
            engine = self._engine or self._opened()
            if engine is None:
                return
            engine.table.settle()
            indexing.store().drop_unused()
            if engine.table.papers > GROWN * engine.vocabulary.papers + 1_000:
                indexing.build()
                engine = indexing.store().open(indexing.encoder())
            self._engine = engine

    def _opened(self) -> "Engine | None":
        try:
            return indexing.store().open(indexing.encoder())
        except NoIndex:
            if not Paper.objects.exists():
                return None
            log.info("building the search index")
            status = indexing.build()
            log.info("the search index holds %d papers", status.papers)
            return indexing.store().open(indexing.encoder())

    def _work(self) -> None:
        while not self._stopping.wait(LOOK_EVERY):
            try:
                self.look()
            except Busy:
                time.sleep(1.0)
            except DatabaseError:
                close_old_connections()
                self._stopping.wait(AFTER_FAILURE)
            except Exception:
                # An index that someone replaced is opened anew; anything else is told, and tried again.
                log.exception("the search index could not be brought up to date; it is tried again")
                self._engine = None
                self._stopping.wait(AFTER_FAILURE)
