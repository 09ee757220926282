"""What the pages of papers say of them in their tags."""

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import Author, Authority, Link, Precision, RejectedRecord, checked
from dailypapers.ingest.citation_tags import described, named_by
from dailypapers.ingest.source import BadPage

PAGES = Path(__file__).parent / "pages"
HERE = "https://proceedings.example.org/v1/lovelace26a.html"


def test_the_page_of_a_conference_describes_its_paper() -> None:
    told = described((PAGES / "conference.html").read_bytes(), HERE)
    record = told.record
    assert told.identifiers == ()
    assert record is not None
    assert record.title == "Counting Leaves Fairly"
    assert record.authors == (Author("Ada Lovelace"), Author("Charles Babbage"))
    assert record.abstract == "We count leaves & share them <fairly>."
    assert (record.day, record.precision) == (date(2026, 7, 1), Precision.DAY)
    assert record.venue == "Conference on Learning Theory"
    assert record.authority is Authority.COMMUNITY
    assert record.links == (
        Link("page", HERE),
        Link("pdf", "https://proceedings.example.org/v1/lovelace26a/lovelace26a.pdf"),
    )
    assert record.identifiers == (Identifier("local", "proceedings.example.org/v1/lovelace26a.html"),)


def test_dublin_core_is_read_where_there_is_nothing_better() -> None:
    told = described((PAGES / "publisher.html").read_bytes(), "https://looms.example.org/77")
    assert told.identifiers == (Identifier("doi", "10.1234/w77"),), "what stands in a comment is not said"
    assert told.record is not None
    assert told.record.authors == (Author("C. Babbage"), Author("A. Lovelace"))
    assert (told.record.day, told.record.precision) == (date(2026, 3, 1), Precision.MONTH)
    assert told.record.venue == "Annals of Looms"


@pytest.mark.parametrize(
    ("head", "identifiers"),
    [
        ('<meta name="citation_arxiv_id" content="2604.04913">', ["arxiv:2604.04913"]),
        ('<META NAME="CITATION_DOI" CONTENT="https://doi.org/10.1000/182">', ["doi:10.1000/182"]),
        ('<meta name="citation_doi" content="10.48550/arXiv.2604.04913">', ["arxiv:2604.04913"]),
        ('<meta name="dc.identifier" content="urn:isbn:123"><meta name="prism.doi" content="x">', []),
        ('<meta name="citation_doi"><meta content="10.1000/182"><meta name="" content="">', []),
    ],
)
def test_identifiers_are_found_in_every_usual_tag(head: str, identifiers: list[str]) -> None:
    told = described(f"<html><head>{head}</head></html>".encode(), HERE)
    assert [str(one) for one in told.identifiers] == identifiers


@pytest.mark.parametrize(
    "head",
    [
        "<title>A shop</title>",
        '<meta property="og:title" content="Sign in">',
        '<meta name="citation_title" content="By nobody">',
        '<meta name="citation_author" content="Of Nothing">',
    ],
)
def test_a_page_that_describes_no_paper_is_none(head: str) -> None:
    assert described(f"<html><head>{head}</head></html>".encode(), HERE).record is None


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7 binary", b"\x00\x01\x02"])
def test_what_is_no_page_is_refused(body: bytes) -> None:
    with pytest.raises(BadPage):
        described(body, HERE)


@given(st.binary(max_size=400).map(lambda body: b'<meta name="citation_title" content="' + body))
def test_no_bytes_break_it(body: bytes) -> None:
    record = described(body, HERE).record
    if record is not None:
        with contextlib.suppress(RejectedRecord):
            checked(record)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.example.org/a/b?c=1#d", "local:example.org/a/b/c=1"),
        ("https://example.org/a/../b", ""),
        ("https://example.org/", "local:example.org/"),
        ("https://example.org/" + "x" * 900, "local:example.org/" + "x" * 172),
    ],
)
def test_a_paper_without_a_name_is_named_by_its_page(url: str, name: str) -> None:
    assert "".join(str(one) for one in named_by(url)) == name
