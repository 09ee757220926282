"""CSL-JSON as Zotero, pandoc and the DOI registrars write it."""

import json
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import Author, Authority, Link, Listed, PaperRecord, Precision
from dailypapers.ingest.file_formats.csl import Csl
from dailypapers.ingest.file_formats.entry import LONGEST_PIECE
from dailypapers.presentation.citations import csl
from tests.ingest.file_formats.reading import bytes_like, take
from tests.ingest.file_formats.records import PAGE, cited

ATTENTION = {
    "id": "http://zotero.org/users/1/items/ABCD2345",
    "type": "article",
    "title": "Attention Is All You Need",
    "abstract": 'It says "so" [see {figure 1}], with no recurrence.',
    "author": [{"family": "Vaswani", "given": "Ashish"}, {"family": "Shazeer", "given": "Noam"}],
    "issued": {"date-parts": [["2017", 6, 12]]},
    "accessed": {"date-parts": [["2024", 1, 2]]},
    "note": "arXiv:1706.03762 [cs]\nversion: 7",
    "number": "arXiv:1706.03762",
    "publisher": "arXiv",
    "keyword": "translation, attention",
    "language": "en",
    "source": "arXiv.org",
    "URL": "http://arxiv.org/abs/1706.03762",
}


def record(**fields: Any) -> PaperRecord:
    return take(Csl(), json.dumps([{"title": "T"} | fields])).record


def names(**fields: Any) -> list[str]:
    return [str(name) for name in record(**fields).identifiers]


def reason(**fields: Any) -> str:
    ((_, why),) = take(Csl(), json.dumps([{"title": "T"} | fields])).bad
    return why


def test_a_preprint_as_zotero_writes_it() -> None:
    day = date(2017, 6, 12)
    taken = take(Csl(), json.dumps([ATTENTION], indent="\t"))
    assert taken.record == PaperRecord(
        source="file",
        authority=Authority.FILE,
        identifiers=(Identifier("arxiv", "1706.03762"),),
        title="Attention Is All You Need",
        authors=(Author("Ashish Vaswani"), Author("Noam Shazeer")),
        abstract='It says "so" [see {figure 1}], with no recurrence.',
        day=day,
        precision=Precision.DAY,
        keywords=("translation", "attention"),
        listed=(Listed(day, "file", announced=True),),
        text_from="arxiv:1706.03762",
    )
    assert taken.names == ["http://zotero.org/users/1/items/ABCD2345"]


def test_an_article_as_a_registrar_of_dois_gives_it() -> None:
    item = {
        "DOI": "10.1002/j.1538-7305.1948.tb01338.x",
        "type": "article-journal",
        "title": "A Mathematical Theory of Communication",
        "container-title": "Bell System Technical Journal",
        "license": [{"start": {"date-parts": [[2015]]}, "URL": "https://example.org/licence"}],
        "author": [{"given": "C. E.", "family": "Shannon", "sequence": "first", "affiliation": []}],
        "issued": {"date-parts": [[1948, 7]]},
        "number": 3,
        "link": [{"URL": "https://example.org/a.pdf"}],
        "ISSN": ["0005-8580"],
    }
    read = take(Csl(), json.dumps(item)).record
    assert read.identifiers == (Identifier("doi", "10.1002/j.1538-7305.1948.tb01338.x"),)
    assert read.authors == (Author("C. E. Shannon"),)
    assert (read.day, read.precision) == (date(1948, 7, 1), Precision.MONTH)
    assert (read.venue, read.licence) == ("Bell System Technical Journal", "https://example.org/licence")


def test_names_are_put_together_from_their_parts() -> None:
    people = [
        {"family": "Berg", "given": "Anna", "non-dropping-particle": "van der"},
        {"family": "Beethoven", "given": "Ludwig", "dropping-particle": "van"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
        {"literal": "ATLAS Collaboration"},
        {"family": "Plato"},
        {},
    ]
    assert [author.name for author in record(author=people).authors] == [
        "Anna van der Berg", "Ludwig van Beethoven", "Martin Luther King Jr.", "ATLAS Collaboration", "Plato",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        ({"DOI": "https://doi.org/10.1000/ABC"}, ["doi:10.1000/abc"]),
        ({"number": "arXiv:1706.03762v2", "DOI": "10.1000/abc"}, ["arxiv:1706.03762", "doi:10.1000/abc"]),
        ({"note": "arXiv: hep-th/9711200"}, ["arxiv:hep-th/9711200"]),
        ({"container-title": "arXiv preprint arXiv:1706.03762"}, ["arxiv:1706.03762"]),
        ({"URL": "https://openreview.net/forum?id=rkl4_x-y"}, ["openreview:rkl4_x-y"]),
    ],
)
def test_every_identifier_is_found_wherever_it_is_written(
    fields: dict[str, Any], identifiers: list[str]
) -> None:
    assert names(**fields) == identifiers


@pytest.mark.parametrize(
    "fields", [{"number": "w28012"}, {"number": 28012}, {"DOI": "none"}, {"id": "1706.03762"}]
)
def test_what_is_no_identifier_gives_none(fields: dict[str, Any]) -> None:
    assert names(**fields)[0].startswith("local:reference-")


def test_an_item_without_identifiers_keeps_its_address() -> None:
    assert record(URL="https://example.org/a").links == (Link("page", "https://example.org/a"),)


@pytest.mark.parametrize(
    ("issued", "day", "precision"),
    [
        ({"date-parts": [[2020]]}, date(2020, 1, 1), Precision.YEAR),
        ({"date-parts": [["2020", "5"]]}, date(2020, 5, 1), Precision.MONTH),
        ({"date-parts": [[2020, 5, 7], [2020, 5, 9]]}, date(2020, 5, 7), Precision.DAY),
        ({"date-parts": [["2020", "", None]]}, date(2020, 1, 1), Precision.YEAR),
        ({"date-parts": [[2020]], "season": 2}, date(2020, 1, 1), Precision.YEAR),
        ({"date-parts": [[]]}, None, Precision.NONE),
        ({"date-parts": [[None]]}, None, Precision.NONE),
        ({"date-parts": []}, None, Precision.NONE),
        ({"raw": "2020-05-07T10:00:00Z"}, date(2020, 5, 7), Precision.DAY),
        ({"literal": "2020 spring"}, None, Precision.NONE),
        ({"literal": "May 2020"}, None, Precision.NONE),
        ("2020-05", date(2020, 5, 1), Precision.MONTH),
        (None, None, Precision.NONE),
    ],
)
def test_dates(issued: object, day: date | None, precision: Precision) -> None:
    read = record(issued=issued)
    assert (read.day, read.precision) == (day, precision)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"issued": {"date-parts": [[20260, 1, 1]]}}, "there is no date '20260-01-01'"),
        ({"issued": {"raw": "20260-01-01"}}, "date '20260-01-01' is not YYYY-MM-DD"),
        ({"issued": {"date-parts": [["9" * 5_000]]}}, "issued.date-parts is not a list of lists of numbers"),
        ({"issued": {"date-parts": [2020]}}, "issued.date-parts is not a list of lists of numbers"),
        ({"issued": {"date-parts": [[True]]}}, "issued.date-parts is not a list of lists of numbers"),
        ({"issued": {"date-parts": {"a": 1}}}, "issued.date-parts is not a list of lists of numbers"),
        ({"issued": 2020}, "issued is not an object"),
        ({"title": ""}, "no title"),
        ({"title": ["T"]}, "title is a list, not text"),
        ({"title": "T" * 10_000}, "title of 10000 characters (at most 2000)"),
        ({"author": {"family": "B"}}, "author is not a list"),
        ({"author": ["Ada B"]}, "author holds something that is not an object of name parts"),
        ({"author": [{"family": 1}]}, "family is a number, not text"),
    ],
)
def test_every_refusal_says_what_is_wrong(fields: dict[str, Any], why: str) -> None:
    assert why in reason(**fields)


def test_bad_items_are_named_with_their_place_and_the_good_ones_are_taken() -> None:
    body = (
        b'[{"title": "One"}, 7, {"title": "N\xe9"}, {"title": }, [], {"title": "Two"},\n{"title": "Three"},]'
    )
    taken = take(Csl(), body)
    assert [(number, record.title) for number, record in taken.papers] == [
        (1, "One"),
        (6, "Two"),
        (7, "Three"),
    ]
    assert [number for number, _ in taken.bad] == [2, 3, 4, 5]
    assert dict(taken.bad)[3].startswith("not UTF-8: byte 0xe9")
    assert not taken.damage


def test_a_quote_left_out_spoils_its_own_item_only() -> None:
    items = [
        json.dumps({"title": title, "note": "[{,"}, indent=2) for title in ("One", "Two", "Three", "Four")
    ]
    items[1] = items[1].replace('"Two"', '"Two')
    items[2] = items[2].replace('"Three"', 'Three"')
    taken = take(Csl(), "[" + ",\n".join(items) + "]")
    assert [(number, record.title) for number, record in taken.papers] == [(1, "One"), (4, "Four")]
    assert [number for number, _ in taken.bad] == [2, 3]


@pytest.mark.parametrize("kept", [-1, -2, -10, 30])
def test_a_list_without_an_end_gives_its_good_items_and_says_so(kept: int) -> None:
    body = '[{"title": "One"}, {"title": "Two, or more"}]'
    taken = take(Csl(), body[:kept])
    assert [record.title for record in taken.records] == ["One", "Two, or more"][: 2 if kept == -1 else 1]
    assert [number for number, _ in taken.bad] == ([2] if kept != -1 else [])
    assert taken.damage == "the list of items is cut off"


def test_an_item_too_long_is_a_fault_and_the_next_one_is_not() -> None:
    def body() -> Iterator[bytes]:
        yield b'[{"title": "One"}, {"title": "'
        for _ in range(100):
            yield b"a" * 100_000
        yield b'"}, {"title": "Two"}]'

    taken = take(Csl(), *body())
    assert [record.title for record in taken.records] == ["One", "Two"]
    assert taken.bad == [(2, f"10,000,014 bytes long (at most {LONGEST_PIECE:,} are read)")]


@given(st.lists(st.fixed_dictionaries({"title": st.text(max_size=8)}), max_size=5), st.integers(1, 9))
def test_items_are_the_same_however_the_bytes_are_cut(items: list[dict[str, str]], size: int) -> None:
    for body in (json.dumps(items), json.dumps(items, indent=1, ensure_ascii=False)):
        data = body.encode()
        found = Csl().split(data[at : at + size] for at in range(0, len(data), size))
        assert [json.loads(piece.data) for piece in found] == items


@pytest.mark.parametrize(
    "body",
    [
        '[{"title": "T", "keyword": "' + " " * 4_000_000 + '"}]',
        '[{"title": "T", "note": "' + "arxiv:" * 600_000 + '"}]',
        '[{"title": "T", "DOI": "doi' + " " * 4_000_000 + '"}]',
        "[" * 4_000_000,
        '[{"title": "T", "issued": {"raw": "' + "2" * 4_000_000 + '"}}]',
    ],
    ids=["spaces", "prose", "doi", "depth", "date"],
)
def test_a_hostile_item_takes_seconds_at_most(body: str) -> None:
    started = time.process_time()
    take(Csl(), body)
    assert time.process_time() - started < 10


@given(
    bytes_like(
        "[", "]", "{", "}", ",", ":", '"', "\\", '"title"', '"T"', '"issued"', '"date-parts"', "\n", "1"
    )
)
def test_no_bytes_break_the_reader(body: bytes) -> None:
    take(Csl(), body)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["date-parts", "raw", "family", "literal", "URL"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
FIELD_NAMES = (
    "id",
    "title",
    "author",
    "issued",
    "DOI",
    "URL",
    "number",
    "note",
    "license",
    "keyword",
    "publisher",
)


@given(st.dictionaries(st.sampled_from(FIELD_NAMES), ANY))
def test_no_values_break_the_reader(item: dict[str, Any]) -> None:
    taken = take(Csl(), json.dumps([item]))
    assert len(taken.papers) + len(taken.bad) == 1


@given(cited())
def test_what_the_site_writes_is_read_back(paper: PaperRecord) -> None:
    read = take(Csl(), json.dumps([csl(paper, PAGE)])).record
    assert read.title == paper.title
    assert read.authors == paper.authors
    assert read.abstract == paper.abstract
    assert read.identifiers[0] == paper.identifiers[0]
    assert (read.day, read.precision) == (paper.day, paper.precision)
    assert read.keywords == paper.keywords
