"""Programs that read files from outside run within bounds, whatever they do."""

from pathlib import Path

import pytest

from dailypapers.catalogue.bounded_program import Bounds, Ended, run

BOUNDS = Bounds(memory=300 << 20, processor_seconds=2, largest_file=64 << 10)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


def ran(program: Path, source: str, *arguments: str, given: bytes = b"", time_limit: float = 20.0) -> Ended:
    program.write_text(source)
    return run(program, arguments, BOUNDS, time_limit=time_limit, given=given)


def test_it_is_run_with_its_arguments_and_its_input_and_says_something(program: Path) -> None:
    source = "import sys\nif __name__ == '__main__': print(sys.argv[1:], sys.stdin.read())"
    assert ran(program, source, "one", "two", given=b"words") == Ended(0, b"['one', 'two'] words\n")


def test_the_bounds_hold_before_it_begins(program: Path) -> None:
    source = (
        "import resource as r\n"
        "print([r.getrlimit(k)[0] for k in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_CORE)])"
    )
    assert ran(program, source).said == f"[{300 << 20}, 2, {64 << 10}, 0]\n".encode()


def test_a_failure_is_told_in_its_last_line(program: Path) -> None:
    ended = ran(program, "import sys\nprint('first', file=sys.stderr)\nsys.exit('it is broken')")
    assert (ended.status, ended.reason) == (1, "it is broken")
    assert ran(program, "x = bytearray(1 << 30)").reason == "MemoryError"


def test_what_goes_on_without_end_is_ended(program: Path) -> None:
    assert ran(program, "import time\ntime.sleep(60)", time_limit=0.5) == Ended(None)
    busy = ran(program, "while True: pass")
    assert busy.status is not None
    assert busy.status < 0


def test_what_writes_without_end_fills_no_disk(program: Path) -> None:
    ended = ran(program, "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 4096)")
    assert ended.status != 0
    assert len(ended.said) <= 64 << 10


def test_it_sees_nothing_of_our_environment(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAILYPAPERS_SECRET_KEY", "told to nobody")
    assert b"told to nobody" not in ran(program, "import os\nprint(dict(os.environ))").said
