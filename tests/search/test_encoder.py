"""The bundled encoder, and any other of its kind."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from dailypapers.search.encoder import BUNDLED, StaticEncoder, UnusableEncoder, load_encoder
from dailypapers.search.tuning import save

TEXTS = [
    "Graph neural networks, a survey of what they cannot tell apart",
    "Naïve T-cells—and the café’s α-synuclein; Σχέσεις ΛΌΓΟΣ",
    "line\none\ttwo\u2028three\u00a0four\u0000five\u200bsix e\u0301tude",
    "图神经网络 and 𝔤𝔯𝔞𝔭𝔥𝔰 with $\\mathbb{R}^n$ _under_scored_ 😀",
    "x" * 300,
    "",
]


@pytest.fixture(scope="module")
def bundled() -> StaticEncoder:
    return StaticEncoder()


def test_the_files_of_the_bundled_encoder_stay_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= 16_000_000


def test_vectors_have_unit_length_and_a_text_without_known_tokens_has_none(bundled: StaticEncoder) -> None:
    vectors = bundled.encode([*TEXTS, "?! ..."])
    assert vectors.shape == (7, bundled.dimensions)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.allclose(lengths[[0, 1, 2, 3]], 1, atol=1e-5)
    assert not lengths[[5, 6]].any()
    assert bundled.encode([]).shape == (0, bundled.dimensions)


def test_words_looked_up_give_what_tokenising_the_whole_text_gives(bundled: StaticEncoder) -> None:
    for text, vector in zip(TEXTS, bundled.encode(TEXTS), strict=True):
        whole = bundled.rows[bundled.tokens([text])[0]].sum(axis=0)
        length = np.linalg.norm(whole)
        assert np.allclose(whole / length if length else whole, vector, atol=1e-5), text


def test_model2vec_reads_the_same_vectors_from_the_same_folder(bundled: StaticEncoder) -> None:
    model2vec = pytest.importorskip("model2vec")
    theirs = model2vec.StaticModel.from_pretrained(str(BUNDLED)).encode(TEXTS)
    assert np.allclose(theirs, bundled.encode(TEXTS), atol=1e-5)


def test_the_parts_of_a_text_sum_to_its_vector(bundled: StaticEncoder) -> None:
    for text in TEXTS:
        words, rows = bundled.parts(text)
        assert len(words) == len(rows) == len(set(words))
        assert np.allclose(rows.sum(axis=0), bundled.encode([text])[0], atol=1e-5), text


def test_parts_name_words_as_they_stand_once_each_and_in_order(bundled: StaticEncoder) -> None:
    words, _ = bundled.parts("Graph theory: a graph, and THEORY of the graph.")
    assert words == ["Graph", "theory", "a", "and", "of", "the"]


def test_related_texts_are_nearer_than_others(bundled: StaticEncoder) -> None:
    one, near, far = bundled.encode(
        ["protein structure prediction", "folding of amino acid chains", "traffic lights at crossroads"]
    )
    assert one @ near > one @ far + 0.2


def test_a_vector_does_not_depend_on_what_was_encoded_before(bundled: StaticEncoder) -> None:
    before = bundled.encode(TEXTS[:2])
    bundled.encode([f"word{number} other{number}" for number in range(3000)])
    assert np.array_equal(bundled.encode(TEXTS[:2]), before)


def test_an_encoder_forgets_words_when_it_holds_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dailypapers.search.encoder.WORDS_KEPT", 3)
    encoder = StaticEncoder()
    before = encoder.encode(TEXTS)
    assert np.allclose(encoder.encode(TEXTS), before)
    assert np.allclose(StaticEncoder().encode(TEXTS), before)


def test_a_tokeniser_that_does_not_go_word_by_word_is_asked_for_whole_texts(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.BPE(vocab={"a": 0, "b": 1, "ab": 2, "Ġ": 3}, merges=[("a", "b")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    rows = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], np.float32)
    save(StaticEncoder.from_rows(tokenizer, rows, "small"), tmp_path)
    encoder = load_encoder(str(tmp_path))
    assert isinstance(encoder, StaticEncoder)
    assert np.allclose(encoder.encode(["ab ab a"]), [[3, 2]] / np.sqrt(13), atol=1e-2)
    words, parts = encoder.parts("ab ab a")
    assert words == ["ab", "a"]
    assert np.allclose(parts.sum(axis=0), encoder.encode(["ab ab a"])[0], atol=1e-5)


def test_a_saved_encoder_has_another_name_when_its_rows_differ(
    bundled: StaticEncoder, tmp_path: Path
) -> None:
    save(bundled, tmp_path / "same")
    turned = bundled.rows.copy()
    turned[1:] *= -1
    save(StaticEncoder.from_rows(bundled.tokenizer, turned, "turned"), tmp_path / "other")
    same, other = StaticEncoder(tmp_path / "same"), StaticEncoder(tmp_path / "other")
    assert same.name != other.name
    assert np.allclose(same.encode(TEXTS), bundled.encode(TEXTS), atol=1e-2)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("no/such/folder", "model2vec's format"),
        ("sentence-transformers:some-model", "pip install sentence-transformers"),
        ("onnx:no/such/folder", "onnx"),
        ("openai:http://127.0.0.1:9", "openai:http://localhost:8080/v1#NAME"),
    ],
)
def test_a_setting_that_cannot_be_met_says_what_is_missing(
    setting: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the library were not installed, whatever the machine has.
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(UnusableEncoder, match=says):
        load_encoder(setting)


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({}))
    with pytest.raises(UnusableEncoder, match="does not hold a model2vec model"):
        load_encoder(str(tmp_path))
