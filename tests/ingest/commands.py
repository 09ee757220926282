"""The real `dailypapers` command run as a process, and what its home folder holds afterwards."""

# ruff: noqa: S608 - the names in the queries stand here, and a test can harm its own copy only.

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]

TABLES = {
    "catalogue_paper": "",
    "catalogue_identifier": "position, scheme, value",
    "catalogue_author": "position, name, affiliation, orcid",
    "catalogue_category": "position, name",
    "catalogue_version": "scheme, value, number, day",
    "catalogue_artifact": "kind, url, stars",
    "catalogue_listing": "day, precision, source, announced, submitted, estimated",
    "catalogue_mention": "source, day, votes, comments, submitter, organization, url",
    "catalogue_summary": "text, origin, model, keywords",
    "catalogue_merge": "joined, held, reason",
    "ranking_score": "heat, trending, votes, comments, stars",
}
"""The tables of papers and what counts in them: neither row numbers nor the time of writing."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `memory` is the most it took, in bytes."""

    code: int
    output: str
    errors: str
    memory: int


_MEASURING = """\
import os, subprocess, sys
_, status, usage = os.wait4(subprocess.Popen(sys.argv[2:]).pid, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss))
os._exit(os.waitstatus_to_exitcode(status))
"""
"""Run by a small Python of its own: a process is said to have taken what its parent held when it began."""


def started(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The command, running."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(_command(arguments), env=_environment(home), stdout=quiet, stderr=quiet)


def run(home: Path, *arguments: str) -> Ended:
    """The command, run to its end."""
    with tempfile.NamedTemporaryFile("r") as kilobytes:
        ended = subprocess.run(
            [sys.executable, "-IS", "-c", _MEASURING, kilobytes.name, *_command(arguments)],
            env=_environment(home),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr, int(kilobytes.read()) * 1024)


def _command(arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "dailypapers", *arguments]


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "DAILYPAPERS_HOME": str(home)}


def rows(home: Path, query: str) -> list[Row]:
    """What the database of a home folder answers to a query."""
    with closing(sqlite3.connect(home / "dailypapers.sqlite3")) as connection:
        return connection.execute(query).fetchall()


def held(home: Path) -> list[str]:
    """The handles of the papers held, in order."""
    return [handle for (handle,) in rows(home, "SELECT handle FROM catalogue_paper ORDER BY handle")]


def kept_aside(home: Path) -> dict[str, str]:
    """The reasons by place (without the folder), as `dailypapers ingest rejected` lists them."""
    ended = run(home, "ingest", "rejected", "--limit", "1000")
    assert ended.code == 0
    *listed, total = [line for line in ended.output.splitlines() if not line.startswith("    ")]
    assert total == f"{len(listed)} records kept aside"
    return {place.rpartition("/")[2]: why for place, _, why in (line.partition(": ") for line in listed)}


def contents(home: Path) -> dict[str, list[Row]]:
    """All that a home folder's database says, table by table, so that two of them can be compared."""
    columns = [name for _, name, *_ in rows(home, "PRAGMA table_info(catalogue_paper)")]
    said = ", ".join(name for name in columns if name not in ("id", "created_at", "updated_at"))
    found = {}
    for table, names in TABLES.items():
        if names:
            joined = (
                f"SELECT handle, {_of('t', names)} FROM {table} t JOIN catalogue_paper p ON p.id = t.paper_id"
            )
        else:
            joined = f"SELECT {said} FROM {table}"
        found[table] = sorted(rows(home, joined), key=repr)
    for table, names in (
        ("ingest_rejection", "source, origin, place, reason, excerpt, identifier"),
        ("ingest_announcement", "source, day, scheme, value"),
        ("ingest_coverage", "source, day, announced, held, state, routes, error"),
        ("catalogue_separation", "first, second"),
    ):
        found[table] = sorted(rows(home, f"SELECT {names} FROM {table}"), key=repr)
    return found


def _of(table: str, names: str) -> str:
    return ", ".join(f"{table}.{name}" for name in names.split(", "))


def orphans(home: Path) -> int:
    """How many rows belong to no paper, and how many papers have no name."""
    lost = sum(
        rows(home, f"SELECT COUNT(*) FROM {table} WHERE paper_id NOT IN (SELECT id FROM catalogue_paper)")[0][
            0
        ]
        for table, names in TABLES.items()
        if names
    )
    nameless = (
        "SELECT COUNT(*) FROM catalogue_paper WHERE id NOT IN (SELECT paper_id FROM catalogue_identifier)"
    )
    return int(lost) + int(rows(home, nameless)[0][0])


def paper(number: int, **changes: object) -> dict[str, Any]:
    """One line of a file; any of its fields can be given, `...` leaves it out."""
    usual: dict[str, object] = {
        "id": f"2604.{number:05}",
        "title": f"A study of the number {number} and its kin",
        "abstract": f"We study {number}.",
        "authors": ["Ada Lovelace", f"Person Number{number}"],
        "date": f"2026-04-{number % 28 + 1:02}",
        "date_precision": "day",
        "urls": {"abs": f"https://arxiv.org/abs/2604.{number:05}"},
        "categories": ["math.NT", "cs.DM"],
    }
    return {name: value for name, value in (usual | changes).items() if value is not ...}


def line(number: int, **changes: object) -> str:
    """The same as JSON, with its end of line."""
    return json.dumps(paper(number, **changes)) + "\n"
