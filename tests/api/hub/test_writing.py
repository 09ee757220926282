"""Calls that change something: done for a token's person as a page would, refused to everyone else."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from dailypapers.api.hub.items import AUTHOR, COMMENT, PAPER, USER, object_id
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Link, Listed, PaperRecord
from dailypapers.community.actions import comment as comments
from dailypapers.community.actions import decide_claim
from dailypapers.community.actions import token as tokens
from dailypapers.community.actions.claim import claim
from dailypapers.community.actions.group import create as make_group
from dailypapers.community.actions.moderate_person import suspend
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.models.votes import Vote
from dailypapers.ranking.models import Score
from tests.api.hub.hub_site import nothing_remembered as nothing_remembered
from tests.community.people import signed_in
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.papers import NOW, hold, record

pytestmark = pytest.mark.django_db

NUMBER = "2604.00777"
Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArxivOrigin]:
    day = today() - timedelta(days=1)
    with ArxivOrigin([AnnouncedPaper(NUMBER, "Leaves and Looms", ("Ada Lovelace",), day)]) as origin:
        origin.announce(today())
        monkeypatch.setenv("DAILYPAPERS_SOURCE_ARXIV_BASE_URL", origin.url)
        monkeypatch.setenv("DAILYPAPERS_SOURCE_OPENALEX_BASE_URL", origin.url)
        yield origin


def fresh(number: int = 1, **fields: Any) -> PaperRecord:
    day = today() - timedelta(days=1)
    usual = {"day": day, "listed": (Listed(day, "arxiv", announced=True),)}
    return record(number, **(usual | fields))


@pytest.fixture
def fresh_paper(db: None) -> Paper:
    return hold(fresh())[0]


def secret_of(who: User, *scopes: str) -> str:
    return tokens.create(person=who, name="A script", scopes=scopes or ("submit", "comment"))[1]


def sent(path: str, body: object, secret: str = "", **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    client = Client(enforce_csrf_checks=True)
    return client.post(path, body, content_type="application/json", headers=headers, **more)


@pytest.fixture
def post(alice: User) -> Post:
    """Sends something with a token of Alice's."""
    secret = secret_of(alice)
    return lambda path, body: sent(path, body, secret)


def test_a_paper_that_is_held_is_submitted_with_ones_vote_and_words(
    post: Post, alice: User, fresh_paper: Paper, client: Client
) -> None:
    told = post("/api/papers/submit", {"paper_id": "2604.00001", "comment": "Look at *this*."})
    assert told.status_code == 200, told.content
    assert told.json()["paper"]["submittedOnDailyBy"]["user"] == "alice"
    assert Submission.objects.get().person == alice
    assert Vote.objects.get().paper == fresh_paper
    assert Comment.objects.get().body == "Look at *this*."
    assert Score.objects.get().own == 1, "the lists know at once"
    (listed,) = client.get(f"/api/daily_papers?submitter=alice&date={today()}").json()
    assert listed["paper"]["id"] == "2604.00001"
    assert listed["upvotes"] == 1
    again = post("/api/papers/submit", {"paper_id": "https://arxiv.org/abs/2604.00001v2"})
    assert again.status_code == 403
    assert "You put this paper forward" in again.json()["error"]
    assert again["X-Error-Message"].startswith("You put this paper forward")


def test_a_paper_that_is_not_held_is_fetched_from_its_source(post: Post, arxiv: ArxivOrigin) -> None:
    told = post("/api/papers/index", {"arxivId": NUMBER})
    assert (told.status_code, told.json()) == (200, {})
    paper = Paper.objects.get()
    assert paper.title == "Leaves and Looms"
    assert not Submission.objects.exists()
    assert not Vote.objects.exists()
    asked = len(arxiv.asked)
    assert post("/api/papers/index", {"arxivId": NUMBER}).json() == {}
    assert len(arxiv.asked) == asked, "what is held is not fetched again"
    assert post("/api/papers/submit", {"paper_id": NUMBER}).status_code == 200
    missing = post("/api/papers/index", {"arxivId": "2604.00778"})
    assert missing.status_code == 404
    assert missing.json()["field"] == "arxivId"


def test_who_may_not_submit_here_has_nothing_taken_in(
    post: Post, arxiv: ArxivOrigin, settings: Settings
) -> None:
    settings.SUBMIT = "moderators"
    for path, field in (("index", "arxivId"), ("submit", "paper_id")):
        told = post(f"/api/papers/{path}", {field: NUMBER})
        assert told.status_code == 403
        assert "Only moderators" in told.json()["error"]
    assert not Paper.objects.exists()


def test_comments_are_written_answered_and_taken_away(
    post: Post, alice: User, bob: User, fresh_paper: Paper, client: Client
) -> None:
    at = "/api/papers/2604.00001/comment"
    first = post(at, {"comment": "It **grows**."}).json()["newMessage"]
    assert first["author"]["user"] == "alice"
    assert first["data"]["latest"]["html"] == "<p>It <strong>grows</strong>.</p>"
    his = sent(f"{at}/{first['id']}/reply", {"comment": "Does it?"}, secret_of(bob, "comment"))
    assert his.json()["newMessage"]["data"]["parentCommentId"] == first["id"]
    assert len(client.get("/api/papers/2604.00001?field=comments").json()["comments"]) == 2
    assert post(f"{at}/{his.json()['newMessage']['id']}/hide", {}).status_code == 403
    gone = post(f"{at}/{first['id']}/hide", {})
    assert gone.json()["updatedMessage"]["data"]["hidden"]
    told = client.get("/api/papers/2604.00001?field=comments").json()["comments"]
    assert [one["data"]["latest"]["raw"] for one in told] == ["", "Does it?"]
    assert Comment.objects.filter(author=alice, body="").exists()


def test_a_moderators_token_hides_nothing_of_others(mo: User, bob: User, fresh_paper: Paper) -> None:
    his = comments.write(person=bob, paper_id=fresh_paper.pk, body="It grows.")
    at = f"/api/papers/2604.00001/comment/{object_id(COMMENT, his.pk)}/hide"
    assert sent(at, {}, secret_of(mo)).status_code == 403
    assert not Comment.objects.get().is_hidden


def test_what_a_private_group_says_is_neither_answered_nor_found(
    post: Post, alice: User, fresh_paper: Paper
) -> None:
    group = make_group(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    ours = comments.write(person=alice, paper_id=fresh_paper.pk, body="Among us.", group_id=group.pk)
    at = f"/api/papers/2604.00001/comment/{object_id(COMMENT, ours.pk)}"
    assert post(f"{at}/reply", {"comment": "So."}).status_code == 404
    assert post(f"{at}/hide", {}).status_code == 404
    assert Comment.everywhere.get().body == "Among us."


def test_a_place_among_the_authors_is_claimed(post: Post, alice: User, bob: User, fresh_paper: Paper) -> None:
    at = "/api/settings/papers/claim"
    author = object_id(AUTHOR, fresh_paper.pk, 1)
    told = post(at, {"paperId": "2604.00001", "claimAuthorId": author, "reason": "See my page."})
    assert told.json() == {"state": "open"}
    mine = Claim.objects.get()
    assert (mine.person, mine.name) == (alice, "Charles Babbage")
    body = {"paperId": "2604.00001", "claimAuthorId": author, "reason": "x"}
    for wrong, status in (
        ({"claimAuthorId": object_id(AUTHOR, fresh_paper.pk + 1, 1)}, 400),
        ({"claimAuthorId": object_id(AUTHOR, fresh_paper.pk, 9)}, 422),
        ({"claimAuthorId": "x"}, 400),
        ({"claimAuthorId": None}, 400),
        ({"targetUserId": object_id(USER, alice.pk)}, 403),
        ({"paperId": "2604.09999"}, 404),
        ({"reason": ""}, 422),
    ):
        refused = sent(at, body | wrong, secret_of(bob))
        assert refused.status_code == status, (wrong, refused.content)
    assert Claim.objects.count() == 1


def test_authors_say_which_code_and_project_a_paper_has(post: Post, alice: User, mo: User) -> None:
    old = (
        Link("code", "https://wrong.example.org/x"),
        Link("code", "https://older.example.org/x"),
        Link("pdf", "https://arxiv.org/pdf/1"),
    )
    (paper,) = hold(fresh(links=old))
    at = f"/api/papers/{object_id(PAPER, paper.pk)}/links"
    right = {"githubRepo": "https://github.com/alice/x", "projectPage": "https://alice.example.org/x"}
    refused = post(at, right)
    assert refused.status_code == 403, "she is no author of it yet"
    asked = claim(person=alice, paper_id=paper.pk, position=0, reason="Me.")
    decide_claim.confirm(claim_id=asked.pk, by=mo)
    assert post(at, right).json() == {}
    shown = Client().get("/api/papers/2604.00001").json()
    assert (shown["githubRepo"], shown["projectPage"]) == (right["githubRepo"], right["projectPage"])
    assert paper.artifacts.filter(kind="pdf").exists()
    assert post(at, {"githubRepo": None}).json() == {}
    shown = Client().get("/api/papers/2604.00001").json()
    assert "githubRepo" not in shown
    assert shown["projectPage"] == right["projectPage"], "what is not named stays"
    assert post(at, {"projectPage": "javascript:alert(1)"}).status_code == 422
    assert post(at, {"organizationId": "5" * 24}).status_code == 422


WRITES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/api/papers/index", {"arxivId": "2604.00001"}),
    ("/api/papers/submit", {"paper_id": "2604.00001"}),
    ("/api/papers/2604.00001/links", {"githubRepo": "https://github.com/a/b"}),
    ("/api/settings/papers/claim", {"paperId": "2604.00001", "claimAuthorId": "0" * 24}),
    ("/api/papers/2604.00001/comment", {"comment": "So."}),
    (f"/api/papers/2604.00001/comment/{object_id(COMMENT, 1)}/reply", {"comment": "So."}),
    (f"/api/papers/2604.00001/comment/{object_id(COMMENT, 1)}/hide", {}),
)


def state() -> tuple[int, ...]:
    return tuple(one.objects.count() for one in (Paper, Submission, Comment, Vote, Claim))


@pytest.mark.parametrize(("path", "body"), WRITES, ids=[path for path, _ in WRITES])
def test_nobody_writes_without_a_token_that_is_good_for_it(
    path: str, body: dict[str, Any], alice: User, mo: User, fresh_paper: Paper
) -> None:
    if "claimAuthorId" in body:
        body = body | {"claimAuthorId": object_id(AUTHOR, fresh_paper.pk, 0), "reason": "Me."}
    before = state()
    told: list[Any] = [sent(path, body), sent(path, body, "hf_" + "a" * 30)]
    with_cookies = signed_in(alice, enforce_csrf_checks=True)
    told.append(with_cookies.post(path, body, content_type="application/json"))
    made, secret = tokens.create(person=alice, name="x", scopes=["submit", "comment"])
    tokens.revoke(person=alice, token_id=made.pk)
    told.append(sent(path, body, secret))
    assert [one.status_code for one in told] == [401] * 4
    assert told[0]["WWW-Authenticate"] == "Bearer"
    assert sent(path, body, secret_of(alice, "read", "vote", "collect")).status_code == 403
    suspended = secret_of(alice)
    suspend(handle="alice", by=mo, reason="Spam", days=None)
    assert sent(path, body, suspended).status_code == (404 if "/comment/" in path else 403)
    assert state() == before
    assert Client().get(path).status_code in (404, 405)


@pytest.mark.parametrize(("path", "body"), WRITES[:-1], ids=[path for path, _ in WRITES[:-1]])
@pytest.mark.parametrize("value", [None, 3, ["x"], {"a": 1}, "a\0b", "x" * 150_000], ids=str)
def test_what_is_of_a_wrong_kind_is_refused_and_named(
    post: Post, path: str, body: dict[str, Any], value: object, fresh_paper: Paper
) -> None:
    (field, *_) = body
    if "/links" in path and value is None:
        return  # Takes the link off.
    told = post(path, body | {field: value})
    assert told.status_code in (400, 403, 404, 422), told.content
    assert told.json()["error"]
    if not isinstance(value, str):
        assert told.status_code in (400, 403, 404)


@pytest.mark.parametrize("raw", ["", "[]", "{", '"x"', "nan", '{"comment": "\\ud800"}', "\x00"])
def test_a_body_that_is_no_object_is_refused(alice: User, fresh_paper: Paper, raw: str) -> None:
    headers = {"Authorization": f"Bearer {secret_of(alice)}"}
    told = Client().generic(
        "POST", "/api/papers/2604.00001/comment", raw, content_type="application/json", headers=headers
    )
    assert told.status_code == 400
    assert told.json()["error"]
    large = Client().generic("POST", "/api/papers/2604.00001/comment", b"x" * 300_000, headers=headers)
    assert large.status_code == 413
    assert not Comment.objects.exists()


def test_a_hidden_paper_is_not_there_to_write_about(post: Post, fresh_paper: Paper) -> None:
    hide(fresh_paper.pk, "It is spam.", NOW)
    for path, body in WRITES:
        assert post(path, body).status_code == 404, path


def test_a_limit_of_the_site_is_told_with_when_to_try_again(
    post: Post, fresh_paper: Paper, settings: Settings
) -> None:
    settings.COMMENTS_PER_HOUR = 1
    assert post("/api/papers/2604.00001/comment", {"comment": "One."}).status_code == 200
    told = post("/api/papers/2604.00001/comment", {"comment": "Two."})
    assert told.status_code == 429
    assert 0 < int(told["Retry-After"]) <= 3_600
    assert "comments an hour" in told.json()["error"]


def test_calls_of_one_person_count_together_whatever_token(
    alice: User, settings: Settings, fresh_paper: Paper
) -> None:
    settings.API_LIMIT = 3
    one, other = secret_of(alice), secret_of(alice)
    codes = [
        Client().get("/api/agent-harnesses", headers={"Authorization": f"Bearer {secret}"}).status_code
        for secret in (one, other, one, other)
    ]
    assert codes == [200, 200, 200, 429]
    assert Client().get("/api/agent-harnesses", REMOTE_ADDR="203.0.113.77").status_code == 200


def test_a_network_of_ipv6_counts_as_one_caller(settings: Settings, db: None) -> None:
    settings.API_LIMIT = 1
    codes = [
        Client().get("/api/agent-harnesses", REMOTE_ADDR=f"2001:db8:1:2::{n}").status_code for n in range(2)
    ]
    assert codes == [200, 429]
    assert Client().get("/api/agent-harnesses", REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


def test_whoami_says_whose_a_token_is_and_is_kept_nowhere(alice: User) -> None:
    make_group(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    secret = secret_of(alice, "read")
    told = Client().get("/api/whoami-v2", headers={"Authorization": f"Bearer {secret}"})
    assert told["Cache-Control"] == "no-store"
    who = told.json()
    assert (who["name"], who["type"], who["orgs"]) == ("alice", "user", [])
    assert who["auth"]["accessToken"]["role"] == "read"
    assert "Readers" not in told.content.decode()
    assert "email" not in who
    refused = Client().get("/api/whoami-v2")
    assert refused.status_code == 401
    assert "Access-Control-Allow-Credentials" not in refused
