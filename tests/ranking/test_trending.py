from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ranking.evidence import FEWEST_USUAL, USUAL_BEST, WEEKS, Evidence, factor
from dailypapers.ranking.signal_registry import all_signals
from dailypapers.ranking.trending import DAYS_PER_DOUBLING, day_part, heat, parts, trending

DAY = date(2026, 4, 15)
MOST = 10_000_000

amounts = st.integers(0, MOST)
factors = st.builds(factor, st.lists(st.integers(0, 100_000), max_size=WEEKS))


@st.composite
def receptions(draw: st.DrawFn) -> Evidence:
    """What may be known of a paper: no more of its votes can be fresh than it has."""
    votes = draw(amounts)
    return Evidence(votes, draw(st.integers(0, votes)), draw(amounts), draw(amounts), DAY, draw(factors))


@given(receptions(), st.integers(1, MOST), st.booleans(), amounts, amounts)
def test_more_votes_never_rank_lower(
    held: Evidence, votes: int, are_fresh: bool, comments: int, stars: int
) -> None:
    more = replace(
        held,
        votes=held.votes + votes,
        fresh=held.fresh + (votes if are_fresh else 0),
        comments=held.comments + comments,
        stars=held.stars + stars,
    )
    assert heat(more) > heat(held)
    assert trending(more) > trending(held)


@pytest.mark.parametrize("signal", all_signals(), ids=lambda signal: signal.name)
@given(held=receptions(), votes=amounts, comments=amounts, stars=amounts)
def test_no_signal_falls_as_evidence_grows(
    signal: object, held: Evidence, votes: int, comments: int, stars: int
) -> None:
    more = replace(
        held,
        votes=held.votes + votes,
        fresh=held.fresh + votes,
        comments=held.comments + comments,
        stars=held.stars + stars,
    )
    (one,) = [known for known in all_signals() if known is signal]
    assert one.part(more) >= one.part(held) >= 0


@given(receptions())
def test_the_parts_add_up(held: Evidence) -> None:
    total = sum(part.value for part in parts(held))
    assert total == pytest.approx(heat(held))
    assert total + day_part(held.day) == pytest.approx(trending(held))


@given(receptions())
def test_nothing_stays_up_for_ever(held: Evidence) -> None:
    # Whatever it had, a paper with one vote in the liveliest of fields stands above it within 14 weeks.
    later = Evidence(votes=1, day=DAY + timedelta(weeks=14), factor=USUAL_BEST / 100_000)
    assert trending(later) > trending(replace(held, fresh=0))


@given(receptions())
def test_what_is_no_longer_fresh_is_not_above_what_is(held: Evidence) -> None:
    assert trending(replace(held, fresh=0)) <= trending(held)


@given(st.integers(FEWEST_USUAL, 2_000), st.integers(FEWEST_USUAL, 2_000))
def test_a_small_fields_best_stands_beside_a_large_ones(few: int, many: int) -> None:
    small = Evidence(votes=few, fresh=few, factor=factor([few] * WEEKS))
    large = Evidence(votes=many, fresh=many, factor=factor([many] * WEEKS))
    assert heat(small) == pytest.approx(heat(large))


def test_a_single_vote_in_a_silent_field_is_no_best_paper() -> None:
    silent = Evidence(votes=1, fresh=1, factor=factor([]))
    lively = Evidence(votes=USUAL_BEST, fresh=USUAL_BEST, factor=factor([USUAL_BEST] * WEEKS))
    assert heat(silent) < heat(lively) - 2


def test_nothing_said_is_no_heat() -> None:
    assert heat(Evidence()) == 0


def test_a_doubling_of_fresh_votes_weighs_as_much_as_a_day_and_a_half() -> None:
    older = trending(Evidence(votes=2 * 99 + 1, fresh=2 * 99 + 1, day=DAY))
    newer = trending(Evidence(votes=99, fresh=99, day=DAY + timedelta(days=3)))
    assert newer - older == pytest.approx(3 / DAYS_PER_DOUBLING - 1)


def test_the_formula_can_be_checked_by_hand() -> None:
    evidence = Evidence(votes=31, fresh=7, comments=4, stars=1023, day=date(2020, 1, 16), factor=1.0)
    assert heat(evidence) == pytest.approx(0.6 * 5 + 0.4 * 3 + 0.2 * 2 + 0.05 * 10)
    assert trending(evidence) == pytest.approx(heat(evidence) + 10)
