"""The page of one's tokens."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from dailypapers.community.models.people import User
from dailypapers.community.models.tokens import AccessToken
from dailypapers.community.tokens import bearer
from tests.community.people import PASSWORD, person, signed_in

PAGE = "/settings/tokens"


@pytest.fixture
def browser(db: None, settings: Settings) -> Client:
    settings.ACCOUNTS = "open"
    carol = person("carol", password=PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": carol.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_new_token_is_shown_once(browser: Client) -> None:
    answer = browser.post(PAGE, {"name": "My <b>script</b>", "scopes": ["read", "vote"], "days": "30"})
    found = re.search(r'value="(dp_[\w-]+)"', answer.content.decode())
    assert found is not None
    token = AccessToken.objects.get()
    known = bearer(found[1])
    assert known is not None
    assert known.scopes == {"read", "vote"}
    again = browser.get(PAGE).content.decode()
    assert found[1] not in again
    assert f"dp_…{token.ending}" in again
    assert "My &lt;b&gt;script" in again
    assert "no-store" in answer["Cache-Control"]


def test_a_token_is_revoked_and_that_of_another_is_as_good_as_none(browser: Client, alice: User) -> None:
    browser.post(PAGE, {"name": "Mine", "scopes": ["read"]})
    token = AccessToken.objects.get()
    assert token.expires_at is None
    signed_in(alice).post(f"{PAGE}/{token.pk}/revoke")
    token.refresh_from_db()
    assert token.revoked_at is None
    answer = browser.post(f"{PAGE}/{token.pk}/revoke", follow=True)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "is revoked" in answer.content.decode()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": "", "scopes": ["read"]}, "required"),
        ({"name": "x"}, "required"),
        ({"name": "x", "scopes": ["root"]}, "Select a valid choice"),
        ({"name": "x", "scopes": ["read"], "days": "-3"}, "Select a valid choice"),
        ({"name": "\u200b", "scopes": ["read"], "days": "30"}, "Name the program"),
    ],
)
def test_what_is_wrong_is_said_at_the_form(browser: Client, told: dict[str, object], said: str) -> None:
    answer = browser.post(PAGE, told)
    assert answer.status_code in (403, 422)
    assert said in answer.content.decode()
    assert not AccessToken.objects.exists()


def test_the_page_is_for_who_is_signed_in_and_has_just_said_who(browser: Client) -> None:
    assert Client().get(PAGE).status_code == 302
    assert browser.get(PAGE).status_code == 200
    long_ago = signed_in(person("dan", password=PASSWORD))
    assert "reauthenticate" in long_ago.get(PAGE).headers.get("Location", "")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(PAGE, {"name": "x", "scopes": ["read"]}).status_code == 403
    assert browser.get(f"{PAGE}/1/revoke").status_code == 405
