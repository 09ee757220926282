"""Misspelt words are put right, and right ones are left alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from dailypapers.search.analysis import term
from dailypapers.search.document import Document
from dailypapers.search.engine import Engine
from dailypapers.search.query.parse import parse_query
from dailypapers.search.spelling import DOUBLED, LIKELIER, OF_THE_LANGUAGE, VOWEL, Speller, slips
from dailypapers.search.store import Store
from tests.search.papers import ENCODER, engine

MANY = 600
"""Enough for a word of all papers to be what a word of one was meant to be."""

COMMON = "A transformer is learning by attention, as models of language and lambda calculus do."
ONCE = (
    ("A transfomer of heat", "It is a tranformer."),
    ("LaMDA: a model of dialogue", "It speaks."),
    ("Models of lamguage", "By M. Larning."),
    ("Of tents", "The tention of a cloth, in hindi attentiom."),
)


def papers() -> tuple[Document, ...]:
    every = [Document(number, f"Of kind {number}", COMMON, authors=("Ada Byron",)) for number in range(MANY)]
    own = [
        Document(MANY + number, title, abstract, authors=("Mary Larning",))
        for number, (title, abstract) in enumerate(ONCE)
    ]
    return (*every, *own)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("spelling"), papers())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("trnsformer", "transformer"),
        ("tarnsformer", "transformer"),
        ("rtansformer", "transformer"),
        ("ransformer", "transformer"),
        ("transsformer", "transformer"),
        ("tramsformer", "transformer"),
        ("trnasfomer", "transformer"),
        ("lerning", "learning"),
        ("learnig", "learning"),
        ("modl", "model"),
        ("Attetnion,", "attention"),
        ("self-attetnion", "self-attention"),
        ("byrn", "byron"),
    ],
)
def test_a_word_that_no_paper_has_becomes_the_nearest_that_many_have(
    many: Engine, written: str, meant: str
) -> None:
    assert many.speller.corrected([written]) == {written: meant}


def test_a_word_that_a_paper_misspells_too_is_put_right(many: Engine) -> None:
    assert many.speller.corrected(["transfomer", "attention"]) == {"transfomer": "transformer"}
    found = many.search(parse_query("transfomer"))
    assert found.corrections == (("transfomer", "transformer"),)
    assert many.search(parse_query("transfomer"), "lexical", as_written=True).hits[0].card.id == MANY


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("lamda", "a title has it with capitals inside, before a colon"),
        ("larning", "an author is called so"),
        ("lamguage", "another letter is no likely slip: names are made so"),
        ("tention", "hardly a word, but too far from any"),
        ("hindi", "the language has it"),
        ("byte", "the language has it, and no paper"),
        ("ned", "too short"),
        ("transformers", "a form of a common word"),
        ("the", "a stop word"),
        ("transf0mer", "not of letters alone"),
        ("überall", "nor is this"),
        ("qqqqqqqq", "nothing is near"),
        ("", "nothing"),
    ],
)
def test_a_right_word_is_left_alone(many: Engine, word: str, why: str) -> None:
    assert many.speller.corrected([word]) == {}, why


@pytest.mark.parametrize(
    ("word", "papers", "better"),
    [
        ("langauge", 1, "language"),
        ("adress", 1, "address"),
        ("langauge", 30, None),
        ("statue", 1, None),
        ("langauge", 0, None),
    ],
)
def test_a_slip_that_the_language_is_said_to_have_is_put_right_where_papers_hardly_have_it(
    many: Engine, word: str, papers: int, better: str | None
) -> None:
    words = {"language": 5 * OF_THE_LANGUAGE, "address": 5 * OF_THE_LANGUAGE, "state": 5 * OF_THE_LANGUAGE}
    known = replace(
        many.vocabulary,
        frequency={term(one): count for one, count in words.items()}
        | ({term(word): papers} if papers else {}),
        spelling={term(one): one for one in words},
    )
    speller = Speller(known, many.table, right=frozenset({"langauge", "adress", "statue"}))
    assert speller.corrected([word]) == ({word: better} if better else {})


def test_a_word_written_as_names_are_is_left_alone_where_a_paper_has_it(many: Engine) -> None:
    assert many.speller.corrected(["tranformer"]) == {"tranformer": "transformer"}
    assert many.speller.corrected(["TranFormer"]) == {}


def test_a_word_of_a_paper_that_came_since_the_words_were_counted_is_known(tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    store.build(papers(), ENCODER)
    one = store.open(ENCODER)
    assert one.speller.corrected(["lenguage"]) == {"lenguage": "language"}
    new = Document(5_000, "Lenguage: a name of our own", "We train it.")
    store.write([new], [], one)
    assert one.speller.corrected(["lenguage"]) == {}
    store.write([replace(new, title="Of nothing")], [], one)
    assert one.speller.corrected(["lenguage"]) == {"lenguage": "language"}


def test_slips_are_undone_and_the_usual_ones_are_likelier() -> None:
    undone: dict[str, int] = {}
    for weight, word in slips("caat"):
        undone[word] = max(weight, undone.get(word, 0))
    assert undone["cat"] == undone["caatt"] == DOUBLED  # doubled, or not
    assert undone["caet"] == VOWEL  # another vowel
    assert undone["caabt"] == LIKELIER  # missing
    assert undone["acat"] == undone["cata"] == LIKELIER  # swapped
    assert undone["cabt"] == undone["aat"] == undone["caa"] == 1  # another, too many
