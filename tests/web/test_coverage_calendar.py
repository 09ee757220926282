"""The calendar of a month: what stands in its days, which days share a fault, and what the page costs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dailypapers.ingest.models import Coverage, Harvest
from dailypapers.presentation.sources import followed_sources
from dailypapers.ranking.periods import Period
from dailypapers.web.coverage_calendar import Calendar, of_source
from tests.papers import DAY, NOW, hold, record

APRIL = Period.parse("month", "2026-04")
LATER = date(2026, 5, 2)
ARXIV = next(source for source in followed_sources() if source.name == "arxiv")


def row(day: int, state: str = "complete", announced: int = 9, held: int = 9, **more: Any) -> Coverage:
    named = {"source": "arxiv", "day": date(2026, 4, day), "checked_at": NOW}
    return Coverage(**(named | {"state": state, "announced": announced, "held": held} | more))


def of(*rows: Coverage, today: date = LATER, unread: dict[date, int] | None = None) -> Calendar:
    return of_source("arxiv", rows, APRIL, unread or {}, ARXIV, today)


def test_a_month_is_whole_weeks_with_its_own_days_only() -> None:
    weeks = of().weeks
    assert [len(week) for week in weeks] == [7] * 5
    days = [cell.period.first for week in weeks for cell in week if cell]
    assert days == APRIL.days
    assert weeks[0][:2] == [None, None]  # April 2026 begins on a Wednesday.
    assert weeks[0][2] is not None


@pytest.mark.parametrize(
    ("told", "numbers", "word", "kind"),
    [
        (row(15), "9 of\N{NO-BREAK SPACE}9", "whole", "whole"),
        (row(15, "gap", 1_182, 1_100), "1,100 of\N{NO-BREAK SPACE}1,182", "gap of 82", "lacking"),
        (row(15, "unknown", 0, 0), "", "not told", "lacking"),
        (row(15, "empty", 0, 0), "", "none", "quiet"),
    ],
)
def test_a_day_says_its_state_in_a_word(told: Coverage, numbers: str, word: str, kind: str) -> None:
    cell = of(told).weeks[2][2]
    assert cell is not None
    assert (cell.period.first, cell.numbers, cell.word, cell.kind) == (DAY, numbers, word, kind)


def test_a_day_nobody_asked_about_is_told_from_one_without_announcement_and_from_tomorrow() -> None:
    third = of(today=date(2026, 4, 16)).weeks[2]
    assert [cell.word for cell in third if cell] == ["not asked"] * 4 + [""] * 3


def test_days_with_one_reason_are_one_fault_with_one_command() -> None:
    said = "oai: 503 from https://export.arxiv.org/oai2?from=2026-04-{} after 6 tries"
    bad = [row(day, "unknown", 0, 0, error=said.format(day)) for day in (16, 17, 20, 21)]
    (fault,) = of(row(15), *bad, row(22)).faults
    assert (fault.first, fault.last, fault.days) == (date(2026, 4, 16), date(2026, 4, 21), 4)
    assert "503" in fault.reason
    assert fault.command == "dailypapers ingest arxiv --since 2026-04-16 --until 2026-04-21"


def test_other_reasons_and_days_apart_are_faults_of_their_own() -> None:
    found = of(
        row(1, "gap", 9, 8),
        row(2, "gap", 9, 7),
        row(3),
        row(9, "gap", 9, 8),
        row(10, "unknown", error="cut off"),
    ).faults
    assert [(fault.first.day, fault.last.day, fault.reason) for fault in found] == [
        (1, 2, "3 announced papers are missing"),
        (9, 9, "1 announced paper is missing"),
        (10, 10, "cut off"),
    ]


def test_what_the_source_itself_wrote_wrong_is_not_asked_for_again() -> None:
    (fault,) = of(row(15, "gap", 9, 7), unread={DAY: 2}).faults
    assert "cannot be read" in fault.reason
    assert fault.command == "dailypapers ingest rejected --source arxiv"


@pytest.mark.django_db
def test_the_page_costs_the_same_queries_however_much_went_wrong(client: Client) -> None:
    hold(record(1))
    row(15, "gap", 9, 7, error="503").save()
    with CaptureQueriesContext(connection) as few:
        client.get("/status/coverage")
    for day in range(1, 15):
        row(day, "gap", 9, day % 9, error=f"reason {'x' * day}").save()
        row(day, "unknown", source="biorxiv").save()
    with CaptureQueriesContext(connection) as many:
        page = client.get("/status/coverage").content.decode()
    assert len(few) == len(many) <= 7
    assert page.count("<caption>") == 4
    assert len(page) < 60_000


@pytest.mark.django_db
def test_a_harvest_that_failed_is_shown_however_many_came_after_it(client: Client) -> None:
    for number in range(30):
        failed = number == 2
        Harvest.objects.create(
            source="arxiv",
            state="failed" if failed else "finished",
            error="page 3: 503 after 6 tries" if failed else "",
            started_at=NOW + timedelta(hours=number),
            updated_at=NOW,
        )
    page = client.get("/status/coverage").content.decode()
    assert page.count(">finished<") == 10
    assert "page 3: 503 after 6 tries" in page


@pytest.mark.django_db
def test_the_first_and_the_last_month_lead_no_further(client: Client) -> None:
    assert 'rel="prev"' not in client.get("/status/coverage?month=1500-01").content.decode()
    assert 'rel="next"' not in client.get("/status/coverage?month=2199-12").content.decode()
