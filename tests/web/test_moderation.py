"""The moderators' pages are there for them only; the log is there for everyone, and names few people."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.models import Merge, Paper
from dailypapers.community.actions import moderate_comment, moderate_person
from dailypapers.community.actions.comment import edit, write
from dailypapers.community.actions.report import report, report_paper, report_person
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.comments import Comment, Discussion, Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote, VoteCount
from dailypapers.ranking.models import Score
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def ring(paper: Paper, size: int = 3, start: str = "ring") -> list[User]:
    now = timezone.now()
    people = [person(f"{start}-{n}", joined=now - timedelta(hours=2)) for n in range(size)]
    for who in people:
        vote(person=who, paper_id=paper.pk, address="8.8.8.8", now=now)
    return people


def test_the_queue_counts_what_waits_and_opens_where_something_does(
    paper: Paper, mo: User, bob: User
) -> None:
    client = signed_in(mo)
    page = text_of(client, "/moderation")
    assert "Nothing waits here" in page
    ring(paper)
    page = text_of(client, "/moderation")
    assert "3 votes: same address" in page
    assert 'aria-current="page">Held votes 3' in page
    assert ">Moderation <b>3</b></a>" in text_of(client, "/papers"), "and every page says so"
    assert "Moderation" not in text_of(signed_in(bob), "/papers")
    comment = write(person=bob, paper_id=paper.pk, body="<b>Buy</b> this.")
    report(person=person("reader"), comment_id=comment.pk, reason="spam", text="It <sells>.")
    page = text_of(client, "/moderation")
    assert "&lt;b&gt;Buy&lt;/b&gt; this." in page
    assert "Advertising</b>: It &lt;sells&gt;." in page
    assert "3 votes" in text_of(client, "/moderation?show=votes&only=same+address")
    assert "Nothing waits" in text_of(client, "/moderation?show=votes&only=same+minute")
    for wrong in ("show=x", "show=votes&only=x", "page=0", "page=x", "page=99999999"):
        text_of(client, f"/moderation?{wrong}", 404)


def test_a_bunch_is_decided_whole_or_in_part(paper: Paper, mo: User) -> None:
    ring(paper)
    client = signed_in(mo)
    told = {"paper": paper.pk, "why": "same address", "reason": "A class", "next": "/moderation?show=votes"}
    first = Vote.objects.earliest("pk")
    answer = client.post("/moderation/votes", told | {"deed": "count", "vote": [first.pk]})
    assert answer["Location"] == "/moderation?show=votes"
    assert (VoteCount.objects.get().votes, VoteCount.objects.get().held) == (1, 2)
    assert Score.objects.get().votes == 1, "the order of the lists takes them up"
    assert client.post("/moderation/votes", told | {"deed": "drop", "vote": "x"}).status_code == 403
    assert Vote.objects.count() == 3, "something was ticked, so not all are meant"
    client.post("/moderation/votes", told | {"deed": "drop"})
    assert list(Vote.objects.values_list("held", flat=True)) == [""]
    assert client.post("/moderation/votes", told | {"deed": "drop"}).status_code == 403


def test_reports_are_decided(paper: Paper, mo: User, bob: User) -> None:
    comment = write(person=bob, paper_id=paper.pk, body="So *loud*.")
    reader = person("reader")
    report(person=reader, comment_id=comment.pk, reason="spam")
    report_paper(person=reader, paper_id=paper.pk, reason="wrong")
    report_person(person=reader, handle="bob", reason="pretends")
    client = signed_in(mo)
    assert "So <em>loud</em>." in text_of(client, "/moderation?show=reports"), "as readers see it"
    refused = client.post(f"/moderation/comments/{comment.pk}", {"deed": "hide", "reason": "x" * 201})
    assert refused.status_code == 422
    assert "x" * 201 in refused.content.decode(), "the words are not lost"
    client.post(f"/moderation/comments/{comment.pk}", {"deed": "hide", "reason": "Advertising"})
    client.post(f"/moderation/papers/{paper.pk}", {"deed": "dismiss", "reason": "It is right"})
    client.post("/moderation/people/bob", {"deed": "warn", "reason": "Be yourself"})
    assert set(Report.objects.values_list("state", flat=True)) == {"upheld", "dismissed"}
    assert Comment.objects.get().hidden_for == "Advertising"
    assert "Nothing waits here" in text_of(client, "/moderation?show=reports")


def test_a_person_is_warned_and_suspended_and_told_so(paper: Paper, mo: User, bob: User) -> None:
    client, his = signed_in(mo), signed_in(bob)
    client.post("/moderation/people/bob", {"deed": "warn", "reason": "Be <kind>."})
    assert "A moderator has warned you: Be &lt;kind&gt;." in text_of(his, "/about")
    assert his.post(f"/votes/{paper.pk}").status_code == 403
    assert "I have read it" in text_of(his, "/settings/standing")
    his.post("/settings/standing")
    assert his.post(f"/votes/{paper.pk}").status_code == 302
    assert "has warned you" not in text_of(his, "/about")
    assert "Be &lt;kind&gt;." in text_of(his, "/settings/standing")
    told = {"deed": "suspend", "reason": "Sold votes.", "length": "days", "days": "7"}
    for wrong in (
        {"days": "x"},
        {"days": "0"},
        {"days": "9" * 30},
        {"length": "x"},
        {"days": "-1"},
        {"days": "²"},
    ):
        assert client.post("/moderation/people/bob", told | wrong).status_code == 422
    client.post("/moderation/people/bob", told)
    page = text_of(his, "/papers")
    assert "Your account is suspended until" in page
    assert "Sold votes." in page
    assert his.post(f"/votes/{paper.pk}", {"back": "1"}).status_code == 403
    assert text_of(his, "/settings/notifications")
    assert "Lift the suspension" in text_of(client, "/moderation/people/bob")
    client.post("/moderation/people/bob", {"deed": "lift", "reason": "It was his brother."})
    assert "suspended" not in text_of(his, "/papers")
    client.post("/moderation/people/bob", told | {"length": "good"})
    assert "suspended for good" in text_of(his, "/papers")


def test_only_administrators_make_moderators(mo: User, bob: User) -> None:
    told = {"deed": "appoint", "reason": "Knows the field"}
    assert "Make a moderator" not in text_of(signed_in(mo), "/moderation/people/bob")
    assert signed_in(mo).post("/moderation/people/bob", told).status_code == 403
    admin = signed_in(person("ada", is_superuser=True))
    assert "Make a moderator" in text_of(admin, "/moderation/people/bob")
    admin.post("/moderation/people/bob", told)
    assert "Moderation" in text_of(signed_in(bob), "/papers")


def test_a_discussion_is_closed_from_the_papers_page(paper: Paper, mo: User) -> None:
    client = signed_in(mo)
    assert f'href="/moderation/papers/{paper.pk}"' in text_of(client, "/papers/2604.00001")
    client.post(f"/moderation/papers/{paper.pk}", {"deed": "lock", "reason": "It ran hot"})
    assert Discussion.objects.get().locked == "It ran hot"
    assert "It ran hot" in text_of(client, f"/moderation/papers/{paper.pk}")
    client.post(f"/moderation/papers/{paper.pk}", {"deed": "unlock", "reason": "It cooled"})
    assert Discussion.objects.get().locked == ""
    assert client.post(f"/moderation/papers/{paper.pk}", {"deed": "x", "reason": "So"}).status_code == 422


def test_everyone_reads_the_log_which_names_no_more_people_than_it_must(
    client: Client, paper: Paper, mo: User, bob: User
) -> None:
    reader, warned = person("reader"), person("warned-one")
    comment = write(person=warned, paper_id=paper.pk, body="So.")
    report(person=reader, comment_id=comment.pk, reason="spam", text="secret words")
    moderate_comment.hide(comment_id=comment.pk, by=mo, reason="It <sells>")
    moderate_person.warn(handle="warned-one", by=mo, reason="Sell elsewhere")
    moderate_person.suspend(handle="bob", by=mo, reason="Sold votes", days=7)
    ring(paper)
    page = text_of(client, "/moderation/log")
    for told in (
        "@mo",
        "@bob",
        "It &lt;sells&gt;",
        "Sell elsewhere",
        "Sold votes",
        "held 3 votes",
        "The site",
    ):
        assert told in page
    for kept in ("reader", "warned-one", "ring-0", "secret words"):
        assert kept not in page
    assert "@warned-one" in text_of(signed_in(mo), "/moderation/log"), "moderators see whom"
    assert "@warned-one" not in text_of(signed_in(bob), "/moderation/log")
    narrowed = text_of(client, "/moderation/log?kind=suspend")
    assert "Sold votes" in narrowed
    assert "Sell elsewhere" not in narrowed
    for wrong in ("kind=x", "page=0", "page=x"):
        text_of(client, f"/moderation/log?{wrong}", 404)


def test_the_log_and_the_queue_cost_the_same_queries_however_long(
    client: Client, paper: Paper, mo: User
) -> None:
    moderator = signed_in(mo)

    def asked(who: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert who.get(address).status_code == 200
        return len(queries)

    def decide(number: int) -> None:
        who = person(f"p-{number}")
        comment = write(person=who, paper_id=paper.pk, body=f"Number {number}.")
        moderate_comment.hide(comment_id=comment.pk, by=mo, reason="So")
        other = write(person=who, paper_id=paper.pk, body=f"Other {number}.")
        report(person=mo, comment_id=other.pk, reason="spam")
        ring(hold(record(100 + number))[0], start=f"ring-{number}")

    decide(0)
    addresses = (
        "/moderation/log",
        "/moderation?show=reports",
        "/moderation?show=votes",
        "/moderation/log?page=1",
    )
    moderator.get("/moderation")
    few = [asked(moderator, one) for one in addresses]
    for number in range(1, 5):
        decide(number)
    assert [asked(moderator, one) for one in addresses] == few


def addresses(paper: Paper, comment: Comment) -> Iterator[tuple[str, dict[str, str]]]:
    """Every address at which something is decided, with what a form sends there."""
    reason = {"reason": "So"}
    bunch = {"deed": "drop", "paper": str(paper.pk), "why": "same address"}
    yield "/moderation/votes", reason | bunch
    yield f"/moderation/comments/{comment.pk}", reason | {"deed": "hide"}
    yield f"/moderation/papers/{paper.pk}", reason | {"deed": "lock"}
    other = hold(record(2))[0].pk
    yield "/moderation/merge", reason | {"first": str(paper.pk), "second": str(other)}
    yield "/moderation/people/bob", reason | {"deed": "suspend", "length": "days", "days": "7"}


@pytest.fixture
def comment(paper: Paper, bob: User) -> Comment:
    written = write(person=bob, paper_id=paper.pk, body="Mine.")
    report(person=person("reader"), comment_id=written.pk, reason="spam")
    Vote.objects.create(person=bob, paper=paper, created_at=timezone.now(), held="same address")
    return written


def test_there_is_nothing_there_for_anyone_else(
    client: Client, paper: Paper, comment: Comment, bob: User
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    others = [signed_in(bob), signed_in(person("old-mo", is_moderator=True, suspended_until=tomorrow))]
    for address, told in (("/moderation", {}), *addresses(paper, comment)):
        for who in others:
            assert who.post(address, told).status_code == 404
            assert who.get(address).status_code == 404
        for answer in (client.get(address), client.post(address, told)):
            assert answer["Location"].startswith("/accounts/login/?next=/moderation")
    assert not Decision.objects.exists()


def test_a_form_of_another_site_decides_nothing(paper: Paper, comment: Comment, mo: User) -> None:
    client = signed_in(mo, enforce_csrf_checks=True)
    for address, told in addresses(paper, comment):
        assert client.post(address, told).status_code == 403
        assert client.post(address, told | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert not Decision.objects.exists()


def test_nothing_is_decided_by_looking(paper: Paper, comment: Comment, mo: User) -> None:
    client = signed_in(mo)
    for address, told in addresses(paper, comment):
        assert client.get(address, told).status_code in (200, 405)
        assert client.put(address).status_code == 405
        assert client.delete(address).status_code == 405
    assert not Decision.objects.exists()
    for address, told in addresses(paper, comment):
        assert client.post(address, told).status_code == 302
    assert Decision.objects.count() == 5, "and the same forms do it from our pages"


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ settings.SECRET_KEY }}",
    "\u202etxt.exe\x00",
    "x" * 1_000_000,
    "-1",
    "9" * 40,
    "²",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_no_text_does_harm_in_any_field(
    client: Client, paper: Paper, comment: Comment, mo: User, text: str
) -> None:
    moderator = signed_in(mo)
    for address, told in addresses(paper, comment):
        for field in ("deed", "reason", "length", "days", "paper", "why", "vote", "next", "first", "merge"):
            answer = moderator.post(address, told | {field: text})
            assert answer.status_code in (302, 403, 422)
            assert not answer.get("Location", "/").startswith("//")
    for page in (text_of(client, "/moderation/log"), text_of(moderator, "/moderation/people/bob")):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\u202e" not in page


def test_one_is_led_nowhere_else_afterwards(paper: Paper, mo: User) -> None:
    client = signed_in(mo)
    for to in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        deed = "unlock" if Discussion.objects.exclude(locked="").exists() else "lock"
        answer = client.post(f"/moderation/papers/{paper.pk}", {"deed": deed, "reason": "So", "next": to})
        assert answer["Location"] == f"/moderation/papers/{paper.pk}"


def test_ones_standing_is_for_oneself(client: Client, bob: User, mo: User) -> None:
    assert client.get("/settings/standing")["Location"].startswith("/accounts/login/")
    moderate_person.suspend(handle="bob", by=mo, reason="Sold votes", days=7)
    page = text_of(signed_in(bob), "/settings/standing")
    assert "Sold votes" in page
    assert "@mo" in page
    assert "Sold votes" not in text_of(signed_in(mo), "/settings/standing")
    assert signed_in(bob, enforce_csrf_checks=True).post("/settings/standing").status_code == 403
    assert isinstance(User.objects.get(handle="bob").suspended_until, datetime)


def test_a_hidden_paper_says_only_that_it_is_hidden(
    client: Client, paper: Paper, mo: User, bob: User
) -> None:
    comment = write(person=bob, paper_id=paper.pk, body="So.")
    edit(person=bob, comment_id=comment.pk, body="So so.")
    moderator, his = signed_in(mo), signed_in(bob)
    moderator.post(f"/moderation/papers/{paper.pk}", {"deed": "hide", "reason": "It <sells>"})
    for who in (client, his):
        page = text_of(who, "/papers/2604.00001", 410)
        assert "It &lt;sells&gt;" in page
        assert "paper number 2604.00001" not in page
        for address in ("/papers/2604.00001.bib", "/papers/2604.00001.json"):
            assert "paper number" not in text_of(who, address, 410)
        for address in (
            "/covers/2604.00001.svg",
            "/share-cards/2604.00001.png",
            f"/comments/{comment.pk}/history",
            f"/comments/{comment.pk}/form/answer",
            f"/corrections/on/{paper.pk}",
            f"/thumbnails/{paper.pk}.webp",
        ):
            assert who.get(address).status_code == 404, address
        assert "paper number 2604.00001" not in text_of(who, "/papers/date/2026-04-15")
    assert "paper number 2604.00001" in text_of(moderator, "/papers/2604.00001")
    assert "Hidden from everyone but moderators" in text_of(moderator, "/papers/2604.00001")
    for address, told in (
        (f"/votes/{paper.pk}", {}),
        (f"/comments/on/{paper.pk}", {"body": "More."}),
        (f"/comments/{comment.pk}/edit", {"body": "Other."}),
    ):
        for headers in ({}, {"HX-Request": "true"}):
            answer = his.post(address, told, headers=headers)
            assert answer.status_code in (403, 404, 410)
            assert "paper number" not in answer.content.decode()
            assert "So so." not in answer.content.decode()
    assert his.get(f"/claims/on/{paper.pk}").status_code == 404
    assert "paper number" in text_of(moderator, f"/corrections/on/{paper.pk}")
    moderator.post(f"/moderation/papers/{paper.pk}", {"deed": "show", "reason": "It does not"})
    assert "paper number 2604.00001" in text_of(client, "/papers/2604.00001")


def test_two_papers_are_looked_at_as_one_joined_and_parted_again(mo: User, bob: User) -> None:
    first, second = hold(record(1), record(2, title="Another title of <the> same work"))
    for one in (first, second):
        vote(person=bob, paper_id=one.pk)
        write(person=bob, paper_id=one.pk, body=f"On {one.pk}.")
    moderator = signed_in(mo)
    page = text_of(moderator, "/moderation/merge?first=2604.00001&second=arXiv:2604.00002v1")
    assert "arxiv:2604.00001, arxiv:2604.00002" in page
    assert "says that they are two works" in page
    told = {"first": str(first.pk), "second": str(second.pk), "reason": "Submitted twice"}
    moderator.post("/moderation/merge", told)
    assert Paper.objects.get().handle == "2604.00001"
    assert (VoteCount.objects.get().votes, Comment.objects.filter(paper=first).count()) == (1, 2)
    assert Score.objects.get().votes == 1
    page = text_of(moderator, f"/moderation/papers/{first.pk}")
    assert "Another title of &lt;the&gt; same work" in page
    assert "joined by a moderator: Submitted twice" in page
    merge = Merge.objects.get()
    moderator.post(
        f"/moderation/papers/{first.pk}", {"deed": "part", "merge": merge.pk, "reason": "They differ"}
    )
    assert Paper.objects.count() == 2
    assert [one.kind for one in Decision.objects.order_by("pk")] == ["merge", "split"]
    for wrong in ({"merge": "x"}, {"merge": "999"}, {"merge": ""}):
        answer = moderator.post(f"/moderation/papers/{first.pk}", {"deed": "part", "reason": "So"} | wrong)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "asked",
    [
        "first=2604.00001&second=2604.00001",
        "first=2604.00001&second=nothing",
        "first=%00&second=" + "9" * 600,
    ],
)
def test_what_cannot_be_joined_is_said(paper: Paper, mo: User, asked: str) -> None:
    page = text_of(signed_in(mo), f"/moderation/merge?{asked}")
    assert 'class="wrong"' in page
    assert "Join them" not in page


def test_a_comment_that_waits_is_seen_by_its_author_and_moderators(
    client: Client, paper: Paper, mo: User, settings: Settings
) -> None:
    settings.NEW_LINKS_WAIT = True
    new = signed_in(person("new", joined=timezone.now()))
    new.post(f"/comments/on/{paper.pk}", {"body": "See https://shop.example/buy"})
    comment = Comment.objects.get()
    moderator = signed_in(mo)
    for who in (new, moderator):
        page = text_of(who, "/papers/2604.00001")
        assert "shop.example" in page
        assert "Waits for a moderator" in page
    for other in (client, signed_in(person("reader"))):
        assert "shop.example" not in text_of(other, "/papers/2604.00001")
    assert "shop.example" in text_of(moderator, "/moderation?show=comments")
    moderator.post(f"/moderation/comments/{comment.pk}", {"deed": "let", "reason": "It is the authors’ page"})
    assert "shop.example" in text_of(client, "/papers/2604.00001")
    assert Score.objects.get().comments == 1
