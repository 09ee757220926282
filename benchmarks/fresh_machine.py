"""From `dailypapers up` in an empty home folder until the page answers, with the network and without.

    python -m benchmarks.fresh_machine

The network is a local server that speaks as arXiv does and has announced the last weekdays, 600 papers
each; without it, every address leads to a port that nothing listens on. What is installed is not
installed again: the time of `make install` is the package registry's. Ends with 1 when a page took longer
than its target: 120 s, and 30 s more without a network.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import date, timedelta
from pathlib import Path

from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin

PAPERS_A_DAY = 600
TARGET = 120.0
WITHOUT = TARGET + 30.0
NOWHERE = "http://127.0.0.1:9"


def announced_papers(today: date) -> list[AnnouncedPaper]:
    """The papers of the last ten days that arXiv announces on."""
    days = (today - timedelta(days=back) for back in range(14))
    return [
        AnnouncedPaper(
            f"{day:%y%m}.{day.day:02}{at:03}",
            f"Finding {at} of the {day:%d %B}",
            (f"Author {at}", "Ada Lovelace"),
            day,
            ("cs.CL" if at % 2 else "stat.ML",),
            "We look at it closely and from all sides. " * 20,
        )
        for day in days
        if day.weekday() < 5
        for at in range(PAPERS_A_DAY)
    ]


def seconds_until(site: "subprocess.Popen[bytes]", port: int, words: str) -> float:
    """How long it takes until the page of papers has the words. Raises RuntimeError where it never has."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    began = time.monotonic()
    while time.monotonic() - began < 2 * WITHOUT:
        try:
            with opener.open(f"http://127.0.0.1:{port}/papers", timeout=5) as response:
                if words in response.read().decode():
                    return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            pass
        if site.poll() is not None:
            raise RuntimeError(f"`dailypapers up` ended with {site.returncode}")
        time.sleep(0.1)
    raise RuntimeError(f"no page with {words!r} within {2 * WITHOUT:.0f} s")


def measure(words: str, **settings: str) -> float:
    """Seconds from the command to the page, in a home folder of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="dailypapers-benchmark-") as home:
        own = {name: value for name, value in os.environ.items() if not name.startswith("DAILYPAPERS_")}
        told = {**own, "DAILYPAPERS_HOME": home, **settings}
        command = [sys.executable, "-m", "dailypapers", "up", "--port", str(port)]
        with (Path(home) / "log").open("wb") as log:
            site = subprocess.Popen(command, env=told, stdout=log, stderr=log)
            try:
                return seconds_until(site, port, words)
            finally:
                site.terminate()
                site.wait(60)


def main() -> int:
    """Run both; print a table."""
    today = date.today()  # noqa: DTZ011 - the site's own day may be one less, which has its papers too
    with ArxivOrigin(papers := announced_papers(today)) as origin:
        origin.announce(papers[0].day)
        answered = measure(
            "Finding ",
            DAILYPAPERS_SOURCES="arxiv",
            DAILYPAPERS_FIELDS="cs stat",
            DAILYPAPERS_SOURCE_ARXIV_BASE_URL=origin.url,
        )
    # A proxy that nothing listens on: no source can be reached, whatever network this machine has.
    refused = measure("This is the bundled sample", HTTP_PROXY=NOWHERE, HTTPS_PROXY=NOWHERE, NO_PROXY="")
    rows = (("sources answer", answered, TARGET), ("no network", refused, WITHOUT))
    print("| `dailypapers up` from an empty home folder | seconds until the page answers | target |")
    print("|---|---|---|")
    for what, seconds, target in rows:
        print(f"| {what} | {seconds:.1f} | {target:.0f} |")
    return 0 if all(seconds <= target for _, seconds, target in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
