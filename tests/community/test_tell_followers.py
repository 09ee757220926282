"""Who is told of papers that come by what they follow, how often, and who is not."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import arrange, collect, follow, moderate_paper, notify
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.submit import submit, take_back
from dailypapers.community.actions.tell_followers import GATHERED, GRACE, tell_followers
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.notifications import BY_MAIL, Kind, Notification
from dailypapers.community.models.people import User
from dailypapers.community.notice_mail import message
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

Mail = Notification.Mail


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.SUBMIT_DAYS = 0
    settings.SUBMIT_DAILY = 100


@pytest.fixture
def papers(db: None) -> list[Paper]:
    return list(hold(*(record(number) for number in range(1, 6))))


@pytest.fixture
def heat(bob: User, alice: User) -> Collection:
    """A public collection of Bob's, which Alice follows."""
    made = collect.create(person=bob, name="Heat", is_public=True)
    follow.follow(person=alice, kind="collection", what=str(made.pk))
    return made


def later(minutes: float = 0) -> datetime:
    return timezone.now() + GRACE + timedelta(seconds=1, minutes=minutes)


def put(bob: User, heat: Collection, *papers: Paper, minutes: float = 0) -> None:
    now = timezone.now() + timedelta(minutes=minutes)
    arrange.add(person=bob, collection_id=heat.pk, paper_ids=[one.pk for one in papers], now=now)


def told(who: User) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(person=who).order_by("pk")
    return list(rows.values_list("said", "leads_to"))


def test_followers_are_told_of_a_submission_once_when_it_can_be_mended_no_more(
    alice: User, bob: User, papers: list[Paper]
) -> None:
    follow.follow(person=alice, kind="person", what="bob")
    follow.follow(person=person("carol"), kind="field", what="cs.CL")
    submit(person=bob, paper_id=papers[0].pk)
    assert tell_followers() == 0
    assert tell_followers(later()) == 1
    assert tell_followers(later()) == 0
    assert told(alice) == [("Bob submitted a paper.", "/people/bob")]
    one = Notification.objects.get()
    assert (one.kind, one.paper_id, one.mail) == (Kind.SUBMITTED, papers[0].pk, Mail.NONE)
    page = signed_in(alice).get("/notifications").content.decode()
    assert "Bob submitted a paper." in page
    assert "paper number 2604.00001" in page


def test_many_submissions_make_one_notification_until_it_is_read(
    alice: User, bob: User, papers: list[Paper]
) -> None:
    follow.follow(person=alice, kind="person", what="bob")
    for paper in papers[:2]:
        submit(person=bob, paper_id=paper.pk)
    tell_followers(later())
    submit(person=bob, paper_id=papers[2].pk)
    tell_followers(later(30))
    assert told(alice) == [("Bob submitted 3 papers.", "/people/bob")]
    assert Notification.objects.get().paper_id is None
    notify.mark_read(person=alice)
    submit(person=bob, paper_id=papers[3].pk)
    tell_followers(later(60))
    assert [said for said, _ in told(alice)] == ["Bob submitted 3 papers.", "Bob submitted a paper."]


def test_followers_are_told_of_papers_in_a_collection_in_one_notification(
    heat: Collection, alice: User, bob: User, papers: list[Paper]
) -> None:
    follow.follow(person=bob, kind="collection", what=str(heat.pk))
    put(bob, heat, *papers[:2])
    assert tell_followers() == 0
    assert tell_followers(later()) == 2
    assert tell_followers(later()) == 0
    assert told(alice) == [("2 papers were put into “Heat”.", heat.address)]
    assert told(bob) == [], "nobody is told of what they did themselves"
    put(bob, heat, papers[2], minutes=5)
    tell_followers(later(5))
    assert told(alice) == [("3 papers were put into “Heat”.", heat.address)]


def test_who_follows_later_is_not_told_of_what_was_before(
    heat: Collection, bob: User, papers: list[Paper]
) -> None:
    put(bob, heat, papers[0])
    submit(person=bob, paper_id=papers[0].pk)
    carol = person("carol")
    moment = timezone.now() + timedelta(seconds=1)
    for kind, what in (("collection", str(heat.pk)), ("person", "bob")):
        follow.follow(person=carol, kind=kind, what=what, now=moment)
    tell_followers(later())
    assert told(carol) == []


def test_nothing_is_told_of_what_is_private_hidden_or_taken_back(
    heat: Collection, alice: User, bob: User, mo: User, papers: list[Paper]
) -> None:
    follow.follow(person=alice, kind="person", what="bob")
    put(bob, heat, papers[0])
    submit(person=bob, paper_id=papers[1].pk)
    submit(person=bob, paper_id=papers[2].pk)
    take_back(paper_id=papers[2].pk, by=bob)
    moderate_paper.hide(paper_id=papers[1].pk, by=mo, reason="Not a paper.")
    collect.change(person=bob, collection_id=heat.pk, name="Secret", is_public=False)
    assert tell_followers(later()) == 0
    assert told(alice) == []


def test_what_was_told_goes_with_what_is_taken_back_hidden_or_shown_no_more(
    heat: Collection, alice: User, bob: User, mo: User, papers: list[Paper]
) -> None:
    carol = person("carol")
    for handle in ("bob", "carol"):
        follow.follow(person=alice, kind="person", what=handle)
    put(bob, heat, papers[0])
    submit(person=bob, paper_id=papers[1].pk)
    submit(person=carol, paper_id=papers[2].pk)
    tell_followers(later())
    client = signed_in(alice)
    assert client.get("/notifications").content.decode().count('class="unread"') == 3
    take_back(paper_id=papers[1].pk, by=bob)
    moderate_paper.hide(paper_id=papers[2].pk, by=mo, reason="Not a paper.")
    collect.change(person=bob, collection_id=heat.pk, name="Secret", is_public=False)
    page = client.get("/notifications").content.decode()
    assert 'class="unread"' not in page
    assert papers[2].title not in page
    assert "Heat" not in page


def test_each_kind_is_switched_off_here_and_by_mail(
    heat: Collection, alice: User, bob: User, papers: list[Paper], settings: Settings
) -> None:
    settings.SENDS_MAIL, settings.BASE_URL = True, "https://papers.example.org"
    follow.follow(person=alice, kind="person", what="bob")
    notify.choose(person=alice, kind=Kind.SUBMITTED, on_site=False, by_mail=False)
    notify.choose(person=alice, kind=Kind.COLLECTED, on_site=False, by_mail=True)
    submit(person=bob, paper_id=papers[0].pk)
    put(bob, heat, papers[0])
    tell_followers(later())
    put(bob, heat, papers[1], minutes=5)
    tell_followers(later(5))
    one = Notification.objects.get()
    assert not {Kind.SUBMITTED, Kind.COLLECTED} & BY_MAIL
    assert (one.kind, one.on_site, one.papers, one.mail) == (Kind.COLLECTED, False, 2, Mail.DUE)
    assert one.mail_after is not None
    assert one.mail_after > timezone.now() + GATHERED, "what comes within the hour is one mail"
    mail = message(one, "alice@example.org")
    assert mail.subject == "Papers in collections that you follow on dailypapers"
    assert "2 papers were put into “Heat”." in mail.body
    assert f"https://papers.example.org{heat.address}" in mail.body
    Notification.objects.update(mail=Mail.SENT)
    put(bob, heat, papers[2], minutes=90)
    tell_followers(later(90))
    assert Notification.objects.filter(mail=Mail.DUE).get().papers == 1


def test_what_one_was_told_by_a_follow_goes_with_it(
    heat: Collection, alice: User, bob: User, papers: list[Paper]
) -> None:
    made = follow.follow(person=alice, kind="person", what="bob")
    submit(person=bob, paper_id=papers[0].pk)
    put(bob, heat, papers[0])
    tell_followers(later())
    follow.unfollow(person=alice, follow_id=made.pk)
    assert [leads_to for _, leads_to in told(alice)] == [heat.address]
    leave(person=bob)
    assert told(alice) == []


def test_a_kill_while_telling_loses_and_doubles_nothing(
    heat: Collection, alice: User, bob: User, papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    follow.follow(person=alice, kind="person", what="bob")
    submit(person=bob, paper_id=papers[0].pk)
    put(bob, heat, papers[0])

    def killed(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(notify, "tell_followers", killed)
        with pytest.raises(KeyboardInterrupt):
            tell_followers(later())
    assert tell_followers(later()) == 2
    assert len(told(alice)) == 2


def test_more_followers_and_papers_cost_no_more_queries(
    heat: Collection, bob: User, papers: list[Paper]
) -> None:
    def queries(*those: Paper) -> int:
        put(bob, heat, *those, minutes=len(those))
        with CaptureQueriesContext(connection) as asked:
            tell_followers(later(len(those)))
        return len(asked)

    few = queries(papers[0])
    Notification.objects.all().delete()
    for number in range(8):
        follow.follow(person=person(f"p-{number}"), kind="collection", what=str(heat.pk))
    assert queries(*papers[1:4]) == few
    assert Notification.objects.count() == 9


def test_hostile_names_are_told_as_text(bob: User, papers: list[Paper]) -> None:
    alice = person("alice")
    made = collect.create(person=bob, name="<script>alert(1)</script>" + "x" * 70, is_public=True)
    User.objects.filter(pk=bob.pk).update(name="<img src=x>\r\nBcc: x@example.org")
    for kind, what in (("collection", str(made.pk)), ("person", "bob")):
        follow.follow(person=alice, kind=kind, what=what)
    put(bob, made, papers[0])
    submit(person=User.objects.get(pk=bob.pk), paper_id=papers[0].pk)
    tell_followers(later())
    page = signed_in(alice).get("/notifications").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert all("\n" not in said and len(said) < 130 for said, _ in told(alice))
