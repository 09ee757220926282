"""Every page in a real Chromium: readable, accessible, at every width, in both themes, without JavaScript."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dailypapers.catalogue.records import Author, Link, Listed, Summary, Withdrawal
from dailypapers.ranking.refresh import refresh
from tests.papers import DAY, hold, mention, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "front": "/",
    "day": "/papers/date/2026-04-15",
    "field": "/papers/date/2026-04-15?field=cs.CL&order=newest",
    "week": "/papers/week/2026-W16",
    "month": "/papers/month/2026-04",
    "trending": "/papers/trending",
    "paper": "/papers/2604.00001",
    "withdrawn": "/papers/2604.00002",
    "coverage": "/status/coverage",
    "about": "/about",
    "empty day": "/papers/date/2020-01-01",
    "not found": "/papers/nothing-here",
    "second page": "/papers/date/2026-04-15?page=2",
    "page past the end": "/papers/date/2026-04-15?page=9",
    "put forward": "/papers/date/2026-04-15?show=submitted",
    "nothing put forward": "/papers/date/2026-04-14?show=submitted",
    "empty field": "/papers/date/2026-04-15?field=hep-th",
    "all authors": "/papers/2604.00004?authors=all",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    if path is None:
        if os.environ.get("DAILYPAPERS_BROWSER") == "required":
            pytest.fail("no Chromium on this machine, and DAILYPAPERS_BROWSER=required")
        pytest.skip("no Chromium on this machine: the browser tests did not run")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop of its own in this thread.
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        running = playwright.chromium.launch(executable_path=path, args=flags)
        yield running
        running.close()


@pytest.fixture
def site(live_server: LiveServer) -> str:
    long = "A very long title about transformations of $\\mathbb{R}^{n}$ " + "and their consequences " * 8
    papers = [
        record(
            1,
            title=long,
            versions=(),
            links=(Link("code", "https://github.com/x/y", 307), Link("pdf", "https://arxiv.org/pdf/x")),
            summaries=(Summary("It says what it does.", "huggingface"),),
            **mention(112, comments=5, submitter="Grace Hopper", organization="Analytical Society"),
        ),
        record(2, withdrawal=Withdrawal(DAY, "An error")),
        record(3, title="Incomprehensibilitiespneumonoultramicroscopicsilicovolcanoconiosis" * 3),
        record(4, authors=tuple(Author(f"Author {number}") for number in range(90))),
        record(5, listed=(Listed(DAY - timedelta(days=1), "arxiv", announced=True),)),
    ]
    hold(*papers, *(record(number) for number in range(6, 40)))
    refresh()
    return live_server.url


def _open(browser: Browser, address: str, **options: object) -> Page:
    page = browser.new_page(**options)  # type: ignore[arg-type]
    page.goto(address)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_the_accessibility_rules(browser: Browser, site: str, scheme: str) -> None:
    found = {}
    page = browser.new_page(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    for name, address in PAGES.items():
        page.goto(site + address)
        results = Axe().run(page)
        if results.violations_count:
            found[name] = results.generate_report()
    page.close()
    assert found == {}


def test_no_page_is_wider_than_a_small_phone(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 700})
    too_wide = {}
    for name, address in PAGES.items():
        page.goto(site + address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            too_wide[name] = width
    page.close()
    assert too_wide == {}


def test_no_page_breaks_its_own_policy_or_throws(browser: Browser, site: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for name, address in PAGES.items():
        if name != "not found":
            page.goto(site + address)
    page.close()
    assert said == []


def test_no_page_asks_another_machine_for_anything(browser: Browser, site: str) -> None:
    page = browser.new_page()
    foreign: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(site) else foreign.append(request.url))
    for address in PAGES.values():
        page.goto(site + address, wait_until="networkidle")
    page.close()
    assert foreign == []


def test_keys_move_open_and_turn_pages(browser: Browser, site: str) -> None:
    page = _open(browser, site + "/papers/date/2026-04-15")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator(".current h2 a").get_attribute("href") == "/papers/2604.00001"
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.wait_for_url("**/papers/2604.00001")
    page.goto(site + "/papers/date/2026-04-15")
    page.keyboard.press("[")
    page.wait_for_url("**/papers/date/2026-04-14")
    page.close()


def test_everything_can_be_reached_without_javascript(browser: Browser, site: str) -> None:
    page = _open(browser, site + "/", java_script_enabled=False)
    page.get_by_role("link", name="More papers").click()
    assert "page=2" in page.url
    page.go_back()
    page.locator("summary").first.click()
    assert page.get_by_text("Heat ").first.is_visible()
    page.get_by_role("link", name="Week").click()
    assert "/papers/week/2026-W16" in page.url
    page.close()


def test_a_first_visit_is_under_sixty_kilobytes(browser: Browser, site: str) -> None:
    page = browser.new_page()
    sizes = {}
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    page.goto(site + "/papers/date/2026-04-15", wait_until="networkidle")
    page.close()
    assert sum(size for url, size in sizes.items() if "/covers/" not in url) < 60_000


def test_print_is_a_clean_list_with_short_addresses(browser: Browser, site: str) -> None:
    page = _open(browser, site + "/papers/date/2026-04-15")
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()
    shown = page.evaluate("getComputedStyle(document.querySelector('h2 a'), '::after').content")
    assert "arxiv.org/abs/2604.00001" in shown
    page.close()
