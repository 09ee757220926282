"""The hub is told what has new papers, once."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from pytest_django import Settings

from dailypapers.api.feeds.websub import tell_hub
from dailypapers.ranking.refresh import refresh
from tests.papers import hold, mention, record

pytestmark = pytest.mark.django_db


class Hub(HTTPServer):
    """Takes what it is told, or does not."""

    told: list[dict[str, list[str]]]
    status = 204


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.append(parse_qs(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hub(settings: Settings) -> Iterator[Hub]:
    server = Hub(("127.0.0.1", 0), Handler)
    server.told = []
    Thread(target=server.serve_forever, daemon=True).start()
    settings.WEBSUB_HUB = f"http://127.0.0.1:{server.server_port}/"
    settings.BASE_URL = "https://papers.example.org"
    yield server
    server.shutdown()
    server.server_close()


def test_a_hub_is_told_of_each_new_paper_once(hub: Hub) -> None:
    hold(record(1))
    assert "https://papers.example.org/papers.atom" in tell_hub()
    (told,) = hub.told
    assert told["hub.mode"] == ["publish"]
    assert told["hub.url"] == told["hub.topic"]
    assert "https://papers.example.org/papers.rss" in told["hub.url"]
    assert tell_hub() == []
    hold(record(2))
    assert set(tell_hub()) == {
        f"https://papers.example.org/papers.{form}" for form in ("rss", "atom", "json")
    }
    # What is put forward, and voted for, is on the other lists too.
    hold(record(3, **mention(5)))
    refresh()
    topics = tell_hub()
    assert "https://papers.example.org/papers.atom" in topics
    assert "https://papers.example.org/papers/trending.json" in topics


def test_votes_alone_are_not_worth_telling(hub: Hub) -> None:
    hold(record(1, **mention(5)), record(2, **mention(3)))
    refresh()
    tell_hub()
    hold(record(2, **mention(50)))
    refresh()
    assert tell_hub() == []


def test_a_hub_that_did_not_take_it_is_told_again(hub: Hub) -> None:
    hold(record(1))
    hub.status = 503
    assert tell_hub() == []
    hub.status = 202
    assert tell_hub()
    assert len(hub.told) == 2


def test_a_hub_that_is_not_there_harms_nothing(settings: Settings, hub: Hub) -> None:
    hold(record(1))
    settings.WEBSUB_HUB = "http://127.0.0.1:1/"
    assert tell_hub() == []


def test_without_a_hub_or_a_public_address_nobody_is_told(settings: Settings, hub: Hub) -> None:
    hold(record(1))
    settings.BASE_URL = ""
    assert tell_hub() == []
    settings.BASE_URL, settings.WEBSUB_HUB = "https://papers.example.org", ""
    assert tell_hub() == []
    assert hub.told == []
