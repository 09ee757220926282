"""The search page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dailypapers.catalogue import finding, indexing
from dailypapers.site.index_keeper import IndexKeeper
from tests.papers import hold, record

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = (
    "",
    "   ",
    "\x00",
    "nothing-like-it field:none",
    '"unclosed',
    "like:9901.00001",
    "<b>",
    "a" * 9_000,
)


@pytest.fixture
def searched(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A site with a few papers and a place for an index of its own."""
    settings.INDEX_URL = str(tmp_path / "index")
    settings.HOME = tmp_path
    monkeypatch.setattr(finding, "_open", finding._Open())
    hold(
        record(1, title="Heat in thin metal plates", abstract="We study it. Copper & zinc <b>glow</b>."),
        record(2, title="Folding of proteins in water", abstract="Amino acids fold quickly."),
    )
    return Client()


def test_before_there_is_an_index_the_page_says_so(searched: Client) -> None:
    answer = searched.get("/search?q=copper")
    assert answer.status_code == 503
    assert "index is being built" in answer.content.decode()


def test_a_result_shows_the_sentence_that_answers_and_why(searched: Client) -> None:
    indexing.build()
    page = searched.get("/search?q=copper").content.decode()
    assert "<mark>Copper</mark> &amp; zinc &lt;b&gt;glow&lt;/b&gt;." in page
    assert "Score" in page
    assert "as a word" in page


def test_an_identifier_or_a_whole_title_leads_to_the_paper(searched: Client) -> None:
    for text in ("2604.00001", "https://arxiv.org/abs/2604.00001v1", "heat in THIN metal plates"):
        answer = searched.get("/search", {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, "/papers/2604.00001")


def test_what_was_written_is_found_once_the_keeper_looked(searched: Client) -> None:
    keeper = IndexKeeper()
    assert keeper.look() == 0  # it builds the index, which then holds everything
    hold(record(3, title="Tides of the northern seas", abstract="Moon."))
    assert keeper.look() == 1
    assert "Tides of the northern seas" in searched.get("/search?q=tides+northern").content.decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_every_query_has_a_page(searched: Client, text: str) -> None:
    indexing.build()
    assert searched.get("/search", {"q": text}).status_code == 200


@pytest.mark.parametrize("query", ["sort=best", "mode=psychic", "page=0", "page=x", "page=99999"])
def test_a_wrong_address_is_not_found(searched: Client, query: str) -> None:
    assert searched.get(f"/search?q=heat&{query}").status_code == 404


def test_a_page_of_results_costs_a_fixed_number_of_queries(
    searched: Client, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    indexing.build()
    with django_assert_num_queries(6):
        searched.get("/search?q=heat+proteins")


def test_a_misspelt_word_is_put_right_and_said(searched: Client) -> None:
    hold(
        *(
            record(number, title=f"Conductors of kind {number}", abstract="Superb.")
            for number in range(10, 22)
        )
    )
    indexing.build()
    page = searched.get("/search?q=conductrs").content.decode()
    assert "No paper has “conductrs”: looked for <b>conductors</b>." in page
    assert "Conductors of kind 10" in page
    assert "exact=1" in page
    as_written = searched.get("/search?q=conductrs&exact=1&mode=lexical").content.decode()
    assert "Nothing was found" in as_written


def test_a_paper_names_those_near_it_with_the_words_they_share(searched: Client) -> None:
    hold(record(4, title="Proteins fold in warm water", abstract="Folding of amino acids."))
    assert "Related papers" not in searched.get("/papers/2604.00002").content.decode()
    indexing.build()
    page = searched.get("/papers/2604.00002").content.decode()
    assert "Related papers" in page
    assert page.index("Proteins fold in warm water") < page.index("Heat in thin metal plates")
    assert "amino" in page
