"""How much of a source was looked at: everything, or some of its parts. No Django.

A scope is the names of parts with spaces between them, "" for everything. A part `cs.CL` lies within `cs`.
"""

from dailypapers.ingest.source import PartedSource, Source, Span

UNKNOWN = "?"
"""The scope of what was counted before scopes were written down: it is no scope that anyone asks for."""


def scope_of(source: Source, span: Span) -> str:
    """How much of the source the span asks for."""
    if isinstance(source, PartedSource):
        return " ".join(sorted(set(source.parts(span))))
    return span.set


def covers(counted: str, wanted: str) -> bool:
    """Whether what was counted has all that is wanted."""
    if not counted:
        return True
    parts = set(counted.split())
    return bool(wanted) and all(part in parts or part.partition(".")[0] in parts for part in wanted.split())
