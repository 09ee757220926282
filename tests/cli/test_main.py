"""The tables are brought up to date all at once or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLED = """
import os
from django.db.migrations.recorder import MigrationRecorder

# The moment between the tables and the note that they were made, of the migration with this number.
before = int(os.environ["KILL_BEFORE_NOTE"])
note = MigrationRecorder.record_applied
made = []
def record_applied(self, app, name):
    made.append(name)
    if len(made) == before:
        os.kill(os.getpid(), 9)
    note(self, app, name)
MigrationRecorder.record_applied = record_applied

from dailypapers.cli.main import start_django
start_django()
"""


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_kill_while_the_first_tables_are_made_leaves_a_site_that_the_next_run_makes(
    tmp_path: Path, number: int
) -> None:
    environment = os.environ | {"DAILYPAPERS_HOME": str(tmp_path), "KILL_BEFORE_NOTE": str(number)}
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr
    again = subprocess.run(
        [sys.executable, "-m", "dailypapers", "ingest", "rejected"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (again.returncode, again.stderr) == (0, "")


def test_two_first_commands_at_once_make_one_site(tmp_path: Path) -> None:
    environment = os.environ | {"DAILYPAPERS_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "dailypapers", "ingest", "rejected"]
    running = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(3)]
    assert [(process.communicate()[1], process.returncode) for process in running] == [(b"", 0)] * 3
