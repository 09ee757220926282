"""Text to vectors: the encoder that comes with the package, and others by one setting.

A static encoder has one row for every token; the vector of a text is the sum of its tokens' rows, brought
to unit length. So a score between two texts splits exactly into their words (`StaticEncoder.parts`).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUNDLED: Final = Path(__file__).parent / "bundled_encoder"

TEXTS_AT_ONCE: Final = 1024
WORDS_KEPT: Final = 100_000
"""Words whose rows are kept; beyond it the table starts again (100 MB at 256 dimensions)."""

# What the BERT pre-tokeniser splits at whatever stands around it: each run between these is tokenised alike
# wherever it stands, so it is tokenised once. Everything rarer is left to the tokeniser itself.
_SPACES: Final = "\t\n\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_MARKS: Final = r"!-/:-@\[-`{-~"
_RUN: Final = re.compile(f"[^{_SPACES}{_MARKS}]+")
_RUN_OR_MARK: Final = re.compile(f"[^{_SPACES}{_MARKS}]+|[{_MARKS}]")


class UnusableEncoder(Exception):
    """The encoder that a setting names cannot be had; the message says why and what would help."""


class Encoder(Protocol):
    """What turns texts into vectors whose products are their likeness."""

    name: str
    """Changes whenever the vectors would."""
    dimensions: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimensions); a zero row for a text that says nothing to the encoder."""
        ...


class StaticEncoder:
    """An encoder that sums the rows of a text's tokens; any folder in model2vec's format holds one.

    Not safe to share between threads while it encodes: it remembers the words it has seen.
    """

    name: str
    dimensions: int
    tokenizer: "Tokenizer"
    rows: NDArray[np.float32]
    """(tokens, dimensions): what each token adds to a text, its weight included."""

    def __init__(self, folder: Path = BUNDLED) -> None:
        """Read `folder` (config.json, tokenizer.json, model.safetensors).

        Raises UnusableEncoder where it is not a model2vec folder.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        try:
            model = (folder / "model.safetensors").read_bytes()
            words = (folder / "tokenizer.json").read_bytes()
            tensors = load(model)
            rows = tensors["embeddings"]
            tokenizer = Tokenizer.from_buffer(words)
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise UnusableEncoder(f"{folder} does not hold a model2vec model: {error}") from error
        if "mapping" in tensors:
            rows = rows[tensors["mapping"]]
        rows = rows.astype(np.float32)
        if "weights" in tensors:
            rows *= tensors["weights"].astype(np.float32)[:, None]
        label = "bundled" if folder == BUNDLED else folder.resolve().name
        self._hold(tokenizer, rows, f"{label}-{hashlib.sha256(model + words).hexdigest()[:6]}")

    @classmethod
    def from_rows(cls, tokenizer: "Tokenizer", rows: NDArray[np.float32], label: str) -> "StaticEncoder":
        """One made of a tokeniser and a row for each of its tokens, (tokens, dimensions).

        Its name is `label` with a digest of both.
        """
        encoder = cls.__new__(cls)
        digest = hashlib.sha256(tokenizer.to_str().encode())
        digest.update(np.ascontiguousarray(rows).data)
        encoder._hold(tokenizer, rows, f"{label}-{digest.hexdigest()[:6]}")
        return encoder

    def _hold(self, tokenizer: "Tokenizer", rows: NDArray[np.float32], name: str) -> None:
        if len(rows) < tokenizer.get_vocab_size():
            raise UnusableEncoder(f"{name} has {tokenizer.get_vocab_size()} tokens and only {len(rows)} rows")
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.name = name
        self.tokenizer = tokenizer
        self.rows = rows
        self.dimensions = rows.shape[1]
        self._rules = _Rules(tokenizer)
        self._words = _Words()
        self._word_rows = np.zeros((1024, self.dimensions), np.float32)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimensions); a zero row for a text without a known token."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            some = texts[start : start + TEXTS_AT_ONCE]
            vectors[start : start + len(some)] = self._sums(some)
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    def parts(self, text: str) -> tuple[list[str], NDArray[np.float32]]:
        """The words of `text`, as they first stand in it, once each and in order, and what each adds.

        The rows (words, dimensions) sum to `encode([text])[0]`; words without a known token are left out.
        """
        shown: dict[str, str] = {}
        rows = self._word_sums(text, shown)
        whole = float(np.linalg.norm(rows.sum(axis=0)))
        known: NDArray[np.bool_] = np.abs(rows).sum(axis=1) > 0
        if whole > 0:
            rows /= whole
        return [word for word, kept in zip(shown.values(), known, strict=True) if kept], rows[known]

    def _word_sums(self, text: str, shown: dict[str, str]) -> NDArray[np.float32]:
        """What the words of `text` add before it has unit length; fills `shown` with them in order."""
        if self._rules.word_by_word:
            counts: dict[str, int] = {}
            for start, end in self._rules.spans(text):
                word = self._rules.as_counted(text[start:end])
                shown.setdefault(word, text[start:end])
                counts[word] = counts.get(word, 0) + 1
            return self._rows_of(list(counts)) * np.array(list(counts.values()), np.float32)[:, None]
        # Here a word's tokens may depend on where it stands, so they are taken as they were found.
        found = self.tokenizer.encode(text, add_special_tokens=False)
        tokens: dict[str, list[int]] = {}
        for token, (start, end) in zip(found.ids, _word_spans(found.offsets, found.word_ids), strict=True):
            word = text[start:end].strip()
            shown.setdefault(word, word)
            tokens.setdefault(word, []).extend([token] if token != self._rules.unknown_token else [])
        flat = [token for some in tokens.values() for token in some]
        return _sum_rows(self.rows, flat, [*map(len, tokens.values())])

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The known tokens of each text, as numbers of rows."""
        unknown = self._rules.unknown_token
        found = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [[token for token in text.ids if token != unknown] for text in found]

    def words(self, text: str) -> list[str]:
        """The runs of characters that `encode` looks up, in the form in which they are counted."""
        return self._rules.words(text)

    def _sums(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not self._rules.word_by_word:
            pieces = self.tokens(texts)
            return _sum_rows(self.rows, [token for text in pieces for token in text], [*map(len, pieces)])
        if len(self._words) > WORDS_KEPT:
            self._words = _Words()
        numbers: list[int] = []
        counts = []
        number = self._words.__getitem__
        for text in texts:
            words = self._rules.words(text)
            numbers.extend(map(number, words))
            counts.append(len(words))
        self._fill_new_words()
        return _sum_rows(self._word_rows, numbers, counts)

    def _fill_new_words(self) -> None:
        new, self._words.new = self._words.new, []
        if not new:
            return
        end = len(self._words)
        if end > len(self._word_rows):
            larger = np.zeros((max(end, 2 * len(self._word_rows)), self.dimensions), np.float32)
            larger[: len(self._word_rows)] = self._word_rows
            self._word_rows = larger
        self._word_rows[end - len(new) : end] = self._rows_of(new)

    def _rows_of(self, words: list[str]) -> NDArray[np.float32]:
        pieces = self.tokens(words)
        return _sum_rows(self.rows, [token for word in pieces for token in word], [*map(len, pieces)])


class _Words(dict[str, int]):
    """The number of each word's row; a word not met before gets the next and waits in `new` for its row."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[str] = []

    def __missing__(self, word: str) -> int:
        self.new.append(word)
        number = self[word] = len(self)
        return number


class _Rules:
    """How a tokeniser takes a text apart, as far as it matters for doing it once a word."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        written: dict[str, Any] = json.loads(tokenizer.to_str())
        normalizer = written.get("normalizer") or {}
        model = written["model"]
        unknown = model.get("unk_token")
        self._tokenizer = tokenizer
        self.unknown_token: int | None = (
            model.get("unk_id") if unknown is None else tokenizer.token_to_id(unknown)
        )
        self.word_by_word = (
            model.get("type") == "WordPiece"
            and normalizer.get("type") == "BertNormalizer"
            and (written.get("pre_tokenizer") or {}).get("type") == "BertPreTokenizer"
        )
        vocabulary = model["vocab"] if self.word_by_word else {}
        marks = any(len(token) == 1 and re.match(f"[{_MARKS}]", token) for token in vocabulary)
        self._pattern = _RUN_OR_MARK if marks else _RUN
        self._lowercase = bool(normalizer.get("lowercase"))

    def words(self, text: str) -> list[str]:
        # Beyond ASCII, Python's lower case is not the tokeniser's (a final sigma): left to it.
        if self._lowercase and text.isascii():
            text = text.lower()
        return self._pattern.findall(text)

    def as_counted(self, word: str) -> str:
        """A word in the form that is the same for all ways of writing its case."""
        return word.lower() if self._lowercase and word.isascii() else word

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the words of `text` start and end."""
        return (match.span() for match in self._pattern.finditer(text))


def _word_spans(offsets: list[tuple[int, int]], words: list[int | None]) -> list[tuple[int, int]]:
    """For each token, the span of the word it belongs to, from its own span and the number of its word."""
    ends: dict[int, tuple[int, int]] = {}
    for (start, end), word in zip(offsets, words, strict=True):
        if word is not None:
            ends[word] = (ends.get(word, (start, end))[0], end)
    return [ends[word] if word is not None else span for span, word in zip(offsets, words, strict=True)]


def _sum_rows(table: NDArray[np.float32], numbers: list[int], counts: list[int]) -> NDArray[np.float32]:
    """(len(counts), dimensions): sums of the numbered rows of `table`, the first counts[0], and so on."""
    from scipy.sparse import csr_array

    ends = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=ends[1:])
    chosen = csr_array(
        (np.ones(len(numbers), np.float32), np.array(numbers, np.int32), ends),
        shape=(len(counts), len(table)),
    )
    sums: NDArray[np.float32] = chosen @ table
    return sums


def load_encoder(setting: str) -> Encoder:
    """The encoder that `setting` names.

    "" is the bundled one; a folder is a model2vec model; "sentence-transformers:NAME_OR_PATH",
    "onnx:FOLDER" and "openai:URL#MODEL" are those. Raises UnusableEncoder, saying what is missing.
    """
    from dailypapers.search import model_encoders

    if not setting:
        return StaticEncoder()
    kind, _, rest = setting.partition(":")
    if kind in model_encoders.KINDS and rest:
        return model_encoders.KINDS[kind](rest)
    if Path(setting).is_dir():
        return StaticEncoder(Path(setting))
    raise UnusableEncoder(
        f"No encoder is at {setting!r}: give a folder in model2vec's format, or "
        "sentence-transformers:NAME, onnx:FOLDER, openai:URL#MODEL"
    )
