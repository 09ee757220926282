"""How calls are answered whatever is asked: limits, conditions, other sites, mistakes."""

import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from dailypapers.api.hub.items import COMMENT, PAPER, USER, key_of, object_id
from dailypapers.api.limiting import WINDOW, Windows
from dailypapers.api.remembered import KEPT_FOR, Answer, Answers, answer
from dailypapers.catalogue.models import Paper
from dailypapers.community.actions.comment import write
from dailypapers.community.actions.group import create
from dailypapers.community.models.groups import Group
from tests.api.hub.hub_site import nothing_remembered as nothing_remembered
from tests.api.hub.hub_site import papers as papers
from tests.community.people import person


def test_who_has_the_answer_is_told_so_without_it(client: Client, papers: dict[str, Paper]) -> None:
    first = client.get("/api/daily_papers?date=2026-04-15")
    again = client.get("/api/daily_papers?date=2026-04-15", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    other = client.get("/api/daily_papers?date=2026-04-14", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_pages_of_other_sites_may_read_without_cookies(client: Client, papers: dict[str, Paper]) -> None:
    told = client.get("/api/papers/2604.00001", headers={"Origin": "https://elsewhere.example"})
    assert told["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in told
    asked = client.options("/api/papers/2604.00001")
    assert asked.status_code == 204
    assert "Authorization" in asked["Access-Control-Allow-Headers"]


def test_more_calls_than_one_may_make_are_refused_in_words_the_client_reads(
    client: Client, settings: Settings, papers: dict[str, Paper]
) -> None:
    settings.API_LIMIT = 2
    where = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/api/agent-harnesses", **where)["ratelimit"] == '"api";r=1;t=300'  # type: ignore[arg-type]
    assert client.get("/api/agent-harnesses", **where).status_code == 200  # type: ignore[arg-type]
    refused = client.get("/api/agent-harnesses", **where)  # type: ignore[arg-type]
    assert refused.status_code == 429
    assert refused["ratelimit"].startswith('"api";r=0;t=')
    assert refused["ratelimit-policy"] == '"fixed window";"api";q=2;w=300'
    assert int(refused["Retry-After"]) > 0
    assert client.get("/api/agent-harnesses", REMOTE_ADDR="203.0.113.10").status_code == 200


def test_a_window_ends_and_one_caller_does_not_use_up_anothers() -> None:
    windows = Windows()
    assert [windows.count("a", 2, now=0.0).calls for _ in range(3)] == [1, 0, -1]
    assert windows.count("b", 2, now=1.0).calls == 1
    assert windows.count("a", 2, now=WINDOW - 1.0).calls < 0
    assert windows.count("a", 2, now=WINDOW + 0.0).calls == 1


def test_an_answer_is_kept_for_some_seconds_and_not_beyond_a_size() -> None:
    kept, made = Answers(), list[int]()

    def make() -> Answer:
        made.append(1)
        return answer(b"x" * 40 * 2**20)

    kept.get("a", make, now=0.0)
    kept.get("a", make, now=KEPT_FOR - 0.1)
    assert len(made) == 1
    kept.get("a", make, now=KEPT_FOR)
    kept.get("b", make, now=KEPT_FOR)  # No room for both.
    kept.get("a", make, now=KEPT_FOR)
    assert len(made) == 4


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_method_that_is_not_taken_is_named(client: Client, db: None, method: str) -> None:
    told = getattr(client, method)("/api/daily_papers")
    assert told.status_code == 405
    assert told["Allow"] == "GET, HEAD, OPTIONS"
    assert "GET" in told.json()["error"]


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/models", "/api/papers/", "/api/a/b", "/api/papers/" + "x" * 10_000]
)
def test_an_address_that_is_none_is_told_in_json(client: Client, db: None, path: str) -> None:
    told = client.get(path)
    assert told.status_code == 404
    assert json.loads(told.content)["error"]


def test_what_is_said_is_a_flat_list_with_its_threads(client: Client, papers: dict[str, Paper]) -> None:
    first, second = client.get("/api/papers/2604.00001?field=comments").json()["comments"]
    assert first["author"]["name"] == first["author"]["user"] == "bob"
    assert first["data"]["latest"]["raw"] == "It **grows**."
    assert "<strong>grows</strong>" in first["data"]["latest"]["html"]
    assert second["data"]["parentCommentId"] == first["id"]
    assert first["data"]["numEdits"] == 0
    assert client.get("/api/papers/2604.00001?field=votes").status_code == 400


def test_what_a_private_group_says_is_told_to_nobody(
    client: Client, papers: dict[str, Paper], settings: Settings
) -> None:
    dora = person("dora")
    group = create(person=dora, kind=Group.Kind.PRIVATE, name="Readers")
    write(person=dora, paper_id=papers["2604.00001"].pk, body="Among us.", group_id=group.pk)
    told = client.get("/api/papers/2604.00001?field=comments")
    assert "Among us." not in told.content.decode()


def test_repositories_of_a_paper_not_held_are_none(client: Client, papers: dict[str, Paper]) -> None:
    assert client.get("/api/arxiv/2604.00001/repos").json()["models"][0]["id"] == "ada/growth-7b"
    nothing: dict[str, list[object]] = {"models": [], "datasets": [], "spaces": []}
    assert client.get("/api/arxiv/2604.99999/repos").json() == nothing
    assert client.get("/api/arxiv/what/repos").status_code == 404


@given(
    number=st.integers(0, 2**55), place=st.integers(0, 2**31), kind=st.sampled_from([PAPER, USER, COMMENT])
)
def test_an_object_identifier_is_24_digits_and_leads_back(number: int, place: int, kind: int) -> None:
    text = object_id(kind, number, place)
    assert len(text) == 24
    assert key_of(text, kind) == (number, place)
    assert key_of(text, kind + 1) is None


@given(text=st.text(max_size=30))
def test_no_text_of_another_kind_is_taken_for_an_object_identifier(text: str) -> None:
    found = key_of(text, PAPER)
    assert found is None or object_id(PAPER, *found) == text
