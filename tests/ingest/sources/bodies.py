"""The bodies that stand beside the tests of the sources.

Their names say what they are: `<kind>[.<day or anything>].<ending>`, where `kind` is the source's own
word for such a page (`Page.kind`) and a day, if there is one, the page's announcement day. Those of a
source that reads files are such files. They are written by us in the exact shape of real ones.
"""

import re
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from dailypapers.ingest.http import Http
from dailypapers.ingest.source import Bad, Page, Parsed, Source, Span

FOLDER = Path(__file__).parent


def bodies(source: str) -> list[Path]:
    """The files of a source, in order."""
    folder = FOLDER / source
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def page(path: Path, body: bytes | None = None) -> Page:
    """The page that a body came as; `body` to have other bytes in its place."""
    kind, *rest = path.name.split(".")
    days = [part for part in rest if re.fullmatch(r"\d{4}-\d\d-\d\d", part)]
    return Page(
        body=path.read_bytes() if body is None else body,
        cursor="",
        place=path.name,
        kind=kind,
        day=date.fromisoformat(days[0]) if days else None,
    )


def items(source: Source, path: Path, body: bytes | None = None) -> Iterator[Parsed | Bad]:
    """All that a body gives. Raises what the source does for one that cannot be read."""
    if source.base_url:
        yield from source.parse(page(path, body))
        return
    with tempfile.TemporaryDirectory() as folder, Http() as http:
        copy = Path(folder) / path.name
        copy.write_bytes(path.read_bytes() if body is None else body)
        for one in source.pages(Span(today=date(2026, 4, 10), paths=(str(copy),)), http, ""):
            yield from source.parse(one)


def parsed(source: Source, name: str) -> list[Parsed]:
    """The good records of one body."""
    return [item for item in items(source, FOLDER / source.name / name) if isinstance(item, Parsed)]


def bad(source: Source, name: str) -> list[Bad]:
    """The bad records of one body."""
    return [item for item in items(source, FOLDER / source.name / name) if isinstance(item, Bad)]
