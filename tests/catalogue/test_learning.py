"""The encoder learns from the papers of the site, and what is no better is not used."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from dailypapers.catalogue import encoders, indexing, learning
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.locks import only_one
from dailypapers.catalogue.models import Paper
from dailypapers.cli.main import dailypapers
from dailypapers.search import tuning
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.tuning import KnownItems
from dailypapers.site import tuner
from dailypapers.site.index_keeper import IndexKeeper
from dailypapers.site.tuner import Tuner
from tests.papers import NOW, record
from tests.search.encoders import other_encoder
from tests.search.test_tuning import made_up_papers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def site(home: Path, settings: Any, tmp_path: Path) -> None:
    """A site with 400 papers and a small encoder."""
    settings.INDEX_URL = str(home / "index")
    settings.ENCODER = other_encoder(tmp_path / "other")
    encoders.name_of.cache_clear()
    papers = enumerate(made_up_papers())
    land([record(at, title=f"{title} {at}", abstract=abstract) for at, (title, abstract) in papers], NOW)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Stands in for the training: each table differs from the one before, and is found as good as told."""
    rounds = count(1)

    def trained(encoder: StaticEncoder, *_: object, **__: object) -> StaticEncoder:
        return StaticEncoder.from_rows(encoder.tokenizer, encoder.rows * (1 + next(rounds) / 7), "tuned")

    def measured(*numbers: float) -> None:
        found = (KnownItems(number, number) for number in numbers)
        monkeypatch.setattr(tuning, "known_items", lambda *_, **__: next(found))

    monkeypatch.setattr(tuning, "tune", trained)
    return measured


def run(*words: str) -> str:
    ended = CliRunner().invoke(dailypapers, words)
    assert ended.exit_code == 0, ended.output
    return ended.output


def folders() -> list[str]:
    return sorted(path.name for path in encoders.folder().iterdir() if path.is_dir())


def test_what_the_site_holds_is_learnt_and_all_papers_are_encoded_with_it() -> None:
    indexing.build()
    said = run("index", "tune", "--seconds", "2")
    before, after = map(float, re.findall(r"([0-9.]+) (?:before|after)", said))
    assert after > before + 0.05
    assert "Tuned on 400 papers." in said
    assert "tuned-1 is used from now on." in said
    assert "reading the papers" in said, "progress is shown"
    assert "Index: 400 papers" in said
    assert indexing.store().status().encoder.startswith("tuned-1-")
    assert "tuned table" in run("index", "status")
    assert {path.name for path in (encoders.folder() / "tuned-1").iterdir()} == {
        "config.json", "model.safetensors", "tokenizer.json",
    }  # fmt: skip
    assert StaticEncoder(encoders.folder() / "tuned-1").name == indexing.open_to_read().encoder.name


def test_a_table_that_is_no_better_is_not_used_nor_kept(quick: Callable[..., None]) -> None:
    indexing.build()
    before = indexing.store().status()
    quick(0.7, 0.7)
    assert "0.7000 before, 0.7000 after; that may be chance: all stays as it was." in run("index", "tune")
    assert indexing.store().status() == before
    assert folders() == []
    assert encoders.wanted() == encoders.tuned().setting
    assert not learning.is_due()


def test_one_can_go_back_through_the_last_three(quick: Callable[..., None], settings: Any) -> None:
    for number in range(1, 6):
        quick(0.1, 0.2)
        assert learning.tune().name == f"tuned-{number}"
    assert encoders.tuned().kept == ("tuned-3", "tuned-4", "tuned-5")
    assert "Back to the tuned table" in run("index", "tune", "--back")
    assert indexing.store().status().encoder.startswith("tuned-4-")
    run("index", "tune", "--back")
    assert f"Back to DAILYPAPERS_ENCODER={settings.ENCODER}" in run("index", "tune", "--back")
    assert indexing.store().status().encoder.startswith("other-")
    nothing = CliRunner().invoke(dailypapers, ["index", "tune", "--back"])
    assert nothing.exit_code == 1
    assert "no tuned table is in use" in nothing.output


def test_a_table_that_the_index_was_built_with_is_not_removed(quick: Callable[..., None]) -> None:
    quick(0.1, 0.2)
    learning.tune()
    indexing.build()
    learning.back()  # The worker has not yet encoded the papers anew.
    quick(0.1, 0.0)
    learning.tune()
    assert folders() == ["tuned-1"]
    assert indexing.open_to_write().encoder.name.startswith("tuned-1-")
    indexing.build()
    quick(0.1, 0.0)
    learning.tune()
    assert folders() == []


def test_the_worker_encodes_anew_with_what_was_learnt(quick: Callable[..., None]) -> None:
    indexing.build()
    quick(0.1, 0.2)
    learning.tune()
    assert IndexKeeper().renew()
    assert indexing.store().status().encoder.startswith("tuned-1-")


def test_a_tuned_table_belongs_to_the_encoder_it_came_from(
    quick: Callable[..., None], settings: Any, tmp_path: Path
) -> None:
    first = settings.ENCODER
    quick(0.1, 0.2)
    learning.tune()
    settings.ENCODER = other_encoder(tmp_path / "third", 16)
    assert encoders.wanted() == settings.ENCODER
    settings.ENCODER = first
    assert encoders.wanted() == "tuned:tuned-1"


def test_what_a_killed_tuning_left_is_removed_and_a_record_cut_off_counts_as_none(
    quick: Callable[..., None],
) -> None:
    (encoders.folder() / ".tuned-1.abcd").mkdir(parents=True)
    (encoders.folder() / ".tuned-1.abcd" / "config.json").write_text("{")
    (encoders.folder() / "tuned.json").write_text('{"setting": ')
    assert encoders.tuned().kept == ()
    quick(0.1, 0.2)
    assert learning.tune().name == "tuned-1"
    assert folders() == ["tuned-1"]
    assert json.loads((encoders.folder() / "tuned.json").read_text())["kept"] == ["tuned-1"]


def test_papers_are_held_out_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_PAPERS", 200)
    held_out: set[str] = set()
    trained: list[set[str]] = []
    for rounds in range(3):
        documents, apart = learning._documents(rounds)
        assert len(documents) == 200
        titles = [title for title, _ in documents]
        assert not held_out or held_out == set(titles[:apart])
        held_out = set(titles[:apart])
        trained.append(set(titles[apart:]))
    assert not any(held_out & some for some in trained)
    assert 5 < len(held_out) < 40
    assert len(trained[0] & trained[1]) < 150, "each round draws others"
    Paper.objects.filter(pk__lte=100).delete()
    documents, apart = learning._documents(3)
    assert {title for title, _ in documents[:apart]} <= held_out


def test_only_a_static_encoder_can_be_tuned_and_only_with_some_papers(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "LEAST", 100)
    assert learning.is_due()
    Paper.objects.filter(pk__gt=30).delete()
    with pytest.raises(learning.CannotTune, match="too few"):
        learning.tune()

    class Service:
        name = "a service"

    monkeypatch.setattr(encoders, "load", lambda _: Service())
    settings.ENCODER = "openai:http://127.0.0.1:9/v1#model"
    with pytest.raises(learning.CannotTune, match="a service cannot be tuned"):
        learning.tune()
    assert not learning.is_due()


def test_it_is_due_with_enough_papers_and_again_when_they_have_grown(
    quick: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not learning.is_due(), "400 papers are too few"
    monkeypatch.setattr(learning, "LEAST", 300)
    assert learning.is_due()
    quick(0.1, 0.2)
    learning.tune()
    assert not learning.is_due()
    land([record(number, title=f"More of {number}", abstract="New.") for number in range(1_000, 1_190)], NOW)
    assert not learning.is_due()
    land([record(number, title=f"More of {number}", abstract="New.") for number in range(1_190, 1_200)], NOW)
    assert learning.is_due()


def test_it_is_due_when_half_of_the_papers_are_others_than_were_learnt_from(
    quick: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "LEAST", 300)
    quick(0.1, 0.2)
    learning.tune()
    some = list(Paper.objects.order_by("pk").values_list("pk", flat=True))
    later = datetime.now(UTC) + timedelta(minutes=1)
    Paper.objects.filter(pk__in=some[:190]).update(updated_at=later)
    assert not learning.is_due()
    Paper.objects.filter(pk__in=some[:210]).update(updated_at=later)
    assert learning.is_due()


def test_status_says_where_the_learning_stands(
    quick: Callable[..., None], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.build()
    assert "Tuned: not yet; with 2,000 papers that have an abstract it is done by itself" in run(
        "index", "status"
    )
    monkeypatch.setattr(learning, "LEAST", 300)
    assert "Tuned: not yet; due, the worker" in run("index", "status")
    quick(0.1, 0.2)
    learning.tune()
    today = datetime.now(UTC).date()
    done = (
        f"Tuned: last on {today} with 400 papers held, held-out papers found 0.1000 before and 0.2000 after; "
        "tuned-1 is used"
    )
    assert f"{done}; again when many papers are new or changed" in run("index", "status")
    settings.TUNE = False
    assert f"{done}; by itself never (DAILYPAPERS_TUNE=no)" in run("index", "status")
    settings.ENCODER = "openai:http://127.0.0.1:9/v1#model"
    assert learning.state() == "this encoder cannot be tuned"


def test_status_does_not_promise_a_tuning_while_too_few_papers_have_an_abstract(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning, "LEAST", 300)
    Paper.objects.filter(pk__gt=200).update(abstract="")
    assert learning.state() == "not yet; with 300 papers that have an abstract it is done by itself"


def test_a_tuning_of_a_version_that_noted_no_time_counts_and_is_told(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "LEAST", 300)
    encoders.folder().mkdir(parents=True)
    told = {"setting": settings.ENCODER, "base": "", "kept": [], "papers": 400, "rounds": 1}
    (encoders.folder() / "tuned.json").write_text(json.dumps(told))
    assert not learning.is_due()
    assert learning.state().startswith("by a version that did not note when; again when many")


def test_a_new_encoder_of_the_package_is_learnt_from_but_used_only_if_better(
    quick: Callable[..., None], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "LEAST", 300)
    quick(0.1, 0.2)
    learning.tune()
    other_encoder(Path(settings.ENCODER), 16)
    encoders.name_of.cache_clear()
    assert learning.is_due()
    assert encoders.wanted() == "tuned:tuned-1"
    quick(0.2, 0.3)
    learning.tune()
    assert encoders.load(encoders.wanted()).dimensions == 16
    assert not learning.is_due()


class TestUnasked:
    """The worker's own tuning, with a process that stands in for it."""

    @pytest.fixture
    def started(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
        processes: list[subprocess.Popen[bytes]] = []
        begin = subprocess.Popen

        def stand_in(command: list[str]) -> subprocess.Popen[bytes]:
            assert command[1:] == ["-m", "dailypapers.site.tuner"]
            processes.append(begin([sys.executable, "-c", self.code]))
            return processes[-1]

        self.code = "pass"
        monkeypatch.setattr("dailypapers.site.tuner.subprocess.Popen", stand_in)
        monkeypatch.setattr(tuner, "LOOK_EVERY", 0.0)
        monkeypatch.setattr(learning, "LEAST", 300)
        yield processes
        assert all(process.poll() is not None for process in processes)

    def test_it_is_tuned_when_it_is_due_and_allowed(
        self, started: list[subprocess.Popen[bytes]], settings: Any
    ) -> None:
        one = Tuner(threading.Event())
        settings.TUNE = False
        assert not one.tune_if_due()
        settings.TUNE = True
        assert one.tune_if_due()
        assert len(started) == 1

    def test_never_beside_a_harvest(self, started: list[subprocess.Popen[bytes]]) -> None:
        one = Tuner(threading.Event())
        for name in ("arxiv", "file", "worker-harvest"):
            with only_one(name):
                assert not one.tune_if_due()
        assert not started
        self.code = "import time; time.sleep(60)"
        begins = threading.Timer(0.5, lambda: lock.__enter__())
        lock = only_one("arxiv")
        begins.start()
        assert not one.tune_if_due()
        assert started[0].returncode == -15, "ended when one began"
        lock.__exit__(None, None, None)

    def test_a_worker_that_ends_ends_it(self, started: list[subprocess.Popen[bytes]]) -> None:
        stopping = threading.Event()
        stopping.set()
        self.code = "import time; time.sleep(60)"
        assert not Tuner(stopping).tune_if_due()

    def test_after_a_failure_it_waits(self, started: list[subprocess.Popen[bytes]]) -> None:
        self.code = "raise SystemExit(1)"
        one = Tuner(threading.Event())
        assert not one.tune_if_due()
        assert not one.tune_if_due()
        assert len(started) == 1


def test_the_numbers_drawn_are_spread_evenly_and_stay_the_same() -> None:
    drawn = learning._drawn(np.arange(1, 10_001, dtype=np.uint64), 0)
    assert np.histogram(drawn, 10, (0, 1))[0].min() > 900
    assert learning._drawn(np.array([7], np.uint64), 0)[0] == drawn[6]
