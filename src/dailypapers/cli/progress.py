"""How a long command shows that it moves: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from dailypapers.ingest.source import Page

LINE_EVERY = 5.0
"""Seconds between two lines in a log."""


class HarvestProgress:
    """Told of each page by `ingest.run`; use as a context manager. Writes to standard error."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._console = Console(stderr=True)
        self._is_terminal = sys.stderr.isatty()
        self._started = self._last_line = time.monotonic()
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        if self._is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TextColumn("{task.fields[papers]:,} papers, {task.fields[rate]:,.0f}/s"),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=self._console,
            )
            self._bar.start()
            self._task = self._bar.add_task(self._label, total=None, papers=0, rate=0.0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            total = self._bar.tasks[self._task].total
            if error is None and total is not None:
                self._bar.update(self._task, completed=total)
            self._bar.stop()

    def page_taken(self, page: Page, counts: Counter[str]) -> None:
        """Move the bar, or write a line if the last one is old enough."""
        papers = counts["new"] + counts["updated"] + counts["unchanged"]
        now = time.monotonic()
        rate = papers / max(now - self._started, 0.001)
        if self._bar:
            self._bar.update(self._task, total=page.total, completed=page.done or 0, papers=papers, rate=rate)
        elif now - self._last_line >= LINE_EVERY:
            self._last_line = now
            share = f", {100 * page.done / page.total:.0f}%" if page.total and page.done is not None else ""
            left = ""
            if page.total and page.done:
                seconds = (now - self._started) * (page.total - page.done) / page.done
                left = f", about {seconds:.0f} s left"
            line = f"{self._label}: {papers:,} papers, {rate:,.0f}/s{share}{left}"
            print(line, file=sys.stderr, flush=True)


class ShareProgress:
    """Told which share of a work is done, with a word about it; as `CountProgress`."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._last_line = 0.0
        self._is_terminal = sys.stderr.isatty()

    def told(self, share: float, line: str) -> None:
        """So much is done, from 0 to 1."""
        now = time.monotonic()
        if share and now - self._last_line < (0.2 if self._is_terminal else LINE_EVERY):
            return
        self._last_line = now
        text = f"{self._label}: {100 * share:.0f}%, {now - self._started:.0f} s, {line}"
        stays = not self._is_terminal or not 0 < share < 0.98
        begin = "\r\x1b[K" if self._is_terminal else ""
        print(f"{begin}{text}", file=sys.stderr, end="\n" if stays else "", flush=True)


class CountProgress:
    """Told how many of a known number are done; a bar on a terminal, a line every few seconds in a log."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total = label, max(total, 1)
        self._started = self._last_line = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def told(self, done: int) -> None:
        """So many are done."""
        now = time.monotonic()
        finished = done >= self._total
        if not finished and now - self._last_line < (0.2 if self._is_terminal else LINE_EVERY):
            return
        self._last_line = now
        rate = done / max(now - self._started, 0.001)
        left = max(self._total - done, 0) / max(rate, 0.001)
        line = f"{self._label}: {done:,} of {self._total:,}, {rate:,.0f}/s, about {left:.0f} s left"
        if self._is_terminal:
            print(f"\r\x1b[K{line}", file=sys.stderr, end="\n" if finished else "", flush=True)
        elif not finished:
            print(line, file=sys.stderr, flush=True)
