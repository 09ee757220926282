"""Saving, collecting and following in a real Chromium: in place, without JavaScript, readable by all."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.community.actions import arrange, collect, follow
from dailypapers.community.models.collections import Bookmark, CollectedPaper, Collection
from dailypapers.community.models.people import User
from tests.browser.test_community import signed_in
from tests.browser.test_in_a_browser import browser as browser
from tests.community.people import person
from tests.papers import hold, mention, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/papers/date/2026-04-15"


@pytest.fixture
def alice(transactional_db: None) -> User:
    return person("alice")


@pytest.fixture
def site(live_server: LiveServer, settings: Settings, alice: User) -> str:
    settings.ACCOUNTS = "open"
    papers = hold(*(record(number, **mention(number, submitter="someone")) for number in (1, 2, 3)))
    made = collect.create(person=alice, name="Heat", about="For *Tuesdays*", is_public=True)
    arrange.add(person=alice, collection_id=made.pk, paper_ids=[one.pk for one in papers[1:]])
    arrange.note(person=alice, collection_id=made.pk, paper_id=papers[1].pk, text="See `fig. 2`, $x^2$")
    follow.follow(person=alice, kind="collection", what=str(made.pk))
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(autouse=True)
def closed_after(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


def test_a_paper_is_saved_and_voted_for_without_the_page_loading_anew(
    browser: Browser, site: str, alice: User
) -> None:
    page = signed_in(browser, site, alice)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(LIST)
    page.evaluate("window.stays = true")
    card = page.locator(".paper").first
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_role("button", name="Saved")).to_be_focused()
    expect(card.get_by_role("link", name="collection")).to_be_visible()
    card.get_by_role("button", name="Vote").click()
    expect(card.locator(".votes.mine")).to_be_visible()
    card.get_by_role("button", name="Saved").click()
    expect(card.get_by_role("button", name="Save", exact=True)).to_be_visible()
    page.goto("/papers/2604.00001")
    page.get_by_role("button", name="Follow the discussion").click()
    expect(page.get_by_role("button", name="Following the discussion")).to_be_visible()
    assert not Bookmark.objects.exists()
    assert wrong == []


def test_all_of_it_works_without_javascript(browser: Browser, site: str, alice: User) -> None:
    page = signed_in(browser, site, alice, java_script_enabled=False)
    page.goto(LIST)
    card = page.locator(".paper", has_text="number 2604.00001")
    card.get_by_role("button", name="Save").click()
    card.get_by_role("link", name="to a collection").click()
    page.get_by_label("Heat").check()
    page.get_by_label("And in a new one").fill("Cold")
    page.get_by_role("button", name="Keep").click()
    assert CollectedPaper.objects.count() == 4
    page.goto(Collection.objects.get(name="Heat").address)
    page.get_by_role("button", name="Down").first.click()
    assert "#paper-" in page.url
    page.get_by_role("link", name="Note, place, remove").first.click()
    page.get_by_label("Note").fill("Read *twice*")
    page.get_by_label("Place").fill("3")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".paper").last.locator("em")).to_have_text("twice")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_pass_axe_and_fit_320_pixels(browser: Browser, site: str, alice: User, scheme: str) -> None:
    page = signed_in(browser, site, alice, color_scheme=scheme, viewport={"width": 320, "height": 800})
    paper = CollectedPaper.objects.latest("pk").paper_id
    heat = Collection.objects.get()
    for address in (
        heat.address,
        "/people/alice/collections",
        f"/collections/{heat.pk}/change",
        f"/collections/{heat.pk}/papers/{paper}",
        f"/saved/{paper}",
        "/saved/read",
        "/following",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        found = Axe().run(page)
        assert not found.response["violations"], (address, found.generate_report())
