"""From what someone pastes to the paper it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier, parse
from dailypapers.catalogue.pasted import Pasted, read

ARXIV = "arxiv:2604.04913"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2604.04913", ARXIV),
        (" arXiv:2604.04913v2 \n", ARXIV),
        ("arXiv:2604.04913v2 [cs.CL] 2 Apr 2026", ARXIV),
        ("[2604.04913] Its Title", ARXIV),
        ("“https://arxiv.org/abs/2604.04913”,", ARXIV),
        ("(see https://arxiv.org/pdf/2604.04913v1.pdf)", ARXIV),
        ("Look at https://huggingface.co/papers/2604.04913 !", ARXIV),
        ("hf.co/papers/2604.04913", ARXIV),
        ("https://www.alphaxiv.org/abs/2604.04913", ARXIV),
        ("https://openreview.net/forum?id=aVh9KRZdRk&noteId=x", "openreview:aVh9KRZdRk"),
        ("https://aclanthology.org/2024.acl-long.3.pdf", "acl:2024.acl-long.3"),
        ("https://www.biorxiv.org/content/10.1101/2024.01.05.574328v1.full", "biorxiv:2024.01.05.574328"),
        ("doi:10.1145/3442188.3445922", "doi:10.1145/3442188.3445922"),
        ("The DOI is 10.1145/3442188.3445922.", "doi:10.1145/3442188.3445922"),
        ("10.48550/arXiv.2604.04913", ARXIV),
        ("https://openalex.org/W2741809807", "openalex:W2741809807"),
    ],
)
def test_an_identifier_is_found_however_it_is_pasted(text: str, expected: str) -> None:
    assert read(text) == Pasted(Identifier(*expected.split(":", 1)))


@pytest.mark.parametrize(
    ("url", "doi"),
    [
        ("https://dl.acm.org/doi/pdf/10.1145/3442188.3445922", "10.1145/3442188.3445922"),
        ("https://link.springer.com/article/10.1007/s11263-015-0816-y", "10.1007/s11263-015-0816-y"),
        ("https://link.springer.com/content/pdf/10.1007/s11263-015-0816-y.pdf", "10.1007/s11263-015-0816-y"),
        (
            "https://www.frontiersin.org/articles/10.3389/fnins.2020.00001/full",
            "10.3389/fnins.2020.00001",
        ),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0123456",
            "10.1371/journal.pone.0123456",
        ),
        ("https://www.pnas.org/doi/10.1073/pnas.2016239118#sec-1", "10.1073/pnas.2016239118"),
        ("https://example.org/a%2F10.1000%2F182", "10.1000/182"),
    ],
)
def test_an_address_of_a_publisher_gives_its_doi_and_itself(url: str, doi: str) -> None:
    assert read(url) == Pasted(Identifier("doi", doi), url)


def test_any_other_address_is_a_page_to_be_read() -> None:
    url = "https://proceedings.mlr.press/v139/radford21a.html"
    assert read(url) == Pasted(url=url)
    assert read("proceedings.mlr.press/v139/radford21a.html") == Pasted(url=url)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "attention is all you need", "file:///etc/passwd", "javascript:alert(1)", "http://", "http://[x/",
     "https://host:99999999/x", "ftp://example.org/10.1000"],
)  # fmt: skip
def test_what_names_no_paper_names_none(text: str) -> None:
    assert read(text) == Pasted()


@given(st.text(max_size=300))
def test_any_text_can_be_pasted(text: str) -> None:
    found = read(text)
    if found.identifier is not None:
        assert parse(str(found.identifier)) is not None, "what was found is a name that leads back to itself"
    assert found.url == "" or found.url.lower().startswith(("http://", "https://"))


@given(st.sampled_from(["2604.04913", "hep-th/9901001", "10.1145/3442188.3445922"]), st.text(max_size=40))
def test_words_around_an_identifier_do_not_hide_it(name: str, words: str) -> None:
    known = parse(name)
    assert known is not None
    first = " ".join(words.split())
    if "/" in first or "." in first or ":" in first:
        return  # They may name a paper of their own.
    assert read(f"{first} {name}").identifier == known.identifier
