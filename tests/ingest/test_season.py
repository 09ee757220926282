"""A season replayed: 60 announcement days with faults; at the end nothing is missing, nothing is double."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from dailypapers.catalogue.models import Identifier, Listing, Paper
from dailypapers.ingest.coverage import catch_up, reconcile
from dailypapers.ingest.http import Http
from dailypapers.ingest.models import Coverage
from dailypapers.ingest.run import harvest
from dailypapers.ingest.source import Span
from dailypapers.ingest.sources.arxiv import SOURCE
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.origins.origin import Fault

pytestmark = pytest.mark.django_db

FAULTS = [
    Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.BROKEN, Fault.CUT, Fault.HALF, Fault.HALF_SAID_WHOLE,
    Fault.NONSENSE, Fault.EMPTY,
]  # fmt: skip


def season(first: date, days: int, papers: int) -> list[AnnouncedPaper]:
    weekdays = [day for n in range(2 * days) if (day := first + timedelta(n)).weekday() < 5][:days]
    return [
        AnnouncedPaper(
            f"{day:%y%m}.{10_000 + 40 * at + number:05}",
            f"Finding number {number} of the {day:%d %B}",
            (f"Author {number} Number{at}", "Ada Lovelace"),
            day,
            ("cs.CL" if number % 3 else "stat.ML",),
        )
        for at, day in enumerate(weekdays)
        for number in range(papers)
    ]


def connection() -> Http:
    return Http(pause=0, wait=0.001, longest_wait=0.01, attempts=4)


def span(origin: ArxivOrigin, today: date) -> Span:
    return Span(today=today, fields=("cs", "stat"), base_url=origin.url)


def test_after_sixty_days_with_faults_everything_announced_is_held_once() -> None:
    chance = random.Random(7)  # noqa: S311
    papers = season(date(2026, 2, 2), days=60, papers=12)
    days = sorted({paper.day for paper in papers})
    with ArxivOrigin(papers, page_size=7) as origin, connection() as http:
        for day in days:
            origin.announce(day)
            origin.left_out = {paper.number for paper in papers if paper.day == day and chance.random() < 0.1}
            if chance.random() < 0.15 and day != days[-1]:
                continue  # The machine was asleep.
            origin.fail(*chance.choices([*FAULTS, Fault.NONE, Fault.NONE], k=chance.randrange(9)))
            catch_up(SOURCE, span(origin, day), http)
        origin.faults.clear()
        catch_up(SOURCE, span(origin, days[-1] + timedelta(days=1)), http)
    held = Counter(Identifier.objects.filter(scheme="arxiv").values_list("value", flat=True))
    assert held == Counter(paper.number for paper in papers)
    assert Paper.objects.count() == len(papers)
    rows = Coverage.objects.filter(day__gte=days[0])
    assert dict(rows.values_list("day", "state")) == dict.fromkeys(days, Coverage.State.COMPLETE)
    listed = dict(Listing.objects.values_list("paper__handle", "day"))
    assert listed == {paper.number: paper.day for paper in papers}


def test_a_day_whose_feed_fails_is_told_by_oai() -> None:
    papers = season(date(2026, 4, 15), days=1, papers=9)
    with ArxivOrigin(papers, page_size=4) as origin, connection() as http:
        origin.announce(date(2026, 4, 15))
        origin.fail(*[Fault.BROKEN] * 4)
        row = reconcile(SOURCE, date(2026, 4, 15), span(origin, date(2026, 4, 15)), http)
    assert (row.state, row.announced, row.held, row.routes) == (Coverage.State.COMPLETE, 9, 9, "rss, oai")


def test_a_missed_day_is_made_good() -> None:
    papers = season(date(2026, 4, 13), days=3, papers=5)
    with ArxivOrigin(papers) as origin, connection() as http:
        origin.announce(date(2026, 4, 15))
        rows = catch_up(SOURCE, span(origin, date(2026, 4, 15)), http, days=3)
    assert [row.state for row in rows] == [Coverage.State.COMPLETE] * 3
    assert Paper.objects.count() == 15


def test_a_day_on_which_nothing_was_announced_is_empty_not_a_gap() -> None:
    with ArxivOrigin([]) as origin, connection() as http:
        origin.announce(date(2026, 4, 15))
        row = reconcile(SOURCE, date(2026, 4, 15), span(origin, date(2026, 4, 15)), http)
    assert row.state == Coverage.State.EMPTY


def test_a_source_that_never_answers_leaves_the_day_unknown_and_says_why() -> None:
    with ArxivOrigin([]) as origin, connection() as http:
        origin.announce(date(2026, 4, 15))
        origin.fail(*[Fault.UNAVAILABLE] * 50)
        row = reconcile(SOURCE, date(2026, 4, 15), span(origin, date(2026, 4, 15)), http)
    assert row.state == Coverage.State.UNKNOWN
    assert "HTTP 503" in row.error


def test_a_repeated_resumption_token_ends_the_harvest() -> None:
    papers = season(date(2026, 4, 15), days=1, papers=9)
    with ArxivOrigin(papers, page_size=4) as origin, connection() as http:
        origin.announce(date(2026, 4, 15))
        origin.repeats = True
        asked = Span(today=date(2026, 4, 15), since=date(2026, 4, 15), base_url=origin.url)
        result = harvest(SOURCE, asked, http, base_url=origin.url)
        assert len(origin.asked) < 5
    assert "a second time" in result.failure


def test_a_harvest_cut_off_goes_on_where_it_stopped() -> None:
    papers = season(date(2026, 4, 15), days=1, papers=30)
    with ArxivOrigin(papers, page_size=10) as origin, connection() as http:
        origin.announce(date(2026, 4, 15))
        asked = Span(today=date(2026, 4, 15), since=date(2026, 4, 15), base_url=origin.url)
        origin.fail(Fault.NONE, *[Fault.BROKEN] * 4)
        first = harvest(SOURCE, asked, http, base_url=origin.url)
        assert first.failure
        assert first.counts["new"] == 10
        second = harvest(SOURCE, asked, http, base_url=origin.url)
    assert second.resumed
    assert second.counts["new"] == 30
    assert second.counts["unchanged"] == 0
