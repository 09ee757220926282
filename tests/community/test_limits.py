"""What is too often is refused for now: the person is told until when, the operator who and from where."""

import pytest
from django.test import Client
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Invalid, Refused, TooMany
from dailypapers.community.actions.submit import submit
from dailypapers.community.actions.vote import vote
from dailypapers.community.limits import allow, visit
from dailypapers.community.models.people import User
from tests.community.people import person, signed_in
from tests.papers import NOW, hold, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


def spent(who: User | str, times: int = 2) -> None:
    for _ in range(times):
        allow("knock", who, times=times, seconds=600, told="Enough.")


def test_the_log_names_the_person_and_the_address_once(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    spent(alice)
    spent("group 7")
    for _ in range(5):
        with visit("192.0.2.7"), pytest.raises(TooMany, match=r"Enough\."):
            allow("knock", alice, times=2, seconds=600, told="Enough.")
        with pytest.raises(TooMany):
            allow("knock", "group 7", times=2, seconds=600, told="Enough.")
    assert caplog.messages == [
        "limit reached: knock, by @alice from 192.0.2.7, 2 in 600 s",
        "limit reached: knock, by group 7, 2 in 600 s",
    ]


def test_a_limit_of_none_refuses_the_first(alice: User) -> None:
    with pytest.raises(TooMany):
        allow("knock", alice, times=0, seconds=600, told="Enough.")


def test_it_is_noted_when_to_try_again(alice: User) -> None:
    spent(alice)
    with visit("") as this, pytest.raises(TooMany):
        allow("knock", alice, times=2, seconds=600, told="Enough.")
    assert 590 <= this.wait <= 600
    with visit("") as other:
        spent("someone else")
    assert other.wait == 0


def test_each_refusal_has_its_status_and_too_many_says_when(paper: Paper, settings: Settings) -> None:
    assert (Refused.status, Invalid.status, TooMany.status) == (403, 422, 429)
    settings.COMMENTS_PER_HOUR = 1
    client = signed_in(person("eve"))
    at = f"/comments/on/{paper.pk}"
    empty, written, again = (client.post(at, {"body": body}) for body in ("", "One.", "Two."))
    assert (empty.status_code, written.status_code, again.status_code) == (422, 302, 429)
    assert "Retry-After" not in empty
    assert 3_590 <= int(again["Retry-After"]) <= 3_600
    assert "Two." in again.content.decode(), "the words are kept"
    assert client.post(f"/comments/{written['Location'].rpartition('-')[2]}/hide").status_code == 403


def test_signing_in_too_often_says_when_to_try_again(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    told = {"login": "a@example.org", "password": "x"}
    answers = [client.post("/accounts/login/", told) for _ in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer["Retry-After"] for answer in refused} == {"300"}
    lines = [line for line in caplog.messages if line.startswith("limit reached")]
    assert lines == ["limit reached: /accounts/login/ from 127.0.0.1"]


def test_new_accounts_have_the_votes_that_the_site_lets_them(settings: Settings) -> None:
    papers = hold(*(record(number) for number in range(1, 5)))
    new, known = person("new", joined=NOW), person("known")
    settings.VOTES_PER_DAY_NEW = 2
    for paper in papers[:2]:
        vote(person=new, paper_id=paper.pk, now=NOW)
    with pytest.raises(TooMany, match=r"2 votes within a day.* while an account is new"):
        vote(person=new, paper_id=papers[2].pk, now=NOW)
    for paper in papers:
        vote(person=known, paper_id=paper.pk, now=NOW)
    settings.VOTES_PER_DAY_NEW = 0
    with pytest.raises(Refused, match="new accounts give no votes"):
        vote(person=person("newer", joined=NOW), paper_id=papers[0].pk, now=NOW)


def test_who_submitted_enough_is_told_to_come_back_when_the_day_ends(alice: User, settings: Settings) -> None:
    settings.SUBMIT_DAILY, settings.SUBMIT_DAYS = 1, 0
    first, second = hold(record(1), record(2))
    submit(person=alice, paper_id=first.pk)
    with visit("") as this, pytest.raises(TooMany, match="Come back tomorrow"):
        submit(person=alice, paper_id=second.pk)
    assert 0 < this.wait <= 86_400
