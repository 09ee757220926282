"""A process that sends and is killed at any moment loses no mail and doubles none."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.digests.sink import Sink
from tests.homes import with_tables

READERS, KILLS = 150, 5

MAKE = """
import django; django.setup()
from tests.papers import NOW, hold, mention, record
from tests.digests.subscribers import subscriber
from dailypapers.ranking.refresh import refresh
hold(*(record(n, **mention(200 - 10 * n)) for n in range(1, 13)))
refresh(NOW)
for number in range({readers}):
    subscriber(f"reader{{number}}", papers=1 + number % 7)
"""
SEND = """
import sys
from dailypapers.cli.main import main
sys.argv = ["dailypapers", "digest", "send", "--at", "2026-04-16T12:00Z"]
main()
"""


@pytest.mark.django_db
def test_every_subscriber_has_exactly_one_mail_after_kills_at_random_moments(
    tmp_path: Path, settings: Settings
) -> None:
    sink = Sink()
    controller = sink.listen(settings)
    root = Path(__file__).resolve().parent.parent.parent
    with_tables(tmp_path / "site")
    environment = os.environ | {
        "DAILYPAPERS_HOME": str(tmp_path / "site"),
        "DAILYPAPERS_BASE_URL": "https://papers.example.org",
        "DAILYPAPERS_EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "DAILYPAPERS_DIGEST_RATE": "100",
        "DAILYPAPERS_ACCOUNTS": "closed",
        "PYTHONPATH": f"{root / 'src'}:{root}",
    }
    command = [sys.executable, "-c", MAKE.format(readers=READERS)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    chance = random.Random(7)  # noqa: S311
    try:
        for _ in range(KILLS):
            process = subprocess.Popen(
                [sys.executable, "-c", SEND],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            already = len(sink.taken)
            deadline = time.monotonic() + 30
            while len(sink.taken) == already and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.2))
            process.send_signal(signal.SIGKILL)
            process.wait()
        ended = subprocess.run([sys.executable, "-c", SEND], env=environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
    finally:
        controller.stop()
    mails = {(to, str(mail["Message-ID"])) for to, mail in sink.taken}
    by_reader = Counter(to for to, _ in mails)
    assert by_reader == {f"reader{number}@example.org": 1 for number in range(READERS)}
    assert len(sink.taken) <= READERS + KILLS
