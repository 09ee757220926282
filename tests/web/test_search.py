"""The search page."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dailypapers.catalogue import finding, indexing
from dailypapers.catalogue.records import Precision
from dailypapers.search import engine
from dailypapers.site.index_keeper import IndexKeeper
from tests.papers import hold, record
from tests.search.test_readings import of_two_kinds

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert "The score is a sum" in page
    assert "as a word" in page


def test_the_mathematics_of_an_answer_is_set_and_its_words_are_marked(searched: Client) -> None:
    hold(record(3, title="Of plates", abstract="Copper melts at $T_c$ of \\emph{zinc}. Then nothing."))
    indexing.build()
    page = searched.get("/search?q=copper+zinc").content.decode()
    assert "<mark>Copper</mark> melts at <math>" in page
    assert "<em><mark>zinc</mark></em>." in page


def test_each_filter_can_be_taken_away(searched: Client) -> None:
    indexing.build()
    page = searched.get("/search?q=copper+field:cs.CL+after:2026+before:2027&sort=date").content.decode()
    filters = page[page.index('aria-label="Filters"') :].partition("</nav>")[0]
    assert 'href="/search?q=copper+after%3A2026+before%3A2027&amp;sort=date">field:cs.CL' in filters
    assert 'href="/search?q=copper+field%3Acs.CL&amp;sort=date">2026' in filters
    assert 'aria-label="Filters"' not in searched.get("/search?q=copper").content.decode()


def test_filters_that_find_nothing_can_be_taken_away_too(searched: Client) -> None:
    indexing.build()
    page = searched.get("/search?q=copper+field:math.AG").content.decode()
    assert "Nothing was found" in page
    assert 'href="/search?q=copper">field:math.AG' in page


def test_the_readings_of_an_ambiguous_query_are_offered_each_as_a_search(searched: Client) -> None:
    hold(*(record(100 + one.id, title=one.title, abstract=one.abstract) for one in of_two_kinds()))
    indexing.build()
    page = searched.get("/search?q=delta+field:cs.CL").content.decode()
    assert "Papers on “delta” are of several kinds" in page
    readings = page[page.index('class="readings"') :].partition("</section>")[0]
    assert readings.count('<a href="/search?q=delta+field%3Acs.CL+') == 2
    assert readings.count('<a href="/papers/2604.001') == 4
    assert 'class="readings"' not in searched.get("/search?q=delta&page=2").content.decode()
    assert 'class="readings"' not in searched.get("/search?q=delta+robot+arm").content.decode()


def test_an_identifier_or_a_whole_title_leads_to_the_paper(searched: Client) -> None:
    for text in ("2604.00001", "https://arxiv.org/abs/2604.00001v1", "heat in THIN metal plates"):
        answer = searched.get("/search", {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, "/papers/2604.00001")


def test_a_whole_title_in_another_spelling_leads_to_the_paper(searched: Client) -> None:
    hold(
        record(5, title="Trust-region policy optimization", abstract="We optimize."),
        record(6, title="A coloured theory of two copies", abstract="One."),
        record(7, title="A colored theory of two copies", abstract="Another."),
        *(record(number, title=f"Policy of kind {number}", abstract="A region.") for number in range(10, 22)),
    )
    indexing.build()
    for text in (
        "trust region policy optimisation",
        "Trustregion policies: optimization",
        "trust region polcy optimisation",
    ):
        answer = searched.get("/search", {"q": text, "sort": "date"})
        assert (answer.status_code, answer["Location"]) == (302, "/papers/2604.00005"), text
        typed = searched.get("/search", {"q": text}, headers={"HX-Request": "true"})
        assert "Enter opens it" in typed.content.decode()
    for text in (
        "trust region policy",
        "trust region policy optimisation of kind",
        "trust region polcy optimisation field:cs.CL",
        "a coloured theory of two copy",
    ):
        assert searched.get("/search", {"q": text}).status_code == 200, text
    assert searched.get("/search", {"q": "trust region polcy optimisation", "exact": "1"}).status_code == 200


def test_what_was_written_is_found_once_the_keeper_looked(searched: Client) -> None:
    keeper = IndexKeeper()
    assert keeper.look() == 0  # it builds the index, which then holds everything
    hold(record(3, title="Tides of the northern seas", abstract="Moon."))
    assert keeper.look() == 1
    assert "Tides of the northern seas" in searched.get("/search?q=tides+northern").content.decode()


@pytest.mark.parametrize("query", ["sort=&mode=&page=", "exact="])
def test_what_is_left_empty_is_as_usual(searched: Client, query: str) -> None:
    indexing.build()
    assert "Heat" in searched.get(f"/search?q=heat&{query}").content.decode()


@pytest.mark.parametrize("text", ["the", "of the", '"a"', "the field:cs", "it's"])
@pytest.mark.parametrize("mode", ["hybrid", "lexical", "dense"])
def test_words_that_say_nothing_have_an_answer(searched: Client, text: str, mode: str) -> None:
    indexing.build()
    assert searched.get("/search", {"q": text, "mode": mode}).status_code == 200


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("-heat", "What is to be left out needs a word or a filter beside it"),
        ("-", "There is no word in this to look for."),
        ("…", "There is no word in this to look for."),
    ],
)
def test_a_query_that_asks_for_nothing_gets_a_hint(searched: Client, text: str, hint: str) -> None:
    indexing.build()
    page = searched.get("/search", {"q": text}).content.decode()
    assert hint in page
    assert "Fewer or other words" not in page


def test_a_page_past_the_end_is_none_and_leads_back(searched: Client) -> None:
    indexing.build()
    answer = searched.get("/search?q=heat&page=9999")
    assert answer.status_code == 404
    assert 'href="/search?q=heat">The first page' in answer.content.decode()


def test_a_hint_leads_to_the_mended_query(searched: Client) -> None:
    indexing.build()
    page = searched.get("/search", {"q": "author:Sophie Germain heat"}).content.decode()
    assert 'href="/search?q=author%3A%22Sophie+Germain%22+heat"' in page
    assert "needs quotes" in page


@pytest.mark.parametrize("query", ["sort=best", "mode=psychic", "page=0", "page=x", "page=99999"])
def test_a_wrong_address_is_not_found(searched: Client, query: str) -> None:
    assert searched.get(f"/search?q=heat&{query}").status_code == 404


def test_a_page_of_results_costs_a_fixed_number_of_queries(
    searched: Client, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    indexing.build()
    with django_assert_num_queries(9):
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
    assert "Looked for <b>conductors</b> rather than “conductrs”." in page
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
    assert re.search("<small>[^<]*proteins[^<]*</small>", page)


def test_what_results_can_be_narrowed_to_is_counted_when_asked_for(searched: Client) -> None:
    hold(*(record(100 + one, title=f"Copper wire {one}", venue=f"Metals {one % 2}") for one in range(12)))
    indexing.build()
    page = searched.get("/search?q=copper+wire").content.decode()
    assert '<a href="/search?q=copper+wire&amp;narrow=1">Narrow by field' in page
    assert "Metals 1 <small>" not in page
    page = searched.get("/search?q=copper+wire&narrow=1").content.decode()
    assert "12 papers have all these words" in page
    assert "Counted among all 12 that have all these words in some form." in page
    link = '<a href="/search?q=copper+wire+venue%3A%22Metals+1%22&amp;narrow=1">Metals 1 <small>6</small></a>'
    assert link in page
    page = searched.get('/search?q=copper+wire+venue:"Metals+1"&narrow=1').content.decode()
    assert "6 papers have all these words" in page
    assert '<input type="hidden" name="narrow" value="1">' in page


def test_by_date_only_papers_that_match_are_listed(searched: Client) -> None:
    hold(*(record(100 + one, title=f"Copper wire {one}", abstract="") for one in range(12)))
    indexing.build()
    page = searched.get("/search?q=copper+wire&sort=date").content.decode()
    assert "12 papers have all these words in some form, newest first." in page
    assert "Heat in thin metal plates" not in page
    assert "14 papers" in searched.get("/search?q=after:2000&sort=votes").content.decode()


def test_each_order_says_what_it_is(searched: Client) -> None:
    indexing.build()
    for sort, said in (
        ("relevance", "In the order of a <a"),
        ("date", "Newest first, among papers"),
        ("votes", "In the order of votes, among papers"),
    ):
        page = searched.get("/search", {"q": "copper", "sort": sort}).content.decode()
        assert f'<p class="foot-note">{said}' in page
        assert page.count("In the order of") == (sort != "date")
        assert "The score is a sum" in page


def test_a_list_by_filters_alone_has_no_best_and_no_empty_score(searched: Client) -> None:
    indexing.build()
    page = searched.get("/search?q=after:2020").content.decode()
    assert ">Best</a>" not in page
    assert 'aria-current="true">Newest</a>' in page
    assert '<p class="foot-note">Newest first.</p>' in page
    assert "The score is a sum" not in page
    assert "everything that the filters ask for" in page
    page = searched.get("/search?q=after:2020&sort=votes").content.decode()
    assert 'aria-current="true">Most votes</a>' in page
    assert '<p class="foot-note">In the order of votes.</p>' in page


def test_a_paper_whose_day_is_not_known_shows_its_month_or_year(searched: Client) -> None:
    hold(
        record(7, title="Zinc of a month", day=date(2025, 6, 1), precision=Precision.MONTH, listed=()),
        record(8, title="Zinc of a year", day=date(1987, 1, 1), precision=Precision.YEAR, listed=()),
    )
    indexing.build()
    page = searched.get("/search?q=zinc+month").content.decode()
    assert "<span>June 2025</span>" in page
    assert "<span>1987</span>" in page


def under_way(client: Client, **query: str) -> Any:
    """What a page is answered that asks while someone types."""
    return client.get("/search", query, headers={"HX-Request": "true"})


def test_while_someone_types_only_the_results_are_sent(searched: Client) -> None:
    indexing.build()
    answer = under_way(searched, q="copper", sort="date", mode="hybrid")
    text = answer.content.decode()
    assert "<html" not in text
    assert 'id="query"' not in text
    assert "Heat in thin metal plates" in text
    assert '<p id="said" hx-swap-oob="innerHTML">1 paper, newest first.' in text
    assert "<title>copper · Search" in text
    assert answer["HX-Replace-Url"] == "/search?q=copper&sort=date"
    assert "HX-Request" in answer["Vary"]
    assert "HX-Request" in searched.get("/search?q=copper")["Vary"]


def test_a_name_typed_whole_leads_nowhere_before_enter(searched: Client) -> None:
    indexing.build()
    answer = under_way(searched, q="2604.00001")
    assert answer.status_code == 200
    assert 'This is <a href="/papers/2604.00001">Heat in thin metal plates</a>' in answer.content.decode()


def test_while_someone_types_an_empty_box_and_a_missing_index_are_answered(searched: Client) -> None:
    assert "is being built" in under_way(searched, q="copper").content.decode()
    empty = under_way(searched, q="")
    assert "Write words" in empty.content.decode()
    assert empty["HX-Replace-Url"] == "/search"


def test_the_order_is_kept_by_those_who_change_the_words(searched: Client) -> None:
    indexing.build()
    page = searched.get("/search?q=copper&sort=date&mode=lexical").content.decode()
    assert '<input type="hidden" name="sort" value="date">' in page
    assert '<input type="hidden" name="mode" value="lexical">' in page


def test_every_other_page_has_a_box_and_only_search_loads_htmx(searched: Client) -> None:
    for address in ("/", "/papers/trending", "/papers/2604.00001", "/about", "/nowhere"):
        page = searched.get(address).content.decode()
        assert page.count('id="query"') == 1, address
        assert "htmx" not in page, address
    assert "htmx-2.min.js" in searched.get("/search").content.decode()


@pytest.mark.parametrize(
    ("text", "name", "elsewhere", "command"),
    [
        (
            "2412.99999",
            "2412.99999",
            "https://arxiv.org/abs/2412.99999",
            "ingest arxiv --since 2024-12-01 --until 2024-12-31",
        ),
        (
            "arxiv.org/abs/2402.00419v2",
            "2402.00419",
            "https://arxiv.org/abs/2402.00419",
            "--until 2024-02-29",
        ),
        ("(arXiv:2412.99999)", "2412.99999", "https://arxiv.org/abs/2412.99999", "ingest arxiv"),
        ("10.1234/not.held", "10.1234/not.held", "https://doi.org/10.1234/not.held", "ingest file"),
        ("https://example.org/a/paper", "https://example.org/a/paper", "", ""),
        ("2413.12345", "2413.12345", "", "ingest file"),
    ],
)
def test_a_name_that_is_not_held_is_told_instead_of_unrelated_papers(
    searched: Client, text: str, name: str, elsewhere: str, command: str
) -> None:
    indexing.build()
    page = searched.get("/search", {"q": text}).content.decode()
    assert f"No paper is held under “{name}”." in page
    assert f'href="{elsewhere}"' in page if elsewhere else "It may be at" not in page
    assert command in page
    assert "Heat in thin metal plates" not in page
    assert "&amp;exact=1" in page
    assert "is held under" not in searched.get("/search", {"q": text, "exact": "1"}).content.decode()
    assert "is held under" in under_way(searched, q=text).content.decode()


def test_words_that_no_paper_has_are_told(searched: Client) -> None:
    indexing.build()
    page = searched.get("/search?q=qwertyzxcv").content.decode()
    assert "No paper has “qwertyzxcv”" in page
    assert "near it in meaning, if at all" in page or "Nothing was found" in page
    page = searched.get("/search?q=copper+qwertyzxcv+blorptastic").content.decode()
    assert "No paper has “qwertyzxcv” or “blorptastic”." in page
    assert "near it in meaning" not in page
    assert "No paper has" not in searched.get("/search?q=copper").content.decode()


def test_of_many_papers_none_is_offered_for_what_is_no_word(
    searched: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "HARDLY_A_WORD", 2)
    indexing.build()
    page = searched.get("/search?q=qwertyzxcv").content.decode()
    assert "No paper has “qwertyzxcv”." in page
    assert "Nothing was found for “qwertyzxcv”" in page
    assert '<a href="/search?q=qwertyzxcv&amp;mode=dense">See what is near it in meaning</a>' in page
    near = searched.get("/search?q=qwertyzxcv&mode=dense").content.decode()
    assert "No paper has “qwertyzxcv”" in near
    assert "See what is near" not in near
