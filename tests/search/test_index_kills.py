"""An index that is killed at any moment opens with the old papers or the new, and comes to what it should."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.store import Store
from tests.ingest.commands import rows
from tests.search.encoders import other_encoder
from tests.search.papers import ENCODER, found
from tests.site.processes import children_of, runs, until

ROOT = Path(__file__).resolve().parents[2]
KILLS = 10

ENDLESS_BUILD = """
import sys
from dailypapers.search.document import Document
from dailypapers.search.store import Store
from tests.search.papers import ENCODER

if __name__ == "__main__":
    documents = (Document(number, f"Title {number}", "Some words. " * 50) for number in range(1, 10**9))
    Store(sys.argv[1]).build(documents, ENCODER, lambda number: print(number, flush=True))
"""


@contextmanager
def working(home: Path, kind: str, encoder: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process that found what is there, and works on it."""
    told = {**os.environ, "DAILYPAPERS_HOME": str(home), "DAILYPAPERS_ENCODER": encoder}
    command = [sys.executable, "-m", "tests.search.index_work", kind]
    with subprocess.Popen(command, env=told, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def took(home: Path, kind: str, encoder: str = "") -> float:
    """Let the work be done once, whole; gives the seconds it took."""
    with working(home, kind, encoder) as process:
        assert said(process) == "no index"
        begun = time.monotonic()
        assert said(process) == "done"
        return time.monotonic() - begun


def moments(seconds: float, kills: int) -> list[float]:
    """One moment in each part of the time that it takes, in any order."""
    chance = random.Random(kills)  # noqa: S311
    spread = [seconds * (number + chance.random()) / kills for number in range(kills)]
    chance.shuffle(spread)
    return spread


def test_an_index_killed_within_building_updating_and_settling(tmp_path: Path) -> None:
    seconds = took(tmp_path, "papers")
    papers = 0
    for moment in moments(seconds, KILLS):
        with working(tmp_path, "papers") as process:
            assert said(process) == "agrees"
            time.sleep(moment)
            process.kill()
        store = Store(tmp_path / "index")
        held = int(rows(tmp_path, "SELECT COUNT(*) FROM catalogue_paper")[0][0])
        engine = store.open(ENCODER)
        assert papers <= engine.table.papers <= held
        assert engine.table.papers >= held - 20, "all but the page that was being taken up"
        papers = engine.table.papers
        assert len(found(engine, "copper", mode="lexical")) == 1
        assert found(engine, "copper", mode="dense")
    with working(tmp_path, "papers") as process:
        assert said(process) == "agrees"
        assert said(process) == "done"
    with working(tmp_path, "papers") as process:
        assert said(process) == "agrees"


def test_a_tuning_killed_leaves_an_encoder_and_an_index_that_go_together(tmp_path: Path) -> None:
    home, encoder = tmp_path / "home", other_encoder(tmp_path / "other")
    seconds = took(home, "tuning", encoder)
    for moment in moments(seconds, 4):
        with working(home, "tuning", encoder) as process:
            assert said(process) == "agrees"
            time.sleep(moment)
            process.kill()
    with working(home, "tuning", encoder) as process:
        assert said(process) == "agrees"
        assert said(process) == "done"
    tables = [path for path in (home / "encoders").iterdir() if path.is_dir()]
    assert 1 <= len(tables) <= 4, "the last three, and one that the index may still be of"
    assert all(StaticEncoder(table).dimensions == 32 for table in tables), "each is whole"


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="on one core no others are started")
def test_the_processes_that_prepare_a_large_index_end_with_the_one_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(ENDLESS_BUILD)
    told = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    command = [sys.executable, str(tmp_path / "program.py"), str(tmp_path / "index")]
    with subprocess.Popen(command, env=told, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert int(said(process)) > 0
        started = children_of(process.pid)
        assert len(started) >= 2
        process.kill()
    assert until(lambda: not any(map(runs, started)), within=10)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="on one core no others are started")
def test_ctrl_c_ends_a_large_build_in_one_place(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        # What started the tests may have had it ignored, as a shell does in the background.
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        + ENDLESS_BUILD.replace("    Store(", "    try:\n        Store(")
        + "    except KeyboardInterrupt:\n"
        "        print('ended', file=sys.stderr)\n"
    )
    told = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    command = [sys.executable, str(tmp_path / "program.py"), str(tmp_path / "index")]
    with subprocess.Popen(
        command,
        env=told,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # As a terminal has it: the signal reaches the whole group.
    ) as process:
        assert int(said(process)) > 0
        started = children_of(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert errors == "ended\n"
    assert until(lambda: not any(map(runs, started)), within=10)
