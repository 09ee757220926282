"""Our own API through HTTP, and a walk through all papers while others are added.

    python -m benchmarks.api_v1 [--seconds N] [--walk]

Needs a copy of a home folder (DAILYPAPERS_HOME): the walk adds papers to it. Starts `dailypapers up
--no-worker` and asks over loopback by two readers who keep their connections. Beside calls a second and the
median it tells the processor time of the serving process for a call: on a machine with other work that says
what a call costs.
"""

import argparse
import http.client
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from benchmarks.serving import Site, running, worked

READERS = 2
BASE = "/api/v1"
ADDED = 200
"""Papers that are added while all are walked through."""

ADD = """
import django; django.setup()
from datetime import date
from django.utils import timezone
from dailypapers.catalogue.identifiers import parse_record_id
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.records import Authority, PaperRecord, Precision
import time
for number in range({added}):
    name = parse_record_id(f"local:walk:{{number}}")
    land([PaperRecord("file", Authority.ARCHIVE, (name,), f"Added while walking, number {{number}}",
                      day=date(2026, 4, 20), precision=Precision.DAY)], timezone.now())
    time.sleep(0.1)
"""


def asked(port: int, addresses: Iterator[str], seconds: float, headers: dict[str, str]) -> list[float]:
    """How long each call of one reader took, in seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        connection.request("GET", next(addresses), headers=headers)
        response = connection.getresponse()
        response.read()
        assert response.status in (200, 304), response.status
        took.append(time.perf_counter() - began)
    connection.close()
    return took


def measure(
    site: Site, name: str, addresses: list[str], seconds: float, headers: dict[str, str] | None = None
) -> None:
    """Print a row: calls a second, median, 99 %, processor milliseconds of the server for a call."""
    serving = site.serving()
    before = worked(serving)
    with ThreadPoolExecutor(READERS) as readers:
        parts = [cycle(addresses[at::READERS] or addresses) for at in range(READERS)]
        told = readers.map(lambda part: asked(site.port, part, seconds, headers or {}), parts)
        took = sorted(one for some in told for one in some)
    spent = worked(serving) - before
    numbers = (len(took) / seconds, 1000 * statistics.median(took), 1000 * took[int(len(took) * 0.99)])
    each = 1000 * spent / len(took)
    print(f"{name:<34}{numbers[0]:>9.0f}{numbers[1]:>9.1f}{numbers[2]:>9.1f}{each:>9.2f}", flush=True)


def calls(site: Site, database: Path, seconds: float) -> None:
    """Print the table of calls."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as papers:
        rows = papers.execute("SELECT handle FROM catalogue_paper").fetchall()
    draw = random.Random(7)  # noqa: S311
    drawn = [f"{BASE}/papers/{quote(handle)}" for (handle,) in draw.sample(rows, 20_000)]
    newest = json.loads(site.text(f"{BASE}/lists/date/latest"))["period"]
    days = [date.fromisoformat(newest) - timedelta(days=back) for back in range(400)]
    lists = [f"{BASE}/lists/date/{day}" for day in days]
    print(f"{'':<34}{'a second':>9}{'median':>9}{'99 %':>9}{'CPU ms':>9}")
    measure(site, "a paper, each another", drawn, seconds)
    measure(site, "the list of a day, each another", lists, seconds)
    measure(site, "20 papers and lists, again", drawn[:10] + lists[:10], seconds)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("GET", lists[0])
    response = connection.getresponse()
    response.read()
    known = {"If-None-Match": str(response.getheader("ETag"))}
    measure(site, "304 of a list", lists[:1], seconds, known)


def walk(site: Site, database: Path) -> None:
    """Print how many papers a walk by key met, how many twice, and how many of those held it missed."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as papers:
        held = {handle for (handle,) in papers.execute("SELECT handle FROM catalogue_paper")}
    adding = subprocess.Popen(
        [sys.executable, "-c", ADD.format(added=ADDED)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "dailypapers.site.settings"},
    )
    began, met = time.perf_counter(), list[str]()
    address: str | None = f"{BASE}/papers?limit=100&fields=id"
    while address:
        page = json.loads(site.text(address))
        met += [paper["id"] for paper in page["papers"]]
        address = page["next"] and page["next"].partition(f":{site.port}")[2]
    seconds = time.perf_counter() - began
    adding.wait(120)
    missed = len(held - set(met))
    print(
        f"walked through {len(met):,} papers in {seconds:.0f} s: {len(met) - len(set(met))} twice, ", end=""
    )
    print(f"{missed} of {len(held):,} missed, {len(set(met) - held)} of {ADDED} added meanwhile met")


def main() -> int:
    """Print the table, and with `--walk` what the walk met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--walk", action="store_true")
    arguments = parser.parse_args()
    database = Path(os.environ.get("DAILYPAPERS_HOME", "")) / "dailypapers.sqlite3"
    if not database.exists():
        print("needs DAILYPAPERS_HOME, a copy of a home folder with papers")
        return 1
    with running("--no-worker", DAILYPAPERS_API_LIMIT="0") as site:
        site.wait()
        calls(site, database, arguments.seconds)
        if arguments.walk:
            walk(site, database)
    return 0


if __name__ == "__main__":
    sys.exit(main())
