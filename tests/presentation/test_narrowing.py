"""What narrows a search can be taken away again, and what may be added narrows it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.presentation.narrowing import MOST, choices, in_force, with_more
from dailypapers.search.facets import Facets
from dailypapers.search.query.parse import parse_query
from tests.search.query.test_parse import ANY_QUERY

COUNTS = {"field": [("cs.CL", 4), ("cs.LG", 2)], "year": [("2024", 3)], "venue": [("Neural Networks", 2)]}
FACETS = Facets(COUNTS, 9, exact=True)


def test_each_filter_comes_with_the_query_without_it() -> None:
    text = 'sparse "state space" field:cs.LG author:"Albert Gu" -field:cs.CV'
    assert in_force(text) == [
        ("field:cs.LG", 'sparse "state space" author:"Albert Gu" -field:cs.CV'),
        ('author:"Albert Gu"', 'sparse "state space" field:cs.LG -field:cs.CV'),
        ("-field:cs.CV", 'sparse "state space" field:cs.LG author:"Albert Gu"'),
    ]


def test_words_mistakes_and_likeness_are_no_filters() -> None:
    assert in_force('graph "unclosed like:2403.05530 colour:red after:yesterday -word') == []


def test_a_year_of_two_ends_is_taken_away_at_once() -> None:
    assert in_force("graph after:2024 before:2025") == [("2024", "graph")]
    assert [one.label for one in in_force("after:2024 before:2026")] == ["after:2024", "before:2026"]
    assert [one.label for one in in_force("after:2024 -before:2025")] == ["after:2024", "-before:2025"]


def test_what_may_be_added_is_said_as_a_query() -> None:
    found = choices("graph", replace(FACETS, papers=4))
    assert found["field"] == [("cs.LG", 2, "graph field:cs.LG")]  # All are of cs.CL: that narrows nothing.
    assert found["year"] == [("2024", 3, "graph after:2024 before:2025")]
    assert found["venue"] == [("Neural Networks", 2, 'graph venue:"Neural Networks"')]


def test_fields_of_one_name_are_added_as_alternatives() -> None:
    facets = replace(FACETS, alike={"cs.LG": ("Machine Learning",), "2024": ("never",)})
    found = choices("graph", facets)
    assert found["field"][1] == ("cs.LG", 2, 'graph field:cs.LG field:"Machine Learning"')
    assert found["year"][0].query == "graph after:2024 before:2025"


def test_a_second_field_or_venue_is_not_offered() -> None:
    assert list(choices("graph field:cs.LG", FACETS)) == ["year", "venue"]
    assert list(choices("graph venue:ACL", FACETS)) == ["field", "year"]
    assert list(choices("graph -field:cs.LG after:2020", FACETS)) == ["field", "year", "venue"]


@pytest.mark.parametrize(
    "text", ['graph "unclosed', "graph “unclosed", 'graph "', 'graph author:"Li', "graph"]
)
def test_what_is_added_is_not_taken_into_an_open_quote(text: str) -> None:
    before, after = parse_query(text), parse_query(choices(text, FACETS)["field"][0].query)
    assert after.conditions == (*before.conditions, *parse_query("field:cs.CL").conditions)
    assert (after.words, after.phrases) == (before.words, before.phrases)


def test_a_venue_with_a_quote_in_its_name_is_one_filter() -> None:
    (venue,) = choices("graph", Facets({"venue": [('The "Graph" Journal', 2)]}, 9, exact=True))["venue"]
    query = parse_query(venue.query)
    assert (query.words, query.phrases, len(query.conditions)) == (("graph",), (), 1)


FILTERS = st.sampled_from(
    ['author:"Ada B"', "after:2024", "before:2025", "-field:cs", "votes:>3", "has:code"]
)


@given(st.lists(FILTERS, min_size=1, max_size=4), ANY_QUERY.filter(lambda text: len(text) < 200))
def test_each_step_takes_away_what_it_says_and_the_last_leaves_the_words(some: list[str], text: str) -> None:
    query = with_more(text, *some)
    words = parse_query(text).words
    for _ in range(len(some) + text.count(":")):
        if not (filters := in_force(query)):
            break
        assert parse_query(filters[0].query).words == words
        assert len(filters[0].query) < len(query)
        query = filters[0].query
    assert parse_query(query).conditions == ()


def test_a_pasted_heap_of_filters_makes_no_heap_of_links() -> None:
    assert len(in_force("has:code " * 300)) == MOST
