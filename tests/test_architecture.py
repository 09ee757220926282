"""The rooms and the direction of their imports, as docs and DECISIONS tell them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "dailypapers"

MAY_IMPORT = {
    "search": set[str](),
    "catalogue": {"search"},
    "ingest": {"catalogue"},
    "community": {"catalogue"},
    "ranking": {"catalogue", "community", "search"},
    "digests": {"catalogue", "community", "ranking"},
    "web": {"search", "catalogue", "ingest", "community", "ranking", "digests"},
    "api": {"search", "catalogue", "ingest", "community", "ranking", "digests"},
    "cli": {"search", "catalogue", "ingest", "community", "ranking", "digests", "site"},
    "site": {"search", "catalogue", "ingest", "community", "ranking", "digests", "web", "api"},
}

PLAIN = (
    "catalogue/identifiers.py",
    "catalogue/records.py",
    "catalogue/likeness.py",
    "catalogue/merging.py",
    "catalogue/serialising.py",
    "ingest/http.py",
    "ingest/pace.py",
    "ingest/scope.py",
    "ingest/source.py",
    "ingest/sources/*.py",
    "ingest/file_formats/*.py",
    "ranking/periods.py",
    "ranking/trending.py",
    "search/*.py",
    "search/query/*.py",
    "site/environment.py",
)

LONGEST = 500


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_what_lies_below_it(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0]
    if room.endswith(".py"):
        return
    used = {name.split(".")[1] for name in imported(path) if name.startswith("dailypapers.")}
    assert used <= MAY_IMPORT[room] | {room}


@pytest.mark.parametrize("pattern", PLAIN)
def test_a_plain_module_does_not_know_django(pattern: str) -> None:
    paths = list(SOURCE.glob(pattern))
    assert paths
    for path in paths:
        roots = {name.split(".")[0] for name in imported(path)}
        assert "django" not in roots, path


def test_package_files_are_empty() -> None:
    assert [path for path in SOURCE.rglob("__init__.py") if path.read_text().strip()] == []


def test_no_module_has_grown_past_reading() -> None:
    assert [path for path in modules() if len(path.read_text().splitlines()) > LONGEST] == []
