"""JSON lines, one paper each."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    Listed,
    PaperRecord,
    Precision,
    Summary,
    Withdrawal,
    can_be_seen,
    checked,
    one_line,
)
from dailypapers.ingest.file_formats.jsonl import Jsonl
from tests.ingest.file_formats.reading import bytes_like, take

ATTENTION = {
    "id": "1706.03762",
    "title": "Attention Is All You Need",
    "abstract": "Attention alone translates.\n\nIt needs no recurrence.",
    "authors": ["Ashish Vaswani", "Noam Shazeer"],
    "date": "2017-06-12",
    "date_precision": "day",
    "sources": ["arxiv-listing"],
    "urls": {"abs": "https://arxiv.org/abs/1706.03762", "pdf": "https://arxiv.org/pdf/1706.03762"},
    "arxiv_id": "1706.03762",
    "categories": ["cs.CL", "cs.LG"],
}


def line(**changes: Any) -> str:
    return (
        json.dumps({name: value for name, value in (ATTENTION | changes).items() if value is not ...}) + "\n"
    )


def record(**changes: Any) -> PaperRecord:
    return take(Jsonl(), line(**changes)).record


def reason(**changes: Any) -> str:
    taken = take(Jsonl(), line(**changes))
    assert not taken.papers
    ((_, why),) = taken.bad
    return why


def test_a_line_is_a_paper_with_all_it_says() -> None:
    day = date(2017, 6, 12)
    assert record(
        doi="10.5555/3295222.3295349",
        venue="NeurIPS 2017",
        comment="15 pages",
        licence="https://creativecommons.org/licenses/by/4.0/",
        keywords=["attention"],
        summary="It translates with attention.",
        urls=ATTENTION["urls"] | {"code": "https://github.com/example/a", "other": "ftp://x"},  # type: ignore[operator]
    ) == PaperRecord(
        source="file",
        authority=Authority.FILE,
        identifiers=(Identifier("arxiv", "1706.03762"), Identifier("doi", "10.5555/3295222.3295349")),
        title="Attention Is All You Need",
        authors=(Author("Ashish Vaswani"), Author("Noam Shazeer")),
        abstract="Attention alone translates.\n\nIt needs no recurrence.",
        day=day,
        precision=Precision.DAY,
        categories=("cs.CL", "cs.LG"),
        venue="NeurIPS 2017",
        comment="15 pages",
        licence="https://creativecommons.org/licenses/by/4.0/",
        keywords=("attention",),
        links=(Link("pdf", "https://arxiv.org/pdf/1706.03762"), Link("code", "https://github.com/example/a")),
        listed=(Listed(day, "file", announced=True),),
        summaries=(Summary("It translates with attention.", "file"),),
        text_from="arxiv:1706.03762",
    )


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        ("2604.04913", "arxiv:2604.04913"),
        ("2604.04913v3", "arxiv:2604.04913"),
        ("arxiv:2604.04913", "arxiv:2604.04913"),
        ("arXiv:2604.04913v2", "arxiv:2604.04913"),
        ("https://arxiv.org/abs/2604.04913", "arxiv:2604.04913"),
        ("math.GT/0309136", "arxiv:math/0309136"),
        ("10.1000/ABC", "doi:10.1000/abc"),
        ("doi:10.1000/abc", "doi:10.1000/abc"),
        ("https://doi.org/10.48550/arXiv.2604.04913", "arxiv:2604.04913"),
        ("acl:2024.acl-long.3", "acl:2024.acl-long.3"),
        ("openreview:rkl4_x-y", "openreview:rkl4_x-y"),
        ("local:anything", "local:anything"),
        ("local:cvpr2024:12/3", "local:cvpr2024:12/3"),
        ("anything-at-all", "local:anything-at-all"),
        (" 2604.04913 ", "arxiv:2604.04913"),
    ],
)
def test_an_id_is_an_identifier_with_or_without_its_scheme(written: str, identifier: str) -> None:
    taken = take(Jsonl(), line(id=written, arxiv_id=..., urls=...))
    assert str(taken.record.identifiers[0]) == identifier
    assert taken.names == [identifier]


@pytest.mark.parametrize(
    ("said", "day", "precision", "list_of"),
    [
        (
            {"date": "2026-04-15", "date_precision": "day"},
            date(2026, 4, 15),
            Precision.DAY,
            date(2026, 4, 15),
        ),
        ({"date": "2026-04-15", "date_precision": ...}, date(2026, 4, 15), Precision.DAY, date(2026, 4, 15)),
        (
            {"date": "2026-04-15", "date_precision": "month"},
            date(2026, 4, 1),
            Precision.MONTH,
            date(2026, 4, 1),
        ),
        ({"date": "2026-04", "date_precision": "month"}, date(2026, 4, 1), Precision.MONTH, date(2026, 4, 1)),
        ({"date": "2026-04-15", "date_precision": "year"}, date(2026, 1, 1), Precision.YEAR, None),
        ({"date": "2026", "date_precision": ...}, date(2026, 1, 1), Precision.YEAR, None),
        ({"date": "2026-04-15", "date_precision": "none"}, None, Precision.NONE, None),
        (
            {"date": "2026-04-15T23:30:00Z", "date_precision": ...},
            date(2026, 4, 15),
            Precision.DAY,
            date(2026, 4, 15),
        ),
        (
            {"date": "2026-04-15 00:30:00.123+02:00", "date_precision": ...},
            date(2026, 4, 15),
            Precision.DAY,
            date(2026, 4, 15),
        ),
        ({"date": ..., "date_precision": ...}, None, Precision.NONE, None),
        ({"date": None, "date_precision": None}, None, Precision.NONE, None),
    ],
)
def test_a_date_is_as_exact_as_it_is_said_to_be(
    said: dict[str, Any], day: date | None, precision: Precision, list_of: date | None
) -> None:
    read = record(**said)
    assert (read.day, read.precision) == (day, precision)
    assert [listed.day for listed in read.listed] == ([list_of] if list_of else [])


def test_a_page_of_a_paper_without_a_number_is_kept_as_a_link() -> None:
    urls = {"abs": "https://example.org/talk"}
    assert record(id="talk-1", arxiv_id=..., urls=urls).links == (Link("page", "https://example.org/talk"),)
    assert record(urls=urls).links == ()


def test_the_bundled_sample_has_the_lowest_authority_and_its_own_summaries() -> None:
    read = take(Jsonl(sample=True), line(summary="Ours.")).record
    assert read.authority is Authority.SAMPLE
    assert read.summaries == (Summary("Ours.", "sample"),)


def test_a_bad_line_is_named_and_the_good_ones_are_taken() -> None:
    body = line() + "\n{broken\n" + "[1]\n" + line(id=...) + line(id="10.1000/x") + '{"id": "2604.0'
    taken = take(Jsonl(), body)
    assert [number for number, _ in taken.papers] == [1, 6]
    assert [number for number, _ in taken.bad] == [3, 4, 5, 7]
    assert taken.bad[1:3] == [(4, "not a JSON object"), (5, "no id")]
    assert taken.bad[0][1].startswith("not JSON: ")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": 2604.04913}, "id is a number, not text"),
        ({"id": "  "}, "no id"),
        ({"id": "two words"}, "id 'two words' cannot be used"),
        ({"id": "local:" + "x" * 201}, "cannot be used: at most 200 characters"),
        ({"id": "arxiv:9999.99999"}, "id 'arxiv:9999.99999' cannot be used"),
        ({"id": "local:../../etc/passwd"}, "no part that is . or .."),
        ({"id": "local:<script>"}, "none of ? # % \\ < > \" '"),
        ({"title": ""}, "no title"),
        ({"title": ...}, "no title"),
        ({"title": None}, "no title"),
        ({"title": ["A"]}, "title is a list, not text"),
        ({"title": "T" * 10_000}, "title of 10000 characters (at most 2000)"),
        ({"abstract": "a" * 50_001}, "abstract of 50001 characters"),
        ({"authors": "Ada"}, "authors is text, not a list"),
        ({"authors": [{"name": "Ada"}]}, "authors holds an object, not only texts"),
        ({"authors": [None]}, "authors holds null"),
        ({"authors": ["Ada B"] * 10_001}, "10001 authors"),
        ({"urls": []}, "urls is not an object of addresses by kind"),
        ({"urls": {"pdf": True}}, "pdf is true or false, not text"),
        ({"date": "20260-01-01"}, "date '20260-01-01' is not YYYY-MM-DD, YYYY-MM or YYYY"),
        ({"date": "2026-02-30"}, "there is no date '2026-02-30'"),
        ({"date": "0026-04-15"}, "date in the year 26"),
        ({"date": "0000-00-00"}, "there is no date '0000-00-00'"),
        ({"date": "2026-04-15T23"}, "is not YYYY-MM-DD"),
        ({"date": "2026", "date_precision": "day"}, "date_precision says day, but the date is '2026'"),
        ({"date_precision": "century"}, "date_precision 'century' is not day, month, year or none"),
        ({"categories": {"a": 1}}, "categories is an object, not a list"),
    ],
)
def test_every_refusal_says_what_is_wrong(changes: dict[str, Any], why: str) -> None:
    assert why in reason(**changes)


def test_bytes_that_are_no_utf_8_are_named_with_their_place() -> None:
    latin = line().encode().replace(b"Need", b"N\xe9ed")
    taken = take(Jsonl(), latin, line(id="2"))
    place = latin.index(b"\xe9") + 1
    assert taken.bad == [(1, f"not UTF-8: byte 0xe9 at position {place}; convert the file")]
    assert len(taken.papers) == 1


@given(
    bytes_like(
        "{", "}", '"id"', ":", '"2604.04913"', ",", '"title"', "[", "]", "null", "\\u0000", "\n", "1e9"
    )
)
def test_no_bytes_break_the_reader(body: bytes) -> None:
    take(Jsonl(), body)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*ATTENTION, "doi", "venue", "keywords", "tldr", "licence"]), ANY))
def test_no_values_break_the_reader(changes: dict[str, Any]) -> None:
    taken = take(Jsonl(), line(**changes))
    assert len(taken.papers) + len(taken.bad) == 1


@given(st.text(max_size=40), st.lists(st.text(max_size=10), max_size=4), st.text(max_size=60))
def test_words_come_back_as_the_catalogue_keeps_them(title: str, authors: list[str], abstract: str) -> None:
    said = PaperRecord(
        source="file",
        authority=Authority.FILE,
        identifiers=(Identifier("arxiv", "1706.03762"),),
        title=title,
        authors=tuple(map(Author, authors)),
        abstract=abstract,
    )
    taken = take(Jsonl(), line(title=title, authors=authors, abstract=abstract))
    if not can_be_seen(one_line(title)):
        assert taken.bad == [(1, "no title")]
        return
    expected, read = checked(said), taken.record
    assert (read.title, read.authors, read.abstract) == (expected.title, expected.authors, expected.abstract)


def test_a_comment_that_says_so_withdraws_the_paper() -> None:
    comment = "Withdrawn by the authors: the third table is of another model"
    assert record(comment=comment).withdrawal == Withdrawal(None, comment)
    assert record(comment="Submitted to a journal; was withdrawn in May").withdrawal is None
