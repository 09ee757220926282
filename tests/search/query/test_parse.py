"""Every text is a query; what it says is understood, and what cannot be read is answered with a hint."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dailypapers.search.query.model import Condition, Query, Votes
from dailypapers.search.query.parse import KEYS, LONGEST, MOST_WORDS, parse_query, parts


def test_words_phrases_and_what_is_ruled_out() -> None:
    query = parse_query('diffusion "score matching" -images -"latent space" models')
    assert query.words == ("diffusion", "models")
    assert query.phrases == ("score matching",)
    assert query.without == ("images", "latent space")
    assert query.problems == ()
    assert query.wanted == "diffusion models score matching"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ('author:"Fei-Fei Li"', Condition("author", "Fei-Fei Li")),
        ("Author:curie", Condition("author", "curie")),
        ("field:cs.CL", Condition("field", "cs.CL")),
        ("-field:cs.CV", Condition("field", "cs.CV", negated=True)),
        ("venue:ACL", Condition("venue", "ACL")),
        ("after:2025", Condition("after", date(2025, 1, 1))),
        ("after:2025-01", Condition("after", date(2025, 1, 1))),
        ("before:2025-2-28", Condition("before", date(2025, 2, 28))),
        ("has:code", Condition("has", "code")),
        ("is:WITHDRAWN", Condition("is", "withdrawn")),
        ("-is:withdrawn", Condition("is", "withdrawn", negated=True)),
        ("votes:>10", Condition("votes", Votes(least=11))),
        ("votes:<=3", Condition("votes", Votes(most=3))),
        ("votes:=7", Condition("votes", Votes(7, 7))),
        ("votes:5", Condition("votes", Votes(least=5))),
    ],
)
def test_filters(text: str, condition: Condition) -> None:
    query = parse_query(f"graph {text}")
    assert query.conditions == (condition,)
    assert query.words == ("graph",)
    assert query.problems == ()


def test_papers_like_one_together_with_words() -> None:
    query = parse_query("like:2403.05530 retrieval like:10.1038/s41586-021-03819-2")
    assert query.like == ("2403.05530", "10.1038/s41586-021-03819-2")
    assert query.words == ("retrieval",)


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("after:yesterday", "after:2025-01"),
        ("after:2025-13", "after:2025-01"),
        ("before:20260-01-01", "before:2025-01"),
        ("has:everything", "has:code"),
        ("is:good", "is:withdrawn"),
        ("votes:many", "votes:>10"),
        ("votes:>99999999999999999999", "votes:>10"),
        ("author:", "author:curie"),
        ("field:???", "field:cs.CL"),
        ("-like:2403.05530", "left out"),
        ("colour:red", "Filters are author:"),
        ('"never closed', "not closed"),
    ],
)
def test_a_mistake_is_answered_with_a_hint_and_the_rest_is_taken(text: str, hinted: str) -> None:
    query = parse_query(f"graph {text}")
    assert "graph" in query.words
    assert query.conditions == ()
    assert len(query.problems) == 1
    assert hinted in query.problems[0].hint


def test_a_title_with_a_colon_is_words() -> None:
    query = parse_query("BERT: pre-training of deep transformers")
    assert query.words == ("BERT", "pre-training", "of", "deep", "transformers")
    assert query.problems == ()


def test_a_word_in_quotes_is_a_phrase() -> None:
    assert parse_query('"transfromer" models') == Query(
        '"transfromer" models', words=("models",), phrases=("transfromer",)
    )


def test_typographic_quotes_and_minus_signs_are_understood() -> None:
    assert parse_query("“score matching” –images") == Query(
        '"score matching" -images', phrases=("score matching",), without=("images",)
    )


@pytest.mark.parametrize(
    "text", ["", "   ", "-", "--- -", '"', '""', "???", "\x00\x01", "\u202e\u200b", "🦆 🦆"]
)
def test_nothing_to_look_for_is_an_empty_query(text: str) -> None:
    assert parse_query(text).is_empty


def test_a_very_long_query_is_read_to_a_bound_and_the_reader_is_told() -> None:
    query = parse_query("word " * 2_000)
    assert len(query.words) == MOST_WORDS
    assert len(query.text) <= LONGEST
    assert len(query.problems) == 2


PARTS = st.sampled_from(
    [
        *(f"{key}:" for key in KEYS),
        *('"', "-", "--", ":", " ", "\n", "(", ")", "[", "{", "*", "~", "^", "AND", "OR"),
        *("'; DROP TABLE papers; --", "title:(a OR b)^2", "a", "2025-01", ">10"),
        *("\u202eabc", "שלום", "🦆", "ﷺ", "\x00", "\ud800"),
    ]
)
ANY_QUERY = st.text(max_size=400) | st.lists(PARTS | st.text(max_size=4), max_size=40).map("".join)


@given(ANY_QUERY)
@example("﷽" * 3_000)
@example('"' * 10_000)
@example("-a:" * 4_000)
@example("a:" * 5_000)
def test_every_text_is_a_query_within_its_bounds(text: str) -> None:
    started = time.process_time()
    query = parse_query(text)
    assert time.process_time() - started < 1.0
    assert len(query.text) <= LONGEST
    for some in (query.words, query.phrases, query.without, query.like, query.conditions):
        assert len(some) <= MOST_WORDS
    assert all(
        word.strip() == word and word.isprintable() for word in (*query.words, *query.phrases, *query.without)
    )
    assert len(query.problems) <= 10


def test_the_parts_of_a_query_are_as_they_are_written() -> None:
    text = ' heat  -"case  study" author:“Fei-Fei Li” x"y z"  after:2025 "open end'
    assert parts(text) == (
        "heat",
        '-"case  study"',
        'author:"Fei-Fei Li"',
        "x",
        '"y z"',
        "after:2025",
        '"open end',
    )


@given(ANY_QUERY)
@example("e\u200b\u0301")
@example("word " * 399 + "words")
def test_the_parts_of_a_query_joined_are_the_query(text: str) -> None:
    assert replace(parse_query(" ".join(parts(text))), text="") == replace(parse_query(text), text="")


def test_the_parts_of_a_very_long_query_are_those_that_are_read() -> None:
    assert len(parts("word " * 401)) == 400
    assert parts("x" * 3_000) == ("x" * LONGEST,)


@given(ANY_QUERY)
def test_what_was_read_is_read_again_the_same(text: str) -> None:
    query = parse_query(text)
    again = parse_query(query.text)
    assert (again.words, again.phrases, again.without) == (query.words, query.phrases, query.without)
    assert again.conditions == query.conditions


@pytest.mark.parametrize(
    ("text", "part", "mended"),
    [
        ("author:Geoffrey Hinton dropout", "author:Geoffrey", 'author:"Geoffrey Hinton" dropout'),
        ("nets -author:Yann LeCun", "-author:Yann", 'nets -author:"Yann LeCun"'),
        ("cats AND dogs", "AND", "cats dogs"),
        ("cats NOT dogs", "NOT", "cats -dogs"),
        ("cats OR NOT -dogs", "OR", "cats -dogs"),
        ("heat after:2025 before:2024", "after:2025", "heat before:2025 after:2024"),
        ("after:2025-03 before:2025-03", "after:2025-03", ""),
        ("title:attention heads", "title:", "attention heads"),
        ('title:"attention heads"', "title:", '"attention heads"'),
        ("year:2024 heat", "year:", "after:2024 before:2025 heat"),
        ("category:cs.CL heat", "category:", "field:cs.CL heat"),
        ("-journal:Nature heat", "journal:", "-venue:Nature heat"),
    ],
)
def test_a_query_that_is_hardly_meant_so_comes_mended(text: str, part: str, mended: str) -> None:
    [problem] = parse_query(text).problems
    assert (problem.part, problem.mended) == (part, mended)
    if mended:
        assert parse_query(mended).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "ATTENTION IS NOT ALL YOU NEED",
        "author:hinton Dropout",
        'author:"Geoffrey Hinton" Dropout',
        "cats and dogs or not",
        "after:2024 before:2025",
        "-after:2025 before:2024",
        "https://arxiv.org/abs/2403.05530",
    ],
)
def test_what_is_well_written_gets_no_advice(text: str) -> None:
    assert parse_query(text).problems == ()
