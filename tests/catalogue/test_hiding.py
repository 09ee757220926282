"""A hidden paper stands on no list and in no search, whatever its sources say of it afterwards."""

from datetime import timedelta

import pytest

from dailypapers.catalogue import hiding
from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.finding import find
from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.indexing import documents_of
from dailypapers.catalogue.joining import join
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Unindexed
from dailypapers.catalogue.records import Listed
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.lists import field_counts, list_page, trending_field_counts, trending_page
from dailypapers.ranking.nearby import neighbours, newest_day
from dailypapers.ranking.periods import Period
from dailypapers.ranking.refresh import refresh
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db

TODAY = Period.of("date", DAY)


def test_a_hidden_paper_is_on_no_list_and_counted_on_none() -> None:
    shown, hidden = hold(record(1, **mention(5)), record(2, categories=("math.CO",), **mention(50)))
    refresh()
    hiding.hide(hidden.pk, "Not a paper", NOW)
    for order in ("trending", "votes", "newest"):
        page = list_page(TODAY, Selection(), order)
        assert [entry.paper_id for entry in page.entries] == [shown.pk]
        assert page.papers == 1
    assert list_page(TODAY, Selection(field="math"), "trending").papers == 0
    assert field_counts(TODAY, Selection()) == [("cs.CL", 1)]
    trending = trending_page(DAY, Selection())
    assert ([entry.paper_id for entry in trending.entries], trending.papers) == ([shown.pk], 1)
    assert trending_field_counts(DAY, Selection()) == [("cs.CL", 1)]
    land([record(2, abstract="New words.")], NOW)
    assert list_page(TODAY, Selection()).papers == 1, "a new version does not bring it back"
    hiding.show(hidden.pk)
    assert list_page(TODAY, Selection(), "votes").papers == 2


def test_a_day_with_hidden_papers_only_is_passed_over() -> None:
    later = DAY + timedelta(days=1)
    _, hidden = hold(record(1), record(2, listed=(Listed(later, "arxiv", announced=True),)))
    assert newest_day(later) == later
    hiding.hide(hidden.pk, "Not a paper", NOW)
    assert newest_day(later) == DAY
    assert neighbours(TODAY)[1] is None


def test_the_index_leaves_it_out_and_takes_it_up_again() -> None:
    shown, hidden = hold(record(1), record(2))
    Unindexed.objects.all().delete()
    assert hiding.hide(hidden.pk, "Not a paper", NOW)
    assert not hiding.hide(hidden.pk, "Again", NOW)
    assert [one.id for one in documents_of([shown.pk, hidden.pk])] == [shown.pk]
    assert hiding.show(hidden.pk)
    assert not hiding.show(hidden.pk)
    assert len(list(documents_of([shown.pk, hidden.pk]))) == 2
    assert list(Unindexed.objects.values_list("paper", flat=True)) == [hidden.pk, hidden.pk]


@pytest.mark.parametrize("hidden_one", [0, 1])
def test_what_a_hidden_paper_is_joined_to_is_hidden(hidden_one: int) -> None:
    papers = hold(record(1), record(2))
    hiding.hide(papers[hidden_one].pk, "Not a paper", NOW)
    kept = join(papers[0].pk, papers[1].pk, "One work", NOW)
    assert reason_for(kept) == "Not a paper"
    found = find("2604.00002")
    assert found is not None
    assert reason_for(found[0]) == "Not a paper"


def test_a_hidden_paper_has_no_card_by_whatever_list_it_came() -> None:
    shown, hidden = hold(record(1), record(2))
    hiding.hide(hidden.pk, "Not a paper", NOW)
    assert [one.paper.pk for one in cards([hidden.pk, shown.pk])] == [shown.pk]
