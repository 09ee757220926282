"""A harvest that is killed at any moment and started again comes to what it comes to without."""

import gzip
import json
import random
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from subprocess import TimeoutExpired

import zstandard

from tests.homes import with_tables
from tests.ingest.commands import contents, held, line, orphans, paper, rows, run, started
from tests.origins.huggingface import HuggingFaceOrigin, entry

KILLS = 25
MOST_KILLS_IN_A_ROW = 4


def files(folder: Path) -> list[str]:
    """Some thousand papers in files of every kind, with bad records, copies that merge, and doubles."""
    folder.mkdir()
    numbers = iter(range(10_000))

    def lines(count: int) -> str:
        return "".join(line(next(numbers)) for _ in range(count))

    def copies(first: int, count: int) -> str:
        """What journals made of papers that came before: they join them by title and author."""
        return "".join(
            line(number, id=f"10.1000/journal.{number}", urls=..., venue="Journal of Kin", keywords=["kin"])
            for number in range(first, first + count)
        )

    bad = "{broken\n" + line(1, title="Other words of the first") + line(9_999, date="20260-01-01")
    bodies: dict[str, bytes] = {
        "a.jsonl": (lines(1_500) + bad + copies(0, 300)).encode(),
        "b.jsonl.zst": zstandard.ZstdCompressor().compress((lines(1_500) + bad).encode()),
        "c.jsonl.gz": gzip.compress((copies(1_400, 300) + lines(700)).encode()),
        "d.bib": "".join(
            f"@misc{{k{number}, title={{Entry {number} of a library}}, author={{B, Ada}}, year={{{year}}}}}\n"
            for number in range(120)
            for year in ["20260" if number % 50 == 7 else "2020"]
        ).encode(),
        "e.ris": "".join(
            f"TY  - JOUR\nTI  - Reference {number} of a library\nDO  - 10.2000/{number}\nER  -\n"
            for number in range(300)
        ).encode(),
        "f.json": json.dumps(
            [
                {"title": f"Item {number} of a library", "URL": f"https://x.org/{number}"}
                for number in range(300)
            ]
        ).encode(),
        "g.jsonl": (lines(700) + json.dumps(paper(10_000, id="local:last")) + "\n").encode(),
    }
    for name, body in bodies.items():
        (folder / name).write_bytes(body)
    return ["ingest", "file", *(str(folder / name) for name in bodies)]


def killed(home: Path, command: list[str], after: float) -> bool:
    """Start the command and kill it that many seconds later; False where it had ended before."""
    with started(home, *command) as process:
        with suppress(TimeoutExpired):
            process.wait(after)
        process.kill()
    return process.returncode == -9


def nothing_is_half_written(home: Path) -> bool:
    """Whether a killed harvest left whole pages only: what was counted with them is what is there."""
    tables = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'ingest_harvest'"
    if not (home / "dailypapers.sqlite3").exists() or rows(home, tables) == [(0,)]:
        return True
    harvests = [
        json.loads(counts) for (counts,) in rows(home, "SELECT counts FROM ingest_harvest ORDER BY id")
    ]
    aside = harvests[-1].get("rejected", 0) if harvests else 0  # a new harvest meets its bad records anew
    return (
        len(held(home)) == sum(counts.get("new", 0) for counts in harvests)
        and rows(home, "SELECT COUNT(*) FROM ingest_rejection") == [(aside,)]
        and rows(home, "PRAGMA integrity_check") == [("ok",)]
        and orphans(home) == 0
    )


def test_a_catalogue_loaded_with_25_kills_is_the_one_loaded_with_none(tmp_path: Path) -> None:
    command = files(tmp_path / "files")
    # To be killed while tables are made is tried in tests/cli/test_main.py.
    with_tables(tmp_path / "whole")
    begun = time.monotonic()
    assert run(tmp_path / "whole", *command).code == 3
    took = time.monotonic() - begun
    expected = contents(tmp_path / "whole")
    assert len(expected["catalogue_paper"]) == 5_118
    assert len(expected["catalogue_merge"]) == 600
    assert len(expected["ingest_rejection"]) == 8

    chance = random.Random(25)  # noqa: S311
    # One moment in each 25th of the time that it takes, from the very start on, in any order.
    moments = [took * (number + chance.random()) / KILLS for number in range(KILLS)]
    chance.shuffle(moments)
    kills = homes = in_a_row = 0
    begins_anew = True
    while kills < KILLS:
        if begins_anew:
            homes, in_a_row, begins_anew = homes + 1, 0, False
        home = tmp_path / f"killed{homes}"
        with_tables(home)
        if in_a_row < MOST_KILLS_IN_A_ROW and killed(home, command, moments[kills]):
            kills, in_a_row = kills + 1, in_a_row + 1
            assert nothing_is_half_written(home)
            continue
        if in_a_row == 0:
            moments[kills] *= 0.9  # It was quicker than the first time.
        assert run(home, *command).code == 3
        assert contents(home) == expected
        begins_anew = True
    assert run(home, *command).code == 3
    assert contents(home) == expected
    assert rows(home, "PRAGMA integrity_check") == [("ok",)]


def test_scores_are_those_of_a_harvest_without_a_kill(tmp_path: Path) -> None:
    first = date(2026, 3, 2)
    days = {
        str(first + timedelta(number)): json.dumps(
            [entry(f"26{number + 1:02}.{10_000 + place}", votes=1 + number * place) for place in range(20)]
        ).encode()
        for number in range(5)
    }
    command = ["ingest", "huggingface", "--since", min(days), "--until", max(days)]
    with HuggingFaceOrigin(days) as origin:
        assert run(tmp_path / "whole", *command, "--base-url", origin.url).code == 0
        asked = len(origin.asked)
        with started(tmp_path / "killed", *command, "--base-url", origin.url) as process:
            while len(origin.asked) < asked + 4:
                assert process.poll() is None
                time.sleep(0.001)
            process.kill()
        assert 0 < len(held(tmp_path / "killed")) < 100
        ended = run(tmp_path / "killed", *command, "--base-url", origin.url)
    assert ended.code == 0
    assert "Went on where the last harvest stopped." in ended.output
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    assert len(contents(tmp_path / "whole")["ranking_score"]) == 100
