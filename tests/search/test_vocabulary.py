"""The words of all papers: a vocabulary that was stored says what the counted one said."""

from pathlib import Path

import pyarrow as pa
import pytest

from dailypapers.search import analysis
from dailypapers.search.columns import Words
from dailypapers.search.document import Document
from dailypapers.search.store import Store
from dailypapers.search.vocabulary import Counted, Vocabulary
from tests.search.papers import ENCODER, PAPERS

TEXTS = ("Galaxies and dark matter", "Colours of galaxies", "Müller on dark galaxies of 2024")


def counted() -> Counted:
    """A vocabulary of a few titles."""
    vocabulary = Counted()
    vocabulary.count(Words.of(Document(at, text, "")) for at, text in enumerate(TEXTS))
    vocabulary.learn_spellings({"galaxies": 3, "colours": 1}, {})
    return vocabulary


def stored() -> Vocabulary:
    """The same, read from what is stored of it."""
    own = counted()
    return Vocabulary.read(own.table(), own.papers, own.title_terms, own.abstract_terms)


def test_a_stored_vocabulary_knows_and_weighs_words_as_the_counted_one() -> None:
    own, read = counted(), stored()
    for term in (*own.frequency, "unheard", ""):
        assert read.knows(term) == own.knows(term), term
        assert read.inverse(term) == own.inverse(term), term
    assert read.lengths() == own.lengths()


def test_only_words_of_several_papers_are_listed_with_their_frequency_and_spelling() -> None:
    read = stored()
    assert dict(read.frequency.items()) == {"galaxi": 3, "dark": 2, "of": 2}
    assert set(read.frequency) == {"galaxi", "dark", "of"}
    assert sorted(read.frequency.values()) == [2, 2, 3]
    assert len(read.frequency) == 3
    assert dict(read.spelling) == {"galaxi": "galaxies"}
    assert "dark" not in read.spelling


def test_two_terms_of_one_code_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    own = counted()
    table = own.table()
    alike = table.set_column(3, "code", pa.array([7] * len(table), pa.uint32()))
    monkeypatch.setattr("dailypapers.search.vocabulary.code", lambda term: 7)
    read = Vocabulary.read(alike, own.papers, own.title_terms, own.abstract_terms)
    assert (read.frequency["galaxi"], read.frequency["dark"]) == (3, 2)
    with pytest.raises(KeyError):
        read.frequency["unheard"]


def test_an_index_without_a_word_of_two_papers_can_be_opened(tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    store.build(PAPERS[:1], ENCODER)
    vocabulary = store.open(ENCODER).vocabulary
    assert not vocabulary.frequency
    assert vocabulary.knows("attent")
    assert not vocabulary.knows(analysis.term("copper"))
