"""How a word is written makes no difference to the term it becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.search.analysis import LONGEST_TERM, plain, telling, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Schrödinger", "schrodinger"),
        ("Erdős–Rényi", "Erdos-Renyi"),
        (r"Erd\H{o}s", "Erdős"),
        (r"Poincar\'e", "Poincaré"),
        ("α-helix", "alpha-helix"),
        (r"$\alpha$-helix", "alpha helix"),
        (r"\mathbb{R}", "R"),
        ("β", r"\beta"),
        (r"\varepsilon-greedy", "ε-greedy"),
        (r"Fran\c{c}ois", "François"),
        ("labelled modelling", "labeled modeling"),
        ("optimisation", "optimization"),
        ("optimised", "optimized"),
        ("behaviours", "behavior"),
        ("analyse", "analyze"),
        ("fibre", "fiber"),
        ("colour", "color"),
        ("dialogue", "dialog"),
        ("anaemia", "anemia"),
        ("proteins", "protein"),
        ("ﬁeld", "field"),
        ("Straße", "strasse"),
        ("naïve", "naive"),
        ("Alzheimer's", "Alzheimers"),
        ("don’t", "don't"),
    ],
)
def test_the_same_word_in_two_spellings(one: str, other: str) -> None:
    assert set(terms(other)) <= set(terms(one)) or set(terms(one)) <= set(terms(other))
    assert terms(one)


@pytest.mark.parametrize("written", ["pre-training", "pretraining", "pre training", "Pre-Training"])
def test_a_hyphenated_paper_is_found_however_the_query_writes_it(written: str) -> None:
    assert set(terms(written)) <= set(terms("Pre-training"))


@pytest.mark.parametrize(
    ("one", "other"), [("state", "stats"), ("transformer", "transport"), ("delta", "deltoid")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_stop_words_are_kept_in_a_text_and_left_out_of_what_tells() -> None:
    assert terms("to be or not to be") == ["to", "be", "or", "not", "to", "be"]
    assert telling(terms("The shape of the proteins")) == ["shape", "protein"]


def test_other_scripts_are_words_too() -> None:
    assert terms("大语言模型 и нейронные сети") == ["大语言模型", "и", "неиронные", "сети"]


@given(st.text(max_size=300))
def test_terms_are_plain_and_bounded_and_a_line_of_them_is_itself_again(text: str) -> None:
    found = terms(text)
    assert all(0 < len(one) <= LONGEST_TERM and " " not in one for one in found)
    assert plain(plain(text)) == plain(text) or "\\" in text or not text.isascii()
