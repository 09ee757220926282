"""Encoders that run a model or ask a service; what each needs is imported only when it is made."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
from numpy.typing import NDArray

from dailypapers.search.encoder import Encoder, UnusableEncoder

TEXTS_AT_ONCE: Final = 64
LONGEST_TOKENS: Final = 512
SECONDS_TO_WAIT: Final = 60.0


class SentenceTransformersEncoder:
    """A model of the sentence-transformers library, by name or folder."""

    def __init__(self, model: str) -> None:
        library = _need("sentence_transformers", "sentence-transformers")
        try:
            self._model = library.SentenceTransformer(model)
        except (OSError, ValueError) as error:
            raise UnusableEncoder(f"sentence-transformers cannot load {model!r}: {error}") from error
        self.name = f"sentence-transformers:{model}"
        self.dimensions = len(self.encode(["dimensions"])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimensions)."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return _unit(self._model.encode(list(texts), show_progress_bar=False))


class OnnxEncoder:
    """A transformer exported to ONNX: a folder with tokenizer.json and (onnx/)model.onnx.

    A model that puts out token states has them averaged over the tokens of the text.
    """

    def __init__(self, folder: str) -> None:
        runtime = _need("onnxruntime", "onnxruntime")
        tokenizers = _need("tokenizers", "tokenizers")
        place = Path(folder)
        model = next(
            (path for path in (place / "model.onnx", place / "onnx/model.onnx") if path.is_file()), None
        )
        if model is None or not (place / "tokenizer.json").is_file():
            raise UnusableEncoder(
                f"{folder} needs a tokenizer.json, and a model.onnx in it or in its folder onnx"
            )
        self._tokenizer = tokenizers.Tokenizer.from_file(str(place / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST_TOKENS)
        self._tokenizer.enable_padding()
        self._session = runtime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        self._inputs = {one.name for one in self._session.get_inputs()}
        with model.open("rb") as file:
            self.name = f"onnx-{place.resolve().name}-{hashlib.file_digest(file, 'sha256').hexdigest()[:6]}"
        self.dimensions = len(self.encode(["dimensions"])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimensions)."""
        found = [self._some(texts[at : at + TEXTS_AT_ONCE]) for at in range(0, len(texts), TEXTS_AT_ONCE)]
        return np.concatenate(found) if found else np.zeros((0, self.dimensions), np.float32)

    def _some(self, texts: Sequence[str]) -> NDArray[np.float32]:
        tokens = self._tokenizer.encode_batch(list(texts))
        mask = np.array([text.attention_mask for text in tokens], np.int64)
        given = {
            "input_ids": np.array([text.ids for text in tokens], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([text.type_ids for text in tokens], np.int64),
        }
        states = self._session.run(None, {name: given[name] for name in self._inputs if name in given})[0]
        if states.ndim == 3:
            states = (states * mask[:, :, None]).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)[:, None]
        return _unit(states)


class ServiceEncoder:
    """A service that speaks as OpenAI's does: `URL#MODEL`, a key in DAILYPAPERS_ENCODER_KEY."""

    def __init__(self, address: str) -> None:
        url, _, self._model = address.partition("#")
        if not self._model or not url.startswith(("http://", "https://")):
            raise UnusableEncoder(
                "openai: takes an address and a model, as openai:http://localhost:8080/v1#NAME"
            )
        self._url = url.rstrip("/") + "/embeddings"
        key = os.environ.get("DAILYPAPERS_ENCODER_KEY")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.name = f"openai:{address}"
        self.dimensions = len(self.encode(["dimensions"])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimensions). Raises UnusableEncoder where the service does not answer so."""
        found = [self._some(texts[at : at + TEXTS_AT_ONCE]) for at in range(0, len(texts), TEXTS_AT_ONCE)]
        return np.concatenate(found) if found else np.zeros((0, self.dimensions), np.float32)

    def _some(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # Services refuse an empty text.
        asked = {"model": self._model, "input": [text or " " for text in texts]}
        try:
            answer = httpx.post(self._url, json=asked, headers=self._headers, timeout=SECONDS_TO_WAIT)
            answer.raise_for_status()
            rows = sorted(answer.json()["data"], key=lambda row: int(row["index"]))
            vectors = _unit(np.array([row["embedding"] for row in rows], np.float32))
        except (httpx.HTTPError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise UnusableEncoder(f"{self._url} gave no embeddings: {error}") from error
        if len(vectors) != len(texts):
            raise UnusableEncoder(f"{self._url} gave {len(vectors)} embeddings for {len(texts)} texts")
        return vectors


KINDS: Final[dict[str, Callable[[str], Encoder]]] = {
    "sentence-transformers": SentenceTransformersEncoder,
    "onnx": OnnxEncoder,
    "openai": ServiceEncoder,
}


def _need(module: str, package: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise UnusableEncoder(f"This encoder needs {package}: pip install {package}") from error


def _unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    rows = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.zeros_like(rows)
    np.divide(rows, lengths, out=unit, where=lengths > 0)
    return unit
