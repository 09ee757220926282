"""The measures of quality, and a judged set read and judged."""

import json
import math
from pathlib import Path

import pytest

from dailypapers.search.document import Document
from dailypapers.search.evaluate import Judged, NotJudged, PlainBm25, evaluate, interval, ndcg
from tests.search.papers import ENCODER, PAPERS


def judged_set(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": f"d{paper.id}", "title": paper.title, "text": paper.abstract} for paper in PAPERS]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    queries = [{"_id": "q1", "text": "noise in pictures"}, {"_id": "q2", "text": "copper"}]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td3\t2\nq2\td1\t0\n"
    )
    return folder


def test_a_folder_is_judged_in_each_mode(tmp_path: Path) -> None:
    results = evaluate(Judged.read(judged_set(tmp_path / "set")), ENCODER)
    assert list(results) == ["bm25", "lexical", "dense", "hybrid"]
    for quality in results.values():
        assert quality.as_json()["ndcg@10"] == 1.0
        assert set(quality.as_json()) == {"ndcg@10", "recall@100", "mrr@10", "ms", "ndcg@10_interval"}


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotJudged, match=r"corpus\.jsonl"):
        Judged.read(tmp_path)


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("corpus.jsonl", "{broken", "this is no JSON"),
        ("corpus.jsonl", "\udcff", "this is no JSON"),
        ("corpus.jsonl", '{"title": "t"}', "an object with _id belongs here"),
        ("queries.jsonl", "[1]", "an object with _id and text belongs here"),
        ("qrels/test.tsv", "q1\td2\tgood", "a whole number belong"),
        ("qrels/test.tsv", "q1\td2", "a whole number belong"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, name: str, line: str, said: str) -> None:
    folder = judged_set(tmp_path / "set")
    with (folder / name).open("a+b") as file:
        file.write(b"\n" + line.encode(errors="surrogateescape"))
        file.seek(0)
        number = file.read().count(b"\n") + 1
    with pytest.raises(NotJudged, match=rf"{name}, line {number}: .*{said}"):
        Judged.read(folder)


def test_gain_is_discounted_by_rank_and_divided_by_the_best() -> None:
    assert ndcg([1, 2], {1: 1, 2: 1}) == 1.0
    assert ndcg([9, 1], {1: 1}) == pytest.approx(1 / math.log2(3))
    assert ndcg([2, 1], {1: 2, 2: 1}) == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))
    assert ndcg([], {1: 1}) == 0.0


def test_an_interval_holds_the_mean_and_is_the_same_again() -> None:
    values = [0.0, 0.2, 0.5, 0.9, 1.0] * 10
    low, high = interval(values)
    assert low < sum(values) / len(values) < high
    assert interval(values) == (low, high)


def test_plain_bm25_is_the_formula_of_the_books() -> None:
    documents = [Document(1, "heat", "heat copper"), Document(2, "", "copper plates of iron")]
    assert PlainBm25(documents).search("heat") == [1]
    assert PlainBm25(documents).search("copper") == [1, 2]
    assert PlainBm25(documents).search("of the") == []
