"""A period without papers leads to the nearest that has some, of whatever was asked for."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.records import Listed, PaperRecord, Precision
from dailypapers.ranking import nearby
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.nearby import front_day, neighbours, newest_day
from dailypapers.ranking.periods import Period
from tests.papers import DAY, hold, record

pytestmark = pytest.mark.django_db

TODAY = Period.of("date", DAY)


def listed_on(number: int, days: int, *fields: str, submitted: bool = False) -> PaperRecord:
    """A paper of the fields that stands on the list so many days after `DAY`."""
    listed = Listed(DAY + timedelta(days=days), "arxiv", announced=not submitted, submitted=submitted)
    return record(number, listed=(listed,), categories=fields)


def on(days: int) -> Period:
    return Period.of("date", DAY + timedelta(days=days))


@pytest.fixture(params=["by the list", "by the papers"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of looking, whatever the number of papers in a field."""
    monkeypatch.setattr(nearby, "FEW", 0 if request.param == "by the list" else 5_000)


def test_neighbours_skip_days_without_papers() -> None:
    far = DAY + timedelta(days=10)
    hold(record(1), record(2, listed=(Listed(far, "arxiv", announced=True),)))
    assert neighbours(TODAY) == (None, Period.of("date", far))
    assert neighbours(Period.of("date", DAY + timedelta(days=4))) == (TODAY, Period.of("date", far))


def test_the_newest_day_is_never_in_the_future() -> None:
    hold(record(1), record(2, listed=(Listed(DAY + timedelta(days=9), "arxiv", announced=True),)))
    assert newest_day(DAY) == DAY


def test_the_front_page_stays_on_the_announced_day_while_people_put_papers_forward() -> None:
    hold(listed_on(1, 0, "cs.CL"), listed_on(2, 2, "cs.CL", submitted=True))
    monday = DAY + timedelta(days=4)
    assert newest_day(monday) == DAY + timedelta(days=2)
    assert front_day(monday) == DAY
    assert front_day(monday, Selection(field="cs.CL")) == DAY
    assert front_day(monday, Selection(show="submitted")) == DAY + timedelta(days=2)


def test_where_nothing_is_announced_any_more_the_front_page_is_what_is_put_forward() -> None:
    hold(listed_on(1, 0), listed_on(2, 40, submitted=True))
    assert front_day(DAY + timedelta(days=41)) == DAY + timedelta(days=40)


def test_neighbours_under_a_field_have_papers_of_that_field() -> None:
    hold(
        listed_on(1, -9, "math.AG"), listed_on(2, -3, "cs.CL", "math.CO"), listed_on(3, -1, "cs.LG"),
        listed_on(4, 1, "mathematics.X"), listed_on(5, 2, "cs.CL"), listed_on(6, 8, "math.AG"),
    )  # fmt: skip
    assert neighbours(TODAY, Selection(field="math.AG")) == (on(-9), on(8))
    assert neighbours(TODAY, Selection(field="math")) == (on(-3), on(8))
    assert neighbours(TODAY, Selection(field="hep-th")) == (None, None)
    assert neighbours(TODAY, Selection(followed=("math.AG", "cs.LG"))) == (on(-1), on(8))
    assert neighbours(TODAY, Selection(field="cs.CL", followed=("math.AG",))) == (on(-3), on(2))


def test_neighbours_of_what_was_put_forward_have_papers_that_were() -> None:
    hold(
        listed_on(1, -2, "cs.CL", submitted=True), listed_on(2, -1, "cs.CL"), listed_on(3, 1, "cs.CL"),
        listed_on(4, 3, "cs.LG", submitted=True),
    )  # fmt: skip
    assert neighbours(TODAY, Selection(show="submitted")) == (on(-2), on(3))
    assert neighbours(TODAY, Selection(show="submitted", field="cs.CL")) == (on(-2), None)


def test_a_paper_known_to_the_month_makes_a_month_worth_going_to_but_no_day() -> None:
    listed = (Listed(date(2026, 2, 1), "file", announced=True, precision=Precision.MONTH),)
    hold(record(1, listed=listed, categories=("cs.CL",)))
    for selection in (Selection(), Selection(field="cs")):
        assert neighbours(TODAY, selection) == (None, None)
        assert neighbours(Period.of("month", DAY), selection)[0] == Period.parse("month", "2026-02")


def test_the_newest_day_of_a_selection_has_papers_of_it() -> None:
    hold(listed_on(1, -4, "math.AG"), listed_on(2, -2, "cs.CL", submitted=True), listed_on(3, 0, "cs.CL"))
    assert newest_day(DAY, Selection(field="math")) == DAY - timedelta(days=4)
    assert newest_day(DAY, Selection(show="submitted")) == DAY - timedelta(days=2)
    assert newest_day(DAY, Selection(field="hep-th")) is None


@pytest.mark.parametrize(
    "selection", [Selection(), Selection(field="cs"), Selection(followed=("cs", "math"))]
)
def test_looking_costs_the_same_queries_near_and_far(selection: Selection) -> None:
    hold(listed_on(1, -1, "cs.CL"), listed_on(2, 400, "cs.CL"))
    for period in (TODAY, on(200), on(-900)):
        with CaptureQueriesContext(connection) as queries:
            neighbours(period, selection)
        assert len(queries) == (2 if selection.fields else 1)
