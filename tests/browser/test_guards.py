"""What guards people against each other, in a real Chromium: without JavaScript, small, in the dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.community.actions import group, membership
from dailypapers.community.actions.change_profile import change_profile
from dailypapers.community.models.groups import Group, GroupBlock
from dailypapers.community.models.people import User
from tests.browser.test_community import signed_in
from tests.browser.test_in_a_browser import browser as browser
from tests.community.people import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def eve(transactional_db: None) -> User:
    made = person("eve", joined=timezone.now())
    change_profile(person=made, handle="evelyn", name="Eve", about="Buy it.", links=["https://shop.example/"])
    return made


@pytest.fixture
def site(live_server: LiveServer, settings: Settings, eve: User) -> str:
    settings.ACCOUNTS, settings.NEW_LINKS_WAIT = "open", True
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"
    readers = group.create(person=person("alice"), kind=Group.Kind.PRIVATE, name="Readers of engines")
    membership.invite(by=User.objects.get(handle="alice"), group_id=readers.pk, handle="evelyn")
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(autouse=True)
def closed_after(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


def test_one_declines_for_good_without_javascript(browser: Browser, site: str, eve: User) -> None:
    page = signed_in(browser, site, eve, java_script_enabled=False)
    page.goto(f"{site}{Group.objects.get().address}")
    expect(page.locator(".invited")).to_contain_text("Alice (@alice) invites you to Readers of engines.")
    page.get_by_role("button", name="Decline for good").click()
    page.wait_for_url("**/groups")
    assert GroupBlock.objects.filter(person=eve).exists()
    page.get_by_role("button", name="Let it invite me again").click()
    expect(page.get_by_text("They may not invite you")).to_have_count(0)
    assert not GroupBlock.objects.exists()


def test_what_needs_a_script_stands_nowhere_without_one(browser: Browser, site: str) -> None:
    for javascript in (True, False):
        page = browser.new_context(java_script_enabled=javascript).new_page()
        page.goto(f"{site}/accounts/login/")
        expect(page.get_by_role("button", name="With a passkey")).to_be_visible(visible=javascript)
        expect(page.get_by_text("JavaScript")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_sound_on_a_telephone(browser: Browser, site: str, eve: User, scheme: str) -> None:
    page = signed_in(browser, site, eve, color_scheme=scheme, viewport={"width": 360, "height": 780})
    for path in (
        Group.objects.get().address,
        "/people/evelyn",
        "/settings",
        "/accounts/3rdparty/",
        "/groups",
    ):
        if path == "/groups":
            membership.decline_for_good(person=eve, group_id=Group.objects.get().pk)
        page.goto(f"{site}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        found = Axe().run(page)
        assert not found.response["violations"], (path, found.generate_report())
