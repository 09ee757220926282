"""`dailypapers digest` shows what would be sent."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dailypapers.cli.digest import digest
from dailypapers.digests.models.issues import Delivery
from dailypapers.ranking.refresh import refresh
from tests.digests.subscribers import subscriber
from tests.papers import NOW, hold, mention, record

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(digest, words, standalone_mode=True)
    return ended.exit_code, ended.output


@pytest.fixture
def _papers() -> None:
    hold(record(1, title="Heat pumps", **mention(12)), record(2, **mention(5)))
    refresh(NOW)


@pytest.mark.usefixtures("_papers")
def test_a_preview_is_text_html_and_a_mail_and_writes_nothing(tmp_path: Path, home: Path) -> None:
    subscriber("ada", papers=1)
    mail = tmp_path / "digest.eml"
    code, told = run("preview", "--subscriber", "Ada@Example.org", "--day", "2026-04-16", "--eml", str(mail))
    assert code == 0
    assert "Subject: Heat pumps\n" in told
    assert "Thursday, April 16" in told
    assert b"To: ada@example.org" in mail.read_bytes()
    assert "Heat pumps" in (home / "digest-preview.html").read_text()
    assert not Delivery.objects.exists()


@pytest.mark.usefixtures("_papers")
def test_without_a_subscriber_it_is_a_new_readers() -> None:
    code, told = run("preview", "--day", "2026-04-16")
    assert code == 0
    assert "and 1 more" in told


def test_what_cannot_be_shown_is_said() -> None:
    assert run("preview") == (1, "Error: There are no papers yet. Get some: dailypapers ingest arxiv\n")
    code, told = run("preview", "--subscriber", "nobody@example.org")
    assert (code, told) == (1, "Error: Nobody has subscribed as nobody@example.org.\n")
    assert run("preview", "--subscriber", "x")[0] == 1
