"""Tunes the encoder unasked: in a process of its own at the lowest priority, and never beside a harvest.

`python -m dailypapers.site.tuner` tunes once. What it makes is put in use by the index keeper.
"""

import logging
import os
import subprocess
import sys
import threading
import time

from django.conf import settings

from dailypapers.catalogue import learning
from dailypapers.catalogue.locks import Busy, is_held

log = logging.getLogger("dailypapers.index")

LOOK_EVERY = 300.0
"""Seconds between two looks at whether there is reason to tune."""

AFTER_FAILURE = 6 * 3600.0

NICE = 19


class Tuner:
    """Starts that process when it is due, and ends it when a harvest begins or the worker ends."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._next = time.monotonic() + LOOK_EVERY

    def tune_if_due(self) -> bool:
        """Tune if it is allowed and due and nothing is being harvested. Returns whether it came to an end."""
        if not settings.TUNE or time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + LOOK_EVERY
        if is_harvesting() or not learning.is_due():
            return False
        log.info("the encoder is tuned on the papers of this site")
        process = subprocess.Popen([sys.executable, "-m", "dailypapers.site.tuner"])
        try:
            while process.poll() is None:
                if self._stopping.wait(1.0) or is_harvesting():
                    return False
        finally:
            process.terminate()
            process.wait()
        if process.returncode:
            log.warning("the encoder could not be tuned; it is tried again in some hours")
            self._next = time.monotonic() + AFTER_FAILURE
        return process.returncode == 0


def is_harvesting() -> bool:
    """Whether papers are being harvested now, by this process or another."""
    from dailypapers.ingest.registry import all_sources

    return any(is_held(name) for name in ("worker-harvest", *all_sources()))


def main() -> None:
    """Tune once, and say what came of it; end with the process that began it."""
    parent = os.getppid()

    def go_on(share: float, line: str) -> None:
        if os.getppid() != parent:
            sys.exit(1)

    try:
        outcome = learning.tune(progress=go_on)
    except (learning.CannotTune, Busy) as problem:
        log.info("%s", problem)
        return
    log.info("%s", learning.said(outcome))


if __name__ == "__main__":
    os.nice(NICE)
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
    django.setup()
    main()
