"""BibTeX and BibLaTeX as reference managers, libraries and people write them."""

import time
from datetime import date

import pytest
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from hypothesis import given, settings
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import Author, Authority, Link, Listed, PaperRecord, Precision
from dailypapers.ingest.file_formats.bibtex import Bibtex
from dailypapers.presentation.citations import bibtex
from tests.ingest.file_formats.reading import bytes_like, take
from tests.ingest.file_formats.records import PAGE, cited


def record(fields: str, kind: str = "article") -> PaperRecord:
    return take(Bibtex(), f"@{kind}{{key, {fields}}}").record


def names(fields: str) -> list[str]:
    return [str(name) for name in record(fields).identifiers]


def authors(text: str) -> list[str]:
    return [author.name for author in record(f"title = {{T}}, author = {{{text}}}").authors]


def test_a_preprint_as_arxiv_writes_it() -> None:
    body = """@misc{vaswani2023attentionneed,
      title={Attention Is All You Need},
      author={Ashish Vaswani and Noam Shazeer and {\\L}ukasz Kaiser},
      year={2023},
      eprint={1706.03762},
      archivePrefix={arXiv},
      primaryClass={cs.CL},
      url={https://arxiv.org/abs/1706.03762},
}"""
    taken = take(Bibtex(), body)
    assert taken.record == PaperRecord(
        source="file",
        authority=Authority.FILE,
        identifiers=(Identifier("arxiv", "1706.03762"),),
        title="Attention Is All You Need",
        authors=(Author("Ashish Vaswani"), Author("Noam Shazeer"), Author("Łukasz Kaiser")),
        day=date(2023, 1, 1),
        precision=Precision.YEAR,
        categories=("cs.CL",),
        text_from="arxiv:1706.03762",
    )
    assert taken.names == ["vaswani2023attentionneed"]


def test_a_conference_paper_as_the_anthology_writes_it() -> None:
    body = """@inproceedings{li-etal-2024-mage,
    title = "{MAGE}: Machine-generated Text Detection in the Wild",
    author = "Li, Yafu  and
      Li, Qintong",
    editor = "Ku, Lun-Wei",
    booktitle = "Proceedings of the 62nd Annual Meeting",
    month = aug,
    year = "2024",
    address = "Bangkok, Thailand",
    url = "https://aclanthology.org/2024.acl-long.3/",
    doi = "10.18653/v1/2024.acl-long.3",
    pages = "36--53",
    abstract = "Texts of machines are told from ``texts of people''\\, with \\textless 5{\\%} error."
}
"""
    read = take(Bibtex(), body).record
    assert [str(name) for name in read.identifiers] == [
        "doi:10.18653/v1/2024.acl-long.3",
        "acl:2024.acl-long.3",
    ]
    assert read.title == "MAGE: Machine-generated Text Detection in the Wild"
    assert [author.name for author in read.authors] == ["Yafu Li", "Qintong Li"]
    assert (read.day, read.precision) == (date(2024, 8, 1), Precision.MONTH)
    assert read.listed == (Listed(date(2024, 8, 1), "file", announced=True, precision=Precision.MONTH),)
    assert read.venue == "Proceedings of the 62nd Annual Meeting"
    assert "“texts of people”" in read.abstract
    assert read.abstract.endswith("5% error.")
    assert read.links == ()


def test_an_entry_of_biblatex() -> None:
    read = record(
        "title={On Growth}, date={2021-05-03/2021-05-05}, journaltitle={Journal of Growth}, "
        "eprinttype={arxiv}, eprint={2105.00001v2}, eprintclass={q-bio}, keywords={growth , form;shape,}",
        kind="online",
    )
    assert [str(name) for name in read.identifiers] == ["arxiv:2105.00001"]
    assert (read.day, read.precision) == (date(2021, 5, 3), Precision.DAY)
    assert read.venue == "Journal of Growth"
    assert read.keywords == ("growth", "form", "shape")


def test_abbreviations_are_spelled_out_and_joined() -> None:
    body = (
        '@string{jg = "Journal of Growth"}\n@STRING(vol = { Volume })\n'
        '@article{a, title = "On " # {Growth}, journal = JG # vol # 12, month = "15~" # may, year = 2020}\n'
        '@article{b, title = {Of #1 # 2 and "x # y"}, journal = unknown, month = feb, year = 2020}\n'
    )
    first, second = take(Bibtex(), body).records
    assert (first.title, first.venue) == ("On Growth", "Journal of Growth Volume 12")
    assert (second.title, second.venue) == ('Of #1 # 2 and "x # y"', "unknown")
    assert second.day == date(2020, 2, 1)


def test_abbreviations_hold_for_their_own_file_only() -> None:
    take(Bibtex(), '@string{jg = "Journal of Growth"}')
    assert record("title={T}, journal=jg").venue == "jg"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"{G}{\"o}del's {\'E}tudes on \O{}stergaard, \c{c}a, {\ss} and \v{S}ar{\'\i}",
         "Gödel's Études on Østergaard, ça, ß and Šarí"),
        ("Sorting in {$O(n \\log n)$} time", r"Sorting in $O(n \log n)$ time"),
        ("R\\&D at 5\\% --- ``quoted'' \\& \\#1", "R&D at 5% — “quoted” & #1"),
        ("\\emph{Drosophila} and \\textbf{bold} words", "Drosophila and bold words"),
        ("{{Double} {B}races}", "Double Braces"),
        ("Two\n     lines~here", "Two lines here"),
        ("naïve 中文 Ω", "naïve 中文 Ω"),
    ],
)  # fmt: skip
def test_tex_is_read_as_text_and_mathematics_stays(written: str, read: str) -> None:
    assert record(f"title = {{{written}}}").title == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Lovelace, Ada and Charles Babbage", ["Ada Lovelace", "Charles Babbage"]),
        ("van der Berg, Anna and Ludwig van Beethoven", ["Anna van der Berg", "Ludwig van Beethoven"]),
        ("King, Jr., Martin Luther", ["Martin Luther King Jr."]),
        ("{LIGO and Virgo Collaborations} and Ada B", ["LIGO and Virgo Collaborations", "Ada B"]),
        ("Ada B and others", ["Ada B"]),
        ("M{\\\"u}ller, J{\\\"o}rg\n and\n G{\\'o}mez, Ana", ["Jörg Müller", "Ana Gómez"]),
        ("Plato", ["Plato"]),
        ("", []),
        ("A, B, C, D, E", ["C D E A B"]),
    ],
)  # fmt: skip
def test_authors_are_named_in_the_order_in_which_names_are_printed(written: str, read: list[str]) -> None:
    assert authors(written) == read


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        ("doi = {10.1000/ABC_1}", ["doi:10.1000/abc_1"]),
        ("doi = {10.1000/abc\\_1}", ["doi:10.1000/abc_1"]),
        ("doi = {https://doi.org/10.1000/abc}", ["doi:10.1000/abc"]),
        ("doi = {doi: 10.1000/abc}", ["doi:10.1000/abc"]),
        ("doi = {\\url{https://dx.doi.org/10.1000/abc}}", ["doi:10.1000/abc"]),
        ("doi = {10.1002/(SICI)1099(199823)4:4<338::AID-X1>3.0.CO;2-B}",
         ["doi:10.1002/(sici)1099(199823)4:4<338::aid-x1>3.0.co;2-b"]),
        ("eprint = {arXiv:hep-th/9711200}", ["arxiv:hep-th/9711200"]),
        ("eprint = {1706.03762}, doi = {10.1000/abc}", ["arxiv:1706.03762", "doi:10.1000/abc"]),
        ("eprint = {https://arxiv.org/abs/1706.03762v5}", ["arxiv:1706.03762"]),
        ("journal = {arXiv preprint arXiv:1706.03762}", ["arxiv:1706.03762"]),
        ("note = {To appear; arXiv: 1706.03762v2 [cs]}", ["arxiv:1706.03762"]),
        ("journal = {CoRR}, eprinttype = {arXiv}, eprint = {1706.03762}, doi = {10.48550/ARXIV.1706.03762}",
         ["arxiv:1706.03762"]),
        ("url = {https://aclanthology.org/P19-1001.pdf}", ["acl:P19-1001"]),
        ("howpublished = {\\url{https://example.org}}, url = {\\url{https://openreview.net/forum?id=rkl4\\_x}}",
         ["openreview:rkl4_x"]),
    ],
)  # fmt: skip
def test_every_identifier_is_found_wherever_it_is_written(fields: str, identifiers: list[str]) -> None:
    assert names(f"title = {{T}}, {fields}") == identifiers


@pytest.mark.parametrize(
    "fields", ["eprint = {w28012}, eprinttype = {nber}", "eprint = {28012}", "doi = {none}"]
)
def test_what_is_no_identifier_gives_none(fields: str) -> None:
    assert names(f"title = {{T}}, {fields}")[0].startswith("local:reference-")


def test_an_entry_without_identifiers_is_the_same_paper_under_any_key() -> None:
    bodies = ["@book{x, title={On {G}rowth}, author={Ada B and C D}, year=1917, url={https://x.org/a\\_b\\%20c}}",
              "@misc{yy, author={B, Ada}, title={On growth}, date={1917-03}}"]  # fmt: skip
    first, second = (take(Bibtex(), body).record for body in bodies)
    assert first.identifiers == second.identifiers
    assert first.links == (Link("page", "https://x.org/a_b%20c"),)


@pytest.mark.parametrize(
    ("fields", "day", "precision"),
    [
        ("year = 2020", date(2020, 1, 1), Precision.YEAR),
        ("year = {2020}, month = {May}", date(2020, 5, 1), Precision.MONTH),
        ("year = {2020}, month = 5, day = {7}", date(2020, 5, 7), Precision.DAY),
        ("year = {2020}, month = {Sept.}", date(2020, 9, 1), Precision.MONTH),
        ("year = {2020}, month = {spring}", date(2020, 1, 1), Precision.YEAR),
        ("year = {2020}, day = 7", date(2020, 1, 1), Precision.YEAR),
        ("year = {{2020}}", date(2020, 1, 1), Precision.YEAR),
        ("date = {2020-05}", date(2020, 5, 1), Precision.MONTH),
        ("date = {2020-05-07T10:00:00Z}", date(2020, 5, 7), Precision.DAY),
        ("year = {to appear}", None, Precision.NONE),
        ("year = {0000}", None, Precision.NONE),
        ("year = {2020}, month = {" + "9" * 5_000 + "}", date(2020, 1, 1), Precision.YEAR),
        ("year = {2020}, month = 5, day = {" + "9" * 5_000 + "}", date(2020, 5, 1), Precision.MONTH),
    ],
)
def test_dates(fields: str, day: date | None, precision: Precision) -> None:
    read = record(f"title = {{T}}, {fields}")
    assert (read.day, read.precision) == (day, precision)


def test_a_key_or_a_field_given_twice_costs_nothing() -> None:
    read = record("title = {First}, Title = {Second}, year = 2020")
    assert (read.title, read.day) == ("First", date(2020, 1, 1))
    twice = take(Bibtex(), "@misc{a, title={One}} @misc{a, title={Two}}")
    assert twice.names == ["a", "a"]
    assert not twice.bad


def test_what_stands_outside_entries_is_a_comment() -> None:
    body = (
        '% A library\nnot an entry, a@b.org\n\n@comment{jabref-meta: x}\n@preamble{"\\newcommand{\\x}{y}"}\n'
        "@misc{a, title={One}} % said here\nand here\n@Misc (b, title = {Two})\n"
    )
    taken = take(Bibtex(), body)
    assert [(number, record.title) for number, record in taken.papers] == [(6, "One"), (8, "Two")]
    assert not taken.bad


def test_bad_entries_are_named_with_their_line_and_the_good_ones_are_taken() -> None:
    body = """@misc{a, title={One}}

@misc{b,
  title={Never closed,
  year=2020
}
@misc{c title={no comma}}
@misc{d, title={Three}, year={20260}}
@misc{e}
@misc{f, title={Four}, year={2020}, month={13}}
@misc{g, title={Five}}
@misc{h, title={Cut"""
    taken = take(Bibtex(), body)
    assert [(number, record.title) for number, record in taken.papers] == [(1, "One"), (11, "Five")]
    assert [number for number, _ in taken.bad] == [3, 7, 8, 9, 10, 12]
    reasons = dict(taken.bad)
    assert reasons[3] == "not BibTeX: Unexpectedly reached end of file."
    assert reasons[8] == "year '20260' is not a year"
    assert reasons[9] == "no title"
    assert reasons[10] == "there is no date '2020-13'"


def test_titles_too_long_and_bytes_that_are_no_utf_8_are_refused() -> None:
    body = b"@misc{a, title={" + b"T" * 10_000 + b"}}\n@misc{b, title={N\xe9}}\n@misc{c, title={One}}\n"
    body += b"@misc{d, title={" + b"{\\'e}" * 10_000 + b"}}"
    taken = take(Bibtex(), body)
    assert taken.bad == [
        (1, "title of 10000 characters (at most 2000)"),
        (2, "not UTF-8: byte 0xe9 at position 18; convert the file"),
        (4, "title of 50,000 characters (at most 2,000)"),
    ]
    assert len(taken.papers) == 1


def test_abbreviations_made_of_abbreviations_cannot_fill_the_memory() -> None:
    bomb = '@string{a0 = "' + "lol" * 300 + '"}\n'
    bomb += "".join(f"@string{{a{n} = {' # '.join([f'a{n - 1}'] * 10)}}}\n" for n in range(1, 12))
    bomb += "@misc{x, title={T}, note=" + "a0 # " * 2_000 + "a0}\n@misc{y, title={Good}}"
    taken = take(Bibtex(), bomb)
    assert [record.title for record in taken.records] == ["Good"]
    reasons = dict(taken.bad)
    assert reasons[2] == "abbreviation of 9,000 characters (at most 1,000)"
    assert reasons[13].startswith("with its abbreviations spelled out")


@pytest.mark.parametrize(
    "body",
    [
        "@misc{a, title={T}, keywords={" + " " * 900_000 + "}}",
        "@misc{a, title={T}, author={" + "A and " * 150_000 + "}}",
        "@misc{a, title={T}, abstract={" + "{" * 40_000 + "}" * 40_000 + "}}",
        "@misc{a, title={T}, note={" + "arxiv:" * 150_000 + "}}",
        "@misc{a, title=" + '"' * 900_000 + "}",
        "@misc{a, title={T}, url={\\url" + " " * 900_000 + "}}",
    ],
    ids=["spaces", "authors", "braces", "prose", "quotes", "address"],
)
def test_a_hostile_entry_takes_seconds_at_most(body: str) -> None:
    started = time.process_time()
    take(Bibtex(), body)
    assert time.process_time() - started < 10


@given(
    bytes_like(
        "@", "misc", "string", "comment", "{", "}", "(", ")", "a", ",", "title", "author", "year", "=",
        '"', "#", "\n", "\\", "\\'", "$", "%", " and ", "20", "0000", "~", "--", "date", "eprint",
    )
)  # fmt: skip
def test_no_bytes_break_the_reader(body: bytes) -> None:
    take(Bibtex(), body)


FIELD_NAMES = ("title", "author", "year", "month", "day", "date", "doi", "url", "eprint", "keywords", "note")
HOSTILE = st.text("{}\\\"'$%#@~,= \nae0159-/é\x00", max_size=30)


@given(st.dictionaries(st.sampled_from(FIELD_NAMES), HOSTILE))
def test_no_values_break_the_reader(fields: dict[str, str]) -> None:
    take(Bibtex(), "@misc{a, " + ", ".join(f"{name} = {{{value}}}" for name, value in fields.items()) + "}")


@given(cited())
def test_what_the_site_writes_is_read_back(paper: PaperRecord) -> None:
    read = take(Bibtex(), bibtex(paper, PAGE)).record
    assert read.title == paper.title
    assert read.authors == paper.authors
    assert read.identifiers[0] == paper.identifiers[0]
    if paper.precision is Precision.YEAR or paper.day is None:
        assert (read.day, read.precision) == (paper.day, paper.precision)
    else:
        assert (read.day, read.precision) == (paper.day.replace(day=1), Precision.MONTH)


def test_formulas_the_site_writes_are_read_back() -> None:
    title = r"Sorting in $O(n \log n)$ time with $x_1$"
    paper = PaperRecord("arxiv", Authority.ARCHIVE, (Identifier("arxiv", "1706.03762"),), title)
    assert take(Bibtex(), bibtex(paper, PAGE)).record.title == title


@settings(max_examples=300)
@given(text=st.text(alphabet="aB{}{}- .:,1é()[]/;@*+=|", max_size=20))
def test_a_text_of_nothing_but_braces_is_read_as_the_decoder_would(text: str) -> None:
    reader = Bibtex()
    quick = reader._plain(text)
    whole = reader._decoder.transform_entry(Entry("misc", "key", [Field("text", text)]), library=Library())
    assert isinstance(whole, Entry)
    assert quick == whole.fields[0].value
