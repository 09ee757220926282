"""Search, its index and its measurement, as typed."""

import json
import shutil
from pathlib import Path

import pytest

from tests.homes import with_tables
from tests.ingest.commands import run

PAPERS = [
    {"id": "2604.00001", "title": "Attention for translation", "abstract": "We translate by attention."},
    {"id": "2604.00002", "title": "Heat in thin metal plates", "abstract": "Copper conducts heat."},
    {"id": "2604.00003", "title": "FoldNet: folding of proteins in water", "abstract": "Amino acids fold."},
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the papers and their index, which no test changes."""
    folder = tmp_path_factory.mktemp("site")
    file = folder / "papers.jsonl"
    file.write_text("\n".join(json.dumps(paper | {"date": "2026-04-01"}) for paper in PAPERS))
    with_tables(folder / "home")
    assert run(folder / "home", "ingest", "file", str(file)).code == 0
    built = run(folder / "home", "index", "build")
    assert built.code == 0, built
    assert "3 papers" in built.output
    return folder / "home"


def test_what_was_ingested_is_found_with_its_reasons(site: Path) -> None:
    found = run(site, "search", "copper", "plates", "--json")
    rows = json.loads(found.output)
    assert rows[0]["id"] == "2604.00002"
    assert set(rows[0]) == {"id", "title", "date", "score", "why"}
    assert sum(part["score"] for part in rows[0]["why"]) == pytest.approx(rows[0]["score"], abs=1e-3)
    assert "2604.00001" in run(site, "search", "attention").output.splitlines()[0]
    assert run(site, "search", "field:none").output.strip() == "Nothing found."


def test_a_paper_that_is_named_stands_first(site: Path) -> None:
    for name in ("2604.00003", "https://arxiv.org/abs/2604.00003v2"):
        (row,) = json.loads(run(site, "search", name, "--json").output)
        assert (row["id"], row["title"]) == ("2604.00003", PAPERS[2]["title"])
        assert row["date"] == "2026-04-01"
        assert row["score"] == sum(part["score"] for part in row["why"])
    assert run(site, "search", "2604.00003").output.split()[1] == "2604.00003"
    for sort in ("relevance", "date"):
        rows = json.loads(
            run(site, "search", "attention for TRANSLATION", "--sort", sort, "--limit", "1", "--json").output
        )
        assert [row["id"] for row in rows] == ["2604.00001"]
        assert {"name", "lexical"} <= {part["kind"] for part in rows[0]["why"]}


def test_what_is_not_held_and_what_no_paper_has_is_said(site: Path) -> None:
    ended = run(site, "search", "arxiv.org/abs/2412.99999")
    assert (ended.code, ended.output.strip()) == (0, "Nothing found.")
    assert "No paper is held under '2412.99999'" in ended.errors
    assert "`dailypapers ingest arxiv --since 2024-12-01 --until 2024-12-31` may bring it" in ended.errors
    assert json.loads(run(site, "search", "10.1234/not.held", "--json").output) == []
    assert "No paper has 'qwertyzxcv'." in run(site, "search", "qwertyzxcv").errors


def test_a_misspelt_or_british_title_comes_first_and_as_written_takes_words_as_they_stand(
    site: Path,
) -> None:
    assert "2604.00003" in run(site, "search", "foldnet: foldings of protein in water").output.splitlines()[0]
    assert "No paper has" in run(site, "search", "coper", "--as-written").errors


def test_the_index_follows_what_is_written_and_can_be_checked(site: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(site, tmp_path / "own"))
    more = tmp_path / "more.jsonl"
    tides = {"id": "2604.00004", "title": "Tides of the northern seas", "date": "2026-04-02"}
    more.write_text(json.dumps(tides))
    assert run(home, "ingest", "file", str(more)).code == 0
    assert "To be taken up: 1" in run(home, "index", "status").output
    assert "1 papers brought up to date" in run(home, "index", "update").output
    assert "2604.00004" in run(home, "search", "tides").output
    assert "agrees with the catalogue: 4 papers" in run(home, "index", "verify").output


def test_without_an_index_the_command_that_makes_it_is_named(tmp_path: Path) -> None:
    ended = run(tmp_path / "home", "search", "anything")
    assert ended.code == 1
    assert "dailypapers index build" in ended.errors


def test_a_judged_folder_gives_the_numbers_of_every_mode(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": paper["id"], "title": paper["title"], "text": paper["abstract"]} for paper in PAPERS]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "1", "text": "copper"}))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\t2604.00002\t1\n")
    results = json.loads(run(tmp_path / "home", "evaluate", "search", str(folder), "--json").output)
    assert list(results) == ["bm25", "lexical", "dense", "hybrid"]
    assert results["hybrid"]["ndcg@10"] == 1.0
    missing = run(tmp_path / "home", "evaluate", "search", str(tmp_path))
    assert missing.code == 1
    assert "corpus.jsonl" in missing.errors


def test_without_a_folder_the_sites_own_papers_are_remembered(site: Path) -> None:
    results = json.loads(run(site, "evaluate", "search", "--json").output)
    assert set(results) == {"name"}
    assert list(results["name"]) == ["bm25", "lexical", "dense", "hybrid"]
    assert results["name"]["lexical"]["queries"] == 1
    assert results["name"]["bm25"]["first_interval"] == [1.0, 1.0]
    assert results["name"]["hybrid"]["first"] == 1.0
