"""How fast feeds are answered, and what asking often costs.

    DAILYPAPERS_HOME=… python -m benchmarks.feeds [--seconds N] [--readers N]

Needs a home folder with papers; nothing is written to it but what every start writes. Starts
`dailypapers up --no-worker` and asks over loopback as readers of feeds do, over connections that stay open:
for each address the first answer after the start, then for some seconds without and with the `ETag` of what
one has, by several readers at once. At the end every feed is read by feedparser, which has to find it valid,
and the newest is read through its archives for some weeks. Then the sitemaps are asked for.
"""

import argparse
import http.client
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import feedparser

from benchmarks.serving import Site, running

READERS = 4
WEEKS = 28
"""Days that are read back through the archives."""

FEEDS = (
    "/papers.atom",
    "/papers.rss?field=cs.CL",
    "/papers.json?show=submitted",
    "/papers/date/2026-04-08.atom",
    "/papers/week/2026-W15.rss",
    "/papers/month/2026-04.atom?field=cs",
    "/papers/trending.atom",
    "/comments.atom",
)


def ask(port: int, address: str, seconds: float, etag: str = "") -> list[float]:
    """One reader that asks again and again; the seconds of each answer. Raises RuntimeError."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Accept-Encoding": "gzip"} | ({"If-None-Match": etag} if etag else {})
    taken: list[float] = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - began)
        if answer.status != (304 if etag else 200):
            raise RuntimeError(f"{address}: {answer.status}")
    connection.close()
    return taken


def first(port: int, address: str) -> tuple[float, str, bytes]:
    """The first answer: how long it took, its ETag, and the feed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read()
    taken = time.perf_counter() - began
    connection.close()
    return taken, answer.getheader("ETag", ""), body


def rate(
    site: Site, address: str, seconds: float, readers: int, etag: str = ""
) -> tuple[float, float, float]:
    """Answers a second by several readers at once, and the median and the slowest but 1% in ms."""
    with ThreadPoolExecutor(readers) as pool:
        asked = [pool.submit(ask, site.port, address, seconds, etag) for _ in range(readers)]
        taken = sorted(one for future in asked for one in future.result())
    return len(taken) / seconds, 1_000 * statistics.median(taken), 1_000 * taken[int(len(taken) * 0.99)]


def through_archives(site: Site) -> None:
    """Read the newest papers back through the days before them, as a reader does that was away."""
    address, days, papers = "/papers.atom?show=submitted", 0, dict[str, int]()
    began = time.perf_counter()
    while address and days < WEEKS:
        _, _, body = first(site.port, address)
        found = feedparser.parse(body)
        for entry in found.entries:
            papers[entry.id] = papers.get(entry.id, 0) + 1
        links = {link.rel: link.href for link in found.feed.links}
        if "next" in links:
            address = links["next"]
        else:
            address, days = links.get("prev-archive", ""), days + 1
        address = address.partition(f":{site.port}")[2]
    took = time.perf_counter() - began
    print(f"\nback through {days} days of what was put forward: {len(papers):,} papers in {took:.1f} s")


def sitemaps(site: Site) -> None:
    """Ask for the sitemaps as a search engine does, and again with what it knows."""
    print(f"\n{'sitemap':<40}{'KB':>8}{'ms':>9}")
    for address in ("/sitemap.xml", "/sitemap.xml", "/sitemaps/lists.xml", "/sitemaps/papers-0.xml"):
        taken, _, body = first(site.port, address)
        print(f"{address:<40}{len(body) // 1024:>8}{1_000 * taken:>9.0f}", flush=True)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("HEAD", "/sitemaps/papers-0.xml")
    answer = connection.getresponse()
    answer.read()
    changed = answer.getheader("Last-Modified", "")
    began = time.perf_counter()
    connection.request("GET", "/sitemaps/papers-0.xml", headers={"If-Modified-Since": changed})
    answer = connection.getresponse()
    answer.read()
    print(f"{f'the same, answered with {answer.status}':<48}{1_000 * (time.perf_counter() - began):>9.0f}")


def main() -> int:
    """Print a line for each feed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--readers", type=int, default=READERS)
    arguments = parser.parse_args()
    with running("--no-worker") as site:
        site.wait()
        head = f"{'feed':<40}{'entries':>8}{'KB':>6}{'first ms':>9}"
        print(head + f"{'200/s':>8}{'ms':>7}{'99%':>7}{'304/s':>8}{'ms':>7}{'99%':>7}")
        for address in FEEDS:
            taken, etag, body = first(site.port, address)
            entries = len(feedparser.parse(body).entries) if "json" not in address else body.count(b'"id":')
            if "json" not in address and feedparser.parse(body).bozo:
                raise RuntimeError(f"{address} is not valid")
            whole = rate(site, address, arguments.seconds, arguments.readers)
            same = rate(site, address, arguments.seconds, arguments.readers, etag)
            line = f"{address:<40}{entries:>8}{len(body) // 1024:>6}{1_000 * taken:>9.0f}"
            print(
                line + "".join(f"{one[0]:>8.0f}{one[1]:>7.1f}{one[2]:>7.1f}" for one in (whole, same)),
                flush=True,
            )
        through_archives(site)
        sitemaps(site)
    return 0


if __name__ == "__main__":
    sys.exit(main())
