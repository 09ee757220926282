"""The processes that `dailypapers up` has beside it: started, started again when they die, and stopped."""

import signal
import subprocess
import sys
import threading
import time

import click

Process = subprocess.Popen[bytes]

FIRST_WAIT = 1.0
"""Seconds before a process that died is started again; each further time twice as long."""

LONGEST_WAIT = 300.0

LIVED_WELL = 600.0
"""Seconds after which the death of a process is no sign that the next one dies as well."""


def start(module: str, *arguments: str) -> Process:
    """Run a module of ours as a process."""
    return subprocess.Popen([sys.executable, "-m", module, *arguments])  # noqa: S603


def stop(process: Process) -> None:
    """End a process, by force if it does not listen within ten seconds."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Kept:
    """A process that is started again when it ends by itself, after waits that grow."""

    def __init__(self, name: str, module: str, *arguments: str, first_wait: float = FIRST_WAIT) -> None:
        self._name = name
        self._command = (module, *arguments)
        self._first_wait = first_wait
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._process = start(*self._command)
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The number of the process that runs now, or ran last."""
        return self._process.pid

    def stop(self) -> None:
        """End it for good."""
        with self._lock:
            self._ending.set()
        stop(self._process)
        self._thread.join()

    def _keep(self) -> None:
        wait = self._first_wait
        while True:
            began = time.monotonic()
            code = self._process.wait()
            if self._ending.is_set():
                return
            if time.monotonic() - began > LIVED_WELL:
                wait = self._first_wait
            click.echo(f"The {self._name} ended ({code}); it is started again in {wait:.0f} s.", err=True)
            if self._ending.wait(wait):
                return
            wait = min(2 * wait, LONGEST_WAIT)
            with self._lock:
                if self._ending.is_set():
                    return
                self._process = start(*self._command)
