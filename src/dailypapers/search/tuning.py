"""A static encoder learns a field from its papers alone: no queries, no network, numpy and scipy only.

A title, a sentence or a fragment of a paper should be nearer to the rest of that paper than to the others of
its batch: the symmetric InfoNCE loss (van den Oord et al. 2018, "Representation Learning with Contrastive
Predictive Coding", as used both ways by Radford et al. 2021, CLIP). The vector of a text is the sum of its
tokens' rows times one linear map, brought to unit length, so the gradients are two sparse products. The map
moves also the rows that no paper touches, along with those that some do.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.preparing import processors

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Progress = Callable[[float, str], None]
"""Called with the share of the time that is over, from 0 to 1, and a line that says what is done."""

BATCH: Final = 512
TEMPERATURE: Final = 0.05
ROW_RATE: Final = 0.05
MAP_RATE: Final = 5e-4
QUERY_KINDS: Final = (0.4, 0.3, 0.3)
"""How often what is looked up by is the title, a sentence, a fragment of a sentence."""
FRAGMENT_WORDS: Final = (3, 13)
HELD_OUT_SHARE: Final = 0.05
MOST_HELD_OUT: Final = 1000
MOST_DISTRACTORS: Final = 20_000
LEAST_PAPERS: Final = 40
BY_CHANCE: Final = 1.64
"""Standard errors up to which a gain may be chance."""
MOST_WAITING: Final = 4
"""How many times as long as told a training may take where it has to wait for a processor."""
MOST_PASSES: Final = 25
"""How often a training goes through its papers at most. On 1,400 papers five bring most and eighty undo it:
nDCG@10 (hybrid) of Cranfield before, after 5, 20 and 80: .555, .559, .563, .556; of CISI: .429, .440,
.431, .419."""
WORD_IN_PAPERS: Final = 5
MOST_NEW_WORDS: Final = 20_000

_SENTENCE_END: Final = re.compile(r"(?<=[\w)\]%}$][.!?])\s+(?=[A-Z0-9\\$(])")
_WHOLE_WORD: Final = re.compile(r"(?=.*[a-z])[a-z0-9]{3,30}")
_TINY: Final = 1e-9


@dataclass(frozen=True)
class KnownItems:
    """Mean reciprocal ranks at which held-out papers are found by a part of them, among many papers."""

    title: float
    sentence: float
    each: tuple[float, ...] = ()
    """The mean of both for each paper, always in the same order."""

    @property
    def mean(self) -> float:
        return (self.title + self.sentence) / 2

    def is_better_than(self, before: "KnownItems") -> bool:
        """Whether the same papers are found better by more than chance: by 1.64 standard errors of the
        difference paper by paper, which noise alone reaches once in twenty times."""
        gain = self.mean - before.mean
        if len(self.each) < 2 or len(self.each) != len(before.each):
            return gain > 0
        difference = np.subtract(self.each, before.each)
        error = float(difference.std(ddof=1)) / len(difference) ** 0.5
        return bool(gain > BY_CHANCE * error)


class Clock:
    """Seconds at work, as they would pass on a machine that does nothing else.

    On one that does other things too, a tuning would otherwise end after a tenth of its steps, be no better
    for it, and not be tried again for long. It takes four times as long at most.
    """

    def __init__(self) -> None:
        self._begun, self._at_work = time.monotonic(), 0.0
        self._thread, self._process = time.thread_time(), time.process_time()

    def seconds(self) -> float:
        """Since it was made. Asked after each piece of work, as each uses the processors in its own way."""
        thread, process = time.thread_time(), time.process_time()
        # The tokeniser works in threads of its own while this one sleeps. Those of matrix products are busy
        # beside this one, which is busy all the while.
        self._at_work += max(thread - self._thread, (process - self._process) / processors())
        self._thread, self._process = thread, process
        return max(self._at_work, (time.monotonic() - self._begun) / MOST_WAITING)


class Papers:
    """Papers as numbers of tokens, so that any span of one can be summed, or taken out of the whole.

    `flat` holds the tokens of all; `ends` where each sentence ends, a leading 0 before them; `first` the
    number of each paper's first sentence, which is its title, and one more at the end.
    """

    def __init__(self, flat: Numbers, ends: Numbers, first: Numbers, tokens: int) -> None:
        from scipy.sparse import csr_array

        self.flat, self.ends, self.first, self.tokens = flat, ends, first, tokens
        # A copy, because summing duplicates sorts the numbers where they lie.
        whole = csr_array(
            (np.ones(len(flat), np.float32), flat.astype(np.int32, copy=True), ends[first].astype(np.int32)),
            shape=(len(first) - 1, tokens),
        )
        whole.sum_duplicates()
        self.whole: Any = whole

    def __len__(self) -> int:
        return len(self.first) - 1

    @classmethod
    def read(cls, encoder: StaticEncoder, documents: Sequence[tuple[str, str]]) -> "Papers":
        """The papers (title, abstract) as `encoder` takes them apart."""
        flat: list[int] = []
        ends, first = [0], [0]
        for start in range(0, len(documents), 512):
            sentences = []
            for title, abstract in documents[start : start + 512]:
                # Some sources repeat the title there; looking for a copy of itself teaches nothing.
                repeated = title and abstract.startswith(title)
                parts = [title, *_SENTENCE_END.split(abstract[len(title) :] if repeated else abstract)]
                sentences.extend(parts)
                first.append(first[-1] + len(parts))
            for tokens in encoder.tokens(sentences):
                flat.extend(tokens)
                ends.append(len(flat))
        return cls(np.array(flat, np.int64), np.array(ends), np.array(first), len(encoder.rows))

    def spans(self, starts: Numbers, stops: Numbers) -> Any:
        """A sparse matrix (spans, tokens) of how often each token stands between start and stop."""
        from scipy.sparse import csr_array

        lengths = stops - starts
        ends = np.zeros(len(starts) + 1, np.int64)
        np.cumsum(lengths, out=ends[1:])
        places = np.arange(ends[-1]) + np.repeat(starts - ends[:-1], lengths)
        return csr_array(
            (np.ones(len(places), np.float32), self.flat[places].astype(np.int32), ends.astype(np.int32)),
            shape=(len(starts), self.tokens),
        )

    def queries(self, papers: Numbers, random: np.random.Generator, kinds: Sequence[float]) -> Any:
        """One span of each paper: title, sentence or fragment, by the shares in `kinds`.

        A fragment also where there is no title, or no other sentence that would be left of the paper.
        """
        kind = random.choice(3, size=len(papers), p=kinds)
        first, last = self.first[papers], self.first[papers + 1] - 1
        untitled = self.ends[first] == self.ends[first + 1]
        kind = np.where(untitled & ((kind == 0) | (last - first < 2)), 2, kind)
        chosen = first + 1 + (random.random(len(papers)) * np.maximum(last - first, 1)).astype(np.int64)
        sentence = np.where(kind == 0, first, np.minimum(chosen, last))
        starts, stops = self.ends[sentence], self.ends[sentence + 1]
        words = random.integers(*FRAGMENT_WORDS, size=len(papers))
        skipped = (random.random(len(papers)) * np.maximum(stops - starts - words, 1)).astype(np.int64)
        fragment = kind == 2
        starts = np.minimum(np.where(fragment, starts + skipped, starts), stops)
        stops = np.where(fragment, np.minimum(starts + words, stops), stops)
        return self.spans(starts, stops)


class Contrast:
    """The training itself: rows (tokens, inner) and a map (inner, dimensions), improved step by step."""

    def __init__(self, rows: Floats, linear: Floats, *, temperature: float = TEMPERATURE) -> None:
        self.rows, self.linear, self._temperature = rows.copy(), linear.copy(), temperature
        self._row_scale = float(np.sqrt((rows**2).mean()))
        self._row_squares = np.zeros((len(rows), 1), np.float32)
        self._mean, self._square, self._steps = np.zeros_like(linear), np.zeros_like(linear), 0

    @property
    def table(self) -> Floats:
        """(tokens, dimensions): what the rows have become."""
        return self.rows @ self.linear

    def step(self, queries: Any, wholes: Any, rate: float) -> float:
        """One step on spans and the papers they come from, both (batch, tokens); the loss before it."""
        count = queries.shape[0]
        used, (queries, wholes) = _only_used(queries, wholes)
        rows = self.rows[used]
        asked = queries @ rows
        rest = wholes @ rows - asked
        left, left_length = unit(asked @ self.linear)
        right, right_length = unit(rest @ self.linear)
        likeness = (left @ right.T) / self._temperature
        grown = np.exp(likeness - likeness.max())
        by_row, by_column = grown / grown.sum(1, keepdims=True), grown / grown.sum(0, keepdims=True)
        loss = -float(np.log(np.diagonal(by_row) * np.diagonal(by_column) + _TINY).mean()) / 2
        pull = by_row + by_column
        pull[np.arange(count), np.arange(count)] -= 2
        pull /= 2 * count * self._temperature
        left_slope = through_unit(pull @ right, left, left_length)
        right_slope = through_unit(pull.T @ left, right, right_length)
        map_slope = asked.T @ left_slope + rest.T @ right_slope
        left_slope, right_slope = left_slope @ self.linear.T, right_slope @ self.linear.T
        self.move(used, wholes.T @ right_slope + queries.T @ (left_slope - right_slope), map_slope, rate)
        return loss

    def approach(self, texts: Any, targets: Floats, rate: float) -> None:
        """One step that turns `texts` (batch, tokens) toward unit `targets` (batch, dimensions)."""
        used, (texts,) = _only_used(texts)
        sums = texts @ self.rows[used]
        vectors, lengths = unit(sums @ self.linear)
        slope = through_unit(-targets / np.float32(len(targets)), vectors, lengths)
        self.move(used, texts.T @ (slope @ self.linear.T), sums.T @ slope, rate)

    def move(self, used: Numbers, row_slope: Floats, map_slope: Floats, rate: float) -> None:
        """Rows by Adagrad with one rate a row (Duchi et al. 2011), the map by Adam (Kingma and Ba 2014)."""
        self._row_squares[used] += (row_slope**2).mean(axis=1, keepdims=True)
        pace = rate * ROW_RATE * self._row_scale
        self.rows[used] -= pace * row_slope / (np.sqrt(self._row_squares[used]) + 1e-12)
        self._steps += 1
        self._mean += 0.1 * (map_slope - self._mean)
        self._square += 0.01 * (map_slope**2 - self._square)
        mean = self._mean / (1 - 0.9**self._steps)
        square = self._square / (1 - 0.99**self._steps)
        self.linear -= rate * MAP_RATE * mean / (np.sqrt(square) + 1e-8)


def train(
    contrast: Contrast,
    papers: Papers,
    chosen: Numbers,
    *,
    seed: int,
    seconds: float,
    batch: int = BATCH,
    steps: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Improve `contrast` on the `chosen` papers for `seconds`, or exactly `steps`, the rate falling.

    It ends before its seconds are over when it went through all papers 25 times.
    """
    random = np.random.default_rng(seed)
    batch = min(batch, len(chosen))
    waiting = np.zeros(0, np.int64)
    most = MOST_PASSES * len(chosen) / batch
    clock, done, told = Clock(), 0, 0.0
    while (share := done / steps if steps is not None else max(clock.seconds() / seconds, done / most)) < 1:
        if len(waiting) < batch:
            waiting = np.concatenate([waiting, random.permutation(chosen)])
        some, waiting = waiting[:batch], waiting[batch:]
        asked = papers.queries(some, random, QUERY_KINDS)
        loss = contrast.step(asked, papers.whole[some], 1 - 0.95 * share)
        done += 1
        if progress and share - told >= 0.02:
            told = share
            progress(share, f"{done} steps, loss {loss:.3f}")


def tune(
    encoder: StaticEncoder,
    documents: Iterable[tuple[str, str]],
    *,
    seed: int,
    seconds: float,
    steps: int | None = None,
    progress: Progress | None = None,
    apart: Numbers | None = None,
) -> StaticEncoder:
    """`encoder` after training on `documents` (title, abstract) for `seconds` at most, or exactly `steps`.

    The papers of `held_out` for the same seed (or those numbered in `apart`) are left out, so that
    `known_items` before and after says whether to keep it. Words frequent in the documents that the tokeniser
    splits get rows of their own. The same seed and `steps` give the same rows. With under 40 documents the
    encoder comes back as it is.
    """
    known = list(documents)
    if len(known) < LEAST_PAPERS:
        return encoder
    clock = Clock()
    larger = with_whole_words(encoder, known)
    clock.seconds()
    papers = Papers.read(larger, known)
    apart = held_out(len(known), seed) if apart is None else apart
    kept = np.setdiff1d(np.arange(len(known)), apart)
    contrast = Contrast(larger.rows, np.eye(encoder.dimensions, dtype=np.float32))
    left = max(0.0, seconds - clock.seconds())
    if left > 0 or steps is not None:
        train(contrast, papers, kept, seed=seed, seconds=left or 1, steps=steps, progress=progress)
    return StaticEncoder.from_rows(larger.tokenizer, contrast.table, "tuned")


def held_out(count: int, seed: int) -> Numbers:
    """Which of `count` documents are never trained on, in order: 5 % of them, 1,000 at most."""
    random = np.random.default_rng(seed + 1)
    return np.sort(random.permutation(count)[: min(MOST_HELD_OUT, max(1, int(count * HELD_OUT_SHARE)))])


def known_items(
    encoder: StaticEncoder,
    documents: Sequence[tuple[str, str]],
    *,
    seed: int,
    apart: Numbers | None = None,
) -> KnownItems:
    """How well `encoder` finds the held-out documents by title and by a sentence taken out of them.

    Those of `held_out`, or those numbered in `apart`; they are sought among all documents, 20,000 at most.
    """
    items = held_out(len(documents), seed) if apart is None else apart
    random = np.random.default_rng(seed + 2)
    others = np.setdiff1d(np.arange(len(documents)), items)
    shown = np.concatenate([items, random.permutation(others)[: MOST_DISTRACTORS - len(items)]])
    papers = Papers.read(encoder, [documents[number] for number in shown])
    whole = papers.whole @ encoder.rows
    places = np.arange(len(items))
    found = []
    for kinds in ((1, 0, 0), (0, 1, 0)):
        asked = papers.queries(places, random, kinds) @ encoder.rows
        rest = whole.copy()
        rest[places] -= asked
        likeness = unit(asked)[0] @ unit(rest)[0].T
        # A tie counts against it, so that an empty vector finds nothing.
        rank = (likeness >= likeness[places, places][:, None]).sum(axis=1)
        found.append(1 / rank)
    title, sentence = (float(one.mean()) for one in found)
    return KnownItems(title, sentence, tuple(np.mean(found, axis=0).tolist()))


def with_whole_words(encoder: StaticEncoder, documents: Iterable[tuple[str, str]]) -> StaticEncoder:
    """`encoder` with a row for each word of 5 documents or more that its tokeniser splits.

    A new row is the sum of the pieces' rows, so the vectors of texts stay as they were.
    """
    from tokenizers import Tokenizer

    written = json.loads(encoder.tokenizer.to_str())
    if written["model"].get("type") != "WordPiece" or len(encoder.rows) != len(written["model"]["vocab"]):
        return encoder
    found: Counter[str] = Counter()
    for title, abstract in documents:
        found.update(set(re.findall(r"[^\W_]+", f"{title} {abstract}".lower())))
    vocabulary = written["model"]["vocab"]
    words = [
        word
        for word, count in found.most_common()
        if count >= WORD_IN_PAPERS and word not in vocabulary and _WHOLE_WORD.fullmatch(word)
    ][:MOST_NEW_WORDS]
    rows = [encoder.rows[tokens].sum(axis=0) for tokens in encoder.tokens(words)]
    for word in words:
        vocabulary[word] = len(vocabulary)
    larger = Tokenizer.from_str(json.dumps(written))
    return StaticEncoder.from_rows(larger, np.vstack([encoder.rows, *rows]).astype(np.float32), "tuned")


def save(encoder: StaticEncoder, folder: Path) -> None:
    """Write `encoder` to `folder` in model2vec's format: a byte a number, a weight a row.

    Rounding a row to 127 steps of its largest number, with the step as its weight, changed no measured
    result by more than .0005, at a quarter of the size.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    steps = np.abs(encoder.rows).max(axis=1) / 127
    whole = np.rint(encoder.rows / np.maximum(steps, 1e-30)[:, None]).astype(np.int8)
    # Vectors have unit length, so the scale of all rows is free; this one suits readers of small precision.
    scale = float(np.median(steps[steps > 0])) if (steps > 0).any() else 1.0
    weights = (steps / (127 * scale)).astype(np.float32)
    save_file({"embeddings": whole, "weights": weights}, folder / "model.safetensors")
    encoder.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    description = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": encoder.dimensions,
        "normalize": True,
        "max_length": None,
        "embedding_dtype": "int8",
    }
    (folder / "config.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")


def unit(sums: Floats) -> tuple[Floats, Floats]:
    """Rows brought to unit length, and their lengths (rows, 1)."""
    lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True)) + _TINY
    return sums / lengths, lengths


def through_unit(slope: Floats, vectors: Floats, lengths: Floats) -> Floats:
    """The gradient by sums, from `slope`, that by the unit `vectors` made of them."""
    across: Floats = (slope - vectors * (vectors * slope).sum(axis=1, keepdims=True)) / lengths
    # A text without a known token has no direction to learn from.
    return np.where(lengths > 1e-6, across, 0).astype(np.float32)


def _only_used(*matrices: Any) -> tuple[Numbers, list[Any]]:
    """The tokens that stand in any of the matrices (texts, tokens), and the matrices over those alone."""
    from scipy.sparse import csr_array

    used, places = np.unique(np.concatenate([matrix.indices for matrix in matrices]), return_inverse=True)
    smaller, at = [], 0
    for matrix in matrices:
        columns = places[at : at + matrix.nnz].astype(np.int32)
        at += matrix.nnz
        smaller.append(csr_array((matrix.data, columns, matrix.indptr), shape=(matrix.shape[0], len(used))))
    return used, smaller
