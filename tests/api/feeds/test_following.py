"""One's own feed by its private address, and the page where one finds and gives up the address."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Listed
from dailypapers.community.actions import feed_key, follow
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.submit import submit
from dailypapers.community.feed_addresses import person_of, secret_of
from dailypapers.community.models.feed_keys import FeedKey
from dailypapers.community.models.people import User
from tests.api.feeds.rules import check
from tests.api.feeds.test_lists import SITE, get, parsed, titles
from tests.community.people import signed_in
from tests.papers import NOW, hold, record

pytestmark = pytest.mark.django_db

FORMS = ("rss", "atom", "json")


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


def new(number: int, field: str = "cs.CL", days: int = 1) -> Paper:
    day = today() - timedelta(days=days)
    listed = (Listed(day, "arxiv", announced=True),)
    title = f"On {field}, {number}"
    return hold(record(number, title=title, day=day, categories=(field,), listed=listed))[0]


def address_of(person: User) -> str:
    return f"/feeds/{secret_of(feed_key.make(person=person))}/following"


@pytest.mark.parametrize("form", FORMS)
def test_one_reads_elsewhere_what_one_follows_without_signing_in(
    client: Client, alice: User, bob: User, form: str
) -> None:
    new(1)
    new(2, "math.AG")
    follow.follow(person=alice, kind="field", what="cs.CL")
    follow.follow(person=alice, kind="person", what="bob")
    submit(person=bob, paper_id=new(3, "hep-th").pk)
    address = f"{address_of(alice)}.{form}"
    response = get(client, address)
    check(form, response.content, f"{SITE}{address}")
    body = response.content.decode()
    assert "On cs.CL, 1" in body
    assert "On hep-th, 3" in body
    assert "On math.AG, 2" not in body
    assert "From" in body
    assert "Submitted by" in body
    assert f"{SITE}/people/bob" in body
    assert response["Cache-Control"].startswith("private")
    assert response["X-Robots-Tag"] == "noindex"
    assert "Access-Control-Allow-Origin" not in response
    assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_a_hub_is_never_told_a_private_address(client: Client, alice: User, settings: Settings) -> None:
    settings.WEBSUB_HUB = "https://hub.example.org/"
    response = get(client, f"{address_of(alice)}.atom")
    assert b"hub.example.org" not in response.content
    assert "hub" not in response["Link"]


def test_an_address_that_is_given_up_made_anew_or_of_someone_who_left_leads_nowhere(
    client: Client, alice: User
) -> None:
    first = f"{address_of(alice)}.atom"
    assert get(client, first).status_code == 200
    second = f"{address_of(alice)}.atom"
    assert get(client, first).status_code == 404
    assert get(client, second).status_code == 200
    feed_key.give_up(person=alice)
    assert get(client, second).status_code == 404
    third = f"{address_of(alice)}.atom"
    alice.is_active = False
    alice.save()
    assert get(client, third).status_code == 404
    alice.is_active = True
    alice.save()
    leave(person=alice)
    assert get(client, third).status_code == 404
    assert not FeedKey.objects.exists()


def test_no_address_can_be_made_up(client: Client, alice: User, bob: User) -> None:
    secret = secret_of(feed_key.make(person=alice))
    feed_key.make(person=bob)
    _, _, made = secret.partition("-")
    for wrong in (
        f"{bob.pk}-{made}",
        f"{alice.pk}-{made[:-1]}",
        f"{alice.pk}-",
        made,
        "-",
        f"{10**30}-{made}",
    ):
        assert person_of(wrong) is None
        assert client.get(f"/feeds/{wrong}/following.atom").status_code == 404
    assert person_of(secret) == alice
    # What the table holds is not enough to make the address.
    assert FeedKey.objects.get(person=alice).nonce not in secret


def test_hidden_papers_are_left_out(client: Client, alice: User) -> None:
    paper = new(1)
    new(2)
    follow.follow(person=alice, kind="field", what="cs.CL")
    address = f"{address_of(alice)}.atom"
    hide(paper.pk, "Spam.", NOW)
    assert titles(client, address) == ["On cs.CL, 2"]


def test_the_feed_costs_the_same_queries_for_two_papers_as_for_many(client: Client, alice: User) -> None:
    new(0)
    follow.follow(person=alice, kind="field", what="cs.CL")
    address, counted = f"{address_of(alice)}.rss", []
    for numbers in (range(1, 3), range(3, 20)):
        for number in numbers:
            new(number)
        with CaptureQueriesContext(connection) as asked:
            parsed(client, address)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_address_is_found_made_anew_and_given_up_on_a_page_of_ones_own(alice: User) -> None:
    client = signed_in(alice)
    assert 'href="/settings/feed"' in client.get("/following").content.decode()
    assert "/following.atom" not in client.get("/settings/feed").content.decode()
    assert client.post("/settings/feed", {"deed": "make"})["Location"] == "/settings/feed"
    page = client.get("/settings/feed")
    assert "no-store" in page["Cache-Control"]
    (found,) = re.findall(r'value="http://testserver(/feeds/[^"]+\.atom)"', page.content.decode())
    assert Client().get(found).status_code == 200
    client.post("/settings/feed", {"deed": "give-up"})
    assert Client().get(found).status_code == 404
    assert Client().get("/settings/feed").status_code == 302
