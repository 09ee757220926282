"""The pages of a bad day, and of the first: empty, with the sample alone, and broken."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from dailypapers.catalogue.landing import land
from dailypapers.ingest.bundled_sample import PATH
from dailypapers.ingest.file_formats.jsonl import Jsonl
from dailypapers.web.pages import about
from tests.browser.test_in_a_browser import browser
from tests.ingest.file_formats.reading import take
from tests.papers import NOW

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that was just made."""


def hold_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that reached no source."""
    land(take(Jsonl(sample=True), PATH.read_bytes()).records, NOW)


def break_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site with a fault in its page /about."""

    def broken(name: str) -> str:
        raise RuntimeError("broken for a test")

    monkeypatch.setattr(about, "label", broken)


STATES = {
    "the empty site": (
        nothing,
        ("/", "/papers/trending", "/papers/date/2026-04-15", "/status/coverage"),
        200,
    ),
    "the sample": (hold_the_sample, ("/", "/papers?page=2", "/papers/trending", "/papers/1706.03762"), 200),
    "no such page": (nothing, ("/nowhere", "/papers/2604.99999", "/papers/date/2026-99-99"), 404),
    "a fault": (break_a_page, ("/about",), 500),
}


@pytest.mark.parametrize(("prepare", "addresses", "status"), STATES.values(), ids=STATES)
def test_every_state_can_be_read_by_all_at_every_width(
    browser: Browser,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[pytest.MonkeyPatch], None],
    addresses: tuple[str, ...],
    status: int,
) -> None:
    prepare(monkeypatch)
    said: list[str] = []
    for scheme in ("light", "dark"):
        page = browser.new_page(
            color_scheme=scheme,
            bypass_csp=True,
            viewport={"width": 360, "height": 700},
        )
        # A browser reports the status of the page itself, which is meant here.
        page.on(
            "console",
            lambda message: (
                said.append(message.text)
                if message.type == "error" and f"status of {status}" not in message.text
                else None
            ),
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        for address in addresses:
            answer = page.goto(live_server.url + address)
            assert answer is not None
            assert answer.status == status, address
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        page.close()
    assert said == []


def test_the_sample_says_what_it_is_and_the_empty_site_how_to_fill_it(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.new_page()
    page.goto(live_server.url)
    assert page.get_by_text("dailypapers ingest arxiv").is_visible()
    hold_the_sample(monkeypatch)
    page.goto(live_server.url)
    assert page.get_by_text("This is the bundled sample.").is_visible()
    page.close()
