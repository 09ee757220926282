"""Finds the signals: every module of `ranking/signals`."""

import importlib
import pkgutil
from functools import cache

from dailypapers.ranking import signals
from dailypapers.ranking.signal import Signal


@cache
def all_signals() -> tuple[Signal, ...]:
    """Every signal, the weightiest first.

    Raises TypeError for a module whose SIGNAL is missing, not a signal, or not named as its file.
    """
    found = []
    for module in pkgutil.iter_modules(signals.__path__):
        signal = getattr(importlib.import_module(f"{signals.__name__}.{module.name}"), "SIGNAL", None)
        if not isinstance(signal, Signal) or signal.name != module.name:
            raise TypeError(f"ranking/signals/{module.name}.py needs SIGNAL, a Signal named {module.name!r}")
        found.append(signal)
    return tuple(sorted(found, key=lambda signal: (-signal.weight, signal.name)))
