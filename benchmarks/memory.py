"""How much memory a measurement took."""

import resource
from pathlib import Path


def peak() -> float:
    """The most memory the process had so far, in MB.

    Where the system tells it of this process alone: what a process that was started counts by `getrusage`
    includes what the one that started it had.
    """
    status = Path("/proc/self/status")
    if status.exists():
        told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(told["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
