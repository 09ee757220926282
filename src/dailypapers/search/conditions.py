"""The filters of a query as conditions on the columns of the index."""

from collections.abc import Iterable
from datetime import date

from dailypapers.search.columns import asked_keys, day_number
from dailypapers.search.query.model import Condition, Votes
from dailypapers.search.venues import same_venue


def condition_text(conditions: Iterable[Condition]) -> str:
    """All of them as one condition in the engine's SQL; empty for none.

    Several fields, or several venues, that are asked for are alternatives; all else must hold together.
    """
    alternatives: dict[str, list[str]] = {}
    parts: list[str] = []
    for condition in conditions:
        text = _one(condition)
        if condition.negated:
            parts.append(f"NOT ({text})")
        elif condition.kind in ("field", "venue"):
            alternatives.setdefault(condition.kind, []).append(text)
        else:
            parts.append(text)
    parts += [" OR ".join(texts) for texts in alternatives.values()]
    return " AND ".join(f"({part})" for part in parts)


def _one(condition: Condition) -> str:
    match condition.kind, condition.value:
        case "after", date() as day:
            return f"day >= {day_number(day)}"
        case "before", date() as day:
            return f"day < {day_number(day)}"
        case "votes", Votes() as votes:
            bounds = [f"votes >= {votes.least}"] if votes.least is not None else []
            bounds += [f"votes <= {votes.most}"] if votes.most is not None else []
            return " AND ".join(bounds) or "true"
        case "author", str(name):
            return has_any("author_keys", *(asked_keys(name) or ("",)))
        case "field", str(field):
            return has_any("fields", field.lower())
        case "venue", str(venue):
            return has_any("venue_keys", *same_venue(venue))
        case _, str(flag):
            return has_any("flags", flag)
    raise AssertionError(condition)


def has_any(column: str, *values: str) -> str:
    """The condition that a column of labels has one of these values."""
    quoted = ["'" + value.replace("'", "''") + "'" for value in values]
    if len(quoted) == 1:
        return f"array_has({column}, {quoted[0]})"
    return f"array_has_any({column}, [{', '.join(quoted)}])"
