"""An index is built, kept up, checked, and never half there."""

from dataclasses import replace
from pathlib import Path

import pytest

from dailypapers.search.document import Document
from dailypapers.search.store import NoIndex, Store
from dailypapers.search.table import connect, names
from tests.search.papers import ENCODER, PAPERS, found


def test_where_nothing_was_built_the_error_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="dailypapers index build"):
        Store(tmp_path / "index").open(ENCODER)


def test_papers_are_found_as_soon_as_they_are_written(tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS[:2], ENCODER)
    engine = store.open(ENCODER)
    other = store.open(ENCODER)
    store.write([PAPERS[2]], [], engine)
    assert found(other, "copper plates", mode="lexical") == [3]
    store.write([replace(PAPERS[2], title="Of zinc", abstract="Of zinc plates.")], [], engine)
    assert found(other, "copper", mode="lexical") == []
    assert found(other, "zinc", mode="lexical") == [3]
    store.write([], [3], engine)
    assert found(other, "zinc", mode="lexical") == []


def test_a_new_build_takes_the_place_of_the_old_which_serves_until_then(tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS[:2], ENCODER)
    old = store.open(ENCODER)

    def documents() -> "list[Document]":
        assert found(old, "attention")[0] == 1
        return list(PAPERS)

    status = store.build(iter(documents()), ENCODER)
    assert (status.table, status.papers) == ("papers-2", 4)
    assert old.kindred is not None
    kept = {"state", "papers-1", "terms-1", "kindred-1", "papers-2", "terms-2", "kindred-2"}
    assert set(names(connect(store.url))) == kept
    assert found(store.open(ENCODER), "protein")[0] == 4


def test_an_index_that_keeps_nothing_in_memory_is_searched_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS, ENCODER)
    monkeypatch.setattr("dailypapers.search.table.INDEX_CACHE", 0)
    monkeypatch.setattr("dailypapers.search.table.METADATA_CACHE", 0)
    assert found(store.open(ENCODER), "protein")[0] == 4


def test_a_build_that_was_broken_off_leaves_the_old_index(tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS[:2], ENCODER)

    def broken() -> "object":
        yield PAPERS[3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.build(broken(), ENCODER)  # type: ignore[arg-type]
    assert store.status().papers == 2
    assert found(store.open(ENCODER), "attention")[0] == 1
    assert store.build(PAPERS, ENCODER).papers == 4


def test_verify_names_what_differs(tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS[:3], ENCODER)
    engine = store.open(ENCODER)
    assert not store.verify(PAPERS[:3], engine)
    difference = store.verify([PAPERS[0], replace(PAPERS[1], votes=8), PAPERS[3]], engine)
    assert (difference.missing, difference.changed, difference.surplus) == ([4], [2], [3])
    some = store.verify([PAPERS[0]], engine, {1, 3})
    assert (some.missing, some.changed, some.surplus) == ([], [], [3])


def test_an_index_of_another_encoder_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS, ENCODER)

    class Other:
        name, dimensions, encode = "other", ENCODER.dimensions, ENCODER.encode

    with pytest.raises(NoIndex, match="other"):
        store.open(Other())


def test_an_index_of_another_version_counts_as_none_and_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "index")
    monkeypatch.setattr("dailypapers.search.store.FORMAT", 1)
    store.build(PAPERS[:2], ENCODER)
    monkeypatch.undo()
    assert store.state() == {}
    for ask in (store.status, lambda: store.open(ENCODER)):
        with pytest.raises(NoIndex, match="of another version; `dailypapers index build`"):
            ask()
    store.drop_unused()
    assert store.build(PAPERS, ENCODER).table == "papers-2"
    assert found(store.open(ENCODER), "attention")[0] == 1


def test_a_settling_that_was_preempted_says_so_and_leaves_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS, ENCODER)
    engine = store.open(ENCODER)

    def refuses(problem: str) -> None:
        def optimize(**_: object) -> None:
            raise RuntimeError(problem)

        monkeypatch.setattr(engine.table, "_table", type("Table", (), {"optimize": staticmethod(optimize)}))

    whole = engine.table._table
    refuses("lance error: Retryable commit conflict for version 65")
    assert not engine.table.settle()
    refuses("the disk is full")
    with pytest.raises(RuntimeError, match="disk"):
        engine.table.settle()
    monkeypatch.setattr(engine.table, "_table", whole)
    assert found(engine, "copper plates")[0] == 3


def test_settling_leaves_everything_found(tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS[:1], ENCODER)
    engine = store.open(ENCODER)
    for paper in PAPERS[1:]:
        store.write([paper], [], engine)
    assert engine.table.waiting() == 3
    assert not engine.table.is_unsettled()
    assert engine.table.settle()
    assert engine.table.waiting() == 0
    assert found(engine, "copper plates")[0] == 3
