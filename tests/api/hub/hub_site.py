"""A site that the Hub's client reads: papers of two weeks, put forward here and elsewhere."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from huggingface_hub import HfApi
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dailypapers.api.limiting import windows
from dailypapers.api.remembered import answers
from dailypapers.catalogue.models import Listing, Paper
from dailypapers.catalogue.records import Author, Link, Listed, Summary
from dailypapers.community.actions.comment import write
from dailypapers.community.actions.submit import submit
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.submissions import Submission
from dailypapers.ranking.refresh import refresh
from tests.community.people import person
from tests.papers import DAY, NOW, hold, mention, record


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Each test asks a process that has answered nothing yet."""
    answers.clear()
    windows.clear()


@pytest.fixture
def papers(db: None, settings: Settings) -> dict[str, Paper]:
    """By arXiv number: eight of `DAY`, of which two were put forward elsewhere, three of a week before."""
    settings.ACCOUNTS = "open"
    settings.SUBMIT_DAYS = 0
    told = {
        "summaries": (
            Summary("It grows, and not too much.", "huggingface", "a-model", ("growth", "papers")),
        ),
        "links": (
            Link("code", "https://github.com/ada/growth", stars=312),
            Link("project", "https://ada.example.org/growth"),
            Link("model", "https://huggingface.co/ada/growth-7b"),
            Link("dataset", "https://huggingface.co/datasets/ada/grown"),
        ),
    }
    before = DAY - timedelta(days=7)
    held = hold(
        record(1, **mention(182, submitter="akhaliq", organization="Analytical Society"), **told),
        record(2, **mention(7, submitter="someone")),
        *(record(n) for n in range(3, 9)),
        *(record(n, day=before, listed=(Listed(before, "arxiv", announced=True),)) for n in range(21, 24)),
        record(
            "doi:10.1000/a(b)c/d",
            title="An older work under a DOI",
            day=date(2019, 3, 1),
            listed=(),
            authors=tuple(Author(f"Author Number{n}") for n in range(130)),
        ),
    )
    found = {one.handle.removeprefix("arxiv:"): one for one in held}
    bob = person("bob")
    vote(person=bob, paper_id=held[0].pk)
    first = write(person=bob, paper_id=held[0].pk, body="It **grows**.")
    write(person=person("carol"), paper_id=held[0].pk, body="Does it?", answers=first.pk)
    # Months before the day on which the tests run.
    submit(person=bob, paper_id=held[2].pk)
    Submission.objects.update(day=DAY, created_at=NOW - timedelta(days=1))
    Listing.objects.filter(paper=held[2].pk, submitted=True).update(day=DAY)
    refresh()
    return found


@pytest.fixture
def api(live_server: LiveServer, papers: dict[str, Paper]) -> HfApi:
    """The client, as it comes from its makers, before this site."""
    return HfApi(endpoint=live_server.url, token=False)


@pytest.fixture
def hub_home(tmp_path: Path, live_server: LiveServer) -> dict[str, str]:
    """The environment of its command line."""
    return {
        "HF_ENDPOINT": live_server.url,
        "HF_HOME": str(tmp_path / "hub"),
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "NO_COLOR": "1",
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
    }
