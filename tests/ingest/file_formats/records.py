"""Papers to be cited: what the site writes of them must be read back by the file source."""

from datetime import date

from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import Author, Authority, PaperRecord, Precision

PAGE = "https://papers.example.org/papers/1"

_WORDS = (
    "attention", "Attention", "BERT", "iPhones", "R&D", "5%", "#1", "a_b", "C++", "naïve", "Étude", "中文",
    "Ω", "(mostly)", "GPT-4:", "what?", "A", "and", "in", "1998", "it's", "x^2", "~", "“said”", "A/B",
    "@home", "Gödel's", "—", "a;b",
)  # fmt: skip
_NAMES = (
    "Ada Lovelace", "Ludwig van Beethoven", "Anna van der Berg", "Martin Luther King Jr.", "Łukasz Kaiser",
    "Kurt Gödel", "J. R. R. Tolkien", "Kim-Lee O'Neil", "LIGO Collaboration", "NVIDIA", "Ana Gómez",
)  # fmt: skip
_NUMBERS = tuple(
    Identifier(scheme, value)
    for scheme, value in (
        ("arxiv", "1706.03762"), ("arxiv", "hep-th/9711200"), ("doi", "10.1000/a_b(c)"), ("acl", "P19-1001"),
        ("doi", "10.1002/(sici)1099(199823)4:4<338::aid-x1>3.0.co;2-b"), ("biorxiv", "2024.01.02.573900"),
        ("openreview", "rkl4_x-y"), ("openalex", "W2741809807"),
    )
)  # fmt: skip


@st.composite
def cited(draw: st.DrawFn) -> PaperRecord:
    """A paper with one identifier, some authors, and a date that is known more or less exactly."""
    day = draw(st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31)))
    precision = (
        draw(st.sampled_from([Precision.DAY, Precision.MONTH, Precision.YEAR])) if day else Precision.NONE
    )
    if day and precision is not Precision.DAY:
        day = day.replace(day=1)
    if day and precision is Precision.YEAR:
        day = day.replace(month=1)
    return PaperRecord(
        source="arxiv",
        authority=Authority.ARCHIVE,
        identifiers=(draw(st.sampled_from(_NUMBERS)),),
        title=" ".join(draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8))),
        authors=tuple(Author(name) for name in draw(st.lists(st.sampled_from(_NAMES), max_size=4))),
        abstract="Looked at closely, it holds.",
        day=day,
        precision=precision,
        keywords=("attention", "translation"),
    )
