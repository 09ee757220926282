"""The feeds of what people say and put forward."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.catalogue.hiding import hide as hide_paper
from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import group, moderate_comment
from dailypapers.community.actions.comment import edit, remove, write
from dailypapers.community.actions.submit import submit
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from tests.api.feeds.rules import check
from tests.api.feeds.test_lists import SITE, get, links_of, parsed, titles
from tests.community.people import person, signed_in
from tests.papers import NOW

pytestmark = pytest.mark.django_db

FORMS = ("rss", "atom", "json")
OF_PAPER = "/papers/2604.00001/comments"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", [OF_PAPER, "/comments", "/people/alice/comments"])
def test_what_is_said_is_a_valid_feed(
    client: Client, paper: Paper, alice: User, form: str, path: str
) -> None:
    check(form, get(client, f"{path}.{form}").content, f"{SITE}{path}.{form}")
    write(person=alice, paper_id=paper.pk, body="It **grows** by $x^2$: @alice, <b>see</b> https://e.org")
    response = get(client, f"{path}.{form}")
    check(form, response.content, f"{SITE}{path}.{form}")
    assert "x²" in response.content.decode()
    assert b"<math" not in response.content


def test_a_comment_is_an_entry_with_its_author_place_and_what_it_answers(
    client: Client, paper: Paper, alice: User, bob: User
) -> None:
    quote = f"We measure paper {paper.handle}."
    first = write(person=alice, paper_id=paper.pk, body="Hello @bob, look", quote=quote)
    write(person=bob, paper_id=paper.pk, body="Indeed.", answers=first.pk)
    answer, question = parsed(client, f"{OF_PAPER}.atom").entries
    assert question.title == f"Alice on {paper.title}"
    assert question.link == f"{SITE}/comments/{first.pk}"
    assert question.authors[0].href == f"{SITE}/people/alice"
    assert f'href="{SITE}/people/bob"' in question.content[0].value
    assert f"<blockquote><p>{quote}</p></blockquote>" in question.content[0].value
    assert answer["thr_in-reply-to"]["ref"] == question.id
    later = first.created_at + timedelta(minutes=5)
    edit(person=alice, comment_id=first.pk, body="Hello all", now=later)
    _, changed = parsed(client, f"{OF_PAPER}.atom").entries
    assert changed.published == question.published
    assert changed.updated > question.updated


def test_what_nobody_may_read_is_in_no_feed(
    client: Client, paper: Paper, alice: User, mo: User, settings: Settings
) -> None:
    settings.GROUPS = "everyone"
    readers = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    hidden = write(person=alice, paper_id=paper.pk, body="An insult")
    removed = write(person=alice, paper_id=paper.pk, body="A slip")
    write(person=alice, paper_id=paper.pk, body="Among us", group_id=readers.pk)
    write(person=alice, paper_id=paper.pk, body="For all")
    moderate_comment.hide(comment_id=hidden.pk, by=mo, reason="Rude")
    remove(person=alice, comment_id=removed.pk)
    for path in (OF_PAPER, "/comments", "/people/alice/comments"):
        for who in (client, signed_in(alice)):
            body = get(who, f"{path}.atom").content.decode()
            assert "For all" in body
            assert not any(words in body for words in ("An insult", "A slip", "Among us"))
    hide_paper(paper.pk, "Spam.", NOW)
    assert get(client, f"{OF_PAPER}.atom").status_code == 404
    assert titles(client, "/comments.atom") == titles(client, "/people/alice/comments.atom") == []


def test_who_does_not_have_their_comments_listed_is_in_no_list_of_them(
    client: Client, paper: Paper, alice: User, bob: User
) -> None:
    write(person=alice, paper_id=paper.pk, body="Mine")
    write(person=bob, paper_id=paper.pk, body="His")
    alice.shows_comments = False
    alice.save()
    assert get(client, "/people/alice/comments.atom").status_code == 404
    assert titles(client, "/comments.rss") == [f"Bob on {paper.title}"]
    assert len(titles(client, f"{OF_PAPER}.rss")) == 2
    assert "/people/alice/comments.atom" not in client.get("/people/alice").content.decode()


def test_a_paper_by_another_of_its_names_leads_to_the_feed(client: Client, paper: Paper) -> None:
    moved = client.get("/papers/arXiv:2604.00001v2/comments.rss")
    assert (moved.status_code, moved["Location"]) == (301, f"{OF_PAPER}.rss")
    assert client.get("/papers/2604.99999/comments.rss").status_code == 404
    assert f'href="{OF_PAPER}.atom"' in client.get("/papers/2604.00001").content.decode()


@pytest.mark.parametrize("form", FORMS)
def test_what_someone_put_forward_on_the_day_they_did(
    client: Client, paper: Paper, alice: User, settings: Settings, form: str
) -> None:
    settings.SUBMIT_DAYS = 0
    submit(person=alice, paper_id=paper.pk, now=NOW)
    address = f"/people/alice/submissions.{form}"
    response = get(client, address)
    check(form, response.content, f"{SITE}{address}")
    if form == "atom":
        (entry,) = parsed(client, address).entries
        assert entry.published == NOW.isoformat()
    assert f'href="{address}"' in client.get("/people/alice").content.decode()
    assert get(client, f"/people/nobody/submissions.{form}").status_code == 404


def test_many_comments_are_read_by_pages_and_cost_no_more_queries(client: Client, paper: Paper) -> None:
    counted = []
    for crowd in (range(2), range(2, 60)):
        for number in crowd:
            write(person=person(f"reader{number:03}"), paper_id=paper.pk, body=f"Said {number}")
        with CaptureQueriesContext(connection) as asked:
            found = parsed(client, f"{OF_PAPER}.atom")
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert len(found.entries) == 50
    rest = parsed(client, links_of(found)["next"].removeprefix(SITE))
    assert len(rest.entries) == 10
