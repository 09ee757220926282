"""The words that related papers share are whole, telling, and as they are written."""

import pytest

from dailypapers.search.shared_words import shared_words
from dailypapers.search.vocabulary import Vocabulary

TRANSFORMER = (
    "A Transformer for On-Policy Learning",
    "We train a transformer on-policy, and the Gaussian noise of LLMs is removed. BLEU rises by 27 et al.",
)


def shared(abstract: str, title: str = "", vocabulary: Vocabulary | None = None) -> tuple[str, ...]:
    return shared_words(TRANSFORMER, (title, abstract), vocabulary or Vocabulary(papers=1_000), most=9)


def test_a_word_is_shown_as_the_paper_itself_writes_it() -> None:
    assert shared("Transformation of signals: transformations.") == ("transformer",)
    assert shared("the on policy, with the On-Policy") == ("on-policy",)
    assert shared("GAUSSIAN llm bleu") == ("BLEU", "Gaussian", "LLMs")


@pytest.mark.parametrize(
    "abstract", ["27", "et al.", "we train on the", "is removed by", "$transformer$ \\noise"]
)
def test_numbers_filler_and_typesetting_are_left_out(abstract: str) -> None:
    assert not {"27", "et", "al", "the", "transformer", "by", "on"} & set(shared(abstract))


def test_words_that_many_papers_have_tell_nothing() -> None:
    common = Vocabulary(papers=1_000, frequency={"nois": 200, "gaussian": 100, "transform": 3})
    assert shared("noise, gaussian, transformers", vocabulary=common) == ("transformer", "Gaussian")
    few = Vocabulary(papers=3, frequency={"nois": 3})
    assert shared("noise", vocabulary=few) == ("noise",)


def test_what_both_papers_say_often_comes_first() -> None:
    assert shared("Noise and a transformer.", "Transformers")[0] == "transformer"
    assert shared("noise " * 50 + "gaussian")[0] == "noise"


def test_parts_of_a_word_that_is_shown_are_not_shown_again() -> None:
    own = ("", "A few-shot LLM and LLMs that learn few shot by shot.")
    vocabulary = Vocabulary(papers=1_000)
    assert shared_words(own, ("", "few-shot few-shot shot LLMs LLM"), vocabulary) == ("LLM", "few-shot")
