"""A long command shows that it moves: a bar with rate and time left on a terminal, plain lines in a log."""

import json
import os
import pty
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from dailypapers.cli.progress import HarvestProgress
from dailypapers.ingest.source import Page
from tests.cli.test_commands import run
from tests.origins.arxiv import ArxivOrigin
from tests.origins.huggingface import HuggingFaceOrigin, entry
from tests.origins.origin import Fault
from tests.site.processes import environment, papers, weekdays


def told(home: Path, origin: ArxivOrigin) -> dict[str, str]:
    return environment(home, origin.url, COLUMNS="150", TERM="xterm")


def on_a_terminal(command: list[str], settings: dict[str, str]) -> tuple[int, str]:
    """Run a command whose standard error is a terminal; gives its exit code and what stood there."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 4_096)
            except OSError:  # Linux says so where the other side was closed.
                break
            if not part:
                break
            said += part
    os.close(ours)
    return process.returncode, said.decode()


def test_a_terminal_shows_a_bar_that_counts_over_days_with_rate_and_time_left(home: Path) -> None:
    with ArxivOrigin(announced := papers(each=6)) as origin:
        origin.announce(announced[0].day)
        code, said = on_a_terminal(
            [sys.executable, "-m", "dailypapers", "ingest", "arxiv"], told(home, origin)
        )
    assert code == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)
    last = [line for line in re.split(r"[\r\n]+", plain) if line.startswith("arXiv")][-1]
    found = re.search(r"100% (\d+) papers, ([\d,]+)/s \d:\d\d:\d\d left \d:\d\d:\d\d", last)
    assert found is not None, last
    assert int(found[1]) == len(announced), "all days together, not the last one"


class Pages:
    """Pages of a harvest of so many records, ten of them a page, each a second after the last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)

    def take(self, progress: HarvestProgress, done: int, total: int | None, seconds: float = 1.0) -> None:
        self.now += seconds
        page = Page(b"", "", "page", total=total, done=done if total else None)
        progress.page_taken(page, Counter(new=done, rejected=1))


def test_a_log_gets_a_plain_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = Pages(monkeypatch)
    with HarvestProgress("arXiv") as progress:
        for number in range(1, 13):
            pages.take(progress, 1_000 * number, 20_000)
    assert capsys.readouterr().err.splitlines() == [
        "arXiv: 5,000 papers, 1,000/s, 25%, about 15 s left",
        "arXiv: 10,000 papers, 1,000/s, 50%, about 10 s left",
    ]


def test_a_log_of_a_harvest_without_a_known_end_says_what_came(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = Pages(monkeypatch)
    with HarvestProgress("arXiv") as progress:
        pages.take(progress, 300, None, seconds=6.0)
    assert capsys.readouterr().err == "arXiv: 300 papers, 50/s\n"


def test_what_is_new_and_missing_ends_with_the_summary_of_every_harvest(home: Path) -> None:
    with ArxivOrigin(announced := papers()) as origin:
        origin.announce(announced[0].day)
        first = run(home, "ingest", "arxiv", **told(home, origin))
        again = run(home, "ingest", "arxiv", **told(home, origin))
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert first.stdout.splitlines()[-1] == "arXiv: 20 new, 0 updated, 0 unchanged, 0 withdrawn, 0 rejected"
    assert again.stdout.splitlines()[-1].startswith("arXiv: 0 new, 0 updated, ")


def test_something_rejected_on_the_way_is_said_and_changes_the_exit_code(home: Path) -> None:
    with ArxivOrigin(announced := papers()) as origin:
        origin.announce(newest := weekdays()[0])
        untitled = next(paper.number for paper in announced if paper.day == newest)
        origin.untitled = {untitled}
        whole = run(home, "ingest", "arxiv", **told(home, origin))
        assert (whole.returncode, "0 rejected" in whole.stdout) == (0, True), "it came by another route"
        del origin.papers[untitled]
        origin.unlisted = {untitled}
        other = home.parent / "other"
        ended = run(other, "ingest", "arxiv", **told(other, origin))
    assert ended.returncode == 1, "the day has a gap, which counts for more"
    assert "1 rejected\n`dailypapers ingest rejected` says which" in ended.stdout


def test_what_cannot_be_read_and_leaves_no_gap_is_exit_code_three(home: Path) -> None:
    day = str(weekdays()[0])
    with HuggingFaceOrigin({day: json.dumps([entry("2604.00001"), "no object"]).encode()}) as origin:
        settings = environment(home, "", DAILYPAPERS_SOURCE_HUGGINGFACE_BASE_URL=origin.url)
        ended = run(home, "ingest", "huggingface", **settings)
    assert ended.returncode == 3, ended.stderr
    assert "1 new, 0 updated, 0 unchanged, 0 withdrawn, 1 rejected" in ended.stdout


def test_a_source_that_is_down_ends_the_command_with_what_to_do(home: Path) -> None:
    with ArxivOrigin(announced := papers()) as origin:
        origin.announce(announced[0].day)
        origin.retry_after = "3600"
        origin.fail(*[Fault.TOO_MANY] * 99)
        ended = run(home, "ingest", "arxiv", **told(home, origin))
        assert len(origin.asked) == 1
    assert ended.returncode == 1
    assert ended.stdout.splitlines()[-1].startswith("arXiv: 0 new")
    assert "Stopped: " in ended.stderr
    assert "The same command goes on from here." in ended.stderr
