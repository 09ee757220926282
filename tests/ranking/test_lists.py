from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Listed, Precision
from dailypapers.ranking.lists import (
    PER_PAGE,
    Order,
    Selection,
    field_counts,
    list_page,
    neighbours,
    newest_day,
    trending_page,
)
from dailypapers.ranking.models import Score
from dailypapers.ranking.periods import Period
from dailypapers.ranking.refresh import refresh
from tests.papers import DAY, hold, mention, record

pytestmark = pytest.mark.django_db

TODAY = Period.of("date", DAY)


def handles(period: Period, selection: Selection = Selection(), order: Order = "trending") -> list[str]:  # noqa: B008
    entries = list_page(period, selection, order).entries
    by_id = Paper.objects.in_bulk([entry.paper_id for entry in entries])
    return [by_id[entry.paper_id].handle for entry in entries]


def submitted(day: date) -> tuple[Listed, ...]:
    return (Listed(DAY, "arxiv", announced=True), Listed(day, "huggingface", submitted=True))


def test_the_warmest_paper_comes_first() -> None:
    hold(record(1), record(2, **mention(5)), record(3, **mention(50)))
    refresh()
    assert handles(TODAY) == ["2604.00003", "2604.00002", "2604.00001"]


def test_a_paper_put_forward_later_stands_on_both_days() -> None:
    later = DAY + timedelta(days=2)
    hold(record(1, listed=submitted(later)))
    assert handles(TODAY) == handles(Period.of("date", later)) == ["2604.00001"]


def test_a_paper_on_two_days_of_a_week_is_counted_once() -> None:
    hold(record(1, listed=submitted(DAY + timedelta(days=1))), record(2))
    page = list_page(Period.of("week", DAY), Selection())
    assert (len(page.entries), page.papers, page.submitted) == (2, 2, 1)


def test_submitted_shows_only_what_was_put_forward() -> None:
    hold(record(1, listed=submitted(DAY)), record(2))
    assert handles(TODAY, Selection(show="submitted")) == ["2604.00001"]


def test_a_field_takes_cross_lists_and_an_archive_takes_all_its_fields() -> None:
    hold(record(1, categories=("math.CO", "cs.LG")), record(2, categories=("stat.ML",)), record(3))
    assert set(handles(TODAY, Selection(field="cs.LG"))) == {"2604.00001", "2604.00003"}
    assert set(handles(TODAY, Selection(field="math"))) == {"2604.00001"}
    assert handles(TODAY, Selection(field="c")) == []


def test_the_site_lists_the_fields_it_follows_and_any_field_that_is_asked_for() -> None:
    hold(record(1), record(2, categories=("hep-th",)))
    assert handles(TODAY, Selection(followed=("hep-th",))) == ["2604.00002"]
    assert handles(TODAY, Selection(field="cs", followed=("hep-th",))) == ["2604.00001"]


def test_fields_are_counted_by_the_primary_one() -> None:
    hold(record(1), record(2), record(3, categories=("cs.LG", "cs.CL")))
    assert field_counts(TODAY, Selection()) == [("cs.CL", 2), ("cs.LG", 1)]


def test_a_paper_known_to_the_month_stands_on_the_month_alone() -> None:
    listed = (Listed(date(2026, 4, 1), "file", announced=True, precision=Precision.MONTH),)
    hold(record(1, listed=listed))
    assert handles(Period.parse("month", "2026-04")) == ["2604.00001"]
    assert handles(Period.parse("date", "2026-04-01")) == handles(Period.parse("week", "2026-W14")) == []


def test_pages_share_the_list_between_them() -> None:
    hold(*(record(number) for number in range(1, PER_PAGE + 6)))
    first, second = (list_page(TODAY, Selection(), page=page) for page in (1, 2))
    seen = [entry.paper_id for entry in (*first.entries, *second.entries)]
    assert len(seen) == len(set(seen)) == first.papers == PER_PAGE + 5


def test_neighbours_skip_days_without_papers() -> None:
    far = DAY + timedelta(days=10)
    hold(record(1), record(2, listed=(Listed(far, "arxiv", announced=True),)))
    assert neighbours(TODAY) == (None, Period.of("date", far))
    assert neighbours(Period.of("date", DAY + timedelta(days=4))) == (TODAY, Period.of("date", far))


def test_the_newest_day_is_never_in_the_future() -> None:
    hold(record(1), record(2, listed=(Listed(DAY + timedelta(days=9), "arxiv", announced=True),)))
    assert newest_day(DAY) == DAY


def test_trending_weighs_votes_against_days() -> None:
    old = DAY - timedelta(days=6)
    listed = (Listed(old, "arxiv", announced=True),)
    hold(
        record(1, listed=listed, **mention(1000, old)),
        record(2, **mention(2)),
        record(3, listed=listed, **mention(1, old)),
        record(4),
    )
    refresh()
    page = trending_page(DAY, Selection())
    names = Paper.objects.in_bulk([entry.paper_id for entry in page.entries])
    order = [names[entry.paper_id].handle for entry in page.entries]
    assert order == ["2604.00001", "2604.00002", "2604.00003"]


def test_a_score_goes_when_its_evidence_does() -> None:
    (paper,) = hold(record(1, **mention(5)))
    refresh()
    assert Score.objects.get().votes == 5
    paper.mentions.all().delete()
    refresh()
    assert not Score.objects.exists()


@pytest.mark.parametrize("papers", [1, 40])
def test_refreshing_costs_the_same_queries_for_one_paper_as_for_forty(papers: int) -> None:
    hold(*(record(number, **mention(number)) for number in range(1, papers + 1)))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        refresh()
    assert len(queries) == 9
