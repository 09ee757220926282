"""Finds the sources: every module of `ingest/sources`, and entry points of outside packages."""

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from dailypapers.ingest import sources
from dailypapers.ingest.source import Source


@cache
def all_sources() -> dict[str, Source]:
    """Every source by its name, in alphabetical order.

    Raises TypeError for a module whose SOURCE is missing, not a source, or not named as its file.
    """
    found: dict[str, Source] = {}
    for module in pkgutil.iter_modules(sources.__path__):
        source = getattr(importlib.import_module(f"{sources.__name__}.{module.name}"), "SOURCE", None)
        if not isinstance(source, Source) or source.name != module.name:
            raise TypeError(f"ingest/sources/{module.name}.py needs SOURCE, a Source named {module.name!r}")
        found[source.name] = source
    for entry in entry_points(group="dailypapers.sources"):
        source = entry.load()
        if not isinstance(source, Source) or source.name != entry.name:
            raise TypeError(f"entry point {entry.name!r} of {entry.value} is not a Source of that name")
        found[source.name] = source
    return dict(sorted(found.items()))
