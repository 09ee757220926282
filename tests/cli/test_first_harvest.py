"""An empty site begins with the newest day of its sources, and the worker brings the days before it."""

import json
from pathlib import Path

import pytest

from tests.origins.arxiv import ArxivOrigin
from tests.origins.huggingface import HuggingFaceOrigin, entry
from tests.site.processes import NOWHERE, asked, begun, environment, held, migrated, papers, weekdays


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "harvest.log"


def begin(told: dict[str, str], log: Path) -> None:
    migrated(told)
    harvest = begun("dailypapers.cli.first_harvest", log=log, **told)
    assert harvest.wait(60) == 0, log.read_text()
    assert "Traceback" not in log.read_text()


def counted(home: Path) -> list[tuple[object, ...]]:
    return asked(home, "SELECT source, day, state FROM ingest_coverage ORDER BY source, day DESC")


def test_each_source_gives_its_newest_day_only(home: Path, log: Path) -> None:
    newest, before = weekdays(2)
    voted = {str(before): json.dumps([entry("2604.00001", votes=7)]).encode()}
    with ArxivOrigin(announced := papers()) as arxiv, HuggingFaceOrigin(voted) as huggingface:
        arxiv.announce(announced[0].day)
        told = environment(
            home,
            arxiv.url,
            DAILYPAPERS_SOURCES="arxiv huggingface",
            DAILYPAPERS_SOURCE_HUGGINGFACE_BASE_URL=huggingface.url,
        )
        begin(told, log)
    assert held(home) == 4 + 1
    assert ("arxiv", str(newest), "complete") in counted(home)
    assert ("huggingface", str(before), "complete") in counted(home)
    assert asked(home, "SELECT votes FROM ranking_score") == [(7,)], "its papers have their scores"


def test_before_todays_list_is_out_the_last_one_is_shown(home: Path, log: Path) -> None:
    last = weekdays(2)[1]
    with ArxivOrigin([paper for paper in papers() if paper.day <= last]) as origin:
        origin.announce(last)
        begin(environment(home, origin.url), log)
    assert held(home) == 4


def test_a_source_that_does_not_answer_keeps_none_of_the_others_waiting_for_five_days(
    home: Path, log: Path
) -> None:
    with ArxivOrigin(announced := papers()) as origin:
        origin.announce(announced[0].day)
        told = environment(
            home,
            origin.url,
            DAILYPAPERS_SOURCES="huggingface arxiv",
            DAILYPAPERS_SOURCE_HUGGINGFACE_BASE_URL=NOWHERE,
        )
        begin(told, log)
    assert held(home) == 4
    assert [state for source, _, state in counted(home) if source == "huggingface"] == ["unknown"]
