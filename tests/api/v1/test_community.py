"""Votes, comments, bookmarks and what one follows, by programs that act for people."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import comment as comments
from dailypapers.community.actions import follow
from dailypapers.community.actions.group import create as make_group
from dailypapers.community.actions.moderate_comment import hide as hide_comment
from dailypapers.community.actions.moderate_person import suspend
from dailypapers.community.actions.token import create, revoke
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from tests.api.v1.program import BASE, ask, forget, token_of
from tests.community.people import person
from tests.papers import NOW, hold, record

pytestmark = pytest.mark.django_db

WRITES = [
    ("put", "papers/{paper}/vote", "vote", None),
    ("delete", "papers/{paper}/vote", "vote", None),
    ("put", "papers/{paper}/saved", "collect", None),
    ("delete", "papers/{paper}/saved", "collect", None),
    ("post", "papers/{paper}/comments", "comment", {"body": "Good."}),
    ("patch", "comments/{comment}", "comment", {"body": "Better."}),
    ("delete", "comments/{comment}", "comment", None),
    ("put", "comments/{comment}/reactions/agree", "comment", None),
    ("post", "collections", "collect", {"name": "Heat"}),
    ("get", "feed", "read", None),
    ("get", "saved", "read", None),
]


@pytest.fixture
def said(paper: Paper, alice: User) -> Comment:
    return comments.write(person=alice, paper_id=paper.pk, body="It **grows**, $x^2$.")


@pytest.mark.parametrize(("method", "path", "scope", "sends"), WRITES)
def test_nothing_changes_without_a_token_that_is_good_for_it(
    method: str, path: str, scope: str, sends: Any, paper: Paper, said: Comment, bob: User
) -> None:
    address = path.format(paper=paper.handle, comment=said.pk)
    others = [one for one in ("read", "vote", "comment", "collect", "submit") if one != scope]
    made, secret = create(person=bob, name="gone", scopes=[scope])
    revoke(person=bob, token_id=made.pk)
    _, old = create(person=bob, name="old", scopes=[scope], days=1, now=timezone.now() - timedelta(days=3))
    body = {"sends": sends} if sends is not None else {}
    before = _everything()
    for headers, status in (
        ({}, 401),
        ({"Authorization": f"Bearer {secret}"}, 401),
        ({"Authorization": f"Bearer {old}"}, 401),
        ({"Authorization": "Bearer dp_" + "x" * 43}, 401),
        (token_of(bob, *others), 403),
    ):
        ask(address, method, status, headers=headers, **body)
    assert _everything() == before


def _everything() -> list[Any]:
    return [list(Vote.objects.values()), list(Comment.objects.values("pk", "body", "hidden_at"))]


def test_a_cookie_votes_for_nobody(paper: Paper, alice: User) -> None:
    client = Client()
    client.force_login(alice)
    assert client.put(f"{BASE}/papers/{paper.handle}/vote").status_code == 401
    assert not Vote.objects.exists()


def test_a_vote_is_cast_once_and_taken_back(paper: Paper, alice: User) -> None:
    token = token_of(alice, "vote")
    assert ask(f"papers/{paper.handle}/vote", "put", headers=token) == {"outcome": "counted", "votes": 1}
    assert ask(f"papers/{paper.handle}/vote", "put", headers=token) == {"outcome": "unchanged", "votes": 1}
    told = ask(f"papers/{paper.handle}/votes")
    assert told["voters"] == [{"handle": "alice", "name": "Alice"}]
    assert told["mine"] is False
    assert ask(f"papers/{paper.handle}")["score"]["heat"] > 0
    assert ask(f"papers/{paper.handle}/vote", "delete", headers=token)["outcome"] == "taken back"
    assert ask(f"papers/{paper.handle}/votes")["here"] == 0


def test_what_was_changed_is_read_back_at_once_though_answers_are_kept(paper: Paper, alice: User) -> None:
    headers = token_of(alice, "vote")
    client, address = Client(), f"{BASE}/papers/{paper.handle}"
    assert client.get(address).json()["votes"]["here"] == 0
    client.put(f"{address}/vote", headers=headers)
    assert client.get(address).json()["votes"]["here"] == 1


def test_who_keeps_votes_to_themself_is_counted_and_not_named(paper: Paper) -> None:
    vote(person=person("quiet", shows_votes=False), paper_id=paper.pk)
    told = ask(f"papers/{paper.handle}/votes")
    assert (told["here"], told["voters"], told["more"]) == (1, [], 1)
    assert ask("people/quiet")["votes"] is None


def test_a_suspended_person_only_reads(paper: Paper, alice: User, mo: User) -> None:
    headers = token_of(alice, "vote", "read")
    suspend(handle="alice", by=mo, reason="spam", days=3)
    told = ask(f"papers/{paper.handle}/vote", "put", 403, headers=headers)
    assert "suspended" in told["error"]["message"]
    ask("feed", headers=headers)


def test_a_comment_is_written_changed_answered_and_removed(paper: Paper, alice: User, bob: User) -> None:
    mine, other = token_of(alice, "comment"), token_of(bob, "comment")
    sends = {"body": "Is **this** so?", "quote": "It grows."}
    made = ask(f"papers/{paper.handle}/comments", "post", 201, headers=mine, sends=sends)
    assert "<strong>this</strong>" in made["html"]
    assert made["quote"] == "It grows."
    answered = ask(
        f"papers/{paper.handle}/comments",
        "post",
        201,
        headers=other,
        sends={"body": "It is.", "answers": made["id"]},
    )
    changed = ask(f"comments/{made['id']}", "patch", headers=mine, sends={"body": "Is this really so?"})
    assert changed["edited_at"]
    ask(f"comments/{made['id']}/reactions/thanks", "put", headers=other)
    told = ask(f"papers/{paper.handle}/comments")
    assert [(one["id"], one["answers"], one["depth"]) for one in told["comments"]] == [
        (made["id"], None, 0),
        (answered["id"], made["id"], 1),
    ]
    assert told["comments"][0]["reactions"] == {"thanks": 1}
    assert ask(f"comments/{made['id']}/reactions/thanks", "delete", headers=other)["reactions"] == {}
    ask(f"comments/{made['id']}", "delete", 204, headers=mine)
    gone = ask(f"papers/{paper.handle}/comments")["comments"][0]
    assert (gone["gone"], gone["body"], gone["author"]) == ("Removed by its author", "", None)
    ask(f"comments/{made['id']}", status=404)


def test_nobody_changes_anothers_comment(said: Comment, bob: User) -> None:
    headers = token_of(bob, "comment")
    ask(f"comments/{said.pk}", "patch", 403, headers=headers, sends={"body": "No."})
    ask(f"comments/{said.pk}", "delete", 403, headers=headers)
    said.refresh_from_db()
    assert said.body.startswith("It **grows**")


def test_what_a_moderator_hid_is_read_by_its_author_alone(
    paper: Paper, said: Comment, alice: User, bob: User, mo: User
) -> None:
    hide_comment(comment_id=said.pk, by=mo, reason="An advertisement")
    ask(f"comments/{said.pk}", status=404)
    ask(f"comments/{said.pk}", status=404, headers=token_of(bob))
    assert ask(f"papers/{paper.handle}/comments")["comments"] == []
    mine = ask(f"comments/{said.pk}", headers=token_of(alice))
    assert (mine["body"], mine["gone"]) == ("It **grows**, $x^2$.", "Hidden by a moderator: An advertisement")


def test_what_a_private_group_says_is_read_by_no_program(paper: Paper, alice: User) -> None:
    group = make_group(person=alice, kind=Group.Kind.PRIVATE, name="Readers", about="")
    inner = comments.write(person=alice, paper_id=paper.pk, body="Among us.", group_id=group.pk)
    headers = token_of(alice, "read", "comment")
    ask(f"comments/{inner.pk}", status=404, headers=headers)
    ask(f"comments/{inner.pk}", "delete", 404, headers=headers)
    assert ask(f"papers/{paper.handle}/comments", headers=headers)["comments"] == []
    ask(f"organizations/{group.slug}", status=404, headers=headers)
    assert ask("organizations")["organizations"] == []


def test_comments_on_a_hidden_paper_are_gone_with_it(paper: Paper, said: Comment, mo: User) -> None:
    hide(paper.pk, "spam", NOW)
    ask(f"comments/{said.pk}", status=404)
    ask(f"papers/{paper.handle}/comments", status=410)
    ask(f"papers/{paper.handle}/votes", status=410)
    assert ask("people/alice")["comments"] == []
    assert ask(f"comments/{said.pk}", headers=token_of(mo))["id"] == said.pk


def test_threads_come_in_pages_and_each_once(paper: Paper, alice: User, bob: User) -> None:
    for number in range(30):
        who = person(f"p{number}")
        comments.write(person=who, paper_id=paper.pk, body=f"Thread {number}")
    met, address = [], f"papers/{paper.handle}/comments"
    while address:
        told = ask(address)
        met += [one["id"] for one in told["comments"]]
        address = told["next"]
    assert len(met) == len(set(met)) == 30


def test_a_page_of_comments_takes_as_many_queries_for_many_as_for_one(paper: Paper, alice: User) -> None:
    counts = []
    for number in (0, 12):
        for extra in range(number):
            comments.write(person=person(f"p{extra}"), paper_id=paper.pk, body="Words")
        if not number:
            comments.write(person=alice, paper_id=paper.pk, body="Words")
        forget()
        with CaptureQueriesContext(connection) as queries:
            Client().get(f"{BASE}/papers/{paper.handle}/comments")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("sends", "status", "field"),
    [
        ({"body": ""}, 422, None),
        ({"body": "x" * 20_001}, 422, None),
        ({"body": "Good.", "quote": "It does not say this"}, 422, None),
        ({}, 422, "body"),
        ({"body": 3}, 422, "body"),
        ({"body": "Good.", "group": 1}, 422, "group"),
        ({"body": "Good.", "answers": 0}, 422, "answers"),
        ({"body": "Good.", "answers": 2**63}, 422, "answers"),
        ({"body": "Good.", "answers": 77}, 403, None),
        ("{", 400, "body"),
        ('{"body": "\\ud800"}', 400, "body"),
        ('{"body": "a\\u0000b"}', 422, "body"),
        ("[]", 422, "body"),
    ],
)
def test_a_comment_that_cannot_be_taken_is_told_why(
    sends: Any, status: int, field: str | None, paper: Paper, alice: User
) -> None:
    headers = token_of(alice, "comment")
    told = ask(f"papers/{paper.handle}/comments", "post", status, headers=headers, sends=sends)
    assert told["error"]["field"] == field
    assert not Comment.objects.exists()


def test_bookmarks_are_ones_own(paper: Paper, alice: User, bob: User) -> None:
    headers = token_of(alice, "collect", "read")
    ask(f"papers/{paper.handle}/saved", "put", 204, headers=headers)
    assert [one["id"] for one in ask("saved", headers=headers)["papers"]] == [paper.handle]
    assert ask("saved", headers=token_of(bob))["papers"] == []
    ask(f"papers/{paper.handle}/saved", "delete", 204, headers=headers)
    assert ask("saved", headers=headers)["papers"] == []


def test_the_feed_is_what_one_follows_and_says_why(alice: User, bob: User) -> None:
    hold(record(1), record(2, categories=("math.PR",)))
    follow.follow(person=alice, kind="field", what="math.PR")
    told = ask("feed", headers=token_of(alice))
    (entry,) = told["entries"]
    assert entry["paper"]["id"] == "2604.00002"
    assert entry["because"][0]["label"] == "Probability"
    assert ask("feed", headers=token_of(bob))["entries"] == []


def test_me_says_whose_token_it_is(alice: User) -> None:
    told = ask("me", headers=token_of(alice, "vote", "comment"))
    assert told == {"handle": "alice", "name": "Alice", "scopes": ["comment", "vote"]}
    ask("me", status=401)


def test_a_person_is_told_as_far_as_they_let_it_be_seen(paper: Paper, alice: User, said: Comment) -> None:
    vote(person=alice, paper_id=paper.pk)
    told = ask("people/Alice")
    assert told["comments"] == [said.pk]
    assert [one["id"] for one in told["votes"]] == [paper.handle]
    assert "email" not in str(told)
    User.objects.filter(pk=alice.pk).update(shows_comments=False, shows_votes=False)
    told = ask("people/alice")
    assert (told["comments"], told["votes"]) == (None, None)
    mine = ask("people/alice", headers=token_of(alice))
    assert mine["comments"] == [said.pk]


def test_what_new_accounts_say_of_themselves_waits(settings: Any) -> None:
    settings.NEW_LINKS_WAIT = True
    new = person("new", joined=timezone.now(), about="Buy this", links=["https://spam.example"])
    told = ask("people/new")
    assert (told["about"], told["links"]) == ("", [])
    assert ask("people/new", headers=token_of(new))["about"] == "Buy this"


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("people/nobody", 404, "handle"),
        ("people/%25", 404, "handle"),
        ("people/" + "x" * 10_000, 400, "handle"),
        ("organizations/nothing", 404, "slug"),
        ("organizations/nothing/papers", 404, "slug"),
        ("comments/0", 400, "number"),
        ("comments/one", 400, "number"),
        ("comments/99999999999999999999", 400, "number"),
        ("comments/77", 404, "number"),
        ("collections", 400, "owner"),
        ("collections?owner=nobody", 404, "owner"),
        ("collections/77", 404, "number"),
        ("collections/77/papers", 404, "number"),
        ("papers/2604.00001/votes?limit=101", 400, "limit"),
        ("papers/2604.00001/comments?cursor=x", 400, "cursor"),
        ("papers/2604.09999/comments", 404, "id"),
        ("organizations?cursor=WyJwYWdlIiw5OTldNA", 400, "cursor"),
    ],
)
def test_what_is_not_there_is_told_with_its_name(path: str, status: int, field: str, paper: Paper) -> None:
    assert ask(path, status=status)["error"]["field"] == field
