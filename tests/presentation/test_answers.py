"""The sentence that answers, with the words that do marked and nothing else touched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.presentation.answers import answer, marked
from dailypapers.presentation.mathematics import render
from dailypapers.search.analysis import telling, terms
from tests.presentation.test_mathematics import hostile, parsed


def test_the_sentence_with_most_of_the_words_answers() -> None:
    text = "We begin. Copper wires glow. Copper alone is red."
    assert answer(text, ("copper", "glow")) == "Copper wires glow."
    assert answer(text, ("zinc",)).startswith("We begin.")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Zinc <b>zinc</b> & more", "<mark>Zinc</mark> &lt;b&gt;<mark>zinc</mark>&lt;/b&gt; &amp; more"),
        ("a \\emph{zinc} plate", "a <em><mark>zinc</mark></em> plate"),
        ("$zinc$-like zinc", "-like <mark>zinc</mark>"),
        ("see https://x.org/?zinc=zinc", 'href="https://x.org/?zinc=zinc"'),
        ("\\nocommand{zinc}", '<span class="tex">\\nocommand{zinc}</span>'),
    ],
)
def test_words_are_marked_in_what_is_read_alone(text: str, html: str) -> None:
    found = marked(text, ("zinc", "amp", "em", "href", "span", "math"))
    assert html in found
    assert "<mark>amp" not in found
    assert "<mark>em" not in found


ZINC = st.sampled_from(["zinc", "Zinc plates", "$zinc$", "script", "span", "class", "lt", "amp", "quot", "x"])


@given(st.lists(hostile | ZINC, max_size=8).map(" ".join))
def test_marks_are_put_into_the_text_and_nothing_else_is_changed(text: str) -> None:
    asked = (*telling(terms(text)), "zinc", "span", "class", "math", "href", "lt", "amp", "mark")
    html = marked(text, asked)
    assert re.sub(r"</?mark>", "", html) == render(text)
    for mark in parsed(html).iter("mark"):  # Read as XML: each tag is closed where it must be.
        assert len(mark) == 0
        assert not mark.attrib
        assert mark.text
        assert not any(above.tag in ("math", "mark") for above in mark.iterancestors())


def test_words_that_were_not_asked_for_are_not_marked() -> None:
    assert "<mark>" not in marked("Copper & zinc", ("tin", "cop"))
    assert marked("Pre-training of models", ("train",)).startswith("<mark>Pre-training</mark> of models")
