"""A process that sends digests, killed at random moments: who has how many mails at the end?

    python -m benchmarks.digest_kills [--readers N] [--kills N]

Sends to a sink on this machine from a site of its own, by `dailypapers digest send`, which is killed
(SIGKILL) up to half a second after it began to send, one time in five before that, and started again. A mail
that was handed over when the process died is sent again under the same Message-ID; how many of these there
were is told.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.mail_sink import mail_sink

MAKE = """
from dailypapers.cli.main import start_django; start_django()
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


def main() -> None:
    """Print what came."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--readers", type=int, default=3_000)
    parser.add_argument("--kills", type=int, default=25)
    arguments = parser.parse_args()
    chance = random.Random(7)  # noqa: S311 (moments)
    with tempfile.TemporaryDirectory(prefix="dailypapers-kills-") as name, mail_sink(Path(name)) as sink:
        port, file = sink
        environment = os.environ | {
            "DAILYPAPERS_HOME": f"{name}/site",
            "DAILYPAPERS_BASE_URL": "https://papers.example.org",
            "DAILYPAPERS_EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DAILYPAPERS_DIGEST_RATE": "0",
            "DAILYPAPERS_ACCOUNTS": "closed",
            "DJANGO_SETTINGS_MODULE": "dailypapers.site.settings",
        }
        make = [sys.executable, "-c", MAKE.format(readers=arguments.readers)]
        subprocess.run(make, env=environment, check=True, capture_output=True)
        killed = 0
        for _ in range(arguments.kills):
            killed += _killed(environment, file, chance)
        subprocess.run([sys.executable, "-c", SEND], env=environment, check=True, capture_output=True)
        taken = [line.split(" ") for line in file.read_text().splitlines()]
    mails = {(to, message) for to, message in taken}
    by_reader = Counter(to for to, _ in mails)
    print(f"killed {killed} times; {arguments.readers:,} readers")
    print(f"readers with exactly one mail: {sum(count == 1 for count in by_reader.values()):,}")
    print(f"readers without a mail: {arguments.readers - len(by_reader):,}")
    print(f"readers with more than one: {sum(count > 1 for count in by_reader.values()):,}")
    print(f"mails that were handed over twice under one Message-ID: {len(taken) - len(mails):,}")


def _killed(environment: dict[str, str], file: Path, chance: random.Random) -> bool:
    """Start it, and kill it at some moment after it began to send; whether it was still at work."""
    size = file.stat().st_size
    process = subprocess.Popen(
        [sys.executable, "-c", SEND],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    # One time in five it dies before it sends, while it composes or looks at what is due.
    waits = chance.random() > 0.2
    while waits and file.stat().st_size == size and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.5))
    was_at_work = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return was_at_work


if __name__ == "__main__":
    main()
