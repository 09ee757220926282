"""A season replayed: 60 announcement days of arXiv, with faults of every kind, through the real harvest.

    python -m benchmarks.season [--days N] [--seed N]

Takes the last announcement days of the shared corpus (DAILYPAPERS_SHARED or ../shared), serves them on
loopback by feed, OAI-PMH and query API, announces them one by one, and looks after each as the worker
does, half an hour apart, while connections break, pages are cut, feeds leave papers out and the machine
sleeps. Ends with 1 when a paper is missing or held twice, or a day is not complete.
"""

import argparse
import io
import os
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING
from unittest.mock import patch

import orjson
import zstandard
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.origins.origin import Fault

from benchmarks.memory import peak

if TYPE_CHECKING:
    from dailypapers.ingest.http import Http

RUNS_A_DAY = 3
"""How often the worker looks in a day, once the lists are out. It looks 48 times a day in fact."""

PAGE_SIZE = 250
"""Records in a page of OAI-PMH: fewer than arXiv has, for more tokens and more to go wrong."""

FAULTS = [fault for fault in Fault if fault is not Fault.NONE]


@dataclass(slots=True)
class Season:
    """What happened so far: `thrown` counts the faults that are not those of single requests.

    `now` is the moment that it is in the season.
    """

    origin: ArxivOrigin
    chance: random.Random
    thrown: Counter[str] = field(default_factory=Counter)
    slept: int = 0
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def spoil_the_lists(self, numbers: list[str]) -> None:
        """What may be wrong with a day's feeds and lists, for as long as it is the day."""
        self.origin.left_out = self._some(numbers, "papers left out of the feed")
        self.origin.untitled = self._some(numbers, "entries of the feed without a title")
        # What has no title in the feed is announced and not held; half of it OAI-PMH does not list either.
        gone = sorted(self.origin.untitled - self.origin.left_out)
        self.origin.unlisted = set(gone[: len(gone) // 2])
        self.thrown["papers not yet in OAI-PMH"] += len(self.origin.unlisted)
        self.origin.stale = self._stale_feeds()

    def spoil_the_next_run(self) -> None:
        """What may go wrong when the worker looks next."""
        self.origin.faults.clear()
        self.origin.repeats = self._happens(0.1, "runs with a resumption token that repeats")
        if self._happens(0.1, "runs with expired resumption tokens"):
            self.origin.forget()
        if self._happens(0.05, "runs in which nothing answers"):
            self.origin.fail(*[Fault.UNAVAILABLE] * 2_000)
        quiet = [Fault.NONE] * len(FAULTS)
        for fault in self.chance.choices([*FAULTS, *quiet], k=self.chance.randrange(60)):
            # A fault that lasts for a few tries, so that requests fail for good as well.
            self.origin.fail(*[fault] * self.chance.choice([1, 1, 2, 5]))

    def _stale_feeds(self) -> set[str]:
        from dailypapers.ingest.sources.arxiv import ARCHIVES

        if self._happens(0.1, "days with the feeds of the day before"):
            return set(ARCHIVES)
        if self._happens(0.1, "days with some feeds of the day before"):
            return set(self.chance.sample(ARCHIVES, 3))
        return set()

    def _happens(self, probability: float, what: str) -> bool:
        happened = self.chance.random() < probability
        self.thrown[what] += happened
        return happened

    def _some(self, numbers: list[str], what: str) -> set[str]:
        share = self.chance.choice([0.0, 0.0, 0.02, 0.2])
        chosen = {number for number in numbers if self.chance.random() < share}
        self.thrown[what] += len(chosen)
        return chosen


def announced_papers(corpus: Path, days: int) -> list[AnnouncedPaper]:
    """The papers of the last announcement days, as arXiv's lists told them."""
    from dailypapers.ingest.sources.arxiv import ARCHIVES

    found: dict[str, AnnouncedPaper] = {}
    with zstandard.open(corpus, "rb") as file:
        for line in io.BufferedReader(file):
            row = orjson.loads(line)
            if not row.get("arxiv_id") or row["date_precision"] != "day":
                continue
            day = date.fromisoformat(row["date"])
            if day.weekday() < 5 and any(name.startswith("arxiv-listing") for name in row["sources"]):
                categories = tuple(
                    name for name in row.get("categories") or () if name.partition(".")[0] in ARCHIVES
                )
                found[row["arxiv_id"]] = AnnouncedPaper(
                    row["arxiv_id"],
                    row["title"],
                    tuple(row["authors"]),
                    day,
                    categories or ("cs.LG",),
                    row["abstract"],
                )
    last = set(sorted({paper.day for paper in found.values()})[-days:])
    return [paper for paper in found.values() if paper.day in last]


def replay(season: Season, papers: list[AnnouncedPaper], http: "Http") -> None:
    """Announce the days one by one, and look after them as the worker does."""
    from django.conf import settings

    from dailypapers.ingest.coverage import catch_up
    from dailypapers.ingest.source import Span
    from dailypapers.ingest.sources.arxiv import SOURCE

    numbers: dict[date, list[str]] = {}
    for paper in papers:
        numbers.setdefault(paper.day, []).append(paper.number)
    days = sorted(numbers)
    asleep = {day for day in days[1:-1] if season.chance.random() < 0.1}
    asleep.update(days[len(days) // 3 : len(days) // 3 + 12])  # A holiday of more than two weeks.
    season.slept = len(asleep)
    for day in days:
        season.origin.announce(day)
        if day in asleep:
            continue
        season.spoil_the_lists(numbers[day])
        for run in range(RUNS_A_DAY):
            season.spoil_the_next_run()
            season.now = datetime.combine(day, time(1, 7 + 10 * run), settings.LISTING_ZONE)
            catch_up(SOURCE, Span(today=day, base_url=season.origin.url), http)
    # The morning after, with nothing wrong any more.
    season.origin.faults.clear()
    season.origin.repeats = False
    season.origin.left_out, season.origin.unlisted, season.origin.stale = set(), set(), set()
    after = days[-1] + timedelta(days=1)
    season.origin.announce(after)
    season.now = datetime.combine(after, time(1, 7), settings.LISTING_ZONE)
    catch_up(SOURCE, Span(today=after, base_url=season.origin.url), http)


def report(season: Season, papers: list[AnnouncedPaper], before: float, wall: float, cpu: float) -> int:
    """Print what came of it; 0 when everything announced is held exactly once and every day is complete."""
    from dailypapers.catalogue.models import Identifier, Listing, Paper
    from dailypapers.ingest.models import Coverage

    numbers = {paper.number for paper in papers}
    days = {paper.day for paper in papers}
    holders = Counter(Identifier.objects.filter(scheme="arxiv").values_list("value", flat=True))
    twice = sum(count - 1 for count in holders.values()) + Paper.objects.count() - len(holders)
    missing = numbers - set(holders)
    complete = Coverage.objects.filter(source="arxiv", day__in=days, state=Coverage.State.COMPLETE)
    counted = sum(complete.values_list("announced", flat=True))
    listed = dict(Listing.objects.values_list("paper__handle", "day"))
    elsewhere = sum(listed.get(paper.number) != paper.day for paper in papers)
    asked = Counter(path.split("/")[1].split("?")[0] for path in season.origin.asked)
    protocols = f"{asked['atom']:,} feed, {asked['oai']:,} OAI-PMH, {asked['api']:,} query API"
    rows: dict[str, str] = {
        "announcement days": f"{len(days):,} ({min(days)} to {max(days)}), {season.slept} slept through",
        "announced": f"{len(numbers):,}",
        "held": f"{len(numbers & set(holders)):,}",
        "held twice": f"{twice:,}",
        "missing": f"{len(missing):,}",
        "days complete": f"{complete.count():,} with {counted:,} papers counted",
        "listed on another day": f"{elsewhere:,}",
        "requests": f"{len(season.origin.asked):,} ({protocols})",
        "wall and CPU": f"{wall:.1f} s, {cpu:.1f} s (the server included)",
        "peak memory": f"{peak():.0f} MB, {before:.0f} MB of it the papers to announce",
    }
    rows |= {
        f"requests spoilt: {fault}": f"{n:,}" for fault, n in Counter(season.origin.spoilt).most_common()
    }
    rows |= {what: f"{n:,}" for what, n in season.thrown.items()}
    for what, value in rows.items():
        print(f"| {what} | {value} |")
    whole = not missing and not twice and complete.count() == len(days)
    for row in Coverage.objects.filter(source="arxiv", day__in=days).exclude(pk__in=complete):
        print(row, row.error)
    return 0 if whole else 1


def main() -> int:
    """Run it in a home folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--days", type=int, default=60, help="announcement days to replay")
    parser.add_argument("--seed", type=int, default=2604, help="of what goes wrong when")
    arguments = parser.parse_args()
    shared = Path(os.environ.get("DAILYPAPERS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    corpus = shared / "data" / "corpus.jsonl.zst"
    if not corpus.exists():
        print(f"needs {corpus} (or DAILYPAPERS_SHARED), which is not here")
        return 1
    with tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-") as home:
        os.environ["DAILYPAPERS_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "dailypapers.site.settings"
        os.environ.pop("DAILYPAPERS_DATABASE_URL", None)
        import logging

        import django
        from django.core.management import call_command

        django.setup()
        logging.getLogger("stamina").setLevel(logging.ERROR)
        call_command("migrate", verbosity=0)
        papers = announced_papers(corpus, arguments.days)
        return _measure(papers, arguments.seed)


def _measure(papers: list[AnnouncedPaper], seed: int) -> int:
    from dailypapers.ingest.http import Http

    chance = random.Random(seed)  # noqa: S311
    started, used, before = perf_counter(), process_time(), peak()
    with (
        ArxivOrigin(papers, PAGE_SIZE) as origin,
        Http(pause=0.0, wait=0.0, longest_wait=0.0, attempts=4) as http,
    ):
        season = Season(origin, chance)
        with patch("django.utils.timezone.now", lambda: season.now):
            replay(season, papers, http)
        return report(season, papers, before, perf_counter() - started, process_time() - used)


if __name__ == "__main__":
    sys.exit(main())
