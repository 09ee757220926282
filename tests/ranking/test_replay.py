import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

from dailypapers.ranking import replay
from dailypapers.ranking.other_formulas import OTHERS

EVENING = datetime(2026, 4, 18, 0, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def paper(number: int, *votes: int, first: datetime = EVENING, feed: str = "feed") -> dict[str, Any]:
    """A paper seen once a day from `first`, with those votes."""
    points = [
        {"at": (first + DAY * later).isoformat(), "feed": feed, "upvotes": count}
        for later, count in enumerate(votes)
    ]
    return {"id": f"2604.{number:05}", "votes": points}


def crowd(gain: Callable[[int], int] = lambda number: number, **fields: Any) -> list[dict[str, Any]]:
    """Twelve papers with 1 to 12 votes, of which each gains what `gain` says."""
    return [paper(number, number, number + gain(number), **fields) for number in range(1, 13)]


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def seen(tmp_path: Path, rows: list[dict[str, Any]], daily: list[dict[str, Any]] | None = None) -> Any:
    known = written(tmp_path / "daily.jsonl", daily) if daily is not None else None
    evenings = replay.read_evenings(written(tmp_path / "votes.jsonl", rows), known)
    return {day: {one.paper: one for one in papers} for day, papers in evenings.items()}


def test_an_order_that_foretells_all_gains_is_perfect_and_its_reverse_is_not(tmp_path: Path) -> None:
    evenings = replay.read_evenings(written(tmp_path / "votes.jsonl", crowd()))
    (papers,) = evenings.values()
    assert replay.ndcg(papers, lambda one: one.votes) == pytest.approx(1)
    assert replay.spearman(papers, lambda one: one.votes) == pytest.approx(1)
    assert replay.ndcg(papers, lambda one: -one.votes) < 0.7
    assert replay.spearman(papers, lambda one: -one.votes) == pytest.approx(-1)


def test_an_order_that_tells_none_apart_correlates_with_nothing(tmp_path: Path) -> None:
    evenings = replay.read_evenings(written(tmp_path / "votes.jsonl", crowd()))
    assert replay.replay(evenings)["newest"].spearman == 0


def test_the_gain_is_read_at_the_last_point_of_12_to_84_hours(tmp_path: Path) -> None:
    rows = [*crowd(), paper(50, 5, 6, 9, 20, 70)]
    (_, first), *_ = seen(tmp_path, rows).items()
    assert first["2604.00050"].gained == 20 - 5
    soon = paper(51, 5)
    soon["votes"].append({"at": (EVENING + timedelta(hours=6)).isoformat(), "feed": "feed", "upvotes": 40})
    (_, first), *_ = seen(tmp_path, [*crowd(), soon]).items()
    assert "2604.00051" not in first


def test_papers_first_seen_more_than_96_hours_ago_are_not_judged(tmp_path: Path) -> None:
    old = paper(60, *range(1, 8), first=EVENING - 5 * DAY)
    still_new = paper(61, *range(1, 8), first=EVENING - 4 * DAY)
    judged = seen(tmp_path, [*crowd(), old, still_new])[EVENING.date()]
    assert "2604.00060" not in judged
    assert "2604.00061" in judged


def test_only_the_reliable_series_is_read(tmp_path: Path) -> None:
    judged = seen(tmp_path, [*crowd(), paper(70, 5, 9, feed="feed_weekly")])[EVENING.date()]
    assert "2604.00070" not in judged


def test_an_evening_needs_twelve_papers(tmp_path: Path) -> None:
    with pytest.raises(replay.NotReplayable, match="no evening has 12 papers"):
        replay.read_evenings(written(tmp_path / "votes.jsonl", crowd()[1:]))


def test_lost_votes_are_no_gain(tmp_path: Path) -> None:
    judged = seen(tmp_path, [*crowd(), paper(80, 9, 4)])[EVENING.date()]
    assert judged["2604.00080"].gained == 0


def test_nothing_captured_after_an_evening_is_known_on_it(tmp_path: Path) -> None:
    def captured(at: datetime, comments: int) -> dict[str, Any]:
        return {"id": "2604.00001", "captured_at": at.isoformat(), "num_comments": comments}

    before, after = captured(EVENING - timedelta(hours=16), 2), captured(EVENING + timedelta(hours=1), 90)
    judged = seen(tmp_path, crowd(), [after, before])[EVENING.date()]
    assert judged["2604.00001"].evidence.comments == 2
    assert judged["2604.00001"].votes_alone.comments == 0
    assert seen(tmp_path, crowd(), [after])[EVENING.date()]["2604.00001"].daily is None


def test_what_is_gained_later_changes_no_order_of_the_evening(tmp_path: Path) -> None:
    def ordered(gain: Callable[[int], int]) -> list[str]:
        papers = replay.read_evenings(written(tmp_path / "votes.jsonl", crowd(gain)))[EVENING.date()]
        return [one.paper for one in sorted(papers, key=replay.orders()["ours"])]

    assert ordered(lambda number: number) == ordered(lambda number: 100 - number)


def test_first_evenings_judge_each_paper_once(tmp_path: Path) -> None:
    rows = [paper(number, number, 2 * number, 3 * number) for number in range(1, 13)]
    quality = replay.replay(replay.read_evenings(written(tmp_path / "votes.jsonl", rows)))["ours"]
    assert (quality.evenings, quality.first[2]) == (2, 1)


def test_every_order_is_measured_with_its_interval(tmp_path: Path) -> None:
    quality = replay.replay(replay.read_evenings(written(tmp_path / "votes.jsonl", crowd())))
    assert set(quality) == {"ours", "ours_votes_alone", *OTHERS}
    told = quality["hackernews"].as_json()
    low, high = told["ndcg@10_interval"]
    assert low <= told["ndcg@10"] <= high
    assert quality["votes"].beyond_votes == (0, 0, 0)


def test_packed_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "votes.jsonl.zst"
    lines = "".join(json.dumps(row) + "\n" for row in crowd())
    path.write_bytes(zstandard.compress(lines.encode()))
    assert len(replay.read_evenings(path)) == 1


@pytest.mark.parametrize(
    "text", ["no JSON", '{"id": "x"}', '{"id": "x", "votes": [{"at": "soon"}]}', "[]", ""]
)
def test_a_file_without_history_says_what_is_missing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "votes.jsonl"
    path.write_text(text)
    with pytest.raises(replay.NotReplayable, match=r"votes\.jsonl"):
        replay.read_evenings(path)


def test_the_known_formulas_prefer_votes_and_what_is_new() -> None:
    later = EVENING + DAY
    for name, formula in OTHERS.items():
        assert formula(9, EVENING, later) >= formula(3, EVENING, later), name
        if name != "votes":
            assert formula(9, EVENING + DAY / 2, later) > formula(9, EVENING, later), name


@pytest.mark.shared
def test_on_real_evenings_ours_is_no_worse_than_the_best_of_the_others(shared: Path) -> None:
    path = shared / "hf_upvote_trajectories.jsonl.zst"
    quality = replay.replay(replay.read_evenings(path))
    assert quality["ours"].evenings == 96
    assert quality["votes"].first[0] == pytest.approx(0.829, abs=0.001)
    assert quality["ours"].ndcg >= max(quality[name].ndcg for name in OTHERS)
