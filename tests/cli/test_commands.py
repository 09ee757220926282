"""The commands as people run them: as processes, with a home folder of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from dailypapers.ingest.bundled_sample import PATH as SAMPLE
from tests.homes import with_tables

Ran = subprocess.CompletedProcess[str]


def run(home: Path, *arguments: str, **settings: str) -> Ran:
    """A command that has ended, in a home folder whose tables are made."""
    with_tables(home)
    return run_anywhere(home, *arguments, **settings)


def run_anywhere(home: Path, *arguments: str, **settings: str) -> Ran:
    """A command that has ended, in a home folder as it is."""
    environment = {**os.environ, "DAILYPAPERS_HOME": str(home), **settings}
    command = [sys.executable, "-m", "dailypapers", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def line(number: int, **changes: object) -> str:
    usual = {
        "id": f"2604.{number:05}",
        "title": f"A study of the number {number} and its kin",
        "abstract": "We study it.",
        "authors": ["Ada Lovelace"],
        "date": "2026-04-15",
        "date_precision": "day",
        "urls": {"abs": f"https://arxiv.org/abs/2604.{number:05}"},
        "categories": ["math.NT"],
    }
    return json.dumps(usual | changes) + "\n"


def test_a_file_is_taken_and_the_summary_says_what_came(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text("".join(line(number) for number in range(5)))
    first = run(home, "ingest", "file", str(path))
    assert first.returncode == 0, first.stderr
    assert "5 new, 0 updated, 0 unchanged, 0 withdrawn, 0 rejected" in first.stdout
    again = run(home, "ingest", "file", str(path))
    assert "0 new, 0 updated, 5 unchanged" in again.stdout
    shown = run(home, "paper", "show", "https://arxiv.org/abs/2604.00003v2")
    assert "A study of the number 3" in shown.stdout


def test_rejected_records_change_the_exit_code_and_can_be_listed(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(line(1) + "{broken\n" + line(2, date="20260-01-01") + line(3))
    ended = run(home, "ingest", "file", str(path))
    assert ended.returncode == 3
    assert "2 new" in ended.stdout
    assert "2 rejected" in ended.stdout
    listed = run(home, "ingest", "rejected").stdout
    assert "papers.jsonl line 2" in listed
    assert "papers.jsonl line 3" in listed
    assert "2 records kept aside" in listed


def test_a_source_that_cannot_be_reached_fails_with_what_to_do(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        ended = run(home, "ingest", "acl", "--set", "P19", "--base-url", address)
    assert ended.returncode == 1
    assert "Stopped:" in ended.stderr
    assert "The same command goes on from here." in ended.stderr


def test_doctor_names_what_is_wrong_and_the_command_that_mends_it(home: Path) -> None:
    run(home, "ingest", "file", str(SAMPLE))
    ended = run(home, "doctor")
    assert ended.returncode == 1
    assert "only the bundled sample" in ended.stdout
    assert "dailypapers ingest arxiv" in ended.stdout


@pytest.mark.parametrize("words", ["--help", "ingest --help", "ingest file --help", "--version"])
def test_help_is_there(home: Path, words: str) -> None:
    ended = run(home, *words.split())
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout


def test_a_wrong_setting_ends_with_a_sentence_not_a_traceback(home: Path) -> None:
    ended = run(home, "doctor", DAILYPAPERS_TIME_ZONE="Moon/Crater")
    assert ended.returncode == 1
    assert "DAILYPAPERS_TIME_ZONE='Moon/Crater'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_site_refuses_to_be_reached_by_others_with_unsafe_settings(home: Path) -> None:
    ended = run(home, "up", "--host", "0.0.0.0", "--no-worker")  # noqa: S104
    assert ended.returncode == 1
    assert "DAILYPAPERS_SECRET_KEY and DAILYPAPERS_BASE_URL" in ended.stderr


def test_a_day_that_is_none_is_refused_with_the_form_expected(home: Path) -> None:
    ended = run(home, "ingest", "arxiv", "--since", "2026-02-31")
    assert ended.returncode == 2
    assert "2026-02-31" in ended.stderr


def test_up_serves_the_sample_where_no_source_answers(home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # A proxy that nothing listens on: no source can be reached, whatever network this machine has.
    environment = {
        **os.environ,
        "DAILYPAPERS_HOME": str(home),
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "",
    }
    command = [sys.executable, "-m", "dailypapers", "up", "--port", str(port), "--no-worker"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as site:
        try:
            page = _read(f"http://127.0.0.1:{port}/papers", within=60)
            assert "This is the bundled sample" in page
            style = page.split('rel="stylesheet" href="')[1].split('"')[0]
            assert "--paper" in _read(f"http://127.0.0.1:{port}{style}", within=5)
        finally:
            site.terminate()
            output = site.communicate(timeout=30)[0]
    assert f"dailypapers is at http://127.0.0.1:{port}" in output


def _read(address: str, within: float) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + within
    while True:
        try:
            with opener.open(address, timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (
            {"DAILYPAPERS_THUMBNAILS": "nonsense"},
            "DAILYPAPERS_THUMBNAILS='nonsense': expected open, all or none",
        ),
        ({"DAILYPAPERS_BASE_URL": "papers.example.org"}, "as https://papers.example.org"),
        ({"DAILYPAPERS_SOURCES": "arxive"}, "no source arxive; there are acl, arxiv"),
        ({"DAILYPAPERS_HOME": "/proc/no/such"}, "The home folder /proc/no/such cannot be made"),
        ({"DAILYPAPERS_DATABASE_URL": "oracle://a:secret@b/c"}, "names oracle: expected postgresql://"),
        ({"DAILYPAPERS_DATABASE_URL": "nonsense"}, "names no kind of database"),
        (
            {"DAILYPAPERS_DATABASE_URL": "postgresql://a:secret@[b/c"},
            "cannot be read: expected postgresql://",
        ),
        (
            {"DAILYPAPERS_DATABASE_URL": "postgresql://a:secret@127.0.0.1:9/papers"},
            "The database papers on 127.0.0.1 port 9 cannot be used: connection failed",
        ),
        ({"DAILYPAPERS_DATABASE_URL": "sqlite:////proc/no/such.sqlite3"}, "cannot be made"),
    ],
    ids=lambda told: "=".join(*told.items()) if isinstance(told, dict) else "",
)
def test_what_cannot_work_is_said_in_a_sentence(home: Path, setting: dict[str, str], said: str) -> None:
    for command in (["up", "--no-worker"], ["ingest", "rejected"]):
        ended = run(home, *command, **setting)
        assert ended.returncode == 1
        assert said in ended.stderr
        assert ended.stderr.startswith("Error: ")
        assert len(ended.stderr.splitlines()) == 1
        assert "secret" not in ended.stderr


@pytest.mark.parametrize("damage", ["all of it", "a page within"])
def test_a_damaged_database_is_named_with_what_to_do(home: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text("".join(line(number) for number in range(500)))
    assert run(home, "ingest", "file", str(path)).returncode == 0
    file = home / "dailypapers.sqlite3"
    body = file.read_bytes()
    if damage == "all of it":
        file.write_bytes(b"this is no database" * 1_000)
    else:
        file.write_bytes(body[:4096] + b"\xff" * (len(body) - 4096))
    for side in ("-wal", "-shm"):
        Path(f"{file}{side}").unlink(missing_ok=True)
    for command in (["ingest", "file", str(path)], ["up", "--no-worker"]):
        ended = run(home, *command)
        assert ended.returncode == 1
        assert f"Error: The database {file} cannot be used: " in ended.stderr
        assert "Put back a copy of it, or move it away to begin anew." in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_source_that_tells_no_days_cannot_be_followed(home: Path) -> None:
    ended = run(home, "up", DAILYPAPERS_SOURCES="arxiv acl")
    assert ended.returncode == 1
    assert "DAILYPAPERS_SOURCES names acl, which cannot be followed day by day" in ended.stderr
