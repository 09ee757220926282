"""LanceDB without the client of a service that is never asked."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from dailypapers.search.lance import lancedb
database = lancedb().connect(sys.argv[1])
database.create_table("some", [{"id": 1}])
assert database.open_table("some").count_rows() == 1
assert list(database.list_tables().tables) == ["some"]
assert not [name for name in sys.modules if name.startswith("lance_namespace_urllib3_client.api.")]
from lance_namespace_urllib3_client.api.table_api import TableApi
assert TableApi.__module__ == "lance_namespace_urllib3_client.api.table_api"
assert TableApi.query_table
"""


def test_the_engine_works_without_the_client_which_can_still_be_imported(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
