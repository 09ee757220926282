"""Keys of titles and names are equal for one work and differ for two."""

import pytest

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.likeness import (
    name_different_works,
    name_key,
    share_an_author,
    title_key,
)
from dailypapers.catalogue.records import Author


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attention Is All You Need", "ATTENTION IS ALL YOU NEED."),
        ("Attention Is  All\nYou Need", "“Attention is all you need”"),
        ("Gödel machines: an introduction", "Godel Machines -- An Introduction"),
        ("µKE: Knowledge Editing", r"$\mu$KE: Knowledge Editing"),
        ("Λ-terms and their meanings", r"$\Lambda$-terms and their meanings"),
        ("ℓ1 Norm Optimisation of Words", r"\ell_{1} Norm Optimisation of Words"),
        ("Sorting in O(n log n) steps", r"Sorting in $\mathcal{O}(n \log n)$ steps"),
        ("ε-greedy exploration revisited", r"$\varepsilon$-Greedy Exploration Revisited"),
    ],
)
def test_one_title_printed_two_ways_has_one_key(one: str, other: str) -> None:
    assert title_key(one) is not None
    assert title_key(one) == title_key(other)


def test_another_title_has_another_key() -> None:
    assert title_key("Attention is all you need") != title_key("Attention is not all you need")
    assert title_key("Learning to sort, part I of many") != title_key("Learning to sort, part II of many")


@pytest.mark.parametrize("title", ["", "Editorial", "Introduction", "!?!?!?!?!?!?!?!?!", "Preface to 2021"])
def test_a_title_too_short_to_tell_works_apart_has_no_key(title: str) -> None:
    assert title_key(title) is None


@pytest.mark.parametrize("title", ["注意力就是你所需要的一切而且更多东西", "Ωμέγα και άλφα στην πράξη"])
def test_titles_in_any_script_have_keys_that_fit_the_column(title: str) -> None:
    key = title_key(title)
    assert key is not None
    assert -(2**63) <= key < 2**63


@pytest.mark.parametrize(
    "printed", ["Smith, John", "John Smith", "J. A. Smith", "JOHN SMITH", "John Smith Jr.", "Jöhn Smith"]
)
def test_one_name_printed_in_many_ways_has_one_key(printed: str) -> None:
    assert name_key(printed) == "smith j"


def test_papers_share_an_author_only_by_a_name() -> None:
    ada, charles = Author("Ada Lovelace"), Author("Charles Babbage")
    assert share_an_author([ada, charles], [Author("Lovelace, A.")])
    assert not share_an_author([ada], [charles])
    assert not share_an_author([], [])
    assert not share_an_author([Author("…")], [Author("—")])


def test_two_numbers_of_one_collection_are_two_works() -> None:
    one, other = Identifier("arxiv", "2604.00001"), Identifier("arxiv", "2604.00002")
    doi = Identifier("doi", "10.1000/182")
    assert name_different_works([one], [other])
    assert not name_different_works([one, doi], [one])
    assert not name_different_works([one], [doi])
    assert not name_different_works([doi], [Identifier("doi", "10.1000/183")])
    assert name_different_works([Identifier("local", "icra:1")], [Identifier("local", "icra:2")])
    assert not name_different_works([Identifier("local", "icra:1")], [Identifier("local", "iros:2")])
