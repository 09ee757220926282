import json
from pathlib import Path

from click.testing import CliRunner

from dailypapers.cli.main import dailypapers
from tests.ranking.test_replay import EVENING, crowd, written


def test_trending_is_evaluated_as_json(tmp_path: Path) -> None:
    path = written(tmp_path / "votes.jsonl", crowd())
    result = CliRunner().invoke(dailypapers, ["evaluate", "trending", str(path), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert {"ours", "votes", "hackernews", "reddit", "lobsters", "newest"} <= set(told)
    assert {"ndcg@10", "spearman", "ndcg@10_interval"} <= set(told["ours"])


def test_the_daily_page_is_found_beside_the_file_and_can_be_left_aside(tmp_path: Path) -> None:
    import zstandard

    path = written(tmp_path / "votes.jsonl", crowd(lambda number: 20 - number))
    row = {"id": "2604.00001", "captured_at": EVENING.isoformat(), "num_comments": 99}
    (tmp_path / "hf_daily.jsonl.zst").write_bytes(zstandard.compress(json.dumps(row).encode()))

    def told(*options: str) -> str:
        result = CliRunner().invoke(dailypapers, ["evaluate", "trending", str(path), *options])
        assert result.exit_code == 0, result.output
        return result.output

    assert "known beside the votes: hf_daily.jsonl.zst" in told()
    assert "known beside the votes: nothing" in told("--votes-alone")
    ours = json.loads(told("--json"))
    assert ours["ours"]["spearman"] > ours["ours_votes_alone"]["spearman"]


def test_a_file_that_is_no_history_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "votes.jsonl"
    path.write_text("no JSON\n")
    result = CliRunner().invoke(dailypapers, ["evaluate", "trending", str(path)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output
