"""What a paper calls itself is told from its title and abstract, and a query by that name finds it first."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.search.document import Document
from dailypapers.search.naming import asked_names, goes_by, is_name, names_of
from dailypapers.search.query.parse import parse_query
from dailypapers.search.vocabulary import Counted, Vocabulary
from tests.search.papers import engine, found

MENTION = "We compare HERON with HERON and HERON, and fine-tune HERON for tagging of names in Danish letters."


@pytest.mark.parametrize(
    ("title", "abstract", "names"),
    [
        ("HERON: Reading rivers from above", "", ["=heron"]),
        ("Faster R-CNN: Towards real time", "", ["=fasterrcnn"]),
        ("Mask R-CNN", "", ["=maskrcnn"]),
        ("Rivers of the north and what lives in them: a long title", "", []),
        ("Of the: and", "", []),
        ("Rivers", "We present HERON, a way of reading them.", ["=river", "~heron"]),
        ("Rivers", "We call our model RiverNet-2.", ["=river", "~rivernet2"]),
        ("Rivers", "We also introduce a network called XLM-R in two sizes.", ["=river", "~xlmr"]),
        ("Rivers", "We present graph attention networks (GATs), which see.", ["=river", "~gat"]),
        ("Rivers", "We train on pictures (GATs), which see.", ["=river"]),
        ("Rivers", "We present pictures of water (GATs), which see.", ["=river"]),
        ("Rivers", "We present results, and propose Water.", ["=river"]),
        ("Rivers", "We use HERON-based features.", ["=river"]),
        ("HERON: Rivers", "We present HERON, a way of reading.", ["=heron"]),
        ("Rivers", "We name A1, A2. We name B1. We name C1. We name D1.", ["=river", "~a1", "~b1", "~c1"]),
    ],
)  # fmt: skip
def test_names(title: str, abstract: str, names: list[str]) -> None:
    assert names_of(title, abstract) == names


@given(st.text(), st.text())
def test_names_of_any_text_are_terms_without_spaces(title: str, abstract: str) -> None:
    for name in names_of(title, abstract):
        assert is_name(name)
        assert name.split() == [name]


@given(st.text(max_size=80))
def test_any_query_may_name_something(text: str) -> None:
    for name, asked in asked_names(text, Vocabulary(papers=3)).items():
        assert is_name(name)
        assert 0 < asked.share <= 1 + 1e-9
        assert asked.words


def test_a_long_query_names_nothing() -> None:
    assert asked_names("river " * 17, Vocabulary(papers=3)) == {}
    assert asked_names("river " * 16, Vocabulary(papers=3))


def test_a_name_that_many_coined_weighs_less() -> None:
    few, many = Counted(papers=1000), Counted(papers=1000)
    many.frequency["~cnn"] = 40
    assert asked_names("cnn", many)["~cnn"].share < asked_names("cnn", few)["~cnn"].share / 5


def test_the_paper_of_that_name_comes_before_those_that_mention_it(tmp_path: Path) -> None:
    mentioning = (Document(at, f"HERON for tagging {at}", MENTION) for at in range(2, 40))
    small = engine(tmp_path, (Document(1, "HERON: Reading rivers from above", "Water is seen."), *mentioning))
    assert found(small, "heron")[0] == 1
    best = small.explained(asked := small.search(parse_query("heron")), asked.hits[:1])[0]
    assert {part.word for part in best.why if part.kind == "name"} == {"heron"}
    assert sum(part.score for part in best.why) == pytest.approx(best.score, abs=1e-5)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("DiffUS: Sound seen", "diffusion"),
        ("Diffuser: From plane to space", "diffusion"),
        ("OptiMer: Swarms", "optimization"),
        ("NAVIG: Where", "navigation"),
        ("ToKen: Hate", "tokenization"),
    ],
)
def test_another_word_of_the_same_stem_is_no_name(title: str, words: str) -> None:
    assert not goes_by(title, words)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Mask R-CNN", "mask rcnn"),
        ("Graph attention networks", "graph attention network"),
        ("Behaviour Trees: A survey", "behavior tree"),
        ("Pos-Nets", "posnets"),
        ("GraphSAGE: Of graphs", "graphsage"),
    ],
)
def test_a_name_goes_by_any_hyphens_number_and_spelling(title: str, words: str) -> None:
    assert goes_by(title, words)


def test_a_word_that_only_shares_its_stem_with_a_name_does_not_bring_it_first(tmp_path: Path) -> None:
    about = (Document(at, f"Diffusion in models {at}", "Diffusion models.") for at in range(2, 12))
    small = engine(tmp_path, (Document(1, "DiffUS: Sound seen", "It renders."), *about))
    assert found(small, "diffusion", mode="lexical")[0] != 1
    assert found(small, "diffus", mode="lexical")[0] == 1


def test_a_name_is_found_however_its_parts_are_joined(tmp_path: Path) -> None:
    mentioning = (
        Document(at, f"Mask R-CNN for tagging {at}", "Mask R-CNN, mask R-CNN.") for at in range(2, 40)
    )
    small = engine(tmp_path, (Document(1, "Mask R-CNN", "Things are seen."), *mentioning))
    for query in ("mask r-cnn", "Mask RCNN", "mask r cnn", "mask-rcnn"):
        assert found(small, query)[0] == 1


def test_the_very_title_comes_first_whatever_else_is_asked(tmp_path: Path) -> None:
    title = "The water that all of us need and nobody has seen in the north"
    others = (
        Document(at, f"Water {at} need north seen", "Water, need, north, seen: need.") for at in range(2, 40)
    )
    small = engine(tmp_path, (Document(1, title, "", votes=3), *others))
    assert found(small, f"{title} votes:>=0")[0] == 1
