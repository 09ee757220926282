"""Addresses as people and programs really type them."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.papers import hold, record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["/papers", "/papers/date/2026-04-15", "/papers/week/2026-W16", "/papers/month/2026-04",
     "/papers/trending", "/about", "/status/coverage", "/papers/2604.00001"],
)  # fmt: skip
def test_a_slash_too_many_leads_to_the_page(client: Client, address: str) -> None:
    hold(record(1))
    response = client.get(address + "/")
    assert (response.status_code, response["Location"]) == (301, address)
    assert client.get(address).status_code == 200


def test_what_is_asked_of_a_page_is_kept(client: Client) -> None:
    assert client.get("/papers/date/2026-04-15/?field=cs.CL&page=2")["Location"] == (
        "/papers/date/2026-04-15?field=cs.CL&page=2"
    )


def test_the_icon_is_where_old_programs_look_for_it(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].endswith(".svg")


def test_a_name_that_is_not_the_sites_is_refused_in_its_own_look(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["papers.example.org"]
    response = client.get("/", headers={"host": "<script>evil.example"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "site.css" in page
    assert "does not answer under the name" in page
    assert "evil" not in page
