"""The sentence of an abstract that says most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.presentation.sentences import sentences
from dailypapers.presentation.telling import LONGEST, telling_sentence

PUMPS = (
    "Houses lose warmth in winter. Many have tried to keep it. We introduce a heat pump for cold houses that "
    "needs half the current of others. Code is on our page. It was cold that year."
)
STARS = (
    "Astronomy has a long history. Photographs of the sky are many and labels are few. This paper presents a "
    "method that counts stars in photographs from ten labels. We thank our colleagues for their time."
)
ABSTRACTS = [
    ("Pumps for cold houses", PUMPS, "We introduce a heat pump"),
    ("Counting stars in photographs with few labels", STARS, "This paper presents a method"),
]


@pytest.mark.parametrize(("title", "abstract", "begins"), ABSTRACTS)
def test_it_is_the_one_that_says_what_was_done(title: str, abstract: str, begins: str) -> None:
    assert telling_sentence(title, abstract).startswith(begins)


def test_an_empty_abstract_says_nothing_and_a_short_one_itself() -> None:
    assert telling_sentence("A title", "  ") == ""
    assert telling_sentence("A title", "It grows.") == "It grows."


def test_a_long_sentence_is_cut_after_a_word() -> None:
    said = telling_sentence("Growth", "We show that it grows " + "and grows " * 200 + "for ever.")
    assert len(said) <= 1.3 * LONGEST
    assert said.endswith("…")


@given(st.text(max_size=400), st.text(max_size=400))
def test_what_is_chosen_stands_in_the_abstract(title: str, abstract: str) -> None:
    said = telling_sentence(title, abstract)
    assert not said or said.endswith("…") or said in " ".join(abstract.split())
    assert bool(said) == bool(abstract.strip()) or not list(sentences(abstract))
