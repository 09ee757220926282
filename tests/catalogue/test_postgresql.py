"""On PostgreSQL, where several write at once: the same papers from two sources land once."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

SERVER = os.environ.get("DAILYPAPERS_TEST_POSTGRESQL_URL", "")

pytestmark = pytest.mark.skipif(
    not SERVER,
    reason="needs a PostgreSQL server on loopback, named by DAILYPAPERS_TEST_POSTGRESQL_URL "
    "(postgresql://user:password@127.0.0.1/postgres) whose user may make databases",
)

LANDS = """
import sys, time
from dailypapers.cli.main import start_django
start_django(migrated=False)
from datetime import UTC, datetime
from dataclasses import replace
from dailypapers.catalogue.landing import land
from tests.papers import record
source, at = sys.argv[1], float(sys.argv[2])
records = [replace(record(number), source=source) for number in range(600)]
if source == "backwards":
    records.reverse()
time.sleep(max(0.0, at - time.time()))
for start in range(0, len(records), 20):
    land(records[start:start + 20], datetime.now(UTC))
"""

COUNTS = """
from dailypapers.cli.main import start_django
start_django()
from dailypapers.catalogue.models import Identifier, Paper
print(Paper.objects.count(), Identifier.objects.count())
"""


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database of our own."""
    import psycopg

    name = f"dailypapers_test_{secrets.token_hex(4)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def begun(code: str, database: str, home: Path, *arguments: str) -> "subprocess.Popen[str]":
    settings = os.environ | {
        "DAILYPAPERS_HOME": str(home),
        "DAILYPAPERS_DATABASE_URL": database,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_sources_that_bring_the_same_papers_at_once_land_each_once(database: str, home: Path) -> None:
    import time

    assert begun(COUNTS, database, home).communicate(timeout=120)[0] == "0 0\n"
    at = str(time.time() + 4)
    running = [begun(LANDS, database, home, source, at) for source in ("forwards", "backwards", "forwards")]
    ended = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], "\n".join(ended)
    assert begun(COUNTS, database, home).communicate(timeout=120)[0] == "600 600\n"
