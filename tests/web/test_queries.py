"""What a page costs does not grow with what it shows: each asks the database a fixed number of times."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.records import Author, Listed
from dailypapers.ingest.models import Coverage, Harvest
from dailypapers.ranking.lists import PER_PAGE
from dailypapers.ranking.refresh import refresh
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db

QUERIES = {
    "/": 16,
    "/papers": 15,
    "/papers?field=cs.CL": 17,
    "/papers?show=submitted": 15,
    "/papers/date/2026-04-15?field=cs": 15,
    "/papers/date/2026-04-15?order=newest": 14,
    "/papers/week/2026-W16?show=submitted": 14,
    "/papers/month/2026-04?order=votes": 14,
    "/papers/date/2020-01-01?field=cs.CL": 6,
    "/papers/trending?field=cs.CL": 13,
    "/status/coverage": 6,
    "/status/coverage?month=2026-04": 5,
    "/covers/2604.00001.svg": 2,
    "/share-cards/2604.00001.png": 3,
    "/papers/2604.00001": 16,
    "/papers/2604.00001.bib": 11,
    "/papers/arXiv:2604.00001v2": 1,
    "/papers/2604.00001/": 1,
    "/papers/2604.99999": 1,
    "/about": 0,
}
"""Addresses and how many queries each takes."""


def queries(client: Client, address: str) -> int:
    caches["memory"].clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code in (200, 301, 404)
    return len(asked)


def hold_much() -> None:
    """A site with many papers, authors, links, days counted and harvests."""
    crowd = tuple(Author(f"Author Number{number}") for number in range(300))
    fields = ("cs.CL", *(f"cs.{letter}X" for letter in "ABCDEFGHIJ"))
    days = [DAY - timedelta(days=back) for back in range(10)]
    hold(
        *(
            record(
                number,
                authors=crowd if number < 4 else crowd[:3],
                categories=fields,
                listed=(
                    Listed(DAY, "arxiv", announced=True),
                    Listed(days[number % 10], "huggingface", submitted=True),
                ),
                **mention(number),
            )
            for number in range(1, 2 * PER_PAGE)
        )
    )
    for day in days:
        for source in ("arxiv", "huggingface", "biorxiv"):
            Coverage.objects.create(source=source, day=day, state=Coverage.State.EMPTY, checked_at=NOW)
    for _ in range(20):
        Harvest.objects.create(source="arxiv", started_at=NOW, updated_at=NOW)
    refresh()


@pytest.mark.parametrize(("address", "number"), QUERIES.items())
def test_a_page_costs_the_same_queries_for_few_papers_as_for_many(
    client: Client, address: str, number: int
) -> None:
    put_forward = (Listed(DAY, "arxiv", announced=True), Listed(DAY, "huggingface", submitted=True))
    hold(*(record(one, listed=put_forward, **mention(one)) for one in (1, 2)))
    refresh()
    assert queries(client, address) == number
    hold_much()
    assert queries(client, address) == number
