"""`dailypapers doctor` names what is wrong with the search index, and the command it names mends it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from dailypapers.catalogue import indexing
from dailypapers.cli import doctor
from dailypapers.cli.main import dailypapers
from dailypapers.site import heartbeat
from tests.papers import hold, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_the_index(home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.INDEX_URL = str(home / "index")
    monkeypatch.setattr(doctor, "CHECKS", (doctor._index,))


def said() -> str:
    return CliRunner().invoke(dailypapers, ["doctor"]).output


def mended_by(*words: str) -> None:
    assert CliRunner().invoke(dailypapers, words).exit_code == 0
    assert said() == "Nothing is wrong.\n"


def test_a_site_without_papers_needs_no_index() -> None:
    assert said() == "Nothing is wrong.\n"


def test_papers_without_an_index() -> None:
    hold(record(1))
    assert "There is no search index that this version can read.\n    dailypapers index build\n" in said()
    mended_by("index", "build")


def test_papers_that_nobody_takes_up() -> None:
    hold(record(1))
    indexing.build()
    hold(record(2))
    assert "1 paper was written and cannot be found yet: no worker takes them up." in said()
    hold(record(3))
    assert "2 papers were written" in said()
    mended_by("index", "update")


def test_what_a_living_worker_will_do_is_nothing_wrong(home: Path) -> None:
    hold(record(1))
    heartbeat.Heart(home).beat()
    assert said() == "Nothing is wrong.\n"
