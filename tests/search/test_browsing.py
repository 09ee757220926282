"""Votes and days count where a query names a subject, and there only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dailypapers.search.browsing import LEAST_PAPERS, Prior
from dailypapers.search.columns import Card
from dailypapers.search.engine import Engine, Hit
from dailypapers.search.query.parse import parse_query
from tests.search.papers import PAPERS, engine

NEWEST = 2026_05_01


def alike(papers: int = LEAST_PAPERS + 10) -> Iterator[object]:
    """Papers of the same words, one of them with votes, each older than the one before."""
    for number in range(papers):
        yield replace(
            PAPERS[0],
            id=100 + number,
            handle=f"p{number}",
            title="Confinement of plasma",
            abstract="Of plasma in a tokamak.",
            identifiers=(f"local:p{number}",),
            day=date(2026 - number // 12, 1 + (11 - number % 12), 1),
            votes=300 if number == 30 else 0,
        )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("browsing"), tuple(alike()))  # type: ignore[arg-type]


def hits(one: Engine, text: str) -> tuple[Hit, ...]:
    return one.search(parse_query(text)).hits


def card(day: int | None, votes: int) -> Card:
    return Card(1, "p", "A paper", day, (), "", (), votes)


def test_a_subject_shows_voted_and_new_papers_first(many: Engine) -> None:
    found = hits(many, "plasma confinement")
    days = [hit.card.day or 0 for hit in found if not hit.card.votes]
    assert days == sorted(days, reverse=True)
    voted = [hit.card.votes for hit in found].index(300)
    # Its votes bring .18: more than new papers have before it of two years, less than words do.
    assert voted < 30
    assert found[voted].score - found[-1].score < 0.4


@pytest.mark.parametrize(
    "text",
    [
        "plasma confinement tokamak of plasma in tokamak edge",
        "plasma zonalflow",
        "plasma like:local:p3",
    ],
)
def test_what_is_looked_for_is_found_whatever_its_age(many: Engine, text: str) -> None:
    found = many.search(parse_query(text))
    assert found.hits
    assert not found.newest
    assert not {part.kind for part in many.explained(found, found.hits)[0].why} & {"votes", "recent"}


def test_by_words_or_meaning_alone_nothing_but_these_counts(many: Engine) -> None:
    for mode in ("lexical", "dense"):
        assert not many.search(parse_query("plasma"), mode).newest


def test_what_votes_and_days_bring_are_parts_that_add_up(many: Engine) -> None:
    found = many.search(parse_query("plasma tokamak"))
    for hit in many.explained(found, found.hits):
        assert sum(part.score for part in hit.why) == pytest.approx(hit.score, abs=1e-5)
        parts = {part.kind: part for part in hit.why}
        assert parts["recent"].word == f"{hit.card.day}"[:4] + "-" + f"{hit.card.day}"[4:6] + "-01"
        assert ("votes" in parts) == bool(hit.card.votes)


def test_votes_saturate_and_days_are_halved_by_the_year() -> None:
    cards = [card(NEWEST, 0), card(2025_05_01, 30), card(2016_05_01, 10_000), card(None, 1)]
    prior = Prior.of(cards, NEWEST)
    assert prior.votes.tolist() == pytest.approx([0, 0.1, 0.2, 0.2 / 31], abs=1e-3)
    assert prior.recent.tolist() == pytest.approx([0.2, 0.1, 0.2 / 1024, 0], abs=1e-3)


def test_a_small_site_has_no_subjects(tmp_path: Path) -> None:
    one = engine(tmp_path)
    found = one.search(parse_query("plasma"))
    assert found.hits
    assert not found.newest
