"""The worker harvests without anyone asking, whatever became of the worker before it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions.comment import write
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.notifications import Notification
from dailypapers.ingest.registry import all_sources
from dailypapers.site import heartbeat, worker
from dailypapers.site.heartbeat import DEAD_AFTER, STUCK_AFTER, Sign
from tests.community.people import person
from tests.origins.arxiv import ArxivOrigin
from tests.papers import hold, record
from tests.site.processes import HeldBack, asked, begun, environment, held, migrated, papers, runs, until


@pytest.fixture(autouse=True)
def connection_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a task closes would be the test's own connection, with its transaction."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


def work(home: Path, url: str, log: Path, *more: str) -> subprocess.Popen[bytes]:
    return begun("dailypapers.site.worker", "--now", *more, log=log, **environment(home, url))


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    process.send_signal(number)
    process.wait(30)


def test_new_papers_come_and_days_are_counted_without_anyone_asking(home: Path, log: Path) -> None:
    with ArxivOrigin(announced := papers()) as origin:
        origin.announce(announced[0].day)
        migrated(environment(home, origin.url))
        worker = work(home, origin.url, log)
        try:
            assert until(lambda: held(home) == len(announced)), log.read_text()
            counted = "SELECT COUNT(*) FROM ingest_coverage WHERE state = 'complete'"
            assert until(lambda: asked(home, counted)[0][0] == 5), log.read_text()
            assert heartbeat.read(home) is not None
        finally:
            end(worker)
    assert heartbeat.read(home) is None, "a worker that ended as it should leaves no sign"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_a_worker_ended_within_a_harvest_leaves_the_next_one_free_to_harvest(
    home: Path, log: Path, number: int
) -> None:
    with HeldBack(announced := papers(), after=2) as origin:
        origin.announce(announced[0].day)
        migrated(environment(home, origin.url))
        first = work(home, origin.url, log)
        assert until(lambda: len(origin.asked) > 2), log.read_text()
        end(first, number)
        origin.released.set()
        assert held(home) < len(announced)
        second = work(home, origin.url, log)
        try:
            assert until(lambda: held(home) == len(announced)), log.read_text()
        finally:
            end(second)


def test_a_worker_ends_with_the_process_it_was_started_beside(home: Path, log: Path) -> None:
    with HeldBack(papers()) as origin:
        told = environment(home, origin.url)
        migrated(told)
        code = (
            "import subprocess, sys, time; worker = subprocess.Popen([sys.executable, '-m',"
            " 'dailypapers.site.worker', '--now', '--beside']); print(worker.pid, flush=True); time.sleep(99)"
        )
        with log.open("wb") as said:
            parent = subprocess.Popen(
                [sys.executable, "-c", code], env=told, stdout=subprocess.PIPE, stderr=said
            )
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert until(lambda: heartbeat.read(home) is not None), log.read_text()
        end(parent, signal.SIGKILL)
        parent.stdout.close()
        assert until(lambda: not runs(worker), within=10)
        origin.released.set()


@pytest.mark.django_db
class TestOneSourceThatFails:
    """Within the process: one failing source starves neither the others nor the scores."""

    @pytest.fixture
    def origin(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[ArxivOrigin]:
        settings.FIELDS = ("cs",)
        with ArxivOrigin(announced := papers()) as origin:
            origin.announce(announced[0].day)
            monkeypatch.setenv("DAILYPAPERS_SOURCE_ARXIV_BASE_URL", origin.url)
            yield origin

    def test_the_others_are_harvested_and_scores_kept_up_to_date(
        self,
        origin: ArxivOrigin,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fails(*_: object) -> None:
            raise RuntimeError("a defect of ours")

        refreshed: list[object] = []
        monkeypatch.setattr(worker, "refresh", lambda **asked: refreshed.append(asked))
        monkeypatch.setattr(all_sources()["huggingface"], "of_day", fails)
        settings.SOURCES = ("huggingface", "arxiv")
        monkeypatch.setenv("DAILYPAPERS_SOURCE_HUGGINGFACE_BASE_URL", origin.url)
        assert worker._harvest_each() is False
        assert Paper.objects.count() == len(origin.papers)
        assert len(refreshed) == 1
        (said,) = [one for one in caplog.records if one.exc_info]
        assert "huggingface: the harvest failed" in said.getMessage()
        assert "a defect of ours" in caplog.text


def test_a_sign_of_life_tells_a_dead_worker_from_a_stuck_one() -> None:
    now = datetime.now(UTC)
    alive = Sign(now)
    assert not alive.is_dead(now)
    assert not alive.is_stuck(now)
    assert Sign(now - DEAD_AFTER * 1.1).is_dead(now)
    assert Sign(now, now - STUCK_AFTER * 1.1).is_stuck(now)
    assert not Sign(now, now - timedelta(minutes=5)).is_stuck(now)
    assert not Sign(now - DEAD_AFTER * 2, now - STUCK_AFTER * 2).is_stuck(now), "the dead are not stuck"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"beat": 5}', '{"beat": "soon", "harvest_moved": null}'])
def test_a_sign_that_cannot_be_read_is_none(home: Path, text: str) -> None:
    heartbeat.path_of(home).write_text(text)
    assert heartbeat.read(home) is None


@pytest.mark.django_db
def test_the_worker_tells_of_comments_and_sends_the_mails(settings: Settings) -> None:
    settings.SENDS_MAIL, settings.BASE_URL = True, "https://papers.example.org"
    paper = hold(record(1))[0]
    before = timezone.now() - timedelta(minutes=10)
    vote(person=person("carol"), paper_id=paper.pk)
    person("alice")
    write(person=person("bob"), paper_id=paper.pk, body="@alice, see.", now=before)
    worker.tell_of_comments.call_local()
    assert [one.to for one in mail.outbox] == [["alice@example.org"]]
    told = Notification.objects.order_by("kind").values_list("person__handle", "kind")
    assert list(told) == [("alice", "mention"), ("carol", "voted")]
