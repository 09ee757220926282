"""Citations that other programs read."""

import io
import itertools
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rispy
import zstandard
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import (
    Author,
    Authority,
    Link,
    PaperRecord,
    Precision,
    Withdrawal,
    checked,
)
from dailypapers.presentation import names
from dailypapers.presentation.citations import bibtex, csl, highwire, key, ris

PAGE = "https://papers.example.org/papers/1706.03762"

ATTENTION = PaperRecord(
    source="arxiv",
    authority=Authority.ARCHIVE,
    identifiers=(Identifier("arxiv", "1706.03762"),),
    title="Attention Is All You Need",
    authors=(Author("Ashish Vaswani", orcid="0000-0002-1825-0097"), Author("Łukasz Kaiser", "Google Brain")),
    abstract="A network made of attention alone.\n\nIt costs $O(n^2)$.",
    day=date(2017, 6, 12),
    precision=Precision.DAY,
    categories=("cs.CL", "cs.LG"),
    keywords=("attention", "translation"),
    links=(Link("pdf", "https://arxiv.org/pdf/1706.03762"),),
)

FIELDS = {
    "type", "key", "title", "author", "journal", "booktitle", "year", "month", "eprint", "archivePrefix",
    "doi", "primaryClass", "url", "note",
}  # fmt: skip

hostile = st.lists(
    st.sampled_from(
        ["{", "}", "\\", "%", "@article{x,", "\n", "\r\n", '"', ",", " and ", "a", "Berg", "van", "$x_1$",
         "$", "~", "#", "ER  - ", "TY  - JOUR", "title = {", "_", "^", "&", "é", "\u00a0", "\\'e", "}\n}\n",
         "Jr.", "<b>", "\x00", "--"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


def parsed_bibtex(text: str) -> dict[str, str]:
    """The one entry of the file, as bibtexparser reads it, TeX decoded."""
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware(keep_braced_groups=False)])
    assert not library.failed_blocks
    assert len(library.blocks) == 1
    (entry,) = library.entries
    return {"type": entry.entry_type, "key": entry.key} | {
        field.key: str(field.value) for field in entry.fields
    }


def parsed_ris(text: str) -> dict[str, Any]:
    (record,) = rispy.loads(text)
    return dict(record)


def test_a_preprint_in_bibtex() -> None:
    assert bibtex(ATTENTION, PAGE) == (
        "@article{vaswani2017attention,\n"
        "  title         = {Attention Is All You Need},\n"
        "  author        = {Vaswani, Ashish and Kaiser, Łukasz},\n"
        "  journal       = {arXiv preprint arXiv:1706.03762},\n"
        "  year          = {2017},\n"
        "  month         = jun,\n"
        "  eprint        = {1706.03762},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass  = {cs.CL},\n"
        "  url           = {https://arxiv.org/abs/1706.03762},\n"
        "}\n"
    )


def test_a_conference_paper_in_bibtex_has_its_year() -> None:
    record = replace(
        ATTENTION,
        venue="NeurIPS 2018",
        identifiers=(*ATTENTION.identifiers, Identifier("doi", "10.1000/a_b{c")),
    )
    entry = parsed_bibtex(bibtex(record, PAGE))
    assert entry["type"] == "inproceedings"
    assert entry["booktitle"] == "NeurIPS 2018"
    assert entry["year"] == "2018"
    assert "month" not in entry
    assert entry["key"] == "vaswani2018attention"
    assert "  doi           = {10.1000/a_b%7Bc},\n" in bibtex(record, PAGE)


@pytest.mark.parametrize(
    ("venue", "kind"),
    [
        ("ICCV 2025", "inproceedings"),
        ("Proceedings of the 5th Workshop on Computational Linguistics", "inproceedings"),
        ("Findings of the Association for Computational Linguistics: EMNLP 2020", "inproceedings"),
        ("Transactions of the Association for Computational Linguistics, Volume 8", "article"),
        ("Journal of Fluid Mechanics", "article"),
        ("Computational Linguistics, Volume 44, Issue 3 - September 2018", "article"),
        ("", "article"),
    ],
)
def test_journals_and_meetings_are_told_apart(venue: str, kind: str) -> None:
    record = replace(ATTENTION, venue=venue)
    assert parsed_bibtex(bibtex(record, PAGE))["type"] == kind
    assert (
        parsed_ris(ris(record, PAGE))["type_of_reference"]
        == {"article": "JOUR", "inproceedings": "CONF"}[kind]
    )


def test_a_paper_with_no_other_address_gets_ours() -> None:
    record = replace(ATTENTION, identifiers=(Identifier("local", "talk-1"),))
    entry = parsed_bibtex(bibtex(record, PAGE))
    assert entry["type"] == "misc"
    assert entry["url"] == PAGE
    assert parsed_ris(ris(record, PAGE))["urls"] == [PAGE]
    assert csl(record, PAGE)["URL"] == PAGE


def test_a_biorxiv_paper_has_its_doi() -> None:
    record = replace(ATTENTION, identifiers=(Identifier("biorxiv", "2024.01.02.573900"),))
    assert parsed_bibtex(bibtex(record, PAGE))["doi"] == "10.1101/2024.01.02.573900"
    assert parsed_bibtex(bibtex(record, PAGE))["journal"] == "bioRxiv"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("BERT for iPhones: A GPT-4 Study", "{BERT} for {iPhones:} A {GPT-4} Study"),
        ("On the theorem of Gauss and a graph", "On the theorem of {Gauss} and a graph"),
        ("Vitamin C and a Plan", "Vitamin {C} and a Plan"),
        (r"Sorting in $O(n \log n)$ time", r"Sorting in {$O(n \log n)$} time"),
        ("R&D at 5% & {more} for #1_a", r"{R\&D} at 5\% \& \textbraceleft{}more\textbraceright{} for \#1\_a"),
        (r"Fr\'echet \emph{means}", r"Fréchet \emph{means}"),
        (r"Costs of $5 and $10 million", r"Costs of \$5 and \$10 million"),
        (r"A \ours method", "A ours method"),
    ],
)
def test_titles_keep_their_capitals_and_their_signs(title: str, written: str) -> None:
    assert f"  title         = {{{written}}},\n" in bibtex(replace(ATTENTION, title=title), PAGE)


@pytest.mark.parametrize(
    ("printed", "inverted"),
    [
        ("Ashish Vaswani", "Vaswani, Ashish"),
        ("Laurens van der Maaten", "van der Maaten, Laurens"),
        ("Guy Van den Broeck", "Van den Broeck, Guy"),
        ("Martin Luther King Jr.", "King, Martin Luther, Jr."),
        ("King, Martin Luther, Jr.", "King, Martin Luther, Jr."),
        ("King, Jr., Martin Luther", "King, Martin Luther, Jr."),
        ("Hal Daume III", "Daume, Hal, III"),
        ("van der Berg, Anna", "van der Berg, Anna"),
        ("J. R. R. Tolkien", "Tolkien, J. R. R."),
        ("the LSST Dark Energy Science Collaboration", "the LSST Dark Energy Science Collaboration"),
        ("Kimi Team", "Kimi Team"),
        ("NVIDIA", "NVIDIA"),
        (r"Kurt G\"odel", "Gödel, Kurt"),
        ("Girish Raguvir J *", "J, Girish Raguvir"),
        ("  ", ""),
        ("van der", "der, van"),
    ],
)
def test_names_are_split_as_references_sort_them(printed: str, inverted: str) -> None:
    assert names.split(printed).inverted == inverted


def test_bibtex_puts_particles_suffixes_and_groups_where_it_wants_them() -> None:
    authors = tuple(map(Author, ("Anna van der Berg Jr.", "LIGO Collaboration", "Kim and Lee", "OpenAI")))
    assert "= {van der Berg, Jr., Anna and {LIGO Collaboration} and {Kim and Lee} and {OpenAI}}," in bibtex(
        replace(ATTENTION, authors=authors), PAGE
    )


def test_keys_are_readable_ascii_and_survive_empty_fields() -> None:
    assert key(ATTENTION) == "vaswani2017attention"
    assert (
        key(replace(ATTENTION, authors=(Author("Søren Łukasz Müller-Ørsted"),)))
        == "mullerorsted2017attention"
    )
    assert key(replace(ATTENTION, title="On the $x$-ray of a Tree")) == "vaswani2017x"
    bare = replace(ATTENTION, authors=(), title="!", day=None, precision=Precision.NONE)
    assert key(bare) == "anonymousnd"


def test_ris_has_a_line_for_everything() -> None:
    record = parsed_ris(ris(replace(ATTENTION, venue="ICML 2017", comment="9 pages"), PAGE))
    assert record["type_of_reference"] == "CONF"
    assert record["title"] == "Attention Is All You Need"
    assert record["authors"] == ["Vaswani, Ashish", "Kaiser, Łukasz"]
    assert record["year"] == "2017"
    assert record["date"] == "2017/06/12/"
    assert record["secondary_title"] == "ICML 2017"
    assert record["abstract"] == "A network made of attention alone. It costs O(n²)."
    assert record["keywords"] == ["attention", "translation"]
    assert record["file_attachments1"] == "https://arxiv.org/pdf/1706.03762"
    assert record["urls"] == ["https://arxiv.org/abs/1706.03762"]


def test_csl_has_the_right_shape() -> None:
    item = csl(replace(ATTENTION, authors=(Author("Anna van der Berg"), Author("ATLAS Collaboration"))), PAGE)
    assert item["type"] == "article"
    assert item["author"] == [
        {"family": "Berg", "given": "Anna", "non-dropping-particle": "van der"},
        {"literal": "ATLAS Collaboration"},
    ]
    assert item["issued"] == {"date-parts": [[2017, 6, 12]]}
    assert item["archive_location"] == "1706.03762"
    assert csl(replace(ATTENTION, venue="ICML 2018"), PAGE)["type"] == "paper-conference"
    assert csl(replace(ATTENTION, venue="ICML 2018"), PAGE)["issued"] == {"date-parts": [[2018]]}
    assert csl(replace(ATTENTION, venue="Nature"), PAGE)["type"] == "article-journal"
    assert csl(replace(ATTENTION, precision=Precision.MONTH), PAGE)["issued"] == {"date-parts": [[2017, 6]]}
    assert "issued" not in csl(replace(ATTENTION, day=None, precision=Precision.NONE), PAGE)


def test_meta_tags_are_those_that_scholar_and_zotero_read() -> None:
    assert highwire(replace(ATTENTION, venue="ICML 2017"), PAGE) == [
        ("citation_title", "Attention Is All You Need"),
        ("citation_author", "Vaswani, Ashish"),
        ("citation_author_orcid", "https://orcid.org/0000-0002-1825-0097"),
        ("citation_author", "Kaiser, Łukasz"),
        ("citation_author_institution", "Google Brain"),
        ("citation_publication_date", "2017/06/12"),
        ("citation_date", "2017/06/12"),
        ("citation_online_date", "2017/06/12"),
        ("citation_conference_title", "ICML 2017"),
        ("citation_arxiv_id", "1706.03762"),
        ("citation_pdf_url", "https://arxiv.org/pdf/1706.03762"),
        ("citation_abstract_html_url", PAGE),
        ("citation_keywords", "attention"),
        ("citation_keywords", "translation"),
    ]


@given(hostile, st.lists(hostile, max_size=3), hostile)
def test_hostile_words_never_break_a_file(title: str, authors: list[str], venue: str) -> None:
    raw = replace(
        ATTENTION, title=title + "x", authors=tuple(map(Author, authors)), venue=venue, abstract=title
    )
    for record in (raw, checked(raw)):
        entry = parsed_bibtex(bibtex(record, PAGE))
        assert entry["eprint"] == "1706.03762"
        assert set(entry) <= FIELDS
        read = parsed_ris(ris(record, PAGE))
        assert read["urls"] == ["https://arxiv.org/abs/1706.03762"]
        assert len(read.get("authors", [])) <= len(authors)
        csl(record, PAGE)
        assert all("\n" not in value for _, value in highwire(record, PAGE))


@given(hostile, hostile)
def test_bibtex_braces_always_match_as_bibtex_counts_them(title: str, name: str) -> None:
    written = bibtex(replace(ATTENTION, title=title, authors=(Author(name), Author("B C"))), PAGE)
    depth = 0
    for place, character in enumerate(written):
        depth += (character == "{") - (character == "}")
        assert depth > 0 or place == len(written) - 2 or place < written.index("{") or character == "\n"
    assert depth == 0


@given(
    st.lists(st.sampled_from(["Ann", "B.", "Łuk", "O'Neil", "Kim-Lee"]), min_size=2, max_size=3).map(" ".join)
)
def test_plain_names_come_back_from_every_format(printed: str) -> None:
    record = replace(ATTENTION, authors=(Author(printed),))
    expected = names.split(printed).inverted
    assert parsed_bibtex(bibtex(record, PAGE))["author"] == expected
    assert parsed_ris(ris(record, PAGE))["authors"] == [expected]
    (author,) = csl(record, PAGE)["author"]
    assert f"{author['family']}, {author['given']}" == expected


@pytest.mark.shared
def test_real_papers_come_back_from_other_parsers(shared: Path) -> None:
    with (shared / "corpus.jsonl.zst").open("rb") as file:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        rows = [json.loads(line) for line in itertools.islice(lines, 0, 60_000, 150)]
    for row in rows:
        record = replace(
            ATTENTION,
            title=row["title"],
            authors=tuple(map(Author, row["authors"])),
            venue=row.get("venue", ""),
            abstract=row["abstract"],
        )
        entry = parsed_bibtex(bibtex(record, PAGE))
        assert entry["eprint"] == "1706.03762"
        assert len(parsed_ris(ris(record, PAGE)).get("authors", [])) == sum(
            any(map(str.isalnum, name)) for name in row["authors"]
        )


def test_every_format_says_that_a_paper_was_withdrawn_and_why_once() -> None:
    reason = "An error in Theorem 2: 100% wrong"
    paper = replace(ATTENTION, comment=reason, withdrawal=Withdrawal(date(2018, 1, 9), reason))
    said = f"Withdrawn on 2018-01-09: {reason}"
    assert parsed_bibtex(bibtex(paper, PAGE))["note"] == said
    assert rispy.loads(ris(paper, PAGE))[0]["notes"] == [said]
    assert (csl(paper, PAGE)["note"], csl(paper, PAGE)["status"]) == (said, "withdrawn")
    assert ("citation_keywords", "withdrawn") in highwire(paper, PAGE)
    bare = replace(ATTENTION, comment="12 pages", withdrawal=Withdrawal(None, ""))
    assert rispy.loads(ris(bare, PAGE))[0]["notes"] == ["Withdrawn.", "12 pages"]


def test_a_paper_that_stands_says_nothing_of_a_withdrawal() -> None:
    written = bibtex(ATTENTION, PAGE) + ris(ATTENTION, PAGE) + repr(csl(ATTENTION, PAGE))
    assert "ithdrawn" not in written + repr(highwire(ATTENTION, PAGE))
