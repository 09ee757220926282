"""A source is found by being there."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from dailypapers.ingest import registry, sources
from dailypapers.ingest.source import AnnouncingSource, FetchingSource, Source

GOOD = """
class Example:
    name, label, base_url, pause = "{name}", "Example", "", 0.0
    def pages(self, span, http, cursor): yield from ()
    def parse(self, page): yield from ()
SOURCE = Example()
"""


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Let each test look for itself."""
    registry.all_sources.cache_clear()
    yield
    registry.all_sources.cache_clear()
    for name in [name for name in sys.modules if name.startswith("dailypapers.ingest.sources.made_up")]:
        del sys.modules[name]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One more folder in which sources are found."""
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(tmp_path)])
    return tmp_path


def test_the_sources_that_come_with_it_are_found_in_order() -> None:
    found = registry.all_sources()
    assert list(found) == sorted(found)
    assert {"acl", "biorxiv", "crossref", "huggingface", "openalex"} <= set(found)
    assert all(isinstance(source, Source) and source.name == name for name, source in found.items())


def test_what_a_source_can_do_shows_in_its_kind() -> None:
    found = registry.all_sources()
    assert isinstance(found["huggingface"], AnnouncingSource)
    assert isinstance(found["biorxiv"], AnnouncingSource)
    assert isinstance(found["biorxiv"], FetchingSource)
    assert isinstance(found["crossref"], FetchingSource)
    assert not isinstance(found["acl"], AnnouncingSource)
    assert not isinstance(found["openalex"], AnnouncingSource)


def test_a_new_file_is_a_new_source(folder: Path) -> None:
    (folder / "made_up.py").write_text(GOOD.format(name="made_up"))
    assert registry.all_sources()["made_up"].label == "Example"


@pytest.mark.parametrize("text", [GOOD.format(name="another_name"), "SOURCE = 3\n", "# nothing\n"])
def test_a_file_that_is_no_source_is_named(folder: Path, text: str) -> None:
    (folder / "made_up_wrong.py").write_text(text)
    with pytest.raises(TypeError, match=r"made_up_wrong\.py needs SOURCE"):
        registry.all_sources()


def test_an_outside_package_brings_a_source(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "outside_source.py").write_text(GOOD.format(name="outside"))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sources, "__path__", sources.__path__[:1])
    entry = EntryPoint("outside", "outside_source:SOURCE", "dailypapers.sources")
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry])
    assert registry.all_sources()["outside"].name == "outside"
    misnamed = EntryPoint("inside", "outside_source:SOURCE", "dailypapers.sources")
    monkeypatch.setattr(registry, "entry_points", lambda group: [misnamed])
    registry.all_sources.cache_clear()
    with pytest.raises(TypeError, match="inside"):
        registry.all_sources()
