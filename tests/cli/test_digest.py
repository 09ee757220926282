"""`dailypapers digest` shows what would be sent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone
from pytest_django import Settings

from dailypapers.cli.digest import digest
from dailypapers.digests.blocks import forget
from dailypapers.digests.digest_mail import message_id
from dailypapers.digests.models.issues import Delivery, Issue
from dailypapers.ranking.refresh import refresh
from tests.digests.sink import Sink
from tests.digests.subscribers import subscriber
from tests.digests.test_reports import complaint
from tests.papers import NOW, hold, mention, record

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(digest, words, standalone_mode=True)
    return ended.exit_code, ended.output


@pytest.fixture
def _papers() -> None:
    forget()
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


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    settings.SENDS_DIGESTS, settings.BASE_URL, settings.DIGEST_RATE = True, "https://papers.example.org", 0
    made = Sink()
    controller = made.listen(settings)
    yield made
    controller.stop()


AT = ("--at", "2026-04-16T12:00Z")


@pytest.mark.usefixtures("_papers")
def test_a_dry_run_says_what_is_due_and_leaves_everything_as_it_was(sink: Sink) -> None:
    for number in range(3):
        subscriber(f"reader{number}")
    subscriber("patient", least_papers=5)
    told = "3 digests are due, of 1 kinds; 1 have too few papers.\n"
    assert run("send", *AT, "--dry-run") == run("send", *AT, "--dry-run") == (0, told)
    assert not Delivery.objects.exists()
    assert sink.taken == []
    assert run("send", *AT) == (0, "3 sent\n")
    assert run("send", *AT) == (0, "Nothing is due.\n")
    assert len(sink.taken) == 3


@pytest.mark.usefixtures("_papers")
def test_the_status_tells_what_was_sent_waits_and_failed(sink: Sink) -> None:
    assert "Nothing was sent yet." in run("status")[1]
    now = timezone.now()
    for name in ("ada", "bob"):
        subscriber(name, begun=now - timedelta(days=2))
    sink.answer_to = lambda address: "550 no" if address.startswith("ada") else "250 OK"
    run("send")
    told = run("status")[1]
    assert "Subscribers: 2 active" in told
    assert "1 sent, 1 failed" in told
    assert "Refused 1 times: 550 no" in told
    assert run("pause")[0] == 0
    assert "paused" in run("status")[1]
    assert run("send")[1] == "Nothing is due.\n"
    run("pause", "--off")
    assert "Last run" in run("status")[1]


@pytest.mark.usefixtures("_papers")
def test_a_test_mail_goes_to_any_address_and_a_refusal_is_told(sink: Sink) -> None:
    assert run("test", "me@example.org") == (0, "The mail server took it for me@example.org.\n")
    assert sink.recipients == ["me@example.org"]
    sink.answer_to = lambda _: "550 5.7.1 not for you"
    code, told = run("test", "me@example.org")
    assert (code, "550 5.7.1 not for you" in told) == (1, True)
    assert run("test", "me")[0] == 1
    assert not Delivery.objects.exists()


def test_mails_that_came_back_are_read_from_a_pipe() -> None:
    one = subscriber("ada")
    issue = Issue.objects.create(key="k", created_at=NOW, sections=[], papers=[])
    sent = Delivery.objects.create(
        subscription=one, period="2026-04-16", issue=issue, state="sent", due_at=NOW
    )
    ended = CliRunner().invoke(digest, ["bounce"], input=complaint(message_id(sent.pk)))
    assert ended.exit_code == 0
    assert ended.output.endswith(f"Delivery {sent.pk}: complaint, called unwanted\n")
    one.refresh_from_db()
    assert one.state == "ended"
    ended = CliRunner().invoke(digest, ["bounce"], input=b"Hello\n")
    assert (ended.exit_code, "nothing was changed" in ended.output) == (0, True)


def test_where_mail_is_not_set_up_it_says_what_to_set() -> None:
    code, told = run("send")
    assert code == 1
    assert "DAILYPAPERS_EMAIL_URL" in told
    assert "DAILYPAPERS_EMAIL_URL" in run("status")[1]
    assert run("send", "--at", "tomorrow")[0] == 2
