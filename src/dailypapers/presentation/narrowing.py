"""What narrows a search: the filters in force, each with the query without it, and others to be added."""

from datetime import date
from typing import Final, NamedTuple

from dailypapers.search.facets import Facets
from dailypapers.search.query.model import Condition
from dailypapers.search.query.parse import parse_query, parts


class Filter(NamedTuple):
    """A filter in force."""

    label: str
    query: str
    """The query without it."""


class Choice(NamedTuple):
    """A filter that may be added."""

    value: str
    papers: int
    """How many of the results fulfil it."""
    query: str
    """The query with it."""


MOST: Final = 20
"""Filters in force that are shown: each comes with a whole query, and a pasted heap must not swell a page."""


def in_force(text: str) -> list[Filter]:
    """The filters of a query as it is written, in their order; a year asked for by its two ends is one."""
    written = parts(text)
    conditions = [_condition(part) for part in written]
    found: list[Filter] = []
    at = 0
    while at < len(written) and len(found) < MOST:
        condition = conditions[at]
        if condition is None:
            at += 1
            continue
        year = _year(condition, conditions[at + 1] if at + 1 < len(written) else None)
        taken = 2 if year else 1
        found.append(Filter(year or written[at], " ".join((*written[:at], *written[at + taken :]))))
        at += taken
    return found


def choices(text: str, facets: Facets) -> dict[str, list[Choice]]:
    """What the results can be narrowed to, by facet. What narrows nothing is left out.

    So are the fields of a query that asks for one, and the venues: a second, an alternative, brings more.
    """
    closed = {one.kind for one in parse_query(text).conditions if not one.negated} & {"field", "venue"}
    found = {}
    for name, counts in facets.counts.items():
        some = [
            Choice(value, papers, with_more(text, *(_filter(name, one) for one in (value, *others))))
            for value, papers in counts
            for others in [facets.alike.get(value, ()) if name == "field" else ()]
            if papers < facets.papers
        ]
        if some and name not in closed:
            found[name] = some
    return found


def with_more(text: str, *added: str) -> str:
    """The query with more words or filters. A quote that was left open is closed: it would take them in."""
    written = " ".join(parts(text))
    return " ".join((written + '"' * (written.count('"') % 2), *added))


def _condition(part: str) -> Condition | None:
    conditions = parse_query(part).conditions
    return conditions[0] if conditions else None


def _year(one: Condition, other: Condition | None) -> str:
    """The year, where the two ask for all of it."""
    if other is None or (one.kind, other.kind) != ("after", "before") or one.negated or other.negated:
        return ""
    match one.value, other.value:
        case date(month=1, day=1) as begin, date(month=1, day=1) as end if end.year == begin.year + 1:
            return str(begin.year)
    return ""


def _filter(name: str, value: str) -> str:
    if name == "year":
        return f"after:{value} before:{int(value) + 1}"
    cleaned = value.replace('"', " ")
    return f'{name}:"{cleaned}"' if " " in cleaned else f"{name}:{cleaned}"
