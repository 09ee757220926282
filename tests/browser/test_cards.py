"""A card is one line of facts on a desk and a few short ones on a phone; print and touch have their own."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from dailypapers.catalogue.records import Author, Link
from dailypapers.ranking.refresh import refresh
from tests.browser.test_in_a_browser import browser
from tests.papers import hold, mention, record

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/papers/date/2026-04-15"


@pytest.fixture
def site(live_server: LiveServer) -> str:
    names = ("Maximiliana Featherstonehaugh", "Bartholomew Cholmondeley", "Ada Lovelace")
    links = (Link("code", "https://github.com/x/y", 1_307), Link("pdf", "https://arxiv.org/pdf/2604.00001"))
    said = mention(1_112, comments=105, submitter="Wilhelmina Longname-Submitter", organization="University")
    hold(record(1, authors=tuple(map(Author, names)), links=links, **said))
    refresh()
    return live_server.url


@pytest.mark.parametrize(("width", "lines"), [(1280, 1), (360, 2)])
def test_the_facts_of_a_card_take_few_lines(browser: Browser, site: str, width: int, lines: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.goto(site + ADDRESS)
    box = page.locator(".paper .meta").first.bounding_box()
    assert box is not None
    assert (lines - 1) * 24 < box["height"] < lines * 32
    page.close()


def test_the_keys_are_told_where_there_are_keys(browser: Browser, site: str) -> None:
    for options, told in (({}, True), ({"java_script_enabled": False}, False)):
        page = browser.new_page(**options)  # type: ignore[arg-type]
        page.goto(site + "/about")
        assert page.get_by_text("press ? for the keys").is_visible() == told
        page.close()


def test_fields_that_do_not_fit_a_phone_fade_and_scroll(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.goto(site + ADDRESS)
    mask = "getComputedStyle(document.querySelector('.fields ul')).maskImage"
    assert "gradient" in page.evaluate(mask)
    page.close()


def test_a_printed_paper_has_no_cover_and_keeps_within_the_sheet(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.goto(site + "/papers/2604.00001")
    page.emulate_media(media="print")
    assert not page.locator(".side img").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    page.close()
