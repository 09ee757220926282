"""Every way to write an identifier leads to one value."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import (
    MAX_LENGTH,
    SCHEMES,
    Identifier,
    expand,
    parse,
    parse_record_id,
    url_of,
)


@pytest.mark.parametrize(
    ("written", "meant", "version"),
    [
        ("2604.04913", "arxiv:2604.04913", None),
        ("2604.04913v2", "arxiv:2604.04913", 2),
        ("arXiv:2604.04913", "arxiv:2604.04913", None),
        ("arxiv: 2604.04913v12 ", "arxiv:2604.04913", 12),
        ("https://arxiv.org/abs/2604.04913v1", "arxiv:2604.04913", 1),
        ("http://export.arxiv.org/pdf/2604.04913v3.pdf", "arxiv:2604.04913", 3),
        ("www.arxiv.org/html/2604.04913", "arxiv:2604.04913", None),
        ("https://www.alphaxiv.org/abs/2604.04913", "arxiv:2604.04913", None),
        ("https://huggingface.co/papers/2604.04913", "arxiv:2604.04913", None),
        ("hep-th/9901001", "arxiv:hep-th/9901001", None),
        ("math.GT/0309136v2", "arxiv:math/0309136", 2),
        ("10.48550/arXiv.2604.04913", "arxiv:2604.04913", None),
        ("https://doi.org/10.48550/arxiv.2604.04913v2", "arxiv:2604.04913", 2),
        ("10.1038/S41586-021-03819-2", "doi:10.1038/s41586-021-03819-2", None),
        ("doi:10.1038/s41586-021-03819-2.", "doi:10.1038/s41586-021-03819-2", None),
        ("https://dx.doi.org/10.1002/j.1538-7305%2E1948", "doi:10.1002/j.1538-7305.1948", None),
        ("10.1101/2024.01.05.574321v2", "biorxiv:2024.01.05.574321", 2),
        (
            "https://www.medrxiv.org/content/10.1101/2024.01.05.24300001v1.full",
            "biorxiv:2024.01.05.24300001",
            1,
        ),
        ("P18-1001", "acl:P18-1001", None),
        ("https://aclanthology.org/2021.NAACL-main.214/", "acl:2021.naacl-main.214", None),
        ("https://aclanthology.org/W18-6481.pdf", "acl:W18-6481", None),
        ("https://openreview.net/forum?id=ri0q1OpyVk", "openreview:ri0q1OpyVk", None),
        ("https://openalex.org/W2741809807", "openalex:W2741809807", None),
        ("local:anything", "local:anything", None),
        ("local:ends/", "local:ends/", None),
        ("2604.04913/", "arxiv:2604.04913", None),
        ("arXiv:2604.04913v2//", "arxiv:2604.04913", 2),
        ("P18-1001/", "acl:P18-1001", None),
        ("arxiv.org/abs/2604.04913v2", "arxiv:2604.04913", 2),
        ("ArXiv.org/pdf/2604.04913/", "arxiv:2604.04913", None),
        ("doi.org/10.1000/182", "doi:10.1000/182", None),
        ("huggingface.co/papers/2604.04913", "arxiv:2604.04913", None),
        ("openreview.net/forum?id=ri0q1OpyVk", "openreview:ri0q1OpyVk", None),
        ("aclanthology.org/P18-1001", "acl:P18-1001", None),
        ("https:/arxiv.org/abs/2604.04913", "arxiv:2604.04913", None),
        ("http:/doi.org/10.1000/182", "doi:10.1000/182", None),
    ],
)
def test_one_identifier_written_in_many_ways(written: str, meant: str, version: int | None) -> None:
    reference = parse(written)
    assert reference is not None
    assert str(reference.identifier) == meant
    assert reference.version == version


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "2604.049",
        "12604.04913",
        "9999.99999",
        "arxiv:2600.00001",
        "hep-th/9913001",
        "local:../../etc/passwd",
        "local:a/./b",
        "doi:10.1000/../x",
        "10.1/x",
        "https://example.org/2604.04913",
        "https://arxiv.org/",
        "https:/example.org/2604.04913",
        "arxiv.org",
        "arxiv.org/",
        "example.org/abs/2604.04913",
        "/",
        "http://[",
        "javascript:alert(1)",
        "arxiv:",
        "local:with space",
        "local:<script>",
        "doi:10.1000/a\x00b",
        "x" * 5_000,
    ],
)
def test_what_is_no_identifier_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2604.04913", "arxiv:2604.04913"),
        ("arxiv:2604.04913", "arxiv:2604.04913"),
        ("local:anything", "local:anything"),
        ("icra2021:9561769", "local:icra2021:9561769"),
        ("t:fac83b4fcb37fe63", "local:t:fac83b4fcb37fe63"),
        ("weird:scheme", "local:weird:scheme"),
        ("acl:W17-701", "local:acl:W17-701"),
    ],
)
def test_the_id_of_a_files_record_may_be_anything(written: str, meant: str) -> None:
    assert str(parse_record_id(written)) == meant


@pytest.mark.parametrize(
    "written",
    [
        "arxiv:9999.99999",
        "9999.99999v2",
        "arxiv:one",
        "doi:none",
        "openalex:7",
        "local:..",
        "../../etc/passwd",
    ],
)
def test_but_not_what_breaks_the_rules_of_the_scheme_it_names(written: str) -> None:
    assert parse_record_id(written) is None


FRAGMENTS = st.sampled_from(
    [
        *("local:", "arxiv:", "doi:", "DOI: ", "openreview:", "biorxiv:", "https:", "//", "://", "www."),
        *(
            "doi.org/",
            "arxiv.org/abs/",
            "https:/arxiv.org/",
            "/",
            "10.1000/",
            "10.1101/",
            "2604.04913",
            "v2",
            "v",
            "math.GT/",
            "0309136",
        ),
        *("P18-1001", "W2741809807", "574321", "%25", "%2541", "%", "İ" * 90, "x" * 190, ".", ".pdf"),
        *(" ", "\u2028", "\x00", "<", "?id="),
    ]
)
ANY_TEXT = st.text(max_size=300) | st.lists(FRAGMENTS | st.text(max_size=3), max_size=8).map("".join)


@given(ANY_TEXT)
@example("//")
@example("https://doi.org/10.1000/" + "x" * 1_000)
@example("10.1000/a%2541")
def test_no_text_breaks_the_reader_and_what_it_reads_is_read_again_the_same(text: str) -> None:
    reference = parse(text)
    if reference is not None:
        assert reference.identifier.scheme in SCHEMES
        assert len(reference.identifier.value) <= MAX_LENGTH
        again = parse(str(reference.identifier))
        assert again is not None
        assert again.identifier == reference.identifier
    record_id = parse_record_id(text)
    assert record_id is None or parse_record_id(str(record_id)) == record_id


@given(
    st.sampled_from(
        [
            Identifier("arxiv", "2604.04913"),
            Identifier("arxiv", "hep-th/9901001"),
            Identifier("doi", "10.1000/182"),
            Identifier("acl", "P18-1001"),
            Identifier("openreview", "ri0q1OpyVk"),
            Identifier("openalex", "W2741809807"),
            Identifier("biorxiv", "2024.01.05.574321"),
            Identifier("biorxiv", "10.64898/2025.12.05.574321"),
        ]
    )
)
def test_the_page_of_an_identifier_names_it(identifier: Identifier) -> None:
    reference = parse(url_of(identifier))
    assert reference is not None
    assert reference.identifier == identifier


def test_an_anthology_doi_names_the_anthology_paper_too() -> None:
    doi = Identifier("doi", "10.18653/v1/w18-6481")
    assert expand([doi]) == (doi, Identifier("acl", "W18-6481"))
    assert expand([Identifier("doi", "10.1000/182")]) == (Identifier("doi", "10.1000/182"),)


def test_conference_lists_of_a_file_are_collections_of_their_own() -> None:
    assert Identifier("local", "icra2021:9561769").namespace == "local:icra2021"
    assert Identifier("local", "anything").namespace == ""
    assert Identifier("doi", "10.1000/182").namespace == ""
    assert Identifier("arxiv", "2604.04913").namespace == "arxiv"
