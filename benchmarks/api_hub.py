"""The Hub's calls through HTTP: papers and lists that all differ, and the same again.

    python -m benchmarks.api_hub [--seconds N]

Needs a home folder with papers (DAILYPAPERS_HOME). Starts `dailypapers up --no-worker` and asks over loopback
by two readers who keep their connections, as `benchmarks.api_v1` does.
"""

import argparse
import http.client
import os
import random
import sqlite3
import sys
import time
from pathlib import Path
from urllib.parse import quote

from benchmarks.api_v1 import measure
from benchmarks.serving import running

WARM = 15
"""Seconds in which a process that has just started opens the search index beside what it answers."""


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    database = Path(os.environ.get("DAILYPAPERS_HOME", "")) / "dailypapers.sqlite3"
    if not database.exists():
        print("needs DAILYPAPERS_HOME, a home folder with papers")
        return 1
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as papers:
        handles = [handle for (handle,) in papers.execute("SELECT handle FROM catalogue_paper")]
        days = papers.execute(
            "SELECT DISTINCT day FROM catalogue_listing WHERE precision = 'day' ORDER BY day DESC LIMIT 400"
        ).fetchall()
    drawn = random.Random(7).sample(handles, 20_000)  # noqa: S311
    alone = [f"/api/papers/{quote(handle.removeprefix('arxiv:'))}" for handle in drawn]
    lists = [f"/api/daily_papers?date={day}&limit={limit}" for limit in range(20, 30) for (day,) in days]
    with running("--no-worker", DAILYPAPERS_API_LIMIT="0") as site:
        site.wait()
        time.sleep(WARM)
        print(f"{'':<34}{'a second':>9}{'median':>9}{'99 %':>9}{'CPU ms':>9}")
        measure(site, "a paper, each another", alone, arguments.seconds)
        measure(site, "20 to 29 of a day, each another", lists, arguments.seconds)
        measure(site, "20 papers and lists, again", alone[:10] + lists[:10], arguments.seconds)
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        connection.request("GET", lists[0])
        response = connection.getresponse()
        response.read()
        known = {"If-None-Match": str(response.getheader("ETag"))}
        measure(site, "304 of a list", lists[:1], arguments.seconds, known)
    return 0


if __name__ == "__main__":
    sys.exit(main())
