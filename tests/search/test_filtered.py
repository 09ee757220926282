"""Dates that many papers pass are left to us, and what is found is the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailypapers.search.conditions import condition_text
from dailypapers.search.engine import Engine, Hit
from dailypapers.search.filtered import Filtered
from dailypapers.search.query.parse import parse_query
from dailypapers.search.store import Store
from dailypapers.search.table import PaperTable
from tests.search.papers import PAPERS, engine

WORDS = ("plasma", "waves", "tokamak", "heating", "edge")
DATES = (
    "",
    "after:2021",
    "after:2023-06",
    "before:2022",
    "after:2021 before:2024",
    "-after:2022",
    "after:2031",
)


def papers(papers: int = 120) -> Iterator[object]:
    """Papers of ten years, each with some of the words; one in eleven has no date."""
    draw = np.random.default_rng(4)
    for number in range(papers):
        words = [word for word in WORDS if draw.random() < 0.6]
        yield replace(
            PAPERS[0],
            id=100 + number,
            handle=f"p{number}",
            title=f"{' '.join(words)} {number}",
            abstract=f"About {' and '.join(words)}.",
            identifiers=(f"local:p{number}",),
            day=date(2017 + number % 10, 1 + number % 12, 3) if number % 11 else None,
            fields=("cs.CL",) if number % 2 else ("hep-th",),
            flags=("code",) if number % 5 == 0 else (),
        )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    one = engine(tmp_path_factory.mktemp("filtered"), tuple(papers()))  # type: ignore[arg-type]
    numbers = one.table.where("", ("id",), numbered=True)["_rowid"].to_numpy()
    assert one.tally.chosen(numbers, wait=True) is not None
    return one


def of(one: Engine, text: str) -> Filtered:
    return Filtered.of(one.table, one.tally, parse_query(text).conditions)


def as_told(one: Engine, text: str) -> Filtered:
    """The same with all conditions told to the engine."""
    return replace(of(one, text), share=0.0)


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True),
    dates=st.sampled_from(DATES),
    others=st.sampled_from(("", " field:cs.CL", " has:code field:hep-th")),
    most=st.integers(1, 60),
)
@settings(max_examples=60)
def test_the_same_is_found_as_where_the_engine_is_told_the_dates(
    many: Engine, words: list[str], dates: str, others: str, most: int
) -> None:
    ours, told = of(many, dates + others), as_told(many, dates + others)
    every = [((word,),) for word in words]
    numbers, scores = ours.having(every, [])
    assert dict(zip(numbers.tolist(), scores.tolist(), strict=True)) == dict(
        zip(*(part.tolist() for part in told.having(every, [])), strict=True)
    )
    # Of papers with the same score the engine may bring others first, so all are compared.
    assert set(ours.by_text(words, 500)) == set(told.by_text(words, 500))
    assert len(ours.by_text(words, most)) == len(told.by_text(words, most))
    vector = many.encode([" ".join(words)])[0]
    assert set(ours.by_vector(vector, 500)) == set(told.by_vector(vector, 500))
    assert len(ours.by_vector(vector, most)) == len(told.by_vector(vector, most))


def test_dates_are_told_to_the_engine_where_few_papers_pass_or_nothing_was_read(
    many: Engine, tmp_path: Path
) -> None:
    assert of(many, "after:2021 has:code").share > 0.4
    assert of(many, "after:2031").share == 0
    assert of(many, "has:code").share == 0
    assert of(many, "-after:2021").share == 0
    fresh = engine(tmp_path)
    assert of(fresh, "after:2021").share == 0


def test_the_engine_is_asked_without_the_dates_and_again_only_where_too_few_came(
    many: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = PaperTable.by_text

    def told(
        self: PaperTable, words: list[str], most: int, where: str, together: tuple[str, ...] = ()
    ) -> object:
        asked.append(where)
        return ask(self, words, most, where, together)

    monkeypatch.setattr(PaperTable, "by_text", told)
    conditions = parse_query("after:2021 has:code").conditions
    assert len(of(many, "after:2021 has:code").by_text(["plasma"], 5)) == 5
    assert asked == ["(array_has(flags, 'code'))"]
    asked.clear()
    # As if a hundred times as many papers passed as do: hardly any of those that come are in the dates.
    few = replace(of(many, "after:2026 has:code"), share=1.0)
    found = few.by_text(["plasma"], 2)
    assert asked == [
        "(array_has(flags, 'code'))",
        condition_text(parse_query("after:2026 has:code").conditions),
    ]
    assert set(found) <= set(many.table.by_text(["plasma"], 100, condition_text(conditions)))


def test_papers_without_a_date_are_in_no_dates_and_those_written_since_are(tmp_path: Path) -> None:
    one = engine(tmp_path, tuple(papers(30)))  # type: ignore[arg-type]
    one.search(parse_query("plasma"), counted=True)
    Store(tmp_path / "index").write(
        [replace(PAPERS[0], id=900, title="plasma new", day=date(2026, 1, 1))], [], one
    )

    def ids(text: str) -> set[int]:
        hits: tuple[Hit, ...] = one.search(parse_query(text)).hits
        return {hit.card.id for hit in hits}

    assert 900 in ids("plasma after:2018")
    undated = {100 + number for number in range(0, 30, 11)}
    assert not ids("plasma before:2025") & undated
