"""Voting and signing in in a real Chromium: in place, by keyboard, without JavaScript, with a passkey."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.community.actions.vote import vote
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from dailypapers.ranking.refresh import refresh
from tests.browser.test_in_a_browser import browser as browser
from tests.community.people import PASSWORD, person
from tests.papers import hold, mention, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/papers/date/2026-04-15"


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    settings.ACCOUNTS = "open"
    papers = hold(record(1, **mention(182)), record(2, **mention(7)), *(record(n) for n in range(3, 9)))
    for number in range(9):
        vote(person=person(f"p-{number}", name=f"Reader Number{number}"), paper_id=papers[0].pk)
    refresh()
    # A passkey is for a name, which an address is not.
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(autouse=True)
def closed_after(browser: Browser) -> Iterator[None]:
    """A page left open would go on asking while the next test fills its tables."""
    yield
    for context in browser.contexts:
        context.close()


def signed_in(browser: Browser, site: str, who: User, **options: Any) -> Page:
    client = Client()
    client.force_login(who)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context = browser.new_context(base_url=site, **options)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    return context.new_page()


@pytest.fixture
def alice(transactional_db: None) -> User:
    return person("alice", password=PASSWORD)


def test_a_vote_is_seen_without_the_page_loading_anew(browser: Browser, site: str, alice: User) -> None:
    page = signed_in(browser, site, alice)
    page.goto(LIST)
    page.evaluate("window.stays = true")
    first = page.locator(".votes").first
    button = first.get_by_role("button", name="Vote")
    expect(first).to_contain_text("191")
    button.click()
    expect(first).to_contain_text("192")
    expect(first.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(first.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_contain_text("191")
    assert page.evaluate("window.stays")
    assert "#" not in page.url
    assert not Vote.objects.filter(person=alice).exists()


def test_a_vote_works_without_javascript(browser: Browser, site: str, alice: User) -> None:
    page = signed_in(browser, site, alice, java_script_enabled=False)
    page.goto(f"{LIST}?order=votes")
    page.locator(".votes").first.get_by_role("button").click()
    expect(page.locator(".votes").first).to_contain_text("192")
    assert "order=votes#paper-" in page.url
    page.locator(".votes").first.get_by_role("button").click()
    expect(page.locator(".votes").first).to_contain_text("191")


def test_a_vote_goes_through_where_the_script_of_it_does_not_come(
    browser: Browser, site: str, alice: User
) -> None:
    page = signed_in(browser, site, alice)
    page.route("**/htmx-2.min*.js", lambda route: route.abort())
    page.goto(LIST)
    page.locator(".votes").first.get_by_role("button").click()
    expect(page.locator(".votes").first).to_contain_text("192")


def test_a_vote_on_the_papers_page_keeps_its_names(browser: Browser, site: str, alice: User) -> None:
    page = signed_in(browser, site, alice)
    page.goto("/papers/2604.00001")
    votes = page.locator(".votes")
    votes.get_by_role("button").click()
    expect(votes).to_contain_text("10 here, 182 on")
    expect(votes.get_by_role("listitem").first).to_contain_text("Alice")


def test_a_visitor_is_led_to_signing_in_and_back(browser: Browser, site: str, alice: User) -> None:
    page = browser.new_page(base_url=site)
    page.goto(LIST)
    page.locator(".votes").first.get_by_role("link").click()
    page.get_by_label("Email").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(LIST))
    expect(page.locator(".me")).to_have_text("Alice")


def test_a_passkey_is_added_and_signs_in(browser: Browser, site: str, alice: User) -> None:
    context: BrowserContext = browser.new_context(base_url=site)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)

    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".me")).to_have_text("Alice")
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    if page.get_by_label("Passwordless").count():
        page.get_by_label("Passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator("main")).to_contain_text("ecovery")
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign Out").click()
    expect(page.locator(".me")).to_have_count(0)

    page.goto("/accounts/login/")
    page.get_by_role("button", name="With a passkey").click()
    expect(page.locator(".me")).to_have_text("Alice")
    assert refused == []


PAGES = [
    LIST,
    "/papers/2604.00001",
    "/people/alice",
    "/people/p-1",
    "/settings",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/password/change/",
    "/accounts/logout/",
]
FOR_VISITORS = [
    LIST,
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_accounts_pass_the_accessibility_rules_and_fit_a_phone(
    browser: Browser, site: str, alice: User, scheme: str
) -> None:
    found: dict[str, object] = {}
    looks: dict[str, Any] = {
        "color_scheme": scheme,
        "bypass_csp": True,
        "viewport": {"width": 360, "height": 740},
    }
    visitor = browser.new_context(base_url=site, **looks).new_page()
    reader = signed_in(browser, site, alice, **looks)
    for page, addresses in ((visitor, FOR_VISITORS), (reader, PAGES)):
        for address in addresses:
            page.goto(address)
            results = Axe().run(page)
            if results.violations_count:
                found[address] = results.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert found == {}
