"""The index follows the catalogue, and another encoder is put in use while the old index serves."""

import logging
import shutil
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from click.testing import CliRunner

from dailypapers.catalogue import encoders, finding, indexing
from dailypapers.catalogue.locks import Busy, is_held, only_one
from dailypapers.catalogue.models import Paper, Unindexed
from dailypapers.cli.main import dailypapers
from dailypapers.search.encoder import UnusableEncoder
from dailypapers.site.index_keeper import IndexKeeper
from tests.papers import hold, record
from tests.search.encoders import other_encoder
from tests.search.papers import ENCODER

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def site(home: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site with two papers, a place for its index, and processes that look again at once."""
    settings.INDEX_URL = str(home / "index")
    monkeypatch.setattr(finding, "_open", finding._Open())
    monkeypatch.setattr(finding, "LOOK_AGAIN", 0.0)
    monkeypatch.setattr(finding, "MAY_BE_GONE", 0.0)
    encoders.name_of.cache_clear()
    hold(
        record(1, title="Heat in thin metal plates", abstract="Copper and zinc glow."),
        record(2, title="Folding of proteins in water", abstract="Amino acids fold quickly."),
    )


@pytest.fixture
def other(tmp_path: Path) -> str:
    return other_encoder(tmp_path / "other")


def found(text: str, mode: Any = "hybrid") -> list[str]:
    return [hit.card.handle for hit in finding.search(text, mode)[1].hits]


def in_use() -> str:
    return indexing.store().status().encoder


def test_another_encoder_is_put_in_use_while_the_old_index_serves(other: str, settings: Any) -> None:
    keeper = IndexKeeper()
    keeper.look()
    settings.ENCODER = other
    engine, _ = finding.search("copper")
    assert engine.encoder.name == ENCODER.name
    assert found("copper", "dense")[0] == "2604.00001"
    assert keeper.renew()
    assert in_use().startswith("other-")
    engine, _ = finding.search("copper")
    assert (engine.encoder.name, engine.table.dimensions) == (in_use(), 32)
    assert found("copper", "dense")[0] == "2604.00001"
    assert not keeper.renew(), "nothing more is to be done"


def test_processes_that_search_go_on_with_the_old_index_while_they_open_the_new_one(
    other: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MAY_BE_GONE", 60.0)
    indexing.build()
    before, _ = finding.search("copper")
    settings.ENCODER = other
    indexing.build()
    lock = Lock()
    lock.acquire()
    opened = indexing.open_to_read
    monkeypatch.setattr(indexing, "open_to_read", lambda: opened() if lock.acquire(timeout=10) else None)
    assert finding.search("copper")[0] is before
    assert finding.search("copper")[0] is before
    lock.release()
    with finding._open._lock:  # held by the thread that opens the new one
        pass
    assert finding.search("copper")[0].encoder.name == in_use()


def test_what_is_written_while_an_index_is_built_is_found_before_and_after(other: str, settings: Any) -> None:
    keeper = IndexKeeper()
    keeper.look()
    settings.ENCODER = other
    written = iter([3])

    def told(_: int) -> None:
        for number in written:
            hold(record(number, title="Tides of the northern seas", abstract="Moon."))
            assert keeper.look() == 1
            assert found("tides", "lexical") == ["2604.00003"]
            assert keeper.look() == 0, "the old index has it, and it is not taken up over and over"
            assert Unindexed.objects.exists(), "it waits for the new index"

    indexing.build(told)
    assert keeper.look() == 1
    assert found("tides", "lexical") == ["2604.00003"]
    assert not Unindexed.objects.exists()
    assert not indexing.verify(indexing.open_to_write())


def test_what_was_left_for_a_build_that_failed_is_not_left_for_good(other: str, settings: Any) -> None:
    keeper = IndexKeeper()
    keeper.look()
    settings.ENCODER = other

    def fails(_: int) -> None:
        hold(record(3, title="Tides of the northern seas"))
        assert keeper.look() == 1
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        indexing.build(fails)
    assert in_use() == ENCODER.name
    assert keeper.look() == 0
    assert not Unindexed.objects.exists()
    assert found("tides", "lexical") == ["2604.00003"]


def test_a_keeper_whose_index_was_replaced_writes_to_the_new_one() -> None:
    keeper = IndexKeeper()
    keeper.look()
    hold(record(3, title="Tides of the northern seas"))
    keeper.look()
    indexing.build()
    hold(record(4, title="Gravel in mountain brooks"))
    assert keeper.look() == 1
    assert found("gravel", "lexical") == ["2604.00004"]
    assert not indexing.verify(indexing.open_to_write())


def test_an_encoder_that_cannot_be_loaded_leaves_the_old_index_and_is_named(
    settings: Any, home: Path
) -> None:
    keeper = IndexKeeper()
    keeper.look()
    settings.ENCODER = str(home / "nowhere")
    with pytest.raises(UnusableEncoder, match="nowhere"):
        keeper.renew()
    hold(record(3, title="Tides of the northern seas"))
    assert keeper.look() == 1
    assert found("tides")[0] == "2604.00003"
    for command in (["doctor"], ["index", "status"]):
        said = CliRunner().invoke(dailypapers, command).output
        assert "nowhere, cannot be loaded: No encoder is at" in said
        assert f"The index goes on with {ENCODER.name}." in said
        assert "set DAILYPAPERS_ENCODER to another" in said
    built = CliRunner().invoke(dailypapers, ["index", "build"])
    assert built.exit_code == 1
    assert "No encoder is at" in built.output


def test_a_first_index_is_built_by_the_encoder_of_the_package_if_the_wanted_one_is_not_there(
    settings: Any, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ENCODER = str(home / "nowhere")
    with caplog.at_level(logging.WARNING):
        IndexKeeper().look()
    assert "until it can be loaded the encoder of the package is used" in caplog.text
    assert in_use() == ENCODER.name
    assert found("copper")[0] == "2604.00001"


def test_without_the_encoder_of_the_index_search_goes_by_words_and_what_is_written_waits(
    other: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ENCODER = other
    indexing.build()
    shutil.move(other, other + "-away")
    assert found("copper") == ["2604.00001"]
    assert "search goes by words alone" in caplog.text
    hold(record(3, title="Tides of the northern seas"))
    keeper = IndexKeeper()
    with pytest.raises(UnusableEncoder):
        keeper.look()
    assert "Search goes by words alone" in CliRunner().invoke(dailypapers, ["index", "status"]).output
    shutil.move(other + "-away", other)
    assert keeper.look() == 1
    assert found("tides", "lexical") == ["2604.00003"]


def test_a_folder_that_holds_another_encoder_by_now_is_not_mixed_with_the_vectors_of_the_old(
    other: str, settings: Any
) -> None:
    settings.ENCODER = other
    keeper = IndexKeeper()
    keeper.look()
    shutil.rmtree(other)
    other_encoder(Path(other), 16)
    assert found("copper") == ["2604.00001"]
    with pytest.raises(UnusableEncoder, match="encoded anew"):
        indexing.open_to_write()
    assert keeper.renew()
    assert indexing.store().status().dimensions == 16


def test_the_index_waits_for_encoding_and_says_so_until_it_is_done(other: str, settings: Any) -> None:
    indexing.build()
    settings.ENCODER = other
    said = CliRunner().invoke(dailypapers, ["index", "status"]).output
    assert f"The index is encoded by {ENCODER.name}; other-" in said
    assert CliRunner().invoke(dailypapers, ["index", "build"]).exit_code == 0
    assert "is wanted" not in CliRunner().invoke(dailypapers, ["index", "status"]).output


def test_an_index_of_another_version_is_built_anew_by_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dailypapers.search.store.FORMAT", 1)
    indexing.build()
    monkeypatch.undo()
    said = CliRunner().invoke(dailypapers, ["index", "status"])
    assert said.exit_code == 1
    assert "is of another version; `dailypapers index build` makes it" in said.output
    keeper = IndexKeeper()
    assert keeper.renew(), "with nothing written that would make it look"
    assert found("copper")[0] == "2604.00001"
    assert not keeper.renew()


def test_papers_written_while_the_index_is_checked_do_not_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    indexing.build()
    engine = indexing.open_to_write()
    every = indexing.every_document

    def meanwhile() -> Any:
        hold(record(3, title="Tides of the northern seas"))
        yield from every()
        hold(record(4, title="Gravel in mountain brooks"))
        indexing.update(engine)

    monkeypatch.setattr(indexing, "every_document", meanwhile)
    assert not indexing.verify(engine)
    engine.table.remove([Paper.objects.get(handle="2604.00003").pk])
    monkeypatch.setattr(indexing, "every_document", every)
    assert indexing.verify(engine).missing == [Paper.objects.get(handle="2604.00003").pk]


def test_two_do_not_build_at_once() -> None:
    def told(_: int) -> None:
        with pytest.raises(Busy):
            indexing.build()

    indexing.build(told)


def test_a_look_at_a_lock_keeps_nobody_from_it() -> None:
    assert not is_held("anything")
    with only_one("anything"):
        assert is_held("anything")
    assert not is_held("anything")


def test_a_process_that_serves_has_the_index_open_before_anyone_searches(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    finding.make_ready()
    assert finding._open._opened is None, "there is no index yet"
    IndexKeeper().look()
    monkeypatch.setattr(indexing, "open_to_read", lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        finding.make_ready()
    assert "could not be made ready" in caplog.text
    monkeypatch.undo()
    finding.make_ready()
    assert finding._open._opened is not None
    assert found("copper")[0] == "2604.00001"
