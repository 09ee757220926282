"""One request at a time to a site, and none too soon: between threads, processes, routes and runs."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from dailypapers.ingest.connection import connection
from dailypapers.ingest.http import Http, HttpFailure
from dailypapers.ingest.pace import LONGEST_REST, SharedPace, site_of
from dailypapers.ingest.sources.arxiv import SOURCE
from tests.ingest.test_http import Clock
from tests.origins.origin import Answer, Origin


class Counting(Origin):
    """Notes when each request began and how many were answered at once."""

    def __init__(self) -> None:
        super().__init__()
        self.began: list[float] = []
        self.at_once = self.most_at_once = 0

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        self.began.append(time.time())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.02)
        self.at_once -= 1
        return Answer(b"well")


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("export.arxiv.org", "arxiv.org"),
        ("arxiv.org", "arxiv.org"),
        ("RSS.arXiv.org.", "arxiv.org"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "__1"),
        ("localhost", "localhost"),
        ("../../etc", "_etc"),
        ("", "nowhere"),
    ],
)
def test_all_hosts_of_a_domain_are_one_site_and_its_name_is_that_of_a_file(host: str, site: str) -> None:
    assert site_of(host) == site


def test_processes_and_threads_ask_one_at_a_time_and_a_pause_apart(tmp_path: Path) -> None:
    pause = 0.5
    code = (
        "import sys; from pathlib import Path; from dailypapers.ingest.http import Http;"
        "from dailypapers.ingest.pace import SharedPace\n"
        "with Http(pause=float(sys.argv[3]), turns=SharedPace(Path(sys.argv[2]))) as http:\n"
        "    for _ in range(3): http.get(sys.argv[1])"
    )
    with Counting() as origin:

        def ask() -> None:
            with Http(pause=pause, turns=SharedPace(tmp_path)) as http:
                for _ in range(3):
                    http.get(origin.url)

        command = [sys.executable, "-c", code, origin.url, str(tmp_path), str(pause)]
        running = [subprocess.Popen(command) for _ in range(2)]
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [process.wait(60) for process in running] == [0, 0]
    assert len(origin.began) == 12
    assert origin.most_at_once == 1
    gaps = [after - before for before, after in zip(origin.began, origin.began[1:], strict=False)]
    assert min(gaps) > pause / 2, "a request reaches a busy machine's server up to 0.2 s after it begins"


def test_a_restart_does_not_begin_with_a_request_too_soon(tmp_path: Path) -> None:
    clock = Clock()
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    for host in ("rss.arxiv.org", "export.arxiv.org", "arxiv.org"):
        with Http(
            pause=3.0, transport=transport, turns=SharedPace(tmp_path), clock=clock, sleep=clock.sleep
        ) as http:
            http.get(f"https://{host}/")
    assert clock.waits == [3.0, 3.0]


def test_a_clock_that_was_set_back_costs_a_pause_not_the_difference(tmp_path: Path) -> None:
    clock = Clock()
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    (tmp_path / "arxiv.org.pace").write_text(json.dumps({"last_start": clock.now + 86_400, "not_before": 0}))
    with Http(
        pause=3.0, transport=transport, turns=SharedPace(tmp_path), clock=clock, sleep=clock.sleep
    ) as http:
        http.get("https://arxiv.org/")
    assert clock.waits == [3.0]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"last_start": "x", "not_before": 1}', "null"])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "arxiv.org.pace").write_text(text)
    with SharedPace(tmp_path).turn("arxiv.org") as turn:
        assert (turn.last_start, turn.not_before) == (None, 0.0)


class Refusing:
    """A site that says once how long it wants to be left alone."""

    def __init__(self, retry_after: str) -> None:
        self.retry_after = retry_after
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        if len(self.asked) == 1:
            return httpx.Response(503, headers={"Retry-After": self.retry_after})
        return httpx.Response(200)


@pytest.mark.parametrize("shared", [True, False])
def test_what_one_route_was_told_holds_for_the_next(tmp_path: Path, shared: bool) -> None:
    clock, site = Clock(), Refusing("120")
    turns = SharedPace(tmp_path) if shared else None
    with Http(
        attempts=1, transport=httpx.MockTransport(site), turns=turns, clock=clock, sleep=clock.sleep
    ) as http:
        with pytest.raises(HttpFailure) as refused:
            http.get("https://rss.arxiv.org/atom/cs")
        assert refused.value.is_down
        http.get("https://oaipmh.arxiv.org/oai")
    assert clock.waits == [120.0]


def test_what_one_process_was_told_for_longer_than_it_waits_holds_for_all(tmp_path: Path) -> None:
    clock, site = Clock(), Refusing("3600")
    for _ in range(3):
        with (
            Http(
                transport=httpx.MockTransport(site),
                turns=SharedPace(tmp_path),
                clock=clock,
                sleep=clock.sleep,
            ) as http,
            pytest.raises(HttpFailure, match="try again then") as refused,
        ):
            http.get("https://arxiv.org/pdf/2604.00001")
        assert refused.value.is_down
    assert (len(site.asked), clock.waits) == (1, [])
    clock.now += 3_600
    with Http(
        transport=httpx.MockTransport(site), turns=SharedPace(tmp_path), clock=clock, sleep=clock.sleep
    ) as http:
        http.get("https://arxiv.org/")
    assert len(site.asked) == 2


def test_nobody_is_left_alone_for_ever(tmp_path: Path) -> None:
    clock, site = Clock(), Refusing("9" * 400)
    with Http(
        transport=httpx.MockTransport(site), turns=SharedPace(tmp_path), clock=clock, sleep=clock.sleep
    ) as http:
        with pytest.raises(HttpFailure):
            http.get("https://arxiv.org/")
        clock.now += LONGEST_REST + 1
        http.get("https://arxiv.org/")


def test_a_source_is_asked_at_the_pace_of_all_and_this_machine_at_once() -> None:
    with connection(SOURCE) as http:
        assert http._pause == 3.0
        assert isinstance(http._turns, SharedPace)
        assert http._turns._folder == settings.HOME / "locks"
    with connection(SOURCE, "http://127.0.0.1:9") as http:
        assert http._pause == 0.0
        assert not isinstance(http._turns, SharedPace)
