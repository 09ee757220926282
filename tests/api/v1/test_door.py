"""The way in: who asks, how much, and what all answers have in common."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dailypapers.api.limiting import windows
from dailypapers.api.v1 import door
from dailypapers.community.actions.token import create, revoke
from dailypapers.community.models.people import User
from tests.api.v1.program import BASE, ask, token_of
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


def test_pages_of_other_sites_may_read_without_credentials() -> None:
    asked = Client().options(f"{BASE}/papers", headers={"Origin": "https://elsewhere.example"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "*"
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Authorization" not in asked["Access-Control-Allow-Headers"]
    read = Client().get(f"{BASE}/papers", headers={"Origin": "https://elsewhere.example"})
    assert read["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in read
    assert "Link" in read["Access-Control-Expose-Headers"]


def test_head_has_the_headers_of_get() -> None:
    client = Client()
    head, get = client.head(f"{BASE}/status"), client.get(f"{BASE}/status")
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == get["ETag"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_method_that_an_address_does_not_take_is_told_with_those_that_it_does(method: str) -> None:
    response = getattr(Client(), method)(f"{BASE}/papers")
    assert response.status_code == 405
    assert response["Allow"] == "GET"
    assert response.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "shown", ["Bearer dp_nothing", "Bearer", "Basic YTpi", "dp_x", "Bearer " + "x" * 9_000]
)
def test_a_token_that_is_none_reads_nothing_at_all(shown: str) -> None:
    told = ask("papers", status=401, headers={"Authorization": shown})
    assert told["error"]["code"] == "unauthenticated"
    assert Client().get(f"{BASE}/papers", headers={"Authorization": shown})["WWW-Authenticate"]


def test_a_revoked_and_an_expired_token_read_nothing(alice: User) -> None:
    made, secret = create(person=alice, name="a program", scopes=["read"])
    headers = {"Authorization": f"Bearer {secret}"}
    ask("papers", headers=headers)
    revoke(person=alice, token_id=made.pk)
    ask("papers", status=401, headers=headers)
    long_ago = timezone.now() - timedelta(days=9)
    _, secret = create(person=alice, name="another", scopes=["read"], days=2, now=long_ago)
    ask("papers", status=401, headers={"Authorization": f"Bearer {secret}"})


def test_a_cookie_is_nobody(alice: User) -> None:
    (paper,) = hold(record(1))
    client = Client()
    client.force_login(alice)
    assert client.get(f"{BASE}/papers/{paper.handle}").json()["viewer"] is None


def test_an_answer_with_a_token_is_kept_by_nobody_else(alice: User) -> None:
    hold(record(1))
    headers = token_of(alice)
    mine = Client().get(f"{BASE}/papers", headers=headers)
    assert mine["Cache-Control"] == "private, no-cache"
    assert Client().get(f"{BASE}/papers")["Cache-Control"] == "public, max-age=10"
    assert "Authorization" in mine["Vary"]
    assert Client().get(f"{BASE}/papers").json()["papers"][0]["viewer"] is None


def test_calls_are_counted_together_with_all_others_of_the_api(settings: Any) -> None:
    settings.API_LIMIT = 3
    windows._open.clear()
    client = Client()
    first = client.get(f"{BASE}/status")
    assert first["RateLimit"].startswith('"api";r=2;t=')
    assert first["RateLimit-Policy"] == '"fixed window";"api";q=3;w=300'
    client.get("/api/daily_papers")
    client.get(f"{BASE}/status")
    beyond = client.get(f"{BASE}/status")
    assert beyond.status_code == 429
    assert 0 < int(beyond["Retry-After"]) <= 300
    assert beyond.json()["error"]["code"] == "too_many_requests"
    windows._open.clear()


def test_a_body_that_is_too_long_is_not_read() -> None:
    response = Client().post(
        f"{BASE}/papers", b"x" * (door.LARGEST_BODY + 1), content_type="application/json"
    )
    assert response.status_code == 413


def test_what_goes_wrong_here_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(request: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(door, "_asked", fails)
    told = ask("status", status=500)
    assert "secret" not in told["error"]["message"]


def test_neither_the_site_nor_a_command_imports_the_calls_before_they_are_asked() -> None:
    program = (
        "import django, sys; django.setup(); import dailypapers.site.urls;"
        "sys.exit(any(name in sys.modules for name in ('ninja', 'dailypapers.api.v1.api')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
