"""Profiles, settings, invitations, taking along and leaving: what is shown to whom, and what is refused."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.community.actions import moderate_comment, moderate_paper
from dailypapers.community.actions.comment import remove, write
from dailypapers.community.actions.invite import invite
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.comments import Comment, Report
from dailypapers.community.models.invitations import Invitation
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from dailypapers.ranking.models import Score
from dailypapers.ranking.refresh import refresh
from tests.community.people import PASSWORD, person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_invitation(settings: Settings) -> None:
    settings.ACCOUNTS = "invite"


@pytest.fixture
def alice() -> User:
    return person(
        "alice",
        password=PASSWORD,
        name="Alice Byron",
        affiliation="Analytical Society",
        about="On engines.\n\n<b>Mostly.</b>",
        links=["https://example.org/alice"],
    )


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def page_of_alice(client: Client) -> str:
    return text_of(client, "/people/alice")


def by_password(who: User) -> Client:
    """A browser in which someone has just confirmed the password."""
    client = Client()
    client.post("/accounts/login/", {"login": who.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def told(**changes: str) -> dict[str, str]:
    return {"handle": "alice", "name": "Alice", "shows_votes": "on"} | changes


def test_a_profile_shows_what_the_person_says_and_never_the_address(client: Client, alice: User) -> None:
    page = page_of_alice(client)
    assert "Alice Byron" in page
    assert "Analytical Society" in page
    assert "&lt;b&gt;Mostly." in page
    assert '<a href="https://example.org/alice" rel="nofollow noopener ugc">' in page
    assert "alice@example.org" not in page
    assert "account-menu" not in page


def test_the_picture_is_drawn_here(client: Client, alice: User) -> None:
    answer = client.get("/people/alice.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert ">AB</text>" in answer.content.decode()
    assert "Cookie" not in answer.get("Vary", "")


def test_votes_are_shown_to_others_only_as_the_person_chose(client: Client, alice: User) -> None:
    (paper,) = hold(record(1))
    vote(person=alice, paper_id=paper.pk)
    assert "paper number 2604.00001" in page_of_alice(client)
    User.objects.filter(pk=alice.pk).update(shows_votes=False)
    assert "paper number 2604.00001" not in page_of_alice(client)
    assert "Only you see these" in page_of_alice(signed_in(alice))
    assert "paper number 2604.00001" in page_of_alice(signed_in(alice))


def test_a_held_vote_is_seen_by_its_person_only(client: Client, alice: User) -> None:
    (paper,) = hold(record(1))
    Vote.objects.create(person=alice, paper=paper, created_at=datetime.now(UTC), held="same address")
    assert "paper number" not in page_of_alice(client)
    assert "waits for a moderator" in page_of_alice(signed_in(alice))


def test_many_votes_take_pages_and_no_more_queries(client: Client, alice: User) -> None:
    papers = hold(*(record(number) for number in range(1, 41)))
    now = datetime.now(UTC)
    for at, paper in enumerate(papers):
        Vote.objects.create(person=alice, paper=paper, created_at=now - timedelta(days=at))
    with CaptureQueriesContext(connection) as asked:
        first = page_of_alice(client)
    assert len(asked) == 7
    assert first.count("paper number") == 25
    assert 'href="/people/alice?page=2"' in first
    assert text_of(client, "/people/alice?page=2").count("paper number") == 15
    for wrong in ("0", "x", "99999", "-1"):
        text_of(client, f"/people/alice?page={wrong}", 404)


def test_nobody_is_said_to_be_nobody(client: Client) -> None:
    person("gone", is_active=False)
    for handle in ("nobody", "gone"):
        assert "Nobody has this handle" in text_of(client, f"/people/{handle}", 404)
        text_of(client, f"/people/{handle}.svg", 404)
    assert client.get("/people/NOBODY")["Location"] == "/people/nobody"


def test_a_profile_is_changed(alice: User) -> None:
    client = signed_in(alice)
    answer = client.post(
        "/settings",
        told(handle="ada", name=" Ada\u202e  L. ", links="https://a.example\r\n\r\nhttps://b.example"),
    )
    assert answer["Location"] == "/settings"
    alice.refresh_from_db()
    assert (alice.handle, alice.name, alice.links) == (
        "ada",
        "Ada L.",
        ["https://a.example", "https://b.example"],
    )
    assert (alice.shows_votes, alice.shows_comments, alice.affiliation) == (True, False, "")
    assert "Your profile is changed." in text_of(client, "/settings")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"handle": "bob"}, "Someone else has this handle"),
        ({"handle": "BOB"}, "Someone else has this handle"),
        ({"handle": "admin"}, "kept for the site"),
        ({"handle": "a"}, "3 to 30"),
        ({"handle": "../etc"}, "3 to 30"),
        ({"handle": "álice"}, "3 to 30"),
        ({"links": "javascript:alert(1)"}, "is not a web address"),
        ({"links": "https://user:secret@example.org"}, "is not a web address"),
        ({"links": "http://127.0.0.1/x"}, "a number where the name of a site should be"),
        ({"links": "https://router.local/"}, "not the address of a public site"),
        ({"links": "\n".join(f"https://{n}.example" for n in range(6))}, "up to 5 links"),
        ({"name": "x" * 101}, "at most 100"),
        ({"about": "x" * 1_000_000}, "at most 2000"),
        ({"name": "a\x00b"}, "Null characters"),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_said_and_changes_nothing(
    alice: User, wrong: dict[str, str], why: str
) -> None:
    person("bob")
    answer = signed_in(alice).post("/settings", told(**wrong))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    alice.refresh_from_db()
    assert (alice.handle, alice.name) == ("alice", "Alice Byron")


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 }}", "\u202egnp.exe", "a" * 99],
)
def test_hostile_names_are_only_text_everywhere(client: Client, alice: User, name: str) -> None:
    signed_in(alice).post("/settings", told(name=name, affiliation=name, about=name))
    for page in (
        page_of_alice(client),
        page_of_alice(signed_in(alice)),
        text_of(client, "/people/alice.svg"),
    ):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\u202e" not in page


def test_a_handle_changes_three_times_a_day(alice: User) -> None:
    client = signed_in(alice)
    statuses = [client.post("/settings", told(handle=f"alice-{n}")).status_code for n in range(4)]
    assert statuses == [302, 302, 302, 429]


def test_invitations_are_made_listed_and_withdrawn(client: Client, alice: User, settings: Settings) -> None:
    settings.INVITATIONS = 2
    hers = signed_in(alice)
    page = hers.post("/settings/invitations").content.decode()
    link = re.search(r'value="http://testserver(/invitations/[^"]+)"', page)
    assert link
    assert client.get(link[1]).status_code == 200
    assert link[1] not in text_of(hers, "/settings/invitations"), "shown once"
    hers.post("/settings/invitations")
    assert hers.post("/settings/invitations").status_code == 429
    hers.post(f"/settings/invitations/{Invitation.objects.order_by('pk')[0].pk}/withdraw")
    assert client.get(link[1]).status_code == 404
    assert "invite 1 more person" in text_of(hers, "/settings/invitations")


def test_another_persons_invitation_is_as_good_as_none(alice: User) -> None:
    invitation, _ = invite(inviter=alice)
    assert signed_in(person("bob")).post(f"/settings/invitations/{invitation.pk}/withdraw").status_code == 404
    invitation.refresh_from_db()
    assert invitation.is_open


def test_everything_can_be_taken_along(alice: User) -> None:
    client = by_password(alice)
    answer = client.post("/settings/export")
    assert answer["Content-Type"] == "application/zip"
    assert re.match(r'attachment; filename="dailypapers-alice-[\d-]+\.zip"', answer["Content-Disposition"])
    for _ in range(5):
        last = client.post("/settings/export")
    assert last.status_code == 429


def test_leaving_asks_for_the_password_and_the_handle(alice: User) -> None:
    person("admin", is_superuser=True)
    (paper,) = hold(record(1))
    vote(person=alice, paper_id=paper.pk)
    refresh()
    assert (
        signed_in(alice)
        .post("/settings/leave", {"handle": "alice"})["Location"]
        .startswith("/accounts/reauthenticate/")
    )
    client = by_password(alice)
    assert client.post("/settings/leave", {"handle": "bob"}).status_code == 422
    assert User.objects.filter(handle="alice").exists()
    assert client.post("/settings/leave", {"handle": "alice"})["Location"] == "/"
    assert not User.objects.filter(handle="alice").exists()
    assert not Score.objects.exists(), "the vote is gone from the order too"
    assert "are gone" in text_of(client, "/about")
    assert client.get("/settings")["Location"].startswith("/accounts/login/")


def test_a_site_of_ones_own_cannot_be_left_and_asks_no_password(settings: Settings) -> None:
    settings.ACCOUNTS = "single"
    here = Client(HTTP_HOST="127.0.0.1", REMOTE_ADDR="127.0.0.1")
    assert here.get("/settings/leave").status_code == 404
    assert here.post("/settings/export")["Content-Type"] == "application/zip"
    assert "Addresses" not in text_of(here, "/settings")


OF_ONE = ["/settings", "/settings/invitations", "/settings/export", "/settings/leave"]


@pytest.mark.parametrize("address", [*OF_ONE, "/settings/invitations/1/withdraw"])
def test_who_is_not_signed_in_is_led_to_signing_in(client: Client, alice: User, address: str) -> None:
    for answer in (client.get(address), client.post(address, {"handle": "alice"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=/settings")


@pytest.mark.parametrize("address", [*OF_ONE, "/settings/invitations/1/withdraw"])
def test_a_form_of_another_page_changes_nothing(alice: User, address: str) -> None:
    client = signed_in(alice, enforce_csrf_checks=True)
    assert client.post(address, told(handle="alice")).status_code == 403
    assert User.objects.filter(handle="alice", name="Alice Byron").exists()


def test_nothing_is_done_by_looking(alice: User) -> None:
    client = by_password(alice)
    assert client.get("/settings/invitations/1/withdraw").status_code == 405
    for address in OF_ONE:
        text_of(client, f"{address}?handle=alice")
    assert not Invitation.objects.exists()
    assert User.objects.filter(handle="alice").exists()


@pytest.mark.parametrize("address", OF_ONE)
def test_pages_of_ones_own_are_kept_by_no_cache(alice: User, address: str) -> None:
    assert "no-store" in by_password(alice).get(address)["Cache-Control"]


def test_comments_are_shown_as_their_person_chose(client: Client, alice: User) -> None:
    paper, hidden_paper = hold(record(1), record(2))
    said = {
        words: write(person=alice, paper_id=one.pk, body=f"{words} <b>words</b>")
        for words, one in (("Plain", paper), ("Removed", paper), ("Rude", paper), ("Elsewhere", hidden_paper))
    }
    mo = person("mo", is_moderator=True)
    remove(person=alice, comment_id=said["Removed"].pk)
    moderate_comment.hide(comment_id=said["Rude"].pk, by=mo, reason="It is <rude>")
    moderate_paper.hide(paper_id=hidden_paper.pk, by=mo, reason="Not a paper")
    for address in ("/people/alice", "/people/alice/comments"):
        page = text_of(client, address)
        assert "Plain &lt;b&gt;words" in page
        assert f'href="/comments/{said["Plain"].pk}"' in page
        assert not any(words in page for words in ("Removed", "Rude", "Elsewhere"))
        own = text_of(signed_in(alice), address)
        assert "hidden by a moderator: It is &lt;rude&gt;" in own
        assert "Removed" not in own
    User.objects.filter(pk=alice.pk).update(shows_comments=False)
    assert "Plain" not in page_of_alice(client)
    assert "keeps these to themself" in text_of(client, "/people/alice/comments")
    assert "Plain" not in text_of(client, "/people/alice/comments")
    assert "Plain" in text_of(signed_in(alice), "/people/alice/comments")
    text_of(client, "/people/nobody/comments", 404)
    text_of(client, "/people/alice/comments?page=0", 404)


def test_many_comments_take_pages_and_no_more_queries(client: Client, alice: User) -> None:
    (paper,) = hold(record(1))

    def say(times: int) -> int:
        said: dict[str, Any] = {"body": "So.", "html": "So.", "renderer": 1, "created_at": datetime.now(UTC)}
        Comment.objects.bulk_create(Comment(paper=paper, author=alice, **said) for _ in range(times))
        with CaptureQueriesContext(connection) as asked:
            text_of(client, "/people/alice/comments")
        return len(asked)

    assert say(1) == say(30)
    assert 'href="?page=2"' in text_of(client, "/people/alice/comments")
    assert text_of(client, "/people/alice/comments?page=2").count("So.") == 6


def test_people_and_papers_are_reported(client: Client, alice: User) -> None:
    (paper,) = hold(record(1))
    bob = signed_in(person("bob"))
    assert "Report this person" in text_of(bob, "/people/alice")
    assert "Report this person" not in page_of_alice(client)
    assert "Report this person" not in text_of(signed_in(alice), "/people/alice")
    assert "Report this paper" in text_of(bob, "/papers/2604.00001")
    told = {"reason": "other", "text": "Look <here>."}
    for address, there in (
        ("/reports/people/alice", "/people/alice"),
        (f"/reports/papers/{paper.pk}", "/papers/2604.00001"),
    ):
        assert client.post(address, told)["Location"].startswith("/accounts/login/")
        assert bob.get(address).status_code == 405
        assert signed_in(alice, enforce_csrf_checks=True).post(address, told).status_code == 403
        for wrong in ({"reason": "x"}, {"text": ""}, {"text": "x" * 1_000_000}):
            assert bob.post(address, told | wrong).status_code == 422
        for _ in range(2):
            assert bob.post(address, told)["Location"] == there
    assert "A moderator will look at it" in text_of(bob, "/about")
    assert Report.objects.count() == 2, "each once"
    for address in ("/reports/people/alice", "/reports/people/nobody", f"/reports/papers/{2**70}"):
        assert signed_in(alice).post(address, told).status_code == 403
