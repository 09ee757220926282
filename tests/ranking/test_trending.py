from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ranking.trending import DAYS_PER_DOUBLING, Evidence, heat, trending

amounts = st.integers(0, 10_000_000)


@given(amounts, amounts, amounts, amounts)
def test_more_evidence_never_cools(votes: int, comments: int, stars: int, more: int) -> None:
    assert heat(Evidence(votes + more, comments, stars)) >= heat(Evidence(votes, comments, stars))


def test_nothing_said_is_no_heat() -> None:
    assert heat(Evidence()) == 0


def test_a_doubling_of_votes_weighs_as_much_as_a_day_and_a_half() -> None:
    day = date(2026, 4, 15)
    older = trending(Evidence(votes=2 * 99 + 1, day=day))
    newer = trending(Evidence(votes=99, day=day + timedelta(days=3)))
    assert newer - older == 3 / DAYS_PER_DOUBLING - 1


def test_the_parts_add_up_to_the_heat() -> None:
    evidence = Evidence(votes=112, comments=5, stars=307)
    assert sum(evidence.parts().values()) == heat(evidence)
