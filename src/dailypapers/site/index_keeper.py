"""Keeps the search index up to date while the site runs: what is written is found within a second.

Two threads: one takes up what was written; the other builds anew (another encoder, more papers than the
counts of words were made of) while the index in use is searched and kept up.
"""

import logging
import threading
from concurrent.futures import BrokenExecutor
from contextlib import nullcontext, suppress
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from dailypapers.catalogue import encoders, finding, indexing
from dailypapers.catalogue.locks import Busy
from dailypapers.catalogue.models import Paper, Unindexed
from dailypapers.search.encoder import UnusableEncoder
from dailypapers.search.store import NoIndex
from dailypapers.site.tuner import Tuner

if TYPE_CHECKING:
    from dailypapers.search.engine import Engine

log = logging.getLogger("dailypapers.index")

LOOK_EVERY = 0.2
"""Seconds between two looks at what was written; a look is one indexed query of a fifth of a millisecond."""

RENEW_EVERY = 10.0
"""Seconds between two looks at whether another encoder is wanted."""

AFTER_FAILURE = 30.0

AFTER_UNUSABLE = 300.0
"""Seconds until an encoder that cannot be loaded is tried again."""

WHOLE_GROUP_ENDS = 3.0
"""Seconds within which a signal to end reaches all processes of the worker."""

MOST_PREEMPTED = 2
"""Settlings that others may preempt, one after another."""

GROWN = 1.5
"""How many times the papers of its last building an index may hold: beyond, its counts of words mislead."""


class _Stopping(Exception):
    """The worker ends while an index is built: the one in use stays, and the next worker builds."""


class IndexKeeper:
    """Threads that take up what was written, and build the index anew where it must be."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._engine: Engine | None = None
        self._seen: set[int] = set()
        self._lock = threading.Lock()
        self._preempted = 0
        """Settlings in a row that came to nothing."""
        self._tuner = Tuner(self._stopping)

    def start(self) -> None:
        """Begin; returns at once."""
        for work, name in ((self._keep_up, "index"), (self._keep_renewing, "index-build")):
            self._threads.append(threading.Thread(target=work, name=name, daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        """End after the step at hand; a build that is not done leaves the index as it is."""
        self._stopping.set()
        for thread in self._threads:  # A build looks after each batch of papers.
            thread.join(timeout=5)

    def make_ready(self) -> None:
        """Open the index, so that the first paper that is written need not wait for that, if there is one."""
        with self._lock, suppress(NoIndex, UnusableEncoder):
            if self._engine is None:
                self._engine = indexing.open_to_write()
            self._engine.encode(["What is needed first is read."])
            self._engine.table.where("id = 0", ("id",))

    def look(self) -> int:
        """Take up what was written since the last look; build the index first where there is none.

        Returns how many papers were taken up. Raises `UnusableEncoder` while the encoder of the index in use
        cannot be had: what was written waits.
        """
        with self._lock:
            if not Unindexed.objects.exists():
                self._seen.clear()
                return 0
            if self._engine is None:
                self._engine = self._opened()
            if self._engine is None:
                return 0
            try:
                return indexing.update(self._engine, seen=self._seen)
            except indexing.Replaced:
                self._engine = None
                self._seen.clear()  # They are of the index before.
                self._engine = indexing.open_to_write()
                return indexing.update(self._engine, seen=self._seen)

    def newest(self, text: str, most: int) -> list[tuple[int, date]] | None:
        """As `finding.newest`, by the index that is open here already: a second would be as large."""
        engine = self._engine
        return None if engine is None else finding.newest(text, most, engine)

    def settle(self) -> None:
        """Bring the indexes up to date with many new papers, and remove what nobody reads any more.

        It takes minutes on a large index, in which what is written is found as quickly as ever. Where a
        change of older papers preempts it time and again, the last try has those who write wait.
        """
        with self._lock:
            if self._engine is None:
                self._engine = self._opened()
            engine = self._engine
        if engine is None:
            return
        indexing.store().drop_unused()
        if not engine.table.is_unsettled():
            return
        with self._lock if self._preempted >= MOST_PREEMPTED else nullcontext():
            done = engine.table.settle()
        self._preempted = 0 if done else self._preempted + 1

    def renew(self) -> bool:
        """Build the index anew if another encoder is wanted, or it has outgrown its counts of words.

        So too where there is none, or one of another version. Returns whether it did. Raises
        `UnusableEncoder`, and leaves the index, where the wanted one cannot be loaded.
        """
        state = indexing.store().state()
        if not state:
            return self._build_first()
        wanted = encoders.wanted()
        name = encoders.name_of(wanted, settings.HOME)
        status = indexing.store().status()
        if name != status.encoder:
            log.info("all papers are encoded anew with %s, for which the index waits", name)
        elif status.papers <= GROWN * int(state["papers"]) + 1_000:
            return False
        status = indexing.build(self._go_on)
        encoders.name_of.cache_clear()  # A folder may hold another encoder by now.
        log.info("the search index holds %d papers, encoded by %s", status.papers, status.encoder)
        return True

    def _go_on(self, _: int = 0) -> None:
        """Raise `_Stopping` where the worker is to end."""
        if self._stopping.is_set():
            raise _Stopping

    def _is_ending(self, problem: Exception) -> bool:
        """Whether what failed failed because the worker ends.

        A signal to end can reach the processes that prepare papers a moment before it reaches us.
        """
        if isinstance(problem, _Stopping) or (
            isinstance(problem, BrokenExecutor | RuntimeError) and self._stopping.wait(WHOLE_GROUP_ENDS)
        ):
            log.info("the search index that was being built is left; the one in use stays")
            return True
        return False

    def _opened(self) -> "Engine | None":
        try:
            return indexing.open_to_write()
        except NoIndex:
            return indexing.open_to_write() if self._build_first() else None

    def _build_first(self) -> bool:
        if not Paper.objects.exists():
            return False
        log.info("building the search index")
        try:
            status = indexing.build(self._go_on)
        except UnusableEncoder as problem:
            # An index by the encoder that is always there is better than none until the other one is.
            log.warning("%s; until it can be loaded the encoder of the package is used", problem)
            status = indexing.build(self._go_on, loaded_from="")
        log.info("the search index holds %d papers", status.papers)
        return True

    def _keep_up(self) -> None:
        try:
            self.make_ready()
        except Exception:
            log.exception("the search index could not be opened; it is tried again when a paper is written")
        while not self._stopping.wait(LOOK_EVERY):
            try:
                self.look()
            except Busy:
                self._stopping.wait(1.0)
            except UnusableEncoder as problem:
                log.warning("what was written waits for the encoder of the search index: %s", problem)
                self._stopping.wait(AFTER_FAILURE)
            except DatabaseError:
                close_old_connections()
                self._stopping.wait(AFTER_FAILURE)
            except Exception as problem:
                if self._is_ending(problem):
                    return
                # An index that someone replaced is opened anew; anything else is told, and tried again.
                log.exception("the search index could not be brought up to date; it is tried again")
                self._engine = None
                self._stopping.wait(AFTER_FAILURE)

    def _keep_renewing(self) -> None:
        while not self._stopping.wait(RENEW_EVERY):
            try:
                self.renew()
                self._tuner.tune_if_due()
            except Busy:
                continue
            except UnusableEncoder as problem:
                log.warning("the search index stays, the wanted encoder cannot be loaded: %s", problem)
                self._stopping.wait(AFTER_UNUSABLE)
            except Exception as problem:
                if self._is_ending(problem):
                    return
                log.exception("the search index could not be built anew; it is tried again")
                self._stopping.wait(AFTER_UNUSABLE)
            finally:
                close_old_connections()
