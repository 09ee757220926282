"""The first sentences of an abstract."""

import io
import itertools
import json
import time
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.presentation.sentences import first_sentences

WORDS = st.sampled_from(
    ["We", "see", "et al.", "Fig. 3", "$x. Y$", "e.g.", "0.5", "A.", "it.", "End.", "\n\n", r"\emph{a. B}",
     "$", "https://a.org/b.C", "!", "(", "）", "好。", "vs.", r"\$5", "{", "}", "word " * 30, "a" * 400]
)  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "Following Smith et al. (2020) and Jones et al. [3] we look again.",
        "As Fig. 3 and Eq. 4 show, see Sec. 2, it holds.",
        "We test two, e.g. BERT, i.e. The one, vs. T5 and cf. GPT.",
        "The loss falls by 3.5 points to 0.12 at a cost of $5.20 each.",
        "The theorem of J. Smith and A. B. Jones is used.",
        "For $x. Y$ and $f(x) = 1. Then$ it holds.",
        "Code is at https://example.org/a.B?c and works.",
        r"We call it \emph{Big. Small} here.",
        "It is known in the U.S. Navy.",
        "In version v1.1 of GPT-4.5 by OpenAI Inc. Boston this is so.",
    ],
)
def test_stops_that_end_no_sentence_are_passed_over(sentence: str) -> None:
    assert first_sentences(f"{sentence} Next {'x' * 300}.", len(sentence) + 5) == sentence


def test_as_many_whole_sentences_as_fit() -> None:
    text = "One is here. Two is here! Is three here? Four is here."
    assert first_sentences(text, 13) == "One is here."
    assert first_sentences(text, 26) == "One is here. Two is here!"
    assert first_sentences(text, 45) == "One is here. Two is here! Is three here?"
    assert first_sentences(text, 400) == text


def test_at_least_one_sentence_even_a_little_beyond_the_limit() -> None:
    assert first_sentences("This sentence is thirty-nine letters long. Next.", 38) == (
        "This sentence is thirty-nine letters long."
    )


def test_a_sentence_much_too_long_is_cut_after_a_word_with_an_ellipsis() -> None:
    assert first_sentences("word " * 100, 22) == "word word word word…"
    assert first_sentences("some words, then more " * 20, 12) == "some words…"


def test_a_formula_is_never_cut() -> None:
    formula = "$a + b + c + d + e + f + g$"
    for limit in range(5, 60):
        shown = first_sentences(f"we take {formula} and then {'go on ' * 60}", limit)
        assert shown.count("$") in (0, 2)
    assert first_sentences("it costs $5 to " + "go on and " * 50, 22) == "it costs $5 to go on…"


def test_the_length_is_that_of_what_is_seen() -> None:
    heavy = r"The set $\mathcal{A}_{\mathrm{x}}$ is small. It is also good."
    assert first_sentences(heavy, 45) == heavy


def test_a_paragraph_ends_a_sentence() -> None:
    assert first_sentences("Background\n\nThe world is round and large.", 15) == "Background"


def test_a_lost_space_between_sentences_is_seen() -> None:
    assert first_sentences("This is the data.We present " + "more " * 90, 30) == "This is the data."


def test_chinese_sentences_end_without_a_space() -> None:
    assert (
        first_sentences("我们提出一种方法。它很好。" + "更多的话" * 200 + "。", 14)
        == "我们提出一种方法。它很好。"
    )
    assert first_sentences("很" * 500, 20) == "很" * 20 + "…"


def test_an_abstract_may_follow_an_abbreviation_with_a_new_sentence() -> None:
    assert first_sentences("This was shown by Smith et al. We go on " + "and on " * 80, 40) == (
        "This was shown by Smith et al."
    )


def test_nothing_comes_of_nothing() -> None:
    assert first_sentences("", 100) == ""
    assert first_sentences(" \n ", 100) == ""


@given(st.lists(WORDS, max_size=40).map(" ".join), st.integers(1, 400))
def test_what_comes_out_is_the_head_of_what_went_in(text: str, limit: int) -> None:
    shown = first_sentences(text, limit)
    head = " ".join(text.split())
    assert head.startswith(shown.removesuffix("…"))
    assert bool(shown) == bool(head)


@given(st.text(max_size=500), st.integers(1, 300))
def test_no_text_breaks_it(text: str, limit: int) -> None:
    assert "\n" not in first_sentences(text, limit)


@pytest.mark.parametrize(
    "unit", ["$", "$a. ", "\\(", "\\a{", "{", ".", ". A", "a", "a.", "\\", "https://", "。"]
)
def test_no_long_text_takes_long(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    start = time.process_time()
    first_sentences(text, 240)
    assert time.process_time() - start < 1.0


@pytest.mark.shared
def test_real_abstracts_are_shown_at_a_good_length(shared: Path) -> None:
    with (shared / "corpus.jsonl.zst").open("rb") as file:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        abstracts = [json.loads(line)["abstract"] for line in itertools.islice(lines, 0, 25_000, 5)]
    shown = [first_sentences(abstract, 240) for abstract in abstracts]
    cut = sum(text.endswith("…") for text in shown)
    assert cut < 0.04 * len(shown)
    assert sum(text.replace(r"\$", "").count("$") % 2 for text in shown) <= 10
    assert sum(len(text) > 300 for text in shown) < 0.02 * len(shown)
