"""Voting from a page: with a form, with htmx, and what is refused."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.votes import Vote, VoteCount
from dailypapers.ranking.models import Score
from dailypapers.ranking.refresh import refresh
from tests.community.people import person, signed_in
from tests.papers import hold, mention, record

pytestmark = pytest.mark.django_db

LIST = "/papers/date/2026-04-15"


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


@pytest.fixture
def paper() -> Paper:
    (paper,) = hold(record(1, **mention(10)))
    refresh()
    return paper


def button(page: str) -> str:
    found = re.search(r'<(?:button|a) class="vote".*?</(?:button|a)>', page)
    assert found, page
    return re.sub(r"<[^>]*>", "", found[0])


def test_a_vote_leads_back_to_where_one_was(paper: Paper) -> None:
    client = signed_in(person("alice"))
    answer = client.post(f"/votes/{paper.pk}", {"next": f"{LIST}?order=votes"})
    assert answer["Location"] == f"{LIST}?order=votes#paper-{paper.pk}"
    page = client.get(LIST).content.decode()
    assert "11" in button(page)
    assert "1 here" in page
    assert 'aria-pressed="true"' in page
    assert "1 of the votes came from readers here, the others from Hugging Face Daily Papers" in page
    assert Score.objects.get().votes == 11


def test_a_vote_is_taken_back(paper: Paper) -> None:
    client = signed_in(person("alice"))
    client.post(f"/votes/{paper.pk}")
    client.post(f"/votes/{paper.pk}", {"back": "1"})
    assert not Vote.objects.exists()
    assert Score.objects.get().votes == 10


def test_with_htmx_the_button_alone_comes_back(paper: Paper) -> None:
    client = signed_in(person("alice"))
    answer = client.post(f"/votes/{paper.pk}", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.startswith(f'<div class="votes own mine" id="votes-{paper.pk}"')
    assert "<html" not in page
    assert "11" in button(page)


@pytest.mark.parametrize(
    "told", ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "x", ""]
)
def test_voting_leads_nowhere_else(paper: Paper, told: str) -> None:
    answer = signed_in(person("alice")).post(f"/votes/{paper.pk}", {"next": told})
    assert answer["Location"] == "/papers/2604.00001"


def test_who_is_not_signed_in_is_asked_to_and_nothing_is_voted(client: Client, paper: Paper) -> None:
    answer = client.post(f"/votes/{paper.pk}", {"next": LIST})
    assert answer["Location"] == f"/accounts/login/?next=%2Fpapers%2Fdate%2F2026-04-15%23paper-{paper.pk}"
    there = client.post(f"/votes/{paper.pk}", headers={"HX-Request": "true"})
    assert there["HX-Redirect"].startswith("/accounts/login/")
    assert not Vote.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_only_a_post_votes(paper: Paper, method: str) -> None:
    answer = getattr(signed_in(person("alice")), method)(f"/votes/{paper.pk}")
    assert answer.status_code == 405
    assert not Vote.objects.exists()


def test_a_forged_vote_is_refused_in_words(paper: Paper) -> None:
    client = signed_in(person("alice"), enforce_csrf_checks=True)
    refused = client.post(f"/votes/{paper.pk}")
    assert refused.status_code == 403
    assert "not sent by a page of this site" in refused.content.decode()
    assert client.post(f"/votes/{paper.pk}", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert not Vote.objects.exists()


def test_the_token_of_the_page_is_good(paper: Paper) -> None:
    client = signed_in(person("alice"), enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(LIST).content.decode())
    assert token
    client.post(f"/votes/{paper.pk}", {"csrfmiddlewaretoken": token[1]})
    assert Vote.objects.count() == 1


def test_a_thousand_votes_a_minute_are_refused_on_the_page_and_in_place(paper: Paper) -> None:
    client = signed_in(person("alice"))
    for turn in range(60):
        client.post(f"/votes/{paper.pk}", {"back": str(turn % 2)}, headers={"HX-Request": "true"})
    assert client.post(f"/votes/{paper.pk}").status_code == 429
    refused = client.post(f"/votes/{paper.pk}", headers={"HX-Request": "true"})
    assert refused.status_code == 429
    assert "more votes in a minute" in refused.content.decode()


def test_who_is_suspended_is_told_so(paper: Paper) -> None:
    from datetime import UTC, datetime

    client = signed_in(person("charlie", suspended_until=datetime(2126, 1, 2, tzinfo=UTC)))
    answer = client.post(f"/votes/{paper.pk}", {"next": LIST})
    assert answer.status_code == 403
    assert "suspended until January 2, 2126" in answer.content.decode()


def test_a_paper_that_is_not_held_is_refused() -> None:
    client = signed_in(person("alice"))
    assert client.post("/votes/99999999").status_code == 403
    assert client.post("/votes/99999999999999999999999").status_code == 403


def test_visitors_see_votes_and_where_to_sign_in_and_get_no_cookie(client: Client, paper: Paper) -> None:
    vote(person=person("alice"), paper_id=paper.pk)
    answer = client.get(LIST)
    page = answer.content.decode()
    assert "11" in button(page)
    assert f'href="/accounts/login/?next={LIST.replace("/", "%2F")}%23paper-{paper.pk}"' in page
    assert "Alice" in page
    assert not answer.cookies
    assert "csrf" not in page
    assert "htmx" not in page


def test_a_visitors_page_keeps_its_etag_and_a_persons_is_private(client: Client, paper: Paper) -> None:
    first, second = client.get(LIST), client.get(LIST)
    assert first["ETag"] == second["ETag"]
    assert client.get(LIST, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert "Cookie" in first["Vary"]
    assert "Cache-Control" not in first
    mine = signed_in(person("alice")).get(LIST)
    assert "private" in mine["Cache-Control"]
    assert "Cookie" in mine["Vary"]


def test_votes_cost_a_page_the_same_queries_for_few_as_for_many(client: Client) -> None:
    papers = hold(*(record(number, **mention(number)) for number in range(1, 20)))
    crowd = [person(f"p-{number}") for number in range(6)]
    vote(person=crowd[0], paper_id=papers[0].pk)
    alice = signed_in(crowd[5])
    counts = []
    for voted in (papers[:1], papers):
        for who in crowd:
            for one in voted:
                vote(person=who, paper_id=one.pk)
        with CaptureQueriesContext(connection) as asked:
            alice.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert VoteCount.objects.filter(votes=6).count() == 19


def test_the_paper_page_names_who_voted(client: Client, paper: Paper) -> None:
    for number in range(22):
        vote(person=person(f"p-{number}", name=f"Person {number}"), paper_id=paper.pk)
    page = client.get("/papers/2604.00001").content.decode()
    assert "22 here, 10 on Hugging Face Daily Papers" in page
    assert ">Person 21</a></li>" in page
    assert "and 2 more" in page


def test_hostile_names_are_shown_as_text(client: Client, paper: Paper) -> None:
    vote(person=person("eve", name='"><script>alert(1)</script>\u202e'), paper_id=paper.pk)
    for address in (LIST, "/papers/2604.00001"):
        assert "<script>alert" not in client.get(address).content.decode()
