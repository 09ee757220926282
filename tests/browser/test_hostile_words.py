"""Words, names and formulas that no line holds: the page stays as wide as the screen, and can be used."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from dailypapers.catalogue.records import Author, Authority, Summary, Withdrawal
from dailypapers.ranking.refresh import refresh
from tests.browser.test_in_a_browser import browser
from tests.papers import DAY, hold, mention, named, record

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/papers/date/2026-04-15",
    "/papers/trending",
    "/papers/local:longword",
    "/papers/2604.00002",
    "/papers/2604.00003",
    "/papers/2604.00004",
    "/papers/local:" + "x" * 180,
    "/papers/" + "y" * 400,
)


@pytest.fixture
def site(live_server: LiveServer) -> str:
    word = "w" * 3_000
    wide = " + ".join(f"x_{{{number}}}" for number in range(60))
    hold(
        record(
            "local:longword",
            authority=Authority.FILE,
            title="Antidis" + "establish" * 60,
            authors=(Author("N" * 300, affiliation="A" * 400),),
            abstract=word,
            comment=word[:1_900],
            venue="V" * 400,
            licence="https://example.org/" + "l" * 200,
            categories=("C" * 150,),
            summaries=(Summary(word, "huggingface", keywords=("k" * 190,)),),
            **mention(5, submitter="S" * 150, organization="O" * 150),
        ),
        record(2, abstract="It is known that $$\\sum_{i=1}^n x_i$$ and that $$" + wide + "$$ hold."),
        record(3, title=f"On ${wide}$ and more", abstract=f"We show that ${wide}$ holds. It does."),
        record(4, withdrawal=Withdrawal(DAY, word[:1_900])),
        record(5, identifiers=(named("local:" + "x" * 180),)),
        # Without a date there is nothing beside the field's link that would keep fingers off it.
        record(6, day=None, listed=(), categories=("cs.AI",), abstract="Short."),
    )
    refresh()
    return live_server.url


def test_no_word_makes_a_page_wider_than_a_small_phone(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 700})
    widths = {}
    for address in PAGES:
        page.goto(site + address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert {address: width for address, width in widths.items() if width > 360} == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_such_papers_pass_the_accessibility_rules(browser: Browser, site: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, bypass_csp=True)
    found = {}
    for address in (*PAGES, "/papers/2604.00006"):
        page.goto(site + address)
        results = Axe().run(page)
        if results.violations_count:
            found[address] = results.generate_report()
    page.close()
    assert found == {}


def test_a_formula_that_is_too_wide_is_scrolled_with_the_keyboard(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.goto(site + "/papers/2604.00002")
    formula = page.get_by_role("group", name="Formula").last
    formula.focus()
    page.keyboard.press("ArrowRight")
    # Looked at from here: what polls inside the page is what its security policy forbids.
    for _ in range(50):
        if page.evaluate("document.activeElement.scrollLeft"):
            break
        page.wait_for_timeout(100)
    assert page.evaluate("document.activeElement.scrollLeft") > 0
    page.close()
