"""What every source keeps to, whoever wrote it. A new source is held to it by being there."""

import ast
import importlib
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import SCHEMES
from dailypapers.catalogue.records import RejectedRecord, checked
from dailypapers.ingest.registry import all_sources
from dailypapers.ingest.source import Bad, Parsed, Source, SourceFailure
from tests.conftest import ROOT
from tests.ingest.sources.bodies import bodies, items

NAMES = sorted(all_sources())
BODIES = [(name, path) for name in NAMES for path in bodies(name)]
each_source = pytest.mark.parametrize("name", NAMES)
each_body = pytest.mark.parametrize(("name", "path"), BODIES, ids=[f"{n}-{p.name}" for n, p in BODIES])
some_examples = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(source: Source, path: Path, body: bytes | None = None) -> list[Parsed | Bad] | None:
    """What a page gives, None where it cannot be read as a whole; anything else a source may not do."""
    try:
        found = list(items(source, path, body))
    except SourceFailure:
        return None
    for item in found:
        assert isinstance(item, Parsed | Bad)
        assert item.place
        if isinstance(item, Bad):
            assert item.reason
            continue
        try:
            record = checked(item.record)
        except RejectedRecord:
            continue
        assert record.source == source.name
        json.dumps(record.title + record.abstract, ensure_ascii=False).encode()
    return found


@each_source
def test_a_source_says_what_it_is(name: str) -> None:
    source = all_sources()[name]
    assert source.label
    assert source.pause >= 0
    assert source.base_url == "" or source.base_url.startswith("https://")
    assert not source.base_url.endswith("/")


@each_source
def test_a_source_has_bodies_in_the_shape_of_real_ones(name: str) -> None:
    assert bodies(name), f"put bodies of {name} into tests/ingest/sources/{name}/"


@each_source
def test_a_source_is_described_in_the_documentation(name: str) -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "sources.md").read_text(), re.MULTILINE)
    assert name in [heading.split(":")[0] for heading in headings], f"docs/sources.md has no '## {name}: …'"


@each_source
def test_the_bodies_give_records_that_the_catalogue_takes(name: str) -> None:
    source = all_sources()[name]
    good = 0
    for path in bodies(name):
        for item in items(source, path):
            if isinstance(item, Parsed):
                record = checked(item.record)
                assert record.source == name
                assert record.identifiers[0].scheme in SCHEMES
                good += 1
    assert good > 0


@each_body
def test_reading_a_page_twice_gives_the_same(name: str, path: Path) -> None:
    source = all_sources()[name]
    assert read(source, path) == read(source, path)


@each_source
def test_the_reading_half_has_no_clock_and_no_database(name: str) -> None:
    module = importlib.import_module(type(all_sources()[name]).__module__)
    tree = ast.parse(inspect.getsource(module))
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {func.attr for func in called if isinstance(func, ast.Attribute)}
    assert not names & {"now", "utcnow", "today"}, "the day comes with the span"
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [one for one in imported if one.partition(".")[0] == "django" or one.endswith(".models")]


@each_body
@some_examples
@given(garbage=st.binary(max_size=200))
def test_garbage_is_a_bad_page_or_a_bad_record(name: str, path: Path, garbage: bytes) -> None:
    found = read(all_sources()[name], path, garbage)
    assert found is None or all(isinstance(item, Bad) for item in found)


@each_body
@some_examples
@given(data=st.data())
def test_a_page_spoiled_in_transit_does_no_harm(name: str, path: Path, data: st.DataObject) -> None:
    body = path.read_bytes()
    start = data.draw(st.integers(0, len(body)), "start")
    end = data.draw(st.integers(start, len(body)), "end")
    put_in = data.draw(st.binary(max_size=8), "put in")
    read(all_sources()[name], path, body[:start] + put_in + body[end:])


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["0000-00-00", "20260-01-01", "<b>", "http://[", "x" * 3_000, "10.1/\x00", "W0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def spoiled(value: Any, draw: Callable[..., Any]) -> Any:
    """The value with something else in one place within it."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        if not draw(st.integers(0, 9)):
            return {other: held for other, held in value.items() if other != key}
        return {**value, key: spoiled(value[key], draw)}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], spoiled(value[at], draw), *value[at + 1 :]]
    return draw(ANYTHING)


@pytest.mark.parametrize(
    ("name", "path"),
    [(name, path) for name, path in BODIES if path.suffix == ".json"],
    ids=[f"{n}-{p.name}" for n, p in BODIES if p.suffix == ".json"],
)
@settings(some_examples, max_examples=100)
@given(data=st.data())
def test_a_field_of_the_wrong_type_spoils_its_own_record_only(
    name: str, path: Path, data: st.DataObject
) -> None:
    document = json.loads(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        document = spoiled(document, data.draw)
    read(all_sources()[name], path, json.dumps(document).encode())
