"""Words that mean nearly the same are found in place of each other."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dailypapers.search.analysis import code, terms
from dailypapers.search.columns import Card, Words
from dailypapers.search.document import Document
from dailypapers.search.kindred import Kindred
from dailypapers.search.query.parse import parse_query
from dailypapers.search.scoring import Terms
from dailypapers.search.vocabulary import Counted
from tests.search.papers import ENCODER, PAPERS, engine

TEXTS = ("The tumours of mice shrink.", "Cancers and cells.", "Stars and galaxies.", "")


def read(texts: tuple[str, ...]) -> Terms:
    card = Card.of(PAPERS[0])
    words = [Words.of(Document(at, "", text)) for at, text in enumerate(texts)]
    return Terms.read(pa.chunked_array([pa.array([one.packed(card) for one in words], pa.binary())]))


@pytest.fixture(scope="module")
def kindred() -> Kindred:
    vocabulary = Counted()
    vocabulary.count(Words.of(Document(at, "", text)) for at, text in enumerate(TEXTS))
    vocabulary.learn_spellings({}, {"galaxi": (1, "galaxies"), "cancer": (1, "cancers")})
    return Kindred.of(vocabulary, ENCODER)


def test_the_nearest_word_of_a_paper_is_found_and_named(kindred: Kindred) -> None:
    asked = ENCODER.encode(["tumor", "astronomy"])
    likeness, codes = kindred.nearest(asked, read(TEXTS), named=True)
    assert likeness.shape == (4, 2)
    assert likeness[1, 0] > 0.3
    assert codes[1, 0] == code(terms("cancers")[0])
    assert likeness[2, 1] > likeness[0, 1]
    assert likeness[2, 0] < 0.1
    assert not likeness[3].any(), "a paper without words has none that is akin"
    assert (kindred.nearest(asked, read(TEXTS))[0] == likeness).all()


def test_nothing_known_or_asked_or_held_brings_nothing(kindred: Kindred) -> None:
    nothing = Kindred(np.empty(0, np.uint32), np.empty((0, ENCODER.dimensions), np.int8))
    asked = ENCODER.encode(["tumor"])
    assert not nothing.nearest(asked, read(TEXTS))[0].any()
    assert kindred.nearest(asked[:0], read(TEXTS))[0].shape == (4, 0)
    assert kindred.nearest(asked, read(()))[0].shape == (0, 1)


def test_it_is_the_same_when_it_was_stored(kindred: Kindred) -> None:
    again = Kindred.read(kindred.table())
    assert (again.codes == kindred.codes).all()
    assert (again.rows == kindred.rows).all()


def test_a_paper_that_says_it_in_another_word_is_above_one_that_does_not_say_it(tmp_path: Path) -> None:
    papers = (
        Document(1, "Shrinking of cancers under light", "Mice were treated for a week."),
        Document(2, "Shrinking of galaxies under light", "Mice were treated for a week."),
        Document(3, "Growth of cancers", "Nothing was done."),
    )
    one = engine(tmp_path, papers)
    found = one.search(parse_query("shrinking tumors"))
    first, second = [hit for hit in one.explained(found, found.hits) if hit.card.id != 3]
    assert (first.card.id, second.card.id) == (1, 2)
    assert [part.word for part in first.why if part.kind == "kindred"] == ["tumors ~ cancers"]
    assert sum(part.score for part in first.why) == pytest.approx(first.score, abs=1e-4)
    by_words = one.search(parse_query("shrinking tumors"), "lexical")
    assert not any(
        part.kind == "kindred" for hit in one.explained(by_words, by_words.hits) for part in hit.why
    )
