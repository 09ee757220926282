"""Claims and corrections in a real Chromium: without JavaScript, readable by all, at every width."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Link
from dailypapers.community.actions import decide_claim
from dailypapers.community.actions.claim import appeal, claim
from dailypapers.community.actions.correct_paper import add_link, affiliate, summarize
from dailypapers.community.models.people import User
from tests.browser.test_community import signed_in
from tests.browser.test_in_a_browser import browser as browser
from tests.community.people import person
from tests.papers import hold, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ORCID = "0000-0002-1825-0097"
LONG = "Incomprehensibilities" * 9


@pytest.fixture(autouse=True)
def closed_after(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    settings.ACCOUNTS = "open"
    authors = (Author("Ada Lovelace", "Ockham Park", ORCID), Author("Mary Somerville"), Author("Li Wei"))
    (paper,) = hold(record(1, authors=authors, links=(Link("code", "https://wrong.example/x", 12),)))
    ada = person("ada", name="Ada Lovelace", orcid=ORCID)
    claim(person=ada, paper_id=paper.pk, position=0)
    add_link(person=ada, paper_id=paper.pk, kind="project", url=f"https://engine.example/{LONG}")
    summarize(person=ada, paper_id=paper.pk, text="Engines can compute what they are told, and nothing else.")
    affiliate(person=ada, paper_id=paper.pk, text="Analytical Society, Cambridge")
    moderator = person("mo", name="Moderator", is_moderator=True)
    mary = claim(person=person("mary"), paper_id=paper.pk, position=1, reason=f"See https://a.example/{LONG}")
    decide_claim.deny(claim_id=mary.pk, by=moderator, reason="The page does not name the paper.")
    appeal(person=mary.person, paper_id=paper.pk, words="It does, below.")
    claim(person=person("li", name="Li Wei"), paper_id=paper.pk, position=2, reason="My page lists it.")
    return live_server.url.replace("127.0.0.1", "localhost")


def test_one_claims_and_puts_right_without_javascript(browser: Browser, site: str) -> None:
    who = person("countess", name="M. Somerville")
    page = signed_in(browser, site, who, java_script_enabled=False)
    page.goto("/papers/2604.00001")
    page.get_by_role("link", name="Are you an author? Claim").click()
    expect(page.get_by_label("Which of the authors are you?")).to_have_value("1")
    page.get_by_label("How can one see that?").fill("My page lists it.")
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("status")).to_contain_text("A moderator will look at it")
    ada = signed_in(browser, site, User.objects.get(handle="ada"), java_script_enabled=False)
    ada.goto("/papers/2604.00001")
    ada.get_by_role("link", name="You are an author").click()
    ada.get_by_label("A link to").select_option("Data set")
    ada.get_by_label("Address").fill("https://data.example/numbers")
    ada.get_by_role("button", name="Add the link").click()
    expect(ada.get_by_role("link", name="https://data.example/numbers")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_the_pages_are_accessible_and_fit(browser: Browser, site: str, width: int, scheme: str) -> None:
    number = Paper.objects.get().pk
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    for who, paths in {
        "ada": (f"/claims/on/{number}", f"/corrections/on/{number}", "/papers/2604.00001", "/people/ada"),
        "mary": (f"/claims/on/{number}", "/notifications"),
        "li": (f"/claims/on/{number}",),
        "mo": ("/moderation?show=claims", f"/corrections/on/{number}", f"/claims/on/{number}"),
    }.items():
        page = signed_in(browser, site, User.objects.get(handle=who), **options)
        for path in paths:
            page.goto(path)
            for summary in page.locator(".amendment summary").all():
                summary.click()
            found = Axe().run(page)
            assert found.violations_count == 0, (path, found.generate_report())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
