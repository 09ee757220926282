"""`dailypapers user`: accounts and invitations from the command line."""

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from pytest_django import Settings

from dailypapers.cli.user import user
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from tests.community.people import person

pytestmark = pytest.mark.django_db


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(user, words, input=typed)


def test_an_administrator_is_made_with_a_password_from_a_pipe(settings: Settings) -> None:
    made = run(
        "create", "--email", "Ada@Example.org", "--name", "Ada Lovelace", "--admin", typed="engine of 1843\n"
    )
    assert made.stdout == "Made ada-lovelace (ada@example.org), an administrator.\n"
    ada = User.objects.get()
    assert (ada.is_superuser, ada.is_staff) == (True, True)
    settings.ACCOUNTS = "closed"
    client = Client()
    client.post("/accounts/login/", {"login": "ada@example.org", "password": "engine of 1843"})
    assert client.get("/admin/").status_code == 200


def test_an_account_without_a_password_is_for_codes_by_mail() -> None:
    assert "sign in with a code" in run("create", "--email", "ada@example.org").output
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        ("ada@example.org", "short", "too short"),
        ("not an address", "engine of 1843", "is not an e-mail address"),
    ],
)
def test_what_cannot_be_made_is_said(email: str, password: str, why: str) -> None:
    refused = run("create", "--email", email, typed=f"{password}\n")
    assert refused.exit_code == 1
    assert why in refused.output
    assert not User.objects.exists()


def test_an_address_has_one_account_in_any_case_of_letters() -> None:
    run("create", "--email", "ada@example.org")
    assert "There is an account" in run("create", "--email", "ADA@example.org").output


def test_an_invitation_is_a_link(settings: Settings, client: Client) -> None:
    settings.ACCOUNTS = "invite"
    link = run("invite").stdout.strip()
    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_nobody_is_invited_where_invitations_are_not_taken(settings: Settings) -> None:
    settings.ACCOUNTS = "closed"
    assert "here it is closed" in run("invite").output


def test_a_moderator_is_made_and_is_one_no_more() -> None:
    person("ada")
    assert run("moderator", "ada").stdout == "ada is a moderator.\n"
    assert User.objects.get().moderates
    assert "already" in run("moderator", "ada").output
    assert "no moderator any more" in run("moderator", "ada", "--remove", "--reason", "Has no time").output
    assert not User.objects.get().moderates
    assert [one.reason for one in Decision.objects.order_by("pk")] == [
        "Decided by the operator",
        "Has no time",
    ]
    missing = run("moderator", "nobody-here")
    assert (missing.exit_code, "Nobody has this handle" in missing.output) == (1, True)
