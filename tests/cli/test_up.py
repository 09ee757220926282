"""`dailypapers up` keeps running what it starts and ends it with itself; what cannot work is said plainly."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dailypapers.cli import children
from dailypapers.cli.children import Kept
from dailypapers.cli.up import refuse_taken
from tests.origins.arxiv import ArxivOrigin
from tests.site.processes import NOWHERE, HeldBack, begun, children_of, environment, held, papers, runs, until


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "up.log"


@pytest.fixture
def sites() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Sites to be ended after the test."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for site in started:
        if site.poll() is None:
            site.terminate()
            site.wait(30)


def answer(port: int, path: str, host: str = "") -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host} if host else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, ""
    except OSError:
        return 0, ""


def test_a_terminated_up_ends_the_harvest_it_waits_for(home: Path, log: Path, port: int) -> None:
    with HeldBack(announced := papers()) as origin:
        origin.announce(announced[0].day)
        up = begun("dailypapers", "up", "--port", str(port), log=log, **environment(home, origin.url))
        assert until(lambda: origin.asked), log.read_text()
        (harvest,) = children_of(up.pid)
        up.terminate()
        assert up.wait(20) == 128 + signal.SIGTERM, log.read_text()
        assert not runs(harvest)
        assert "Traceback" not in log.read_text()
        origin.released.set()


def test_up_serves_the_papers_that_came_and_its_worker_comes_back_when_it_is_killed(
    home: Path, log: Path, port: int, sites: list["subprocess.Popen[bytes]"]
) -> None:
    with ArxivOrigin(announced := papers(each=8)) as origin:
        origin.announce(announced[0].day)
        told = environment(home, origin.url)
        sites.append(up := begun("dailypapers", "up", "--port", str(port), log=log, **told))
        assert until(lambda: answer(port, "/status/health") == (200, "ok\n")), log.read_text()
        assert "Finding 1 of the" in answer(port, "/papers")[1]
        assert until(lambda: held(home) == len(announced)), "its worker fetched the days before"

        def worker() -> list[int]:
            return [pid for pid in children_of(up.pid) if b"site.worker" in _command_of(pid)]

        (first,) = worker()
        os.kill(first, signal.SIGKILL)
        assert until(lambda: worker() not in ([], [first]), within=20), log.read_text()
        assert "The worker ended (-9); it is started again in 1 s." in log.read_text()
        (second,) = worker()
        up.terminate()
        assert up.wait(30) == 0
        assert not runs(second)


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_waits_between_starts_grow(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(children, "LONGEST_WAIT", 0.4)
    kept = Kept("clock", "no_such_module_of_ours", first_wait=0.1)
    assert until(lambda: capfd.readouterr().err.count("No module named") >= 1)
    waits: list[float] = []

    def waited(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 4

    monkeypatch.setattr(kept._ending, "wait", waited)
    assert until(lambda: len(waits) == 4)
    kept.stop()
    assert waits[-1] == 0.4
    assert waits == sorted(waits)


def test_a_site_that_listens_on_all_addresses_says_where_it_is_and_is_asked_under_a_good_name(
    home: Path, log: Path, port: int, sites: list["subprocess.Popen[bytes]"]
) -> None:
    told = environment(
        home,
        NOWHERE,
        DAILYPAPERS_BASE_URL="https://papers.example.org",
        DAILYPAPERS_SECRET_KEY="x" * 50,
    )
    everywhere = ["up", "--host", "0.0.0.0", "--port", str(port), "--no-worker"]  # noqa: S104
    sites.append(begun("dailypapers", *everywhere, log=log, **told))
    assert until(lambda: "dailypapers is at https://papers.example.org" in log.read_text()), log.read_text()
    assert "DisallowedHost" not in log.read_text()
    assert answer(port, "/status/health", "10.1.2.3:8000") == (200, "ok\n"), "as a load balancer asks"
    assert answer(port, "/papers", "10.1.2.3:8000")[0] == 400
    assert answer(port, "/status/coverage", "10.1.2.3:8000")[0] == 400
    assert answer(port, "/papers", "papers.example.org")[0] == 200


def test_a_port_in_use_is_said_before_anything_is_fetched(home: Path, log: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "dailypapers", "up", "--port", str(port)]
        ended = subprocess.run(
            command, env=environment(home, NOWHERE), capture_output=True, text=True, timeout=60, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr == (
        f"Error: Cannot listen on 127.0.0.1 port {port}: another program listens there; "
        f"choose another port: --port {port + 1}.\n"
    )
    assert "Looking for" not in ended.stdout


@pytest.mark.parametrize(
    ("host", "why"), [("192.0.2.1", "no such address"), ("no-such-host.invalid", "nobody knows that name")]
)
def test_an_address_that_is_not_this_machines_is_refused(host: str, why: str, port: int) -> None:
    with pytest.raises(click.ClickException, match=why):
        refuse_taken(host, port)
