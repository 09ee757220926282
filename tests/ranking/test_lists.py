from datetime import date, timedelta

import pytest
from django.core.cache import caches

from dailypapers.catalogue.models import Mention, Paper
from dailypapers.catalogue.records import Link, Listed, Precision
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.evidence import NOTHING
from dailypapers.ranking.lists import PER_PAGE, Order, field_counts, list_page, trending_page
from dailypapers.ranking.models import Score
from dailypapers.ranking.periods import Period
from dailypapers.ranking.refresh import refresh
from dailypapers.ranking.trending import heat
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


@pytest.mark.parametrize("order", ["trending", "votes", "newest"])
def test_every_order_shows_each_paper_once_however_often_it_is_listed(order: Order) -> None:
    again = tuple(Listed(DAY + timedelta(days=days), "arxiv", announced=True) for days in range(3))
    hold(
        *(record(number, listed=again) for number in range(1, 20)),
        *(record(number, **mention(number % 4)) for number in range(20, 40)),
        record(40, listed=submitted(DAY + timedelta(days=2)), **mention(2)),
    )
    refresh()
    week = Period.of("week", DAY)
    shown = [list_page(week, Selection(), order, page) for page in (1, 2)]
    seen = [entry.paper_id for page in shown for entry in page.entries]
    assert len(seen) == len(set(seen)) == 40
    assert [(page.papers, page.submitted) for page in shown] == [(40, 1)] * 2
    assert [entry.submitted for page in shown for entry in page.entries].count(True) == 1


def test_most_votes_puts_papers_without_a_vote_in_the_order_of_days() -> None:
    starred = (Link("code", "https://github.com/x/y", 9_000),)
    before = (Listed(DAY - timedelta(days=1), "arxiv", announced=True),)
    hold(record(1, links=starred, listed=before), record(2), record(3, **mention(1), listed=before))
    refresh()
    week = Period.of("week", DAY)
    assert handles(week, order="votes") == ["2604.00003", "2604.00002", "2604.00001"]
    assert handles(week, order="trending") == ["2604.00003", "2604.00001", "2604.00002"]


def test_a_long_list_is_put_in_order_once_a_minute_and_its_numbers_are_those_of_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dailypapers.ranking.lists.LONG", 3)
    hold(record(1), record(2, **mention(5)), record(3, **mention(50)))
    refresh()
    before = ["2604.00003", "2604.00002", "2604.00001"]
    assert handles(TODAY) == before
    first = Paper.objects.get(handle="2604.00001")
    Mention.objects.create(paper=first, source="huggingface", day=DAY, votes=90, url="https://x.example/1")
    refresh()
    page = list_page(TODAY, Selection())
    assert handles(TODAY) == before
    assert [entry.evidence.votes for entry in page.entries] == [50, 5, 90]
    assert handles(TODAY, order="votes")[0] == "2604.00001", "what was not asked for before is of now"
    caches["memory"].clear()
    assert handles(TODAY)[0] == "2604.00001"


def test_a_page_past_the_end_has_no_entries_but_the_lists_own_numbers() -> None:
    hold(*(record(number, **mention(3)) for number in range(1, 4)))
    refresh()
    past = list_page(TODAY, Selection(), page=9)
    assert (past.entries, past.papers) == ((), 3)
    past = trending_page(DAY, Selection(), page=9)
    assert (past.entries, past.papers) == ((), 3)


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


def test_an_entry_brings_what_its_heat_comes_from() -> None:
    hold(record(1, **mention(5, comments=3)), record(2))
    refresh()
    spoken_of, silent = list_page(TODAY, Selection()).entries
    assert heat(spoken_of.evidence) == Score.objects.get().heat
    assert (spoken_of.evidence.votes, spoken_of.evidence.comments) == (5, 3)
    assert silent.evidence == NOTHING
    (trending,) = trending_page(DAY, Selection()).entries
    assert trending.evidence == spoken_of.evidence


def test_a_paper_with_one_comment_and_nothing_else_is_not_trending() -> None:
    hold(record(1, **mention(0, comments=1)), record(2, **mention(0, comments=2)))
    refresh()
    assert len(trending_page(DAY, Selection()).entries) == trending_page(DAY, Selection()).papers == 1
