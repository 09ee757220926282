"""How fast a file of papers becomes a catalogue.

    python -m benchmarks.file_load [--papers N] [--keep FOLDER]

Takes the shared corpus (DAILYPAPERS_SHARED or ../shared) through the real harvest into a fresh SQLite
catalogue and prints, for each 50,000 papers, wall and CPU seconds; then the whole, the most memory and
the size of the database. The CPU seconds count where other programs share the machine.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.memory import peak

if TYPE_CHECKING:
    from dailypapers.ingest.run import Result
    from dailypapers.ingest.source import Page

STEP = 50_000


class Laps:
    """Papers, wall and CPU seconds after each page; prints a line for every `STEP` papers."""

    def __init__(self) -> None:
        self.marks = [(0, time.perf_counter(), time.process_time())]
        self._told = 0

    def page_taken(self, page: "Page", counts: "Counter[str]") -> None:
        """Called by the harvest after each page."""
        taken = counts["new"] + counts["updated"] + counts["unchanged"] + counts["rejected"]
        self.marks.append((taken, time.perf_counter(), time.process_time()))
        if taken // STEP > self.marks[self._told][0] // STEP:
            papers, wall, cpu = self.between(self._told, -1)
            print(
                f"{taken:>9,}{wall:>9.1f}{cpu:>9.1f}{papers / wall:>12,.0f}{papers / cpu:>12,.0f}"
                f"{peak():>9.0f}",
                flush=True,
            )
            self._told = len(self.marks) - 1

    def between(self, one: int, other: int) -> tuple[int, float, float]:
        """Papers, wall and CPU seconds from one mark to another."""
        (papers, wall, cpu), (more, later, longer) = self.marks[one], self.marks[other]
        return more - papers, later - wall, longer - cpu

    def slowing(self) -> tuple[float, float]:
        """How many times the wall and CPU seconds of the first `STEP` papers the last took."""
        total = self.marks[-1][0]
        first = next((at for at, mark in enumerate(self.marks) if mark[0] >= STEP), len(self.marks) - 1)
        last = max(at for at, mark in enumerate(self.marks) if mark[0] <= max(0, total - STEP))
        some, wall, cpu = self.between(0, first)
        others, later, longer = self.between(last, -1)
        return (later / others) / (wall / some), (longer / others) / (cpu / some)


def load(path: Path, laps: Laps) -> "Result":
    """One harvest of the file into the catalogue of this process's home folder."""
    from dailypapers.catalogue.clock import today
    from dailypapers.ingest.connection import connection
    from dailypapers.ingest.registry import all_sources
    from dailypapers.ingest.run import harvest
    from dailypapers.ingest.source import Span

    source = all_sources()["file"]
    with connection(source, "") as http:
        return harvest(source, Span(today=today(), paths=(str(path),)), http, progress=laps)


def first_lines(path: Path, papers: int, folder: Path) -> Path:
    """The corpus, or a file of its first lines."""
    if not papers:
        return path
    import zstandard

    part = folder / "part.jsonl.zst"
    with zstandard.open(path, "rb") as whole, zstandard.open(part, "wb") as file:
        for line in islice(io.BufferedReader(whole), papers):
            file.write(line)
    return part


def main() -> int:
    """Print the table; 0 when the targets of the project (3,000 a second, 700 MB, 1.3 times) are met."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--papers", type=int, default=0, help="only the first N")
    parser.add_argument("--keep", type=Path, help="a home folder to leave the catalogue in")
    arguments = parser.parse_args()
    shared = Path(os.environ.get("DAILYPAPERS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    corpus = shared / "data" / "corpus.jsonl.zst"
    if not corpus.exists():
        print(f"needs {corpus} (or DAILYPAPERS_SHARED), which is not here")
        return 1
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-")))
        home = arguments.keep or scratch / "home"
        home.mkdir(parents=True, exist_ok=True)
        os.environ["DAILYPAPERS_HOME"] = str(home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "dailypapers.site.settings"
        os.environ.pop("DAILYPAPERS_DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        path = first_lines(corpus, arguments.papers, scratch)
        print(f"{'papers':>9}{'wall s':>9}{'CPU s':>9}{'papers/s':>12}{'per CPU s':>12}{'peak MB':>9}")
        laps = Laps()
        result = load(path, laps)
        return report(result, laps, home)


def report(result: "Result", laps: Laps, home: Path) -> int:
    """Print what came of it."""
    taken, wall, cpu = laps.between(0, -1)
    size = sum(file.stat().st_size for file in home.glob("dailypapers.sqlite3*")) / 1e6
    print(
        f"{taken:,} papers in {wall:.1f} s ({taken / wall:,.0f}/s), CPU {cpu:.1f} s "
        f"({taken / cpu:,.0f} for each), peak {peak():.0f} MB, database {size:,.0f} MB"
    )
    print(", ".join(f"{name} {number:,}" for name, number in sorted(result.counts.items())), result.failure)
    slower, slower_cpu = laps.slowing()
    print(
        f"the last {STEP:,} took {slower:.2f} times the seconds of the first, {slower_cpu:.2f} times the CPU"
    )
    met = taken / wall >= 3_000 and peak() < 700 and slower_cpu <= 1.3 and not result.failure
    print("targets met" if met else "targets missed: 3,000 papers/s, 700 MB, 1.3 times as slow, to the end")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
