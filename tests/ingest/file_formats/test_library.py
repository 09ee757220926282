"""A library from anyone: its format is told from its bytes, good entries are read, nothing makes it fail."""

import time

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailypapers.ingest.file_formats import library
from dailypapers.ingest.file_formats.library import read_library
from tests.ingest.file_formats.test_zotero import RDF, of_api

BIBTEX = "% Mine\n@article{a, title={Heat in plates}, doi={10.1000/182}}\n@misc{b, title={Cold in plates}}\n"
RIS = "TY  - JOUR\nTI  - Heat in plates\nDO  - 10.1000/182\nER  - \n"
CSL = '[{"id": "a", "title": "Heat in plates", "DOI": "10.1000/182"}]'


@pytest.mark.parametrize(
    ("text", "kind", "entries"),
    [
        (BIBTEX, "BibTeX", 2),
        (RIS, "RIS", 1),
        ("\n\nTY - JOUR\nTI - Heat @article{x}\nER - \n", "RIS", 1),
        (CSL, "JSON", 1),
        (CSL[1:-1], "JSON", 1),
        (f' {{ "items" : {CSL} }}', "JSON", 1),
        (f"[{of_api().data.decode()}]", "JSON", 1),
        (RDF, "Zotero RDF", 2),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_format_is_told_from_the_bytes(text: str, kind: str, entries: int, encoding: str) -> None:
    found = read_library(text.encode(encoding))
    assert (found.kind, len(found.records), found.unreadable, found.cut) == (kind, entries, [], "")


def test_letters_of_older_programs_are_read() -> None:
    found = read_library(RIS.replace("plates", "Öfen").encode("cp1252"))
    assert found.records[0].title == "Heat in Öfen"


def test_what_is_wrong_is_told_and_the_rest_is_read() -> None:
    broken = BIBTEX.replace("@misc", "@article{c, title={open\n@misc")
    found = read_library(broken.encode())
    assert [record.title for record in found.records] == ["Heat in plates", "Cold in plates"]
    assert [place for place, _ in found.unreadable] == ["line 3"]


@pytest.mark.parametrize("text", ["", "  ", "hello", "\x00\x01\x02", "PK\x03\x04", "%PDF-1.7"])
def test_what_is_no_library_is_told(text: str) -> None:
    found = read_library(text.encode())
    assert found.records == []
    assert "neither BibTeX" in found.cut


def test_a_library_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_ENTRIES", 1)
    found = read_library(BIBTEX.encode())
    assert len(found.records) == 1
    assert "first 1 entries" in found.cut
    monkeypatch.setattr(library, "LARGEST", 10)
    assert "longer than" in read_library(BIBTEX.encode()).cut
    monkeypatch.setattr(library, "LARGEST", 10_000)
    monkeypatch.setattr(library, "LONGEST_READING", -1.0)
    assert "took too long" in read_library(BIBTEX.encode()).cut
    monkeypatch.setattr(library, "LONGEST_ENTRY", 10)
    monkeypatch.setattr(library, "LONGEST_READING", 9.0)
    assert "bytes long" in read_library(BIBTEX.encode()).unreadable[0][1]


def bombs() -> dict[str, bytes]:
    """Files made to take time or memory."""
    macros = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 40))
    return {
        "entities": b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a;" * 10) for n in range(9))
        + b"]><RDF>&a8;</RDF>",
        "a file of the machine": b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><RDF>&a;</RDF>',
        "depth": b"<RDF>" + b"<a>" * 100_000,
        "brackets": b"[" * 1_000_000,
        "empty lists": b"[" + b"[]," * 300_000 + b"[]]",
        "braces": b"@article{a, title = " + b"{" * 50_000,
        "abbreviations": f'@string{{a0 = "{"x" * 999}"}}\n{macros}@misc{{b, title = a39}}'.encode(),
        "authors": b"@misc{a, title={x}, author={" + b"A and " * 15_000 + b"B}}",
        "tags": b"TY  - JOUR\n" + b"AU  - A\n" * 10_000 + b"ER  - \n",
        "backslashes": b"@misc{a, title={" + b"\\'" * 40_000 + b"}}",
        "numbers": b'[{"title": "x", "issued": {"date-parts": [[1e400]]}, "id": ' + b"9" * 5_000 + b"}]",
    }


@pytest.mark.parametrize("name", bombs())
def test_no_file_takes_long(name: str) -> None:
    started = time.process_time()
    found = read_library(bombs()[name])
    assert time.process_time() - started < 10
    assert "root:" not in repr(found)


_SIGNS = r"""@article{ } { title = " , [ ] : null < > </ rdf:RDF & \\'e $ # author é"""
MARKS = st.sampled_from(
    [*_SIGNS.split(), "\n", " ", "\x00", " and ", "TY  - JOUR", "ER  - ", "TI  - ", "DO  - 10.1/"]
)


@settings(max_examples=150)
@given(
    text=st.one_of(
        st.binary(max_size=300),
        st.lists(MARKS, max_size=40).map(lambda parts: "".join(parts).encode()),
        st.lists(MARKS, max_size=15).map(lambda parts: (BIBTEX + "".join(parts) + RIS).encode()),
    )
)
def test_no_text_makes_it_fail(text: bytes) -> None:
    read_library(text)


KEYS = st.sampled_from(["title", "author", "issued", "date-parts", "DOI", "data", "itemType", "creators"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 3_000) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["title", "author", "issued", "date-parts", "DOI", "data", "itemType", "creators", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(items=st.lists(JSON, max_size=4))
def test_no_json_makes_it_fail(items: list[object]) -> None:
    found = read_library(orjson.dumps(items))
    assert len(found.records) <= len(items)
