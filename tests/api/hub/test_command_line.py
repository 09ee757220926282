"""The real `hf` command against a running server: every paper command, every form of output."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import token as tokens
from dailypapers.community.models.people import User
from tests.api.hub.hub_site import hub_home as hub_home
from tests.api.hub.hub_site import nothing_remembered as nothing_remembered
from tests.api.hub.hub_site import papers as papers

pytestmark = pytest.mark.django_db(transaction=True)

HF = Path(sys.executable).with_name("hf")


@pytest.fixture
def run(hub_home: dict[str, str], papers: dict[str, Paper]) -> object:
    def ran(*words: str, code: int = 0) -> str:
        done = subprocess.run(
            [str(HF), "papers", *words], env=hub_home, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return ran


def test_lists_in_every_form(run) -> None:  # type: ignore[no-untyped-def]
    day = ("--date", "2026-04-15")
    assert "2604.00001" in run("ls", *day, "--format", "human")
    rows = run("ls", *day, "--sort", "trending", "--format", "agent").splitlines()
    assert rows[0].split("\t")[:4] == ["id", "title", "upvotes", "comments"]
    assert rows[1].split("\t")[2:4] == ["183", "2"]
    told = json.loads(run("ls", *day, "--sort", "trending", "--json"))
    assert told[0]["ai_summary"] == "It grows, and not too much."
    assert told[0]["upvotes"] == 183
    assert told[-1]["upvotes"] == 0
    assert len(run("ls", *day, "-q", "--limit", "3").split()) == 3
    assert len(run("list", "--week", "2026-W15", "-q").split()) == 3
    assert len(run("ls", "--month", "2026-04", "-q", "--limit", "100").split()) == 11
    assert run("ls", "--submitter", "bob", "-q").split() == ["2604.00003"]
    assert json.loads(run("ls", "--date", "2020-01-01", "--json")) == []
    assert "No results" in run("ls", "--date", "2020-01-01", "--format", "human")
    assert "Bad request" in run("ls", "--date", "2025-13-40", code=1)


def test_search_info_and_read(run) -> None:  # type: ignore[no-untyped-def]
    assert run("search", "2604.00002", "-q", "--limit", "5").split() == ["2604.00002"]
    told = json.loads(run("search", "2604.00002", "--json"))
    assert told[0]["title"] == "On the measured growth of paper number 2604.00002"
    assert "2604.00002" in run("search", "2604.00002", "--format", "agent")
    one = json.loads(run("info", "2604.00001"))
    assert one["linked_models"][0]["id"] == "ada/growth-7b"
    assert "not found on the Hub" in run("info", "1234.56789", code=1)
    assert run("read", "2604.00001", "--format", "human").startswith("# On the measured growth")
    assert "not found on the Hub" in run("read", "1234.56789", code=1)


def test_the_person_of_a_token_is_known(hub_home: dict[str, str], papers: dict[str, Paper]) -> None:
    _, secret = tokens.create(person=User.objects.get(handle="bob"), name="hf", scopes=["read"])

    def whoami(token: str) -> "subprocess.CompletedProcess[str]":
        words = [str(HF), "auth", "whoami", "--format", "json"]
        env = hub_home | {"HF_TOKEN": token}
        return subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=False)

    known = whoami(secret)
    assert json.loads(known.stdout)["user"] == "bob", known.stderr
    assert secret not in known.stdout
    foreign = whoami("hf_" + "a" * 34)
    assert foreign.returncode == 1
    assert "Invalid user token" in foreign.stderr
