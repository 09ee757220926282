"""The calendar of coverage with whole days, gaps and failures, on a desk and on a phone."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from dailypapers.ingest.models import Coverage, Harvest
from tests.browser.test_in_a_browser import browser
from tests.papers import NOW, hold, record

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATES = ("complete", "gap", "unknown", "empty")


@pytest.fixture
def site(live_server: LiveServer) -> str:
    hold(record(1))
    for day in range(1, 29):
        state = STATES[day % 4]
        Coverage.objects.create(
            source="arxiv",
            day=date(2026, 4, day),
            state=state,
            announced=0 if state in ("unknown", "empty") else 11_182,
            held={"complete": 11_182, "gap": 11_100}.get(state, 0),
            error="" if state == "complete" else "oai: 503 from https://export.arxiv.org/" + "o" * 200,
            checked_at=NOW,
        )
    for state in ("failed", "finished"):
        error = "page 3: 503" if state == "failed" else ""
        Harvest.objects.create(source="arxiv", state=state, error=error, started_at=NOW, updated_at=NOW)
    return live_server.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_month_with_every_state_is_readable_by_all(
    browser: Browser, site: str, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "bypass_csp": True}
    page = browser.new_page(**options)  # type: ignore[arg-type]
    page.goto(site + "/status/coverage")
    results = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert results.violations_count == 0, results.generate_report()
    assert wide <= width


def test_a_day_of_the_calendar_leads_to_its_list(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(site + "/status/coverage")
    page.locator("#arxiv").get_by_role("link", name="Wednesday, April 15").click()
    page.wait_for_url("**/papers/date/2026-04-15")
    page.close()
