"""The index keeper makes the first index itself, and one that this version can read."""

import logging
import threading
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from dailypapers.catalogue import encoders, indexing
from dailypapers.catalogue.locks import Busy
from dailypapers.catalogue.models import Unindexed
from dailypapers.search.table import PaperTable
from dailypapers.site import index_keeper
from dailypapers.site.index_keeper import IndexKeeper
from tests.papers import hold, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def site(home: Path, settings: Any) -> None:
    settings.INDEX_URL = str(home / "index")
    encoders.name_of.cache_clear()


def test_no_index_is_built_of_no_papers() -> None:
    keeper = IndexKeeper()
    assert not keeper.renew()
    assert keeper.look() == 0
    assert not indexing.store().state()


def test_the_index_is_open_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(record(1))
    keeper = IndexKeeper()
    keeper.make_ready()
    assert not indexing.store().state(), "there is no index yet, and none is built"
    indexing.build()
    keeper.make_ready()
    hold(record(2))
    monkeypatch.setattr(indexing, "open_to_write", lambda: 1 / 0)
    assert keeper.look() == 1
    assert indexing.store().status().papers == 2


def test_a_first_index_is_built_where_nothing_is_written_any_more() -> None:
    hold(record(1))
    Unindexed.objects.all().delete()
    assert IndexKeeper().renew()
    assert indexing.store().status().papers == 1


def test_a_first_index_is_built_with_the_encoder_of_the_package_while_another_cannot_be_loaded(
    settings: Any, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ENCODER = str(home / "nowhere")
    hold(record(1))
    with caplog.at_level(logging.WARNING):
        assert IndexKeeper().renew()
    assert "until it can be loaded the encoder of the package is used" in caplog.text
    assert indexing.store().state()["loaded_from"] == ""


def test_an_index_of_another_version_is_replaced_when_something_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold(record(1))
    with monkeypatch.context() as then:
        then.setattr("dailypapers.search.store.FORMAT", -1)
        indexing.build()
    hold(record(2))
    keeper = IndexKeeper()
    keeper.look()
    assert indexing.store().status().papers == 2
    assert not Unindexed.objects.exists()
    assert not indexing.verify(indexing.open_to_write())


def test_two_threads_that_find_no_index_build_one() -> None:
    hold(record(1))
    keeper = IndexKeeper()
    came: list[str] = []

    def told(_: int) -> None:
        with pytest.raises(Busy):
            keeper.look()
        with pytest.raises(Busy):
            keeper.renew()
        came.append("both waited")

    indexing.build(told)
    assert came == ["both waited"]
    assert not keeper.renew()
    assert indexing.store().status().table == "papers-1"


def test_an_index_is_settled_only_when_many_papers_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dailypapers.search.table.LEAST_WAITING", 3)
    hold(record(1))
    keeper = IndexKeeper()
    keeper.look()
    for number in (2, 3, 4):
        assert indexing.store().status().waiting == number - 2
        keeper.settle()
        assert indexing.store().status().waiting == number - 2, "too few to go through all for"
        hold(record(number))
        keeper.look()
    keeper.settle()
    assert indexing.store().status().waiting == 0


def test_what_is_written_while_the_index_is_settled_is_found_and_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dailypapers.search.table.LEAST_WAITING", 1)
    hold(record(1))
    keeper = IndexKeeper()
    keeper.look()
    settle = PaperTable.settle
    locked = []

    def preempted(table: PaperTable) -> bool:
        locked.append(keeper._lock.locked())
        if locked[-1]:
            return settle(table)
        hold(record(len(locked) + 1))
        assert keeper.look() == 1
        return False

    monkeypatch.setattr(PaperTable, "settle", preempted)
    hold(record(10))
    keeper.look()
    for _ in range(3):
        keeper.settle()
    assert locked == [False, False, True], "the third keeps those who write waiting"
    assert indexing.store().status().waiting == 0
    assert indexing.store().status().papers == 4


def test_a_site_that_runs_builds_its_index_anew_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_keeper, "RENEW_EVERY", 0.05)
    built = threading.Event()
    hold(record(1))
    with monkeypatch.context() as then:
        then.setattr("dailypapers.search.store.FORMAT", -1)
        indexing.build()
    build = indexing.build

    def and_tell(*args: Any, **more: Any) -> Any:
        status = build(*args, **more)
        built.set()
        return status

    monkeypatch.setattr(indexing, "build", and_tell)
    keeper = IndexKeeper()
    keeper.start()
    try:
        assert built.wait(60)
    finally:
        keeper.stop()
        for thread in keeper._threads:
            thread.join(30)
    assert indexing.store().status().papers == 1


@pytest.mark.parametrize("ends_by", ["looking", "its processes' end"])
def test_a_worker_that_ends_while_it_builds_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, ends_by: str
) -> None:
    monkeypatch.setattr(index_keeper, "RENEW_EVERY", 0.05)
    caplog.set_level(logging.INFO, "dailypapers.index")
    hold(record(1))
    building = threading.Event()

    def slow(progress: Any, **more: Any) -> Any:
        building.set()
        for _ in range(600):
            time.sleep(0.05)
            if ends_by == "looking":
                progress(1)
            elif keeper._stopping.is_set():
                raise BrokenProcessPool("A process in the process pool was terminated abruptly")

    monkeypatch.setattr(indexing, "build", slow)
    keeper = IndexKeeper()
    keeper.start()
    assert building.wait(10)
    keeper.stop()
    assert not any(thread.is_alive() for thread in keeper._threads)
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]
    assert "is left; the one in use stays" in caplog.text
