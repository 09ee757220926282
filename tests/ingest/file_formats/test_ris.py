"""RIS as publishers, libraries and reference managers write it."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import Author, Authority, Link, Listed, PaperRecord, Precision
from dailypapers.ingest.file_formats.ris import Ris
from dailypapers.presentation.citations import ris
from tests.ingest.file_formats.reading import bytes_like, take
from tests.ingest.file_formats.records import PAGE, cited


def record(*lines: str) -> PaperRecord:
    return take(Ris(), "\r\n".join(["TY  - JOUR", "TI  - T", *lines, "ER  - ", ""])).record


def names(*lines: str) -> list[str]:
    return [str(name) for name in record(*lines).identifiers]


def test_an_article_as_a_publisher_writes_it() -> None:
    body = """TY  - JOUR
AU  - Shannon, C. E.
AU  - Weaver, Warren, Jr.
AU  - Bell Laboratories
TI  - A Mathematical Theory
  of Communication
JO  - Bell System Technical Journal
T2  - Another name
PY  - 1948
DA  - 1948/07/01/
VL  - 27
SP  - 379
DO  - https://doi.org/10.1002/j.1538-7305.1948.tb01338.x
AB  - How much a channel can carry,
and what a message weighs.
KW  - information
KW  - noise
UR  - https://doi.org/10.1002/j.1538-7305.1948.tb01338.x
L1  - https://example.org/paper.pdf
M3  - Article
ER  -
"""
    assert take(Ris(), body).record == PaperRecord(
        source="file",
        authority=Authority.FILE,
        identifiers=(Identifier("doi", "10.1002/j.1538-7305.1948.tb01338.x"),),
        title="A Mathematical Theory of Communication",
        authors=(Author("C. E. Shannon"), Author("Warren Weaver Jr."), Author("Bell Laboratories")),
        abstract="How much a channel can carry, and what a message weighs.",
        day=date(1948, 7, 1),
        precision=Precision.DAY,
        venue="Bell System Technical Journal",
        keywords=("information", "noise"),
        links=(Link("pdf", "https://example.org/paper.pdf"),),
        listed=(Listed(date(1948, 7, 1), "file", announced=True),),
        text_from="doi:10.1002/j.1538-7305.1948.tb01338.x",
    )


def test_the_older_tags_say_the_same() -> None:
    body = "TY  - CPAPER\nA1  - Vaswani, Ashish\nA1  - Shazeer, Noam\nT1  - Attention\nY1  - 2017/06/12/\n"
    body += "JF  - Proceedings\nN2  - Attention alone.\nN1  - arXiv preprint arXiv:1706.03762\nER  -\n"
    read = take(Ris(), body).record
    assert [author.name for author in read.authors] == ["Ashish Vaswani", "Noam Shazeer"]
    assert (read.title, read.venue, read.abstract) == ("Attention", "Proceedings", "Attention alone.")
    assert read.identifiers == (Identifier("arxiv", "1706.03762"),)
    assert read.day == date(2017, 6, 12)


def test_one_space_where_the_format_asks_for_two_is_forgiven() -> None:
    taken = take(
        Ris(), "TY - JOUR\nTI - One\nAU - Lovelace, Ada\nDO - 10.1000/x\nER -\nTY  -JOUR\nTI  - Two\nER  - "
    )
    assert [(number, record.title) for number, record in taken.papers] == [(1, "One"), (6, "Two")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like(ending: str) -> None:
    body = ending.join(["", "TY  - JOUR", "TI  - One", "ER  - ", "", "TY  - JOUR", "TI  - Two", "ER  - ", ""])
    taken = take(Ris(), body)
    assert [record.title for record in taken.records] == ["One", "Two"]
    assert not taken.bad


@pytest.mark.parametrize(
    ("lines", "identifiers"),
    [
        (["DO  - 10.1000/ABC"], ["doi:10.1000/abc"]),
        (["DO  - doi:10.1000/abc"], ["doi:10.1000/abc"]),
        (["UR  - http://arxiv.org/abs/1706.03762v5"], ["arxiv:1706.03762"]),
        (["UR  - https://example.org", "UR  - https://aclanthology.org/P19-1001/"], ["acl:P19-1001"]),
        (["UR  - https://example.org; https://doi.org/10.1000/abc"], ["doi:10.1000/abc"]),
        (["UR  - https://doi.org/10.1002/(SICI)1(1998)4:4<3::AID-X1>3.0.CO;2-B"],
         ["doi:10.1002/(sici)1(1998)4:4<3::aid-x1>3.0.co;2-b"]),
        (["T2  - arXiv preprint arXiv:1706.03762", "DO  - 10.1000/abc"],
         ["arxiv:1706.03762", "doi:10.1000/abc"]),
        (["IS  - arXiv:hep-th/9711200"], ["arxiv:hep-th/9711200"]),
    ],
)  # fmt: skip
def test_every_identifier_is_found_wherever_it_is_written(lines: list[str], identifiers: list[str]) -> None:
    assert names(*lines) == identifiers


def test_a_reference_without_identifiers_keeps_its_address() -> None:
    read = record("AU  - Example, Ada", "PY  - 1998", "UR  - https://example.org/report")
    assert read.identifiers[0].value.startswith("reference-")
    assert read.links == (Link("page", "https://example.org/report"),)
    assert record("AU  - Example, A.", "PY  - 1998///").identifiers == read.identifiers


@pytest.mark.parametrize(
    ("lines", "day", "precision"),
    [
        (["PY  - 2020"], date(2020, 1, 1), Precision.YEAR),
        (["PY  - 2020///"], date(2020, 1, 1), Precision.YEAR),
        (["PY  - 2020/05//"], date(2020, 5, 1), Precision.MONTH),
        (["PY  - 2020/05/07/spring"], date(2020, 5, 7), Precision.DAY),
        (["DA  - 2020-05-07", "PY  - 2020"], date(2020, 5, 7), Precision.DAY),
        (["DA  - 15 May", "PY  - 2020"], date(2020, 1, 1), Precision.YEAR),
        (["PY  - in press"], None, Precision.NONE),
        ([], None, Precision.NONE),
    ],
)
def test_dates(lines: list[str], day: date | None, precision: Precision) -> None:
    read = record(*lines)
    assert (read.day, read.precision) == (day, precision)


def test_bad_references_are_named_with_their_line_and_the_good_ones_are_taken() -> None:
    body = (
        b"""Exported from a library

TY  - JOUR
TI  - One
ER  -

TY  - JOUR
TI  - No end
TY  - JOUR
PY  - 2020
ER  -
TY  - JOUR
TI  - Wrong year
PY  - 20260
ER  -
TY  - JOUR
TI  - Wrong day
PY  - 2020/02/30/
ER  -
TY  - JOUR
TI  - N\xe9
ER  -
TY  - JOUR
TI  - """
        + b"T" * 10_000
        + b"""
ER  -
TY  - JOUR
TI  - Two
ER  -
TY  - JOUR
TI  - Cut"""
    )
    taken = take(Ris(), body)
    assert [(number, record.title) for number, record in taken.papers] == [(3, "One"), (26, "Two")]
    assert taken.bad == [
        (1, "not a reference: it does not begin with a TY line"),
        (7, "the reference has no ER line at its end"),
        (9, "no title"),
        (12, "there is no date '20260'"),
        (16, "there is no date '2020-02-30'"),
        (20, "not UTF-8: byte 0xe9 at position 19; convert the file"),
        (23, "title of 10000 characters (at most 2000)"),
        (29, "the reference has no ER line at its end"),
    ]


def test_a_line_without_a_tag_at_the_beginning_is_no_harm() -> None:
    assert record().title == "T"
    assert take(Ris(), "TY  - JOUR\nwords\nTI  - One\nER  - ").record.title == "One"
    assert take(Ris(), "TY  - JOUR\rTI  - One\rER  - \rTY  - JOUR\rwords\rTI  - Two\rER  - ").bad


@pytest.mark.parametrize(
    "body",
    [
        "TY  - JOUR\nTI  - T\n" + "x\n" * 200_000 + "ER  - ",
        "TY  - JOUR\nTI  - T\n" + "AU  - A, B\n" * 90_000 + "ER  - ",
        "TY  - JOUR\nTI  - T\nUR  - " + "; " * 500_000 + "\nER  - ",
        "TY  - JOUR\nTI  - T\nDO  - doi" + " " * 900_000 + "\nER  - ",
        "TY  - JOUR\n" * 90_000,
    ],
    ids=["lines", "authors", "addresses", "spaces", "beginnings"],
)
def test_a_hostile_reference_takes_seconds_at_most(body: str) -> None:
    started = time.process_time()
    take(Ris(), body)
    assert time.process_time() - started < 20


@given(
    bytes_like(
        "TY  - JOUR", "ER  - ", "TI  - ", "AU  - ", "DA  - ", "PY  - ", "UR  - ", "DO  - ", "\n", "\r",
        "\x85", "20",
        "/", "x", " ", ";", "TY", "ER", "XX  - ", "https://doi.org/10.1000/",
    )
)  # fmt: skip
def test_no_bytes_break_the_reader(body: bytes) -> None:
    take(Ris(), body)


@given(st.lists(st.tuples(st.sampled_from(["TI", "AU", "PY", "DA", "UR", "DO", "KW", "N1", "L1", "ID", "ER"]),
                          st.text(max_size=12))))  # fmt: skip
def test_no_values_break_the_reader(lines: list[tuple[str, str]]) -> None:
    take(Ris(), "\n".join(["TY  - JOUR", *(f"{tag}  - {value}" for tag, value in lines), "ER  - "]))


@given(cited())
def test_what_the_site_writes_is_read_back(paper: PaperRecord) -> None:
    read = take(Ris(), ris(paper, PAGE)).record
    assert read.title == paper.title
    assert read.authors == paper.authors
    assert read.abstract == paper.abstract
    assert read.identifiers[0] == paper.identifiers[0]
    assert (read.day, read.precision) == (paper.day, paper.precision)
    assert read.keywords == paper.keywords
