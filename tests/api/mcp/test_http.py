"""The address of the MCP server: who may ask it, and how much."""

import json
from typing import Any

import pytest
from django.test import Client

from dailypapers.api.limiting import windows
from dailypapers.api.mcp import http

pytestmark = pytest.mark.django_db

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def post(told: Any = PING, **headers: str) -> Any:
    body = told if isinstance(told, str) else json.dumps(told)
    sent = ACCEPT | {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().post("/mcp", body, content_type="application/json", headers=sent)


def test_a_message_is_answered_in_json() -> None:
    response = post()
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/json")
    assert response.json() == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_a_name_that_is_not_the_sites_is_refused(host: str) -> None:
    assert post(Host=host).status_code in (400, 421)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "http://[", "file://localhost", ""],
)
def test_pages_of_other_sites_are_refused(origin: str) -> None:
    response = post(Origin=origin)
    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response


def test_programs_on_this_machine_may_be_pages(settings: Any) -> None:
    assert post(Origin="http://localhost:6274").status_code == 200
    settings.BASE_URL = "https://papers.example.org"
    assert post(Origin="http://localhost:6274").status_code == 403
    assert post(Origin="https://papers.example.org").status_code == 200


@pytest.mark.parametrize("method", ["get", "delete", "put", "head"])
def test_only_messages_are_taken(method: str) -> None:
    response = getattr(Client(), method)("/mcp", headers=ACCEPT)
    assert response.status_code == 405
    assert response["Allow"] == "POST"


@pytest.mark.parametrize("shown", ["Bearer dp_nothing", "Basic YTpi", "Bearer"])
def test_a_token_that_is_none_is_told_so(shown: str) -> None:
    response = post(Authorization=shown)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("body", ["{", "[]", "3", '"x"', '{"jsonrpc": "1.0"}', "\ufeff", "{" * 9_000])
def test_what_is_no_message_is_told_without_a_trace(body: str) -> None:
    response = post(body)
    assert 400 <= response.status_code < 500
    assert b"Traceback" not in response.content


def test_a_message_that_is_too_long_is_not_read() -> None:
    assert post("x" * (http.LARGEST_BODY + 1)).status_code == 413


def test_calls_count_with_those_of_the_api(settings: Any) -> None:
    settings.API_LIMIT = 1
    windows._open.clear()
    assert post()["RateLimit"].startswith('"api";r=0')
    beyond = post()
    assert beyond.status_code == 429
    assert int(beyond["Retry-After"]) > 0
    windows._open.clear()
