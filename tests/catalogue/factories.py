"""Records drawn at random from a small world, so that they meet; and the catalogue as plain values."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.merging import settled
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    Listed,
    Mention,
    PaperRecord,
    Precision,
    Summary,
    Version,
    Withdrawal,
    checked,
)

TITLES = (
    "Attention is all you need, they said",
    "ATTENTION Is All You Need -- They Said",
    "A theory of everything that is small",
    "Another theory of what is not small",
)
NAMES = (
    *(Identifier("arxiv", f"2604.0000{number}") for number in range(4)),
    Identifier("doi", "10.1000/182"),
    Identifier("doi", "10.1000/183"),
    Identifier("doi", "10.18653/v1/p18-1001"),
    Identifier("acl", "P18-1001"),
    Identifier("openreview", "ri0q1OpyVk"),
    Identifier("local", "icra2021:7"),
)
PEOPLE = (Author("Ada Lovelace"), Author("Babbage, Charles"), Author("Mary Somerville", "York"))

days = st.dates(date(2026, 4, 1), date(2026, 4, 4))
words = st.sampled_from(["", "some words", "other words"])
truth = st.booleans()
moments = st.none() | st.builds(lambda hour: datetime(2026, 4, 5, hour, tzinfo=UTC), st.integers(0, 3))


def few(items: Any, most: int = 2) -> Any:
    """A short tuple of such items."""
    return st.lists(items, max_size=most).map(tuple)


@st.composite
def records(draw: Any) -> PaperRecord:
    """A record as it is when it lands."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    day = draw(st.none() | days)
    precision = draw(st.sampled_from(list(Precision)[:3])) if day else Precision.NONE
    precise = st.sampled_from([Precision.DAY, Precision.MONTH])
    sources = st.sampled_from(["arxiv", "huggingface", "file"])
    return settled(
        checked(
            PaperRecord(
                source=draw(sources),
                authority=draw(st.sampled_from(Authority)),
                identifiers=tuple(names),
                title=draw(st.sampled_from(TITLES)),
                authors=draw(few(st.sampled_from(PEOPLE))),
                abstract=draw(words),
                day=day,
                precision=precision,
                version=draw(st.integers(0, 3)),
                categories=draw(few(st.sampled_from(["cs.CL", "cs.LG"]))),
                venue=draw(words),
                comment=draw(words),
                keywords=draw(few(st.sampled_from(["words", "more words"]))),
                links=draw(
                    few(
                        st.builds(
                            Link,
                            st.sampled_from(["code", "pdf"]),
                            st.sampled_from(["https://a.example/x", "https://b.example/y"]),
                            st.none() | st.integers(0, 9),
                        )
                    )
                ),
                versions=draw(
                    few(st.builds(Version, st.sampled_from(names), st.integers(1, 3), st.none() | days))
                ),
                listed=draw(
                    few(
                        st.builds(Listed, days, sources, st.booleans(), st.booleans(), precise, st.booleans())
                    )
                ),
                mentions=draw(
                    few(
                        st.builds(
                            Mention,
                            source=sources,
                            day=days,
                            votes=st.integers(0, 50),
                            submitter=words,
                            captured_at=moments,
                        )
                    )
                ),
                summaries=draw(few(st.builds(Summary, st.just("a summary") | words, sources))),
                withdrawal=draw(st.none() | st.builds(Withdrawal, st.none() | days, words)),
            )
        )
    )


def catalogue() -> list[PaperRecord]:
    """All papers held, in an order of their own."""
    return sorted(held_records(Paper.objects.values_list("pk", flat=True)).values(), key=repr)
