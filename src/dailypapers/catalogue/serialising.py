"""Records as JSON-ready dictionaries and back: for merges that may be undone and records kept aside."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Correction,
    Link,
    Listed,
    Mention,
    PaperRecord,
    Precision,
    Summary,
    Version,
    Withdrawal,
)


def to_json(record: PaperRecord) -> dict[str, Any]:
    """The record as plain lists, strings and numbers; `from_json` gives it back unchanged."""
    plain = _plain(asdict(record))
    assert isinstance(plain, dict)  # noqa: S101
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def from_json(plain: dict[str, Any]) -> PaperRecord:
    """The record that `to_json` was given. Raises KeyError or TypeError for anything else."""
    values = dict(plain)
    values["authority"] = Authority(plain["authority"])
    values["precision"] = Precision(plain["precision"])
    values["day"] = _day(plain["day"])
    values["identifiers"] = tuple(Identifier(*item) for item in plain["identifiers"])
    values["authors"] = tuple(Author(**item) for item in plain["authors"])
    values["categories"] = tuple(plain["categories"])
    values["keywords"] = tuple(plain["keywords"])
    values["links"] = tuple(Link(**item) for item in plain["links"])
    values["versions"] = tuple(
        Version(Identifier(*item["identifier"]), item["number"], _day(item["day"]))
        for item in plain["versions"]
    )
    values["listed"] = tuple(
        Listed(**{**item, "day": date.fromisoformat(item["day"]), "precision": Precision(item["precision"])})
        for item in plain["listed"]
    )
    values["mentions"] = tuple(
        Mention(
            **{
                **item,
                "day": date.fromisoformat(item["day"]),
                "captured_at": datetime.fromisoformat(item["captured_at"]) if item["captured_at"] else None,
            }
        )
        for item in plain["mentions"]
    )
    values["summaries"] = tuple(
        Summary(**{**item, "keywords": tuple(item["keywords"])}) for item in plain["summaries"]
    )
    # Records that were kept aside before authors could correct anything have none.
    values["corrections"] = tuple(Correction(**item) for item in plain.get("corrections", ()))
    if withdrawal := plain["withdrawal"]:
        values["withdrawal"] = Withdrawal(_day(withdrawal["day"]), withdrawal["reason"])
    return PaperRecord(**values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
