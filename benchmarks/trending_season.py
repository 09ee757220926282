"""A simulated season of a site with fields of very different size: `python -m benchmarks.trending_season`.

Shows what two days of one page's votes cannot: weeks, and small fields beside large ones. Assumed:

- 26 weeks; the first 13 only teach how votes in each field run.
- Four fields: papers a day, and readers a day, as FIELDS says. Papers appear at even times of the day.
- A paper's worth is lognormal (sigma 1.2), alike in every field: the best of a hundred papers is as much
  above the others in mathematics as in language.
- Each reader of a field gives on average one vote in five days, to papers of the last ten days, with a
  chance in proportion to worth times e^(-age / 2 days). Readers do not look at how many votes there are.

Every evening all papers of the last 60 days are put in order by each formula. Told are the share of the
first 25 places by field, how long a paper stays among them (the longest, and how many days each has on
average), and, on lists of a week, the place of the best paper of each field by worth and how many of the
ten papers of most worth in each field are among the first 40.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as a_field
from datetime import UTC, date, datetime, timedelta
from math import exp
from typing import Final

import numpy as np

from dailypapers.ranking.evidence import FRESH, WEEKS, Evidence, factor
from dailypapers.ranking.other_formulas import OTHERS
from dailypapers.ranking.trending import heat, trending

WEEKS_LONG: Final = 26
TAUGHT: Final = 13
FIELDS: Final = {"cs.CL": (60, 600), "cs.CV": (80, 500), "q-bio": (12, 60), "math": (40, 25)}
"""Papers and readers a day."""
VOTES_A_READER: Final = 0.2
KEPT_LOOKING: Final = 10
FADES: Final = 2.0
HALF_DAYS: Final = 2
"""Votes come, and lists are looked at, twice a day: a vote is fresh for one half."""
FIRST = date(2026, 1, 5)
START = datetime(2026, 1, 5, tzinfo=UTC)
SEED: Final = 20261126

Order = Callable[["Paper", datetime], float]


@dataclass(slots=True)
class Paper:
    """A simulated paper."""

    field: str
    day: date
    seen: datetime
    worth: float
    votes: int = 0
    fresh: int = 0
    factor: float = 1.0
    days_up: Counter[str] = a_field(default_factory=Counter)
    """On how many evenings it was among the first 25, by the name of the order."""

    @property
    def evidence(self) -> Evidence:
        """What our formula is given."""
        return Evidence(self.votes, self.fresh, day=self.day, factor=self.factor)


def main() -> None:
    """Print two tables."""
    orders: dict[str, Order] = {
        "ours": lambda paper, now: trending(paper.evidence),
        "ours without k": lambda paper, now: trending(Evidence(paper.votes, paper.fresh, day=paper.day)),
    }
    for name in ("votes", "hackernews", "reddit", "lobsters"):
        orders[name] = lambda paper, now, formula=OTHERS[name]: formula(paper.votes, paper.seen, now)  # type: ignore[misc]
    papers, places = _season(orders)
    _tell_places(orders, papers, places)
    _tell_weeks(papers)


def _season(orders: dict[str, Order]) -> tuple[list[Paper], dict[str, Counter[str]]]:
    chance = np.random.default_rng(SEED)
    papers: list[Paper] = []
    bests: dict[str, dict[date, int]] = defaultdict(dict)
    places: dict[str, Counter[str]] = defaultdict(Counter)
    for number in range(7 * WEEKS_LONG):
        day = FIRST + timedelta(days=number)
        if day.weekday() == 0:
            _close_week(papers, bests, day - timedelta(days=7))
        for half in range(HALF_DAYS):
            now = START + timedelta(days=number) + FRESH * half
            for name, (each_day, _) in FIELDS.items():
                weeks = [_monday(day) - timedelta(weeks=back) for back in range(1, WEEKS + 1)]
                counted = factor([bests[name].get(week, 0) for week in weeks])
                worths = chance.lognormal(0, 1.2, each_day // HALF_DAYS)
                papers.extend(Paper(name, day, now, float(worth), factor=counted) for worth in worths)
            _vote(papers, chance, now)
        if number >= 7 * TAUGHT:
            standing = [paper for paper in papers if now - paper.seen <= timedelta(days=60)]
            for name, order in orders.items():
                top = sorted(standing, key=lambda paper: order(paper, now), reverse=True)[:25]
                for paper in top:
                    places[name][paper.field] += 1
                    paper.days_up[name] += 1
    return papers, places


def _vote(papers: list[Paper], chance: np.random.Generator, now: datetime) -> None:
    looked_at = [paper for paper in papers[-20_000:] if now - paper.seen <= timedelta(days=KEPT_LOOKING)]
    for paper in papers[-20_000:]:
        paper.fresh = 0
    for name, (_, readers) in FIELDS.items():
        some = [paper for paper in looked_at if paper.field == name]
        pull = np.array(
            [paper.worth * exp(-(now - paper.seen).total_seconds() / 86_400 / FADES) for paper in some]
        )
        votes = chance.poisson(readers * VOTES_A_READER / HALF_DAYS * pull / pull.sum())
        for paper, given in zip(some, votes, strict=True):
            paper.votes += int(given)
            paper.fresh = int(given)


def _close_week(papers: list[Paper], bests: dict[str, dict[date, int]], monday: date) -> None:
    for name in FIELDS:
        votes = [one.votes for one in papers if one.field == name and _monday(one.day) == monday]
        bests[name][monday] = max(votes, default=0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _tell_places(orders: dict[str, Order], papers: list[Paper], places: dict[str, Counter[str]]) -> None:
    print(f"{len(papers):,} papers, {sum(paper.votes for paper in papers):,} votes; first 25 of all days")
    print(f"{'order':<16}" + "".join(f"{name:>9}" for name in FIELDS) + f"{'days up':>9}{'longest':>9}")
    for name in orders:
        total = sum(places[name].values())
        shares = "".join(f"{places[name][one] / total:>9.0%}" for one in FIELDS)
        up = [paper.days_up[name] for paper in papers if paper.days_up[name]]
        print(f"{name:<16}{shares}{np.mean(up):>9.1f}{max(up):>9}")


def _tell_weeks(papers: list[Paper]) -> None:
    """Lists of a week, after it: the place of each field's best, and its ten best among the first 40."""
    by_week: dict[date, list[Paper]] = defaultdict(list)
    for paper in papers:
        by_week[_monday(paper.day)].append(paper)
    last = max(by_week)
    judged = [week for week in sorted(by_week)[TAUGHT:] if (last - week).days > KEPT_LOOKING]
    orders: dict[str, Callable[[Paper], float]] = {
        "ours": lambda paper: heat(Evidence(paper.votes, factor=paper.factor)),
        "by votes": lambda paper: paper.votes,
    }
    print(
        f"\nlists of {len(judged)} weeks: median place of the best paper by worth; of the ten best, among 40"
    )
    print(f"{'order':<16}" + "".join(f"{name:>16}" for name in FIELDS))
    for name, order in orders.items():
        told = ""
        for one in FIELDS:
            places, among = [], []
            for week in judged:
                ordered = sorted(by_week[week], key=order, reverse=True)
                best = sorted((p for p in ordered if p.field == one), key=lambda p: -p.worth)[:10]
                places.append(next(at for at, p in enumerate(ordered, 1) if p is best[0]))
                first = {id(p) for p in ordered[:40]}
                among.append(sum(id(p) in first for p in best))
            told += f"{f'{np.median(places):.0f}; {np.mean(among):.1f}':>16}"
        print(f"{name:<16}{told}")


if __name__ == "__main__":
    main()
