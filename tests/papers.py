"""Papers for tests: made with one call, landed as every paper is."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from dailypapers.catalogue.identifiers import Identifier, parse
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Authority, Listed, Mention, PaperRecord, Precision

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)
DAY = date(2026, 4, 15)


def named(text: str) -> Identifier:
    """The identifier that a text names."""
    reference = parse(text)
    assert reference is not None, text
    return reference.identifier


def record(number: int | str = 1, **fields: Any) -> PaperRecord:
    """A record of arXiv's, announced on `DAY`; any field can be given."""
    name = f"2604.{number:05}" if isinstance(number, int) else number
    usual: dict[str, Any] = {
        "source": "arxiv",
        "authority": Authority.ARCHIVE,
        "identifiers": (named(name),),
        "title": f"On the measured growth of paper number {name}",
        "authors": (Author("Ada Lovelace"), Author("Charles Babbage"), Author("Mary Somerville")),
        "abstract": f"We measure paper {name}. It grows. The growth is bounded by $x^2$ in all cases seen.",
        "day": DAY,
        "precision": Precision.DAY,
        "categories": ("cs.CL", "cs.LG"),
        "listed": (Listed(DAY, "arxiv", announced=True),),
    }
    return PaperRecord(**(usual | fields))


def mention(votes: int = 10, day: date = DAY, **fields: Any) -> dict[str, Any]:
    """The fields of a record that say the Hugging Face page put a paper forward."""
    said = Mention("huggingface", day, votes=votes, url="https://huggingface.co/papers/x", **fields)
    return {"mentions": (said,)}


def hold(*records: PaperRecord) -> Sequence[Paper]:
    """Land records; gives the papers that hold their first identifiers."""
    land(records, NOW)
    return [
        Paper.objects.get(
            identifiers__scheme=one.identifiers[0].scheme, identifiers__value=one.identifiers[0].value
        )
        for one in records
    ]
