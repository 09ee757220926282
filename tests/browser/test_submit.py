"""Submitting in a real Chromium: without JavaScript, narrow and dark, with a picture, read by axe-core."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.records import Listed
from dailypapers.community.models.submissions import Submission
from tests.browser.test_community import closed_after as closed_after
from tests.browser.test_community import signed_in
from tests.browser.test_in_a_browser import browser as browser
from tests.community.people import person
from tests.community.recordings import picture
from tests.papers import hold, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_paper_is_submitted_with_a_picture_without_javascript(
    live_server: LiveServer, settings: Settings, browser: Browser, tmp_path: Path
) -> None:
    settings.ACCOUNTS = "open"
    day = today() - timedelta(days=1)
    hold(record(1, day=day, listed=(Listed(day, "arxiv", announced=True),)))
    figure = tmp_path / "figure.png"
    figure.write_bytes(picture(size=(1_200, 300)))
    narrow = {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark", "java_script_enabled": False}
    page = signed_in(browser, live_server.url, person("alice"), **narrow)
    page.goto("/")
    page.get_by_role("link", name="Submit", exact=True).click()
    page.get_by_label("Which paper?").fill("https://arxiv.org/abs/2604.00001v2")
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("heading", name="Is it this paper?")).to_be_visible()
    page.get_by_label("The first comment").fill("It **grows**.")
    page.get_by_label("Pictures or a video").set_input_files(figure)
    page.get_by_label("What they show").fill("A red half")
    page.get_by_role("button", name="Submit it").click()
    expect(page.get_by_text("The paper stands on today’s list")).to_be_visible()
    shown = page.get_by_role("img", name="A red half")
    expect(shown).to_be_visible()
    page.wait_for_load_state()  # Its width is that of the file until the style sheet has come.
    assert shown.bounding_box()["width"] <= 320  # type: ignore[index]
    expect(page.locator(".comments strong")).to_have_text("grows")
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_forms_are_accessible_and_fit_a_telephone(
    live_server: LiveServer, settings: Settings, browser: Browser, scheme: str
) -> None:
    settings.ACCOUNTS, settings.SUBMIT_DAYS = "open", 0
    hold(record(1))
    page = signed_in(
        browser,
        live_server.url,
        person("alice"),
        viewport={"width": 320, "height": 700},
        color_scheme=scheme,
    )
    for address in ("/submit", "/submit?paper=2604.00001"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
