"""What pages carry for search engines is data to a browser: it runs none of it and refuses none of it."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.test_in_a_browser import browser
from tests.papers import hold, record

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_data_in_a_paper_s_page_breaks_no_policy_and_runs_nothing(
    browser: Browser, live_server: LiveServer
) -> None:
    hold(record(1, title="On </script><script>window.ran = 1</script>"))
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.add_init_script(
        "window.broken = []; document.addEventListener('securitypolicyviolation',"
        " event => window.broken.push(event.violatedDirective + ' ' + event.blockedURI))"
    )
    page.goto(f"{live_server.url}/papers/2604.00001")
    data = page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)"
    )
    assert data["name"] == "On </script><script>window.ran = 1</script>"
    assert page.evaluate("window.broken") == []
    assert page.evaluate("window.ran") is None
    assert said == []
    page.close()
