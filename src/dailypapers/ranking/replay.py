"""History replayed: how well an order of an evening foretells the votes that papers gain.

No Django, no clock.
Two files are read. The first has the votes of papers as they were seen evening by evening, one paper a line:
`{"id", "votes": [{"at", "feed", "upvotes"}, ...]}`. The second, if it is there, has what a daily page showed
once a day: `{"id", "captured_at", "upvotes", "num_comments", "github_stars"}`. Of it an evening may know
what was captured before that evening and nothing else.
"""

import gzip
import io
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import zstandard
from scipy.stats import rankdata

from dailypapers.ranking import trending
from dailypapers.ranking.evidence import FRESH, Evidence
from dailypapers.ranking.other_formulas import OTHERS

SERIES: Final = "feed"
"""The series of a trajectory that is replayed; the weekly and monthly ones can start stale."""
NEW: Final = timedelta(hours=96)
"""A paper first seen longer ago than this is not judged."""
LATER: Final = (timedelta(hours=12), timedelta(hours=84))
"""How long after the evening the votes gained are read: at the last point between."""
FEWEST: Final = 12
"""Papers that an evening must have to be judged."""
TOP: Final = 10
_SAMPLES: Final = 2_000
"""Bootstrap samples for an interval (Efron 1979)."""


class NotReplayable(Exception):
    """A file that holds no history to replay; says what is missing."""


@dataclass(frozen=True, slots=True)
class Point:
    """The votes that a paper had at a moment."""

    at: datetime
    votes: int


@dataclass(frozen=True, slots=True)
class Daily:
    """What the daily page showed of a paper when it was captured."""

    at: datetime
    votes: int
    comments: int
    stars: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A paper as it was known on an evening, and the votes that it gained afterwards."""

    paper: str
    points: tuple[Point, ...]
    """What was seen of it, to the evening's point, the oldest first."""
    daily: Daily | None
    gained: int

    @property
    def now(self) -> datetime:
        """When it was seen that evening."""
        return self.points[-1].at

    @property
    def votes(self) -> int:
        """The votes it had."""
        return self.points[-1].votes

    @property
    def first_seen(self) -> datetime:
        """When it was seen first."""
        return self.points[0].at

    @property
    def evidence(self) -> Evidence:
        """What our formula is given. Nothing says a paper's field, so that a vote counts one."""
        daily = self.daily
        before = [point for point in self.points if point.at <= self.now - FRESH]
        if daily and daily.at <= self.now - FRESH:
            before.append(Point(daily.at, daily.votes))
        last = max(before, key=lambda point: point.at, default=Point(self.now, 0))
        return Evidence(
            votes=self.votes,
            fresh=max(0, self.votes - last.votes),
            comments=daily.comments if daily else 0,
            stars=daily.stars if daily else 0,
            day=self.first_seen.date(),
        )

    @property
    def votes_alone(self) -> Evidence:
        """The same as if nothing but the trajectory were known."""
        return Seen(self.paper, self.points, None, self.gained).evidence


Evening = tuple[Seen, ...]
Order = Callable[[Seen], float]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well an order did: means over evenings with 95 % intervals, and over first evenings alone."""

    ndcg: float
    spearman: float
    ndcg_interval: tuple[float, float]
    spearman_interval: tuple[float, float]
    beyond_votes: tuple[float, float, float]
    """The mean difference of nDCG@10 to ordering by votes, evening by evening, and its interval."""
    evenings: int
    first: tuple[float, float, int]
    """nDCG@10, Spearman and evenings where each paper is judged on the evening it was first seen only."""

    def as_json(self) -> dict[str, Any]:
        """The numbers by name."""
        return {
            "ndcg@10": round(self.ndcg, 4),
            "spearman": round(self.spearman, 4),
            "ndcg@10_interval": [round(end, 4) for end in self.ndcg_interval],
            "spearman_interval": [round(end, 4) for end in self.spearman_interval],
            "evenings": self.evenings,
            "beyond_votes": [round(number, 4) for number in self.beyond_votes],
            "first_evening": {
                "ndcg@10": round(self.first[0], 4),
                "spearman": round(self.first[1], 4),
                "evenings": self.first[2],
            },
        }


def read_evenings(trajectories: Path, daily: Path | None = None) -> dict[date, Evening]:
    """The evenings that can be judged, each with its papers. Raises `NotReplayable`."""
    captured = _captured(daily) if daily else {}
    evenings: dict[date, list[Seen]] = defaultdict(list)
    for row in _rows(trajectories):
        try:
            paper = str(row["id"])
            told = [point for point in row["votes"] if point["feed"] == SERIES]
            points = sorted(
                (Point(_moment(point["at"]), int(point["upvotes"])) for point in told),
                key=lambda point: point.at,
            )
        except (KeyError, TypeError, ValueError):
            raise NotReplayable(
                f"{trajectories}: a line is not {{id, votes: [{{at, feed, upvotes}}]}}"
            ) from None
        for evening, seen in _seen(paper, points, captured.get(paper, [])):
            evenings[evening].append(seen)
    judged = {
        evening: tuple(sorted(papers, key=lambda one: one.paper))
        for evening, papers in sorted(evenings.items())
        if _can_be_judged(papers)
    }
    if not judged:
        raise NotReplayable(
            f"{trajectories}: no evening has {FEWEST} papers with a later point in the series {SERIES!r}"
        )
    return judged


def _can_be_judged(papers: Sequence[Seen]) -> bool:
    return len(papers) >= FEWEST and any(one.gained for one in papers)


def _seen(paper: str, points: Sequence[Point], captured: Sequence[Daily]) -> Iterator[tuple[date, Seen]]:
    """Each evening that a paper is judged on: the UTC day of a point, seen once a day."""
    by_day = {point.at.date(): place for place, point in enumerate(points)}
    for day, place in by_day.items():
        now = points[place].at
        later = [one for one in points[place + 1 :] if LATER[0] <= one.at - now <= LATER[1]]
        if later and now - points[0].at <= NEW:
            known = [one for one in captured if one.at <= now]
            gained = max(0, later[-1].votes - points[place].votes)
            yield day, Seen(paper, tuple(points[: place + 1]), known[-1] if known else None, gained)


def _captured(path: Path) -> dict[str, list[Daily]]:
    captured: dict[str, list[Daily]] = defaultdict(list)
    for row in _rows(path):
        try:
            captured[str(row["id"])].append(
                Daily(
                    _moment(row["captured_at"]),
                    int(row.get("upvotes") or 0),
                    int(row.get("num_comments") or 0),
                    int(row.get("github_stars") or 0),
                )
            )
        except (KeyError, TypeError, ValueError):
            raise NotReplayable(f"{path}: a line has no id or no captured_at") from None
    return {paper: sorted(rows, key=lambda one: one.at) for paper, rows in captured.items()}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a JSONL file, packed with zstandard or gzip or not at all."""
    with path.open("rb") as raw:
        stream: Any = raw
        if path.suffix == ".zst":
            stream = zstandard.ZstdDecompressor().stream_reader(raw)
        elif path.suffix == ".gz":
            stream = gzip.GzipFile(fileobj=raw)
        try:
            for line in io.TextIOWrapper(stream, encoding="utf-8"):
                if line.strip():
                    yield json.loads(line)
        except (ValueError, zstandard.ZstdError, gzip.BadGzipFile, EOFError) as problem:
            raise NotReplayable(f"{path} is not JSON, one object a line: {problem}") from None


def orders() -> dict[str, Order]:
    """Every order that is measured, ours first."""
    ours: dict[str, Order] = {
        "ours": lambda seen: trending.trending(seen.evidence),
        "ours_votes_alone": lambda seen: trending.trending(seen.votes_alone),
    }
    others: dict[str, Order] = {
        name: (lambda seen, formula=formula: formula(seen.votes, seen.first_seen, seen.now))  # type: ignore[misc]
        for name, formula in OTHERS.items()
    }
    return ours | others


def replay(evenings: dict[date, Evening]) -> dict[str, Quality]:
    """The quality of each order on the evenings."""
    first = {day: _first_seen_on(papers) for day, papers in evenings.items()}
    first = {day: papers for day, papers in first.items() if _can_be_judged(papers)}
    by_votes = np.array([ndcg(papers, orders()["votes"]) for papers in evenings.values()])
    return {name: _quality(evenings, first, order, by_votes) for name, order in orders().items()}


def _first_seen_on(papers: Evening) -> Evening:
    return tuple(one for one in papers if len(one.points) == 1)


def _quality(
    evenings: dict[date, Evening], first: dict[date, Evening], order: Order, by_votes: Any
) -> Quality:
    gains = np.array([ndcg(papers, order) for papers in evenings.values()])
    ranks = np.array([spearman(papers, order) for papers in evenings.values()])
    weeks = [day.isocalendar()[:2] for day in evenings]
    on_first = [(ndcg(papers, order), spearman(papers, order)) for papers in first.values()]
    beyond = gains - by_votes
    return Quality(
        float(gains.mean()),
        float(ranks.mean()),
        interval(gains, weeks),
        interval(ranks, weeks),
        (float(beyond.mean()), *interval(beyond, weeks)),
        len(evenings),
        (
            float(np.mean([one for one, _ in on_first])) if on_first else 0.0,
            float(np.mean([one for _, one in on_first])) if on_first else 0.0,
            len(on_first),
        ),
    )


def ndcg(papers: Evening, order: Order) -> float:
    """nDCG@10 with the votes gained as gain (Järvelin and Kekäläinen 2002); equal papers by their ids."""
    ordered = sorted(papers, key=order, reverse=True)
    best = sorted((one.gained for one in papers), reverse=True)
    return _discounted([one.gained for one in ordered]) / _discounted(best)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains[:TOP]))


def spearman(papers: Evening, order: Order) -> float:
    """The rank correlation of the order with the votes gained; 0 for an order that tells none apart."""
    places = rankdata([order(one) for one in papers])
    gained = rankdata([one.gained for one in papers])
    if places.std() == 0 or gained.std() == 0:
        return 0.0
    return float(np.corrcoef(places, gained)[0, 1])


def interval(values: Any, weeks: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """A 95 % bootstrap interval of the mean. Whole weeks are drawn: their evenings share papers."""
    of_week: dict[tuple[int, int], list[float]] = defaultdict(list)
    for week, value in zip(weeks, values, strict=True):
        of_week[week].append(float(value))
    sums = np.array([sum(one) for one in of_week.values()])
    counts = np.array([len(one) for one in of_week.values()])
    drawn = np.random.default_rng(0).integers(0, len(sums), (_SAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
