from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.records import EARLIEST_YEAR, LATEST_YEAR
from dailypapers.ranking.periods import Kind, NotAPeriod, Period

kinds = st.sampled_from(["date", "week", "month"])
days = st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))


@given(kinds, days)
def test_an_address_leads_back_to_its_period(kind: Kind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.holds(day)
    assert Period.parse(kind, period.text) == period


@given(kinds, days)
def test_periods_follow_each_other_without_gap(kind: Kind, day: date) -> None:
    period = Period.of(kind, day)
    assert Period.of(kind, period.last + timedelta(days=1)).first == period.last + timedelta(days=1)


@given(kinds, st.text(max_size=12))
def test_any_other_text_is_refused(kind: Kind, text: str) -> None:
    try:
        period = Period.parse(kind, text)
    except NotAPeriod:
        return
    assert period.text == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "2026-02-31"),
        ("week", "2026-W54"),
        ("week", "2025-W53"),
        ("month", "2026-13"),
        ("date", "20260-01-01"),
    ],
)
def test_a_date_that_does_not_exist_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(NotAPeriod):
        Period.parse(kind, text)


@pytest.mark.parametrize("kind", ["date", "week", "month"])
def test_every_day_that_a_paper_may_have_is_on_a_list_and_no_other_is(kind: Kind) -> None:
    first, last = date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31)
    for day in (first, last):
        assert Period.parse(kind, Period.of(kind, day).text).holds(day)
    for day in (first - timedelta(days=7), last + timedelta(days=7)):
        with pytest.raises(NotAPeriod, match="for the years 1500 to 2199 only"):
            Period.parse(kind, Period.of(kind, day).text)


def test_the_week_of_new_year_has_its_iso_year() -> None:
    assert Period.of("week", date(2027, 1, 1)).text == "2026-W53"
