"""The rooms and the direction of their imports, as docs and DECISIONS tell them."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "dailypapers"

MAY_IMPORT = {
    "search": set[str](),
    "catalogue": {"search"},
    "ingest": {"catalogue"},
    "community": {"catalogue"},
    "ranking": {"catalogue", "community", "search"},
    "presentation": {"search", "catalogue", "ingest", "community", "ranking"},
    "digests": {"catalogue", "community", "ranking", "presentation"},
    "web": {"search", "catalogue", "ingest", "community", "ranking", "presentation", "digests"},
    "api": {"search", "catalogue", "ingest", "community", "ranking", "presentation", "digests"},
    "cli": {"search", "catalogue", "ingest", "community", "ranking", "presentation", "digests", "site"},
    "site": {
        "search",
        "catalogue",
        "ingest",
        "community",
        "ranking",
        "presentation",
        "digests",
        "web",
        "api",
    },
}

PLAIN = (
    "catalogue/bounded_program.py",
    "catalogue/corrections.py",
    "catalogue/identifiers.py",
    "catalogue/records.py",
    "catalogue/likeness.py",
    "catalogue/merging.py",
    "catalogue/serialising.py",
    "ingest/addresses.py",
    "ingest/http.py",
    "ingest/markup.py",
    "ingest/oai.py",
    "ingest/pace.py",
    "ingest/payload.py",
    "ingest/scope.py",
    "ingest/source.py",
    "ingest/withdrawals.py",
    "ingest/xml.py",
    "ingest/sources/*.py",
    "ingest/file_formats/*.py",
    "ranking/evidence.py",
    "ranking/other_formulas.py",
    "ranking/periods.py",
    "ranking/replay.py",
    "ranking/signal.py",
    "ranking/signal_registry.py",
    "ranking/signals/*.py",
    "ranking/trending.py",
    "search/*.py",
    "search/query/*.py",
    "site/environment.py",
)

LONGEST = 500


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    """The module that a file is: `dailypapers.presentation.card`."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Every name that the code of a module in `package` imports, whole: `from . import a` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The names that a file imports."""
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    return frozenset(imported(ast.parse(path.read_text()), package))


def rooms_used(names: Iterable[str]) -> set[str]:
    """The rooms that the names lie in."""
    return {name.split(".")[1] for name in names if name.startswith("dailypapers.")}


def needed(path: Path) -> set[Path]:
    """The file and every file of ours that it loads, however far."""
    files = {name_of(one): one for one in SOURCE.rglob("*.py")}
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [files[name] for name in imports_of(one) if name in files]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_what_lies_below_it(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0]
    if room.endswith(".py"):
        return
    assert rooms_used(imports_of(path)) <= MAY_IMPORT[room] | {room}


@pytest.mark.parametrize(
    ("line", "room"),
    [
        ("import dailypapers.web.context", "web"),
        ("from dailypapers import web", "web"),
        ("from dailypapers.web import context", "web"),
        ("from .. import web", "web"),
        ("from ..web import card", "web"),
        ("from ..web.card import ShownCard", "web"),
        ("def late():\n    from dailypapers import web", "web"),
        ("from . import models", "catalogue"),
        ("from .models import Paper", "catalogue"),
    ],
)
def test_no_way_to_write_an_import_is_overlooked(line: str, room: str) -> None:
    assert room in rooms_used(imported(ast.parse(line), "dailypapers.catalogue"))


@pytest.mark.parametrize("pattern", PLAIN)
def test_a_plain_module_does_not_know_django_nor_loads_what_does(pattern: str) -> None:
    paths = list(SOURCE.glob(pattern))
    assert paths
    for path in paths:
        for one in needed(path):
            roots = {name.split(".")[0] for name in imports_of(one)}
            assert "django" not in roots, f"{name_of(path)} loads {name_of(one)}, which imports Django"


def test_package_files_are_empty() -> None:
    assert [path for path in SOURCE.rglob("__init__.py") if path.read_text().strip()] == []


def test_no_module_has_grown_past_reading() -> None:
    assert [path for path in modules() if len(path.read_text().splitlines()) > LONGEST] == []
