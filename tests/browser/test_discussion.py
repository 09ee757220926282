"""A discussion in a real Chromium: written in place, by keyboard, without JavaScript, readable by all."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.community.actions import moderate_comment
from dailypapers.community.actions.comment import edit, write
from dailypapers.community.actions.react import react
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.people import User
from tests.browser.test_community import signed_in
from tests.browser.test_in_a_browser import browser as browser
from tests.community.people import person
from tests.papers import hold, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/papers/2604.00001"
LONG = (
    "A [link](https://example.org), `code`, a formula $x^2$ and one that is wider than a telephone:\n\n"
    "$$\\sum_{i=1}^{n} \\frac{a_i + b_i}{c_i} = \\int_0^1 f(x)\\,dx + \\alpha + \\beta + \\gamma$$\n\n"
    "```\nfor every_line in a_very_long_name_that_nobody_would_ever_write: print(every_line)\n```\n\n"
    "> quoted\n\n- one\n- two\n\nIncomprehensibilitiespneumonoultramicroscopicsilicovolcanoconiosis"
)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return person("alice")


@pytest.fixture
def site(live_server: LiveServer, settings: Settings, alice: User) -> str:
    settings.ACCOUNTS = "open"
    paper = hold(record(1))[0]
    bob, moderator = person("bob"), person("mo", name="Moderator", is_moderator=True)
    before = timezone.now() - timedelta(hours=3)
    first = write(person=bob, paper_id=paper.pk, body=LONG, quote="It grows.", now=before)
    last = first
    for n, who in enumerate((alice, bob, alice, bob, alice)):
        last = write(person=who, paper_id=paper.pk, body=f"Answer {n}.", answers=last.pk, now=before)
    hidden = write(person=bob, paper_id=paper.pk, body="Rude.", now=before)
    write(person=moderator, paper_id=paper.pk, body="Please.", answers=hidden.pk, now=before)
    moderate_comment.hide(comment_id=hidden.pk, by=moderator, reason="It is rude.")
    edit(person=bob, comment_id=first.pk, body=f"{LONG} (changed)")
    react(person=alice, comment_id=first.pk, kind="thanks")
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(autouse=True)
def closed_after(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


def test_one_writes_answers_and_reacts_without_the_page_loading_anew(
    browser: Browser, site: str, alice: User
) -> None:
    page = signed_in(browser, site, alice)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(PAGE)
    page.evaluate("window.stays = true")
    page.get_by_label("Your comment").last.fill("A new thread with $x^2$.")
    page.get_by_label("About a sentence").select_option("It grows.")
    page.get_by_role("button", name="Comment", exact=True).click()
    new = page.locator(".comment", has_text="A new thread")
    expect(new.locator("math")).to_be_visible()
    expect(new.locator(".of-abstract")).to_have_text("It grows.")

    first = page.locator(".comment").first
    agree = first.get_by_role("button", name="Agree")
    agree.click()
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(agree).to_contain_text("1")
    expect(agree).to_be_focused()
    page.keyboard.press("Enter")
    expect(agree).to_have_attribute("aria-pressed", "false")

    first.get_by_role("link", name="Answer").click()
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_label("Your answer")).to_have_count(0)
    first.get_by_role("link", name="Answer").click()
    page.get_by_label("Your answer").fill("In place.")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".comment.depth-1", has_text="In place.")).to_be_in_viewport()
    assert page.evaluate("window.stays")
    assert wrong == []


def test_what_is_refused_is_said_in_place_and_the_words_are_kept(
    browser: Browser, site: str, alice: User, settings: Settings
) -> None:
    settings.COMMENTS_PER_HOUR = 0
    page = signed_in(browser, site, alice)
    page.goto(PAGE)
    page.get_by_label("Your comment").last.fill("Not now.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("send them again later")
    expect(page.get_by_label("Your comment").last).to_have_value("Not now.")


def test_all_of_it_works_without_javascript(browser: Browser, site: str, alice: User) -> None:
    page = signed_in(browser, site, alice, java_script_enabled=False)
    page.goto(PAGE)
    page.get_by_label("Your comment").last.fill("Plainly.")
    page.get_by_role("button", name="Comment", exact=True).click()
    mine = page.locator(".comment", has_text="Plainly.")
    expect(mine).to_be_in_viewport()
    assert f"#comment-{Comment.objects.latest('pk').pk}" in page.url
    mine.get_by_role("link", name="Change").click()
    page.get_by_label("Your comment").fill("More plainly.")
    page.get_by_role("button", name="Change").click()
    expect(
        page.locator(".comment", has_text="More plainly.").get_by_role("link", name="edited")
    ).to_be_visible()
    first = page.locator(".comment").first
    first.get_by_role("button", name="Agree").click()
    expect(first.get_by_role("button", name="Agree")).to_have_attribute("aria-pressed", "true")
    first.get_by_role("button", name="Agree").click()
    expect(first.get_by_role("button", name="Agree")).to_have_attribute("aria-pressed", "false")
    first.get_by_role("link", name="Report").click()
    page.get_by_label("In your words").fill("It is too long.")
    page.get_by_role("button", name="Report").click()
    expect(page.locator(".comment").first.get_by_role("alert")).to_contain_text("A moderator will look")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_discussion_is_accessible_and_fits(
    browser: Browser, site: str, alice: User, width: int, scheme: str
) -> None:
    for who in (alice, User.objects.get(handle="mo")):
        page = signed_in(browser, site, who, viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.goto(PAGE)
        for link in page.locator(".deeds a.deed").all():
            link.click()
            expect(link.locator("xpath=../following-sibling::div").locator("form").first).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_bell_leads_to_what_is_new_and_that_to_the_comment(
    browser: Browser, site: str, alice: User
) -> None:
    page = signed_in(browser, site, alice, viewport={"width": 320, "height": 700})
    page.goto("/about")
    page.get_by_role("link", name="Notifications, new: 2").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Answer 3.").click()
    expect(page.locator(".comment", has_text="Answer 3.")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Notifications, new: 1")).to_be_visible()
    page.goto("/settings/notifications")
    page.get_by_label("Comments that mention me, by mail").uncheck()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("Comments that mention me, by mail")).not_to_be_checked()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
