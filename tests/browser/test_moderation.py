"""Moderation in a real Chromium, on a telephone: its pages can be read and used by all."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.community.actions import moderate_paper
from dailypapers.community.actions.comment import write
from dailypapers.community.actions.report import report, report_paper, report_person
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.people import User
from tests.browser.test_community import signed_in
from tests.browser.test_in_a_browser import browser as browser
from tests.community.people import person
from tests.papers import hold, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TELEPHONE = {"width": 320, "height": 700}


@pytest.fixture
def site(live_server: LiveServer, settings: Settings, transactional_db: None) -> str:
    settings.ACCOUNTS, settings.NEW_LINKS_WAIT = "open", True
    now = timezone.now()
    first, second, third = hold(record(1), record(2), record(3))
    bob, reader = person("bob", about="On $x^2$."), person("reader")
    person("mo", is_moderator=True)
    ada = person("ada", is_superuser=True)
    comment = write(person=bob, paper_id=first.pk, body="Buy this. " * 20)
    report(person=reader, comment_id=comment.pk, reason="spam", text="He says it everywhere.")
    report_paper(person=reader, paper_id=second.pk, reason="twice")
    report_person(person=reader, handle="bob", reason="pretends")
    for n in range(3):
        who = person(f"ring-{n}", joined=now - timedelta(hours=2))
        vote(person=who, paper_id=first.pk, address="8.8.8.8", now=now)
    newcomer = person("newcomer", joined=now)
    write(person=newcomer, paper_id=first.pk, body="See https://shop.example/" + "a-very-long-address" * 4)
    moderate_paper.join(first=second.pk, second=third.pk, by=ada, reason="Submitted twice.")
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(autouse=True)
def closed_after(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


def check(page: Page) -> None:
    """Nothing stands in anyone's way, and nothing stands out at the side."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]


def test_every_page_of_moderation_is_accessible_and_fits(browser: Browser, site: str) -> None:
    ada = User.objects.get(handle="ada")
    page = signed_in(browser, site, ada, viewport=TELEPHONE)
    paper = hold(record(2))[0].pk
    for address, scheme in (
        ("/moderation?show=reports", "dark"),
        ("/moderation?show=votes", "light"),
        ("/moderation/people/bob", "dark"),
        (f"/moderation/papers/{paper}", "light"),
        ("/moderation/merge?first=2604.00001&second=2604.00002", "light"),
        ("/moderation/log", "dark"),
        ("/people/bob/comments", "light"),
    ):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(address)
        check(page)


def test_a_moderator_decides_and_the_person_reads_it(browser: Browser, site: str) -> None:
    page = signed_in(browser, site, User.objects.get(handle="mo"))
    page.goto("/papers")
    page.get_by_role("link", name="Moderation 6").click()
    held = page.locator(".queue > li", has_text="Buy this.")
    held.get_by_label("Why?").fill("It is an advertisement.")
    held.get_by_role("button", name="Hide the comment").click()
    expect(page.get_by_role("status")).to_have_text("The comment is hidden.")
    page.get_by_role("link", name="Bob").first.click()
    page.get_by_label("Why?").fill("Do not sell here.")
    page.get_by_role("button", name="Warn").click()
    expect(page.get_by_role("status")).to_have_text("Bob is warned.")

    bob = signed_in(browser, site, User.objects.get(handle="bob"), viewport=TELEPHONE)
    bob.goto("/papers/2604.00001")
    check(bob)
    bob.get_by_role("link", name="Read and confirm it").click()
    check(bob)
    bob.get_by_role("button", name="I have read it").click()
    expect(bob.get_by_role("status")).to_have_text("Thank you. You can go on.")
    page.goto("/moderation/log")
    expect(page.get_by_text("It is an advertisement.")).to_be_visible()
