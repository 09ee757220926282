"""Runs what crashes decoders where nothing else can be hurt: in a program of its own, within bounds.

Files from outside are read by programs that are run by their path and with `python -I`, never imported.
This file is both ends of it: imported it starts one, run itself it bounds its own memory, processor time and
output, and then becomes the program. No Django, and of our own modules none: the child has only this file.
"""

import contextlib
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a program may take."""

    memory: int
    """Bytes of address space."""
    processor_seconds: int
    largest_file: int
    """Bytes of each file that it writes, what it says among them."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    status: int | None
    """0 if all is well, below 0 where a signal ended it; None where it took too long."""
    said: bytes = b""
    """Its standard output."""
    reason: str = ""
    """The last line of its standard error."""


def run(
    program: Path, arguments: Sequence[str], bounds: Bounds, *, time_limit: float, given: bytes = b""
) -> Ended:
    """Run a program within bounds, for `time_limit` seconds at most; it reads `given` as its input."""
    limits = (bounds.memory, bounds.processor_seconds, bounds.largest_file)
    # Files, not pipes: what the program may write is then bounded by its own limit on file sizes.
    with (
        tempfile.TemporaryFile() as read,
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as wrong,
    ):
        read.write(given)
        read.seek(0)
        try:
            status = subprocess.run(  # noqa: S603
                [sys.executable, "-I", __file__, *map(str, limits), str(program), *arguments],
                stdin=read,
                stdout=said,
                stderr=wrong,
                timeout=time_limit,
                env={"PATH": os.defpath},
                start_new_session=True,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return Ended(None)
        said.seek(0)
        wrong.seek(0)
        lines = wrong.read(4_000).decode(errors="replace").strip().splitlines()
        return Ended(status, said.read(bounds.largest_file), lines[-1] if lines else "")


def _become(program: str, bounds: Bounds) -> None:
    import resource

    limits = (
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_CPU, bounds.processor_seconds),
        (resource.RLIMIT_FSIZE, bounds.largest_file),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        with contextlib.suppress(ValueError, OSError):  # Not every system knows or grants each of them.
            resource.setrlimit(kind, (most, most))
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    _limits = Bounds(*map(int, sys.argv[1:4]))
    sys.argv = sys.argv[4:]
    _become(sys.argv[0], _limits)
