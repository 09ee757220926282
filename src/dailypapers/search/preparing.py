"""Documents made ready for the index: analysed, encoded and counted, on as many cores as there are."""

import hashlib
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dailypapers.search import columns
from dailypapers.search.analysis import terms_of, words_of
from dailypapers.search.columns import Words
from dailypapers.search.document import Document
from dailypapers.search.encoder import Encoder, StaticEncoder
from dailypapers.search.vocabulary import Counted

ALONE: Final = 5
"""Batches up to which it is done in this process: starting others takes a second each."""

MOST_PROCESSES: Final = 8


class Encodes(Protocol):
    """What turns texts into vectors: an encoder, or an engine with one."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimensions)."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch of documents as rows of the index, with what it adds to the vocabulary."""

    rows: pa.Table
    counts: Counted
    written: Counter[str]
    """How often each word stands in the titles as it is written."""
    forms: dict[str, tuple[int, str]]
    """The commonest way in which each term is written in the abstracts, and how often it is."""


def prepare(documents: Sequence[Document], encoder: Encodes) -> Prepared:
    """Analyse, encode and count a batch."""
    met: Counter[str] = Counter()
    words = [Words.of(document, met) for document in documents]
    vectors = encoder.encode([document.text for document in documents]).astype(np.float16)
    digests = [digest(document) for document in documents]
    rows = columns.table(documents, words, digests, vectors)
    counts = Counted()
    counts.count(words)
    written = Counter(chain.from_iterable(words_of(document.title) for document in documents))
    forms: dict[str, tuple[int, str]] = {}
    for word, times in met.items():
        if len(its := terms_of((word,))) == 1:
            forms[its[0]] = max(forms.get(its[0], (0, "")), (times, word))
    return Prepared(rows, counts, written, forms)


def in_processes(batches: Iterable[list[Document]], encoder: Encoder) -> Iterator[Prepared]:
    """`prepare` each batch, in order; on all cores where there are many and the encoder is one of ours."""
    iterator = iter(batches)
    first = list(islice(iterator, ALONE + 1))
    processes = min(processors(), MOST_PROCESSES)
    if len(first) <= ALONE or processes < 2 or not isinstance(encoder, StaticEncoder):
        for batch in chain(first, iterator):
            yield prepare(batch, encoder)
        return
    # Spawned, not forked: the index's threads would not survive a fork.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _take_encoder, (encoder,))
    waiting: deque[Future[Prepared]] = deque()
    try:
        for batch in chain(first, iterator):
            with _deaf_to_interrupts():
                waiting.append(pool.submit(_prepare_there, batch))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BaseException:
        # Whoever stops it does not want what was begun for it; the processes end after the batch at hand.
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes that start meanwhile never hear of Ctrl-C, which reaches all of a terminal's.

    We hear of it right after, and tell it once.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def processors() -> int:
    """Those that this process may use, which can be fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_its_encoder: list[Encoder] = []


def _take_encoder(encoder: Encoder) -> None:
    _its_encoder[:] = [encoder]
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed told nobody: its processes would wait for work for ever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _prepare_there(batch: list[Document]) -> Prepared:
    return prepare(batch, _its_encoder[0])


def batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    """Cut documents into lists of `size`."""
    iterator = iter(documents)
    while batch := list(islice(iterator, size)):
        yield batch


def digest(document: Document) -> int:
    """A number that differs when anything the index holds of a paper does."""
    text = repr(
        (
            document.title,
            document.abstract,
            document.handle,
            tuple(document.authors),
            tuple(document.identifiers),
            document.day,
            tuple(document.fields),
            document.venue,
            tuple(document.flags),
            document.votes,
        )
    )
    return int.from_bytes(
        hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big", signed=True
    )
