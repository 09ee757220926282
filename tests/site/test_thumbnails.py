"""Which papers get their first page rendered."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dailypapers.catalogue.records import Link, Listed, Withdrawal
from dailypapers.ingest.addresses import CheckedTransport
from dailypapers.presentation.pictures import picture_address
from dailypapers.site import thumbnails
from dailypapers.site.thumbnails import render_newest
from tests.ingest.test_thumbnails import CC_BY, Library
from tests.papers import DAY, hold, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A folder of our own, loopback allowed, no pauses, the day after `DAY`."""
    settings.HOME = tmp_path
    settings.THUMBNAILS = "open"
    monkeypatch.setattr(thumbnails, "PAUSE", 0.0)
    monkeypatch.setattr(thumbnails, "CheckedTransport", lambda: CheckedTransport(["127.0.0.1"]))
    monkeypatch.setattr(thumbnails, "today", lambda: DAY + timedelta(days=1))


def test_the_newest_papers_whose_licence_allows_it_get_their_first_page() -> None:
    with Library() as library:
        pdf = (Link("pdf", f"{library.url}/good.pdf"),)
        earlier = DAY - timedelta(days=thumbnails.DAYS)
        old = {"day": earlier, "listed": (Listed(earlier, "arxiv", announced=True),)}
        free, closed, bare, past = hold(
            record(1, licence=CC_BY, links=pdf),
            record(2, licence="http://arxiv.org/licenses/nonexclusive-distrib/1.0/", links=pdf),
            record(3, licence=CC_BY),
            record(4, licence=CC_BY, links=pdf, **old),
        )
        counts = render_newest()
        assert (counts.made, counts.not_licensed, counts.tried) == (1, 1, 1)
        assert picture_address(free) == f"/thumbnails/{free.pk}.webp"
        for other in (closed, bare, past):
            assert picture_address(other).startswith("/covers/")
        again = render_newest()
        assert (again.made, again.held) == (0, 1)
        assert library.asked == ["/good.pdf"]


def test_an_older_paper_put_forward_now_gets_its_first_page_and_a_withdrawn_one_does_not() -> None:
    with Library() as library:
        pdf = (Link("pdf", f"{library.url}/good.pdf"),)
        earlier = DAY - timedelta(days=30)
        announced = Listed(earlier, "arxiv", announced=True)
        brought_back, withdrawn = hold(
            record(
                1,
                licence=CC_BY,
                links=pdf,
                day=earlier,
                listed=(announced, Listed(DAY, "huggingface", submitted=True)),
            ),
            record(2, licence=CC_BY, links=pdf, withdrawal=Withdrawal(DAY, "An error in section 2.")),
        )
        assert render_newest().made == 1
        assert picture_address(brought_back).startswith("/thumbnails/")
        assert picture_address(withdrawn).startswith("/covers/")


def test_a_run_tries_so_many_papers_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "AT_A_TIME", 1)
    with Library() as library:
        link = (Link("pdf", f"{library.url}/good.pdf"),)
        hold(*(record(number, licence=CC_BY, links=link) for number in (1, 2)))
        assert [render_newest().made for _ in range(3)] == [1, 1, 0]


def test_nothing_is_fetched_where_the_site_wants_none_or_has_none(settings: Any) -> None:
    assert render_newest().tried == 0
    settings.THUMBNAILS = "none"
    with Library() as library:
        hold(record(1, licence=CC_BY, links=(Link("pdf", f"{library.url}/good.pdf"),)))
        assert render_newest().tried == 0
        assert library.asked == []
