"""On a site of one's own, whoever sits at the machine is its owner, and nobody else."""

import pytest
from django.test import Client
from pytest_django import Settings

from dailypapers.community.models.people import User
from tests.community.people import person

pytestmark = pytest.mark.django_db
HERE = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(autouse=True)
def single(settings: Settings) -> None:
    settings.ACCOUNTS = "single"


def is_owner(client: Client, **asked: str) -> bool:
    return b"Owner</a>" in client.get("/about", **(HERE | asked)).content  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]", "[::1]:8000"]
)
def test_a_request_from_this_machine_is_the_owners(client: Client, name: str) -> None:
    assert is_owner(client, HTTP_HOST=name)


@pytest.mark.parametrize("address", ["::1", "127.8.8.8", "::ffff:127.0.0.1"])
def test_all_loopback_addresses_are_this_machine(client: Client, address: str) -> None:
    assert is_owner(client, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "192.168.1.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "rebound.example.org"},
        {"HTTP_HOST": "127.0.0.1.example.org"},
        {"HTTP_HOST": "localhost.example.org:8000"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
    ],
    ids=str,
)
def test_nobody_else_is_taken_for_the_owner(
    client: Client, settings: Settings, asked: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert not is_owner(client, **asked)
    assert not User.objects.exists()


def test_a_session_of_another_time_counts_for_nothing(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.force_login(person("alice"))
    assert b"Alice" not in client.get("/about", HTTP_HOST="papers.example.org").content


def test_the_owner_is_made_once(client: Client) -> None:
    assert is_owner(client)
    assert is_owner(client)
    assert User.objects.count() == 1


def test_nobody_can_join(client: Client) -> None:
    answer = client.post("/accounts/signup/", {"email": "eve@example.org", "password1": "x" * 20})
    assert b"belongs to whoever sits at its machine" in answer.content
    assert not User.objects.exists()


def test_where_accounts_are_shared_loopback_is_nobody(client: Client, settings: Settings) -> None:
    settings.ACCOUNTS = "closed"
    assert not is_owner(client)
