"""Home folders whose tables are made already: to make them anew takes a command six seconds."""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

DATABASE = "dailypapers.sqlite3"


def with_tables(home: Path) -> None:
    """Give a home folder a database with all tables and nothing in them, unless it has a database."""
    home.mkdir(exist_ok=True)
    if not (home / DATABASE).exists():
        (home / DATABASE).write_bytes(_empty())


@cache
def _empty() -> bytes:
    """As the first command makes it, once for each process that runs tests."""
    code = "from dailypapers.cli.main import start_django; start_django()"
    with tempfile.TemporaryDirectory() as folder:
        told = {**os.environ, "DAILYPAPERS_HOME": folder}
        subprocess.run([sys.executable, "-c", code], env=told, check=True)
        return (Path(folder) / DATABASE).read_bytes()
