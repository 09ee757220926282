"""How good a search is on judged queries: a folder in the layout of BEIR (Thakur et al. 2021)."""

import json
import math
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.analysis import telling, terms
from dailypapers.search.document import Document
from dailypapers.search.encoder import Encoder
from dailypapers.search.engine import Engine
from dailypapers.search.memories import Memory
from dailypapers.search.query.model import Query
from dailypapers.search.scoring import Mode
from dailypapers.search.store import Store

MODES: Final[tuple[Mode, ...]] = ("lexical", "dense", "hybrid")
BM25: Final[Literal["bm25"]] = "bm25"
WAYS: Final[tuple[Literal["bm25"] | Mode, ...]] = (BM25, *MODES)
_SAMPLES: Final = 2_000
"""Bootstrap samples of the queries for an interval (Efron 1979)."""


class NotJudged(Exception):
    """A folder that is no judged set; says what is missing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Documents, queries by their ids, and for each query the grade of each relevant document's key."""

    documents: tuple[Document, ...]
    queries: dict[str, str]
    relevant: dict[str, dict[int, int]]

    @classmethod
    def read(cls, folder: Path) -> "Judged":
        """Read corpus.jsonl, queries.jsonl and qrels/test.tsv, else the first of qrels/.

        Raises `NotJudged`.
        """
        qrels = folder / "qrels" / "test.tsv"
        if not qrels.exists():
            qrels = min(folder.glob("qrels/*.tsv"), default=qrels)
        for path in (folder / "corpus.jsonl", folder / "queries.jsonl", qrels):
            if not path.exists():
                raise NotJudged(
                    f"{path} is not there: a judged set has corpus.jsonl, queries.jsonl, qrels/*.tsv"
                )
        keys: dict[str, int] = {}
        documents = []
        for row in _rows(folder / "corpus.jsonl", "_id"):
            keys[str(row["_id"])] = len(keys) + 1
            documents.append(Document(len(keys), str(row.get("title") or ""), str(row.get("text") or "")))
        asked = _rows(folder / "queries.jsonl", "_id", "text")
        queries = {str(row["_id"]): str(row["text"]) for row in asked}
        relevant: dict[str, dict[int, int]] = defaultdict(dict)
        for query, document, grade in _grades(qrels):
            if grade > 0 and document in keys and query in queries:
                relevant[query][keys[document]] = grade
        return cls(tuple(documents), queries, dict(relevant))


@dataclass(frozen=True, slots=True)
class Quality:
    """The means over all judged queries of a way to search."""

    ndcg: float
    recall: float
    mrr: float
    milliseconds: float
    """Time per query."""
    interval: tuple[float, float]
    """95 % of nDCG@10 over resampled queries."""

    def as_json(self) -> dict[str, Any]:
        """Under the names by which the measures are known."""
        return {
            "ndcg@10": round(self.ndcg, 4),
            "recall@100": round(self.recall, 4),
            "mrr@10": round(self.mrr, 4),
            "ms": round(self.milliseconds, 2),
            "ndcg@10_interval": [round(bound, 4) for bound in self.interval],
        }


def evaluate(judged: Judged, encoder: Encoder) -> dict[str, Quality]:
    """The quality of plain BM25 and of each mode on a judged set, by `bm25` and the modes' names."""
    results = {"bm25": _quality(judged, PlainBm25(judged.documents).search)}
    with tempfile.TemporaryDirectory(prefix="dailypapers-evaluate-") as folder:
        store = Store(folder)
        store.build(judged.documents, encoder)
        engine = store.open(encoder)
        for mode in MODES:

            def search(text: str, mode: Mode = mode) -> list[int]:
                query = Query(text=text, words=tuple(text.split()))
                return [hit.card.id for hit in engine.search(query, mode).hits]

            results[mode] = _quality(judged, search)
    return results


def _quality(judged: Judged, search: Any) -> Quality:
    gains, recalls, ranks = [], [], []
    started = time.perf_counter()
    answers = {query: search(judged.queries[query]) for query in judged.relevant}
    seconds = time.perf_counter() - started
    for query, grades in judged.relevant.items():
        found = answers[query]
        gains.append(ndcg(found, grades))
        recalls.append(len(grades.keys() & set(found[:100])) / len(grades))
        ranks.append(next((1 / (at + 1) for at, one in enumerate(found[:10]) if one in grades), 0.0))
    return Quality(
        float(np.mean(gains)),
        float(np.mean(recalls)),
        float(np.mean(ranks)),
        1000 * seconds / max(len(answers), 1),
        interval(gains),
    )


def ndcg(found: Sequence[int], grades: Mapping[int, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain, gains linear as in trec_eval (Järvelin and Kekäläinen 2002)."""
    gain = sum(grades.get(one, 0) / math.log2(at + 2) for at, one in enumerate(found[:depth]))
    ideal = sorted(grades.values(), reverse=True)[:depth]
    return gain / sum(grade / math.log2(at + 2) for at, grade in enumerate(ideal))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of the means of resampled values; the same for the same values."""
    random = np.random.default_rng(0)
    sample = np.asarray(values)
    means = sample[random.integers(len(sample), size=(_SAMPLES, len(sample)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class FoundAgain:
    """How often a half-remembered paper was the first result, among ten, and the mean inverse of its rank."""

    queries: int
    first: float
    in_ten: float
    mrr: float
    milliseconds: float
    first_interval: tuple[float, float]
    mrr_interval: tuple[float, float]
    """95 % of both over resampled queries."""

    def as_json(self) -> dict[str, Any]:
        """Under plain names."""
        return {
            "queries": self.queries,
            "first": round(self.first, 4),
            "first_interval": [round(bound, 4) for bound in self.first_interval],
            "in_ten": round(self.in_ten, 4),
            "mrr@10": round(self.mrr, 4),
            "mrr@10_interval": [round(bound, 4) for bound in self.mrr_interval],
            "ms": round(self.milliseconds, 2),
        }


def found_again(engine: Engine, remembered: Sequence[Memory], mode: Mode | Literal["bm25"]) -> FoundAgain:
    """Search for each memory (at least one) and look where the paper that is meant stands.

    `bm25` is the order of the text index: title, abstract and authors as one text, nothing else told.
    """
    ranks = []
    started = time.perf_counter()
    for memory in remembered:
        if mode == BM25:
            found = _by_text_index(engine, memory.text, 10)
        else:
            query = Query(memory.text, tuple(memory.text.split()))
            found = [hit.card.id for hit in engine.search(query, mode).hits[:10]]
        ranks.append(next((at for at, one in enumerate(found, 1) if one == memory.paper), 0))
    seconds = time.perf_counter() - started
    return FoundAgain(
        len(ranks),
        sum(rank == 1 for rank in ranks) / len(ranks),
        sum(rank > 0 for rank in ranks) / len(ranks),
        sum(1 / rank for rank in ranks if rank) / len(ranks),
        1000 * seconds / len(ranks),
        interval([float(rank == 1) for rank in ranks]),
        interval([1 / rank if rank else 0.0 for rank in ranks]),
    )


def _by_text_index(engine: Engine, text: str, most: int) -> list[int]:
    """The keys of the papers that come first by the BM25 of the text index."""
    numbers = engine.table.by_text(list(dict.fromkeys(telling(terms(text)))), most, "")
    if not numbers:
        return []
    rows = engine.table.rows(numbers, ("id",), numbered=True)
    keys = dict(zip(rows["_rowid"].to_pylist(), rows["id"].to_pylist(), strict=True))
    return [keys[number] for number in numbers]


class PlainBm25:
    """BM25 over title and abstract as one text, every document scored: the measure to be better than."""

    def __init__(self, documents: Sequence[Document], saturation: float = 1.2, length: float = 0.75) -> None:
        texts = [terms(f"{document.title} {document.abstract}") for document in documents]
        lengths = np.array([len(text) for text in texts], dtype=float)
        self._keys = [document.id for document in documents]
        self._dampened = saturation * (1 - length + length * lengths / max(lengths.mean(), 1.0))
        self._saturation = saturation
        postings: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for at, text in enumerate(texts):
            for term, times in Counter(text).items():
                postings[term][0].append(at)
                postings[term][1].append(times)
        self._postings: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {
            term: (np.array(at), np.array(times, dtype=float)) for term, (at, times) in postings.items()
        }

    def search(self, text: str) -> list[int]:
        """The keys of the best hundred documents."""
        score = np.zeros(len(self._keys))
        for term in telling(terms(text)):
            if term in self._postings:
                at, times = self._postings[term]
                rarity = math.log(1 + (len(self._keys) - len(at) + 0.5) / (len(at) + 0.5))
                score[at] += rarity * times * (self._saturation + 1) / (times + self._dampened[at])
        best = np.argsort(-score, kind="stable")[:100]
        return [self._keys[at] for at in best.tolist() if score[at] > 0]


def _rows(path: Path, *needed: str) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines, each with what is `needed`."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                raise NotJudged(f"{path}, line {number}: this is no JSON") from None
            if not isinstance(row, dict) or not all(name in row for name in needed):
                raise NotJudged(f"{path}, line {number}: an object with {' and '.join(needed)} belongs here")
            yield row


def _grades(path: Path) -> Iterator[tuple[str, str, int]]:
    """Query, document and grade of each line but the first, which names them."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1 or not line.strip():
                continue
            try:
                query, document, grade = line.decode().rstrip("\r\n").split("\t")
                yield query, document, int(grade)
            except ValueError:
                raise NotJudged(
                    f"{path}, line {number}: a query, a document and a whole number belong here, tabs between"
                ) from None
