"""Trust is read off an account: new for a week, then known; more by use, less by what was upheld."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community import migrations
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import moderate_comment
from dailypapers.community.actions.comment import edit, remove, write
from dailypapers.community.actions.review_trust import review
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.comments import Comment, Discussion, Reaction
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from dailypapers.community.trust import COMMENTS, VOTES, Level, count_act, level_of
from tests.community.people import person
from tests.papers import hold, record

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)


def aged(days: float, **fields: Any) -> User:
    return User(handle="someone", joined_at=NOW - timedelta(days=days), **fields)


@pytest.mark.parametrize(
    ("who", "level"),
    [
        (aged(0), Level.NEW),
        (aged(6.99), Level.NEW),
        (aged(7), Level.KNOWN),
        (aged(4_000), Level.KNOWN),
        (aged(0, trust=1), Level.KNOWN),
        (aged(100, trust=2), Level.TRUSTED),
        (aged(0, is_moderator=True), Level.TRUSTED),
        (aged(0, is_superuser=True), Level.TRUSTED),
        (aged(0, is_staff=True), Level.TRUSTED),
        (aged(100, trust=2, limited_until=NOW + timedelta(days=1)), Level.NEW),
        (aged(100, trust=2, limited_until=NOW), Level.TRUSTED),
    ],
    ids=str,
)
def test_the_level_comes_from_age_and_from_what_was_found(who: User, level: Level) -> None:
    assert level_of(who, NOW) is level


def given(who: User, papers: list[Paper], now: datetime) -> None:
    for day, paper in enumerate(papers):
        Vote.objects.create(person=who, paper=paper, created_at=now - timedelta(days=day))


@pytest.mark.django_db
def test_trust_grows_with_time_and_use_and_falls_with_what_was_decided() -> None:
    papers = list(hold(*(record(n) for n in range(1, 22))))
    old: dict[str, Any] = {"joined": NOW - timedelta(days=61), "days_active": 15}
    good, young = person("good", **old), person("young", days_active=15, joined=NOW - timedelta(days=59))
    seldom = person("seldom", **(old | {"days_active": 14}))
    little, held = person("little", **old), person("held", **old)
    for who in (good, young, seldom, held):
        given(who, papers[:20], NOW)
    given(little, papers[:19], NOW)
    Vote.objects.filter(person=held).update(held="same address")
    assert review(NOW) == (1, 0)
    assert list(User.objects.filter(trust=2)) == [good]
    good.refresh_from_db()
    assert level_of(good, NOW) is Level.TRUSTED
    assert review(NOW) == (0, 0)
    comment = Comment.objects.create(
        paper=papers[0], author=little, body="So.", html="So.", renderer=1, created_at=NOW
    )
    assert review(NOW) == (1, 0), "comments count as votes do"
    mo = person("mo", is_moderator=True)
    moderate_comment.hide(comment_id=comment.pk, by=mo, reason="Advertising", now=NOW)
    assert review(NOW) == (0, 1)
    Comment.objects.update(hidden_at=None)
    assert review(NOW + timedelta(days=89)) == (1, 0), "young is old by now"
    assert review(NOW + timedelta(days=91)) == (1, 0)


@pytest.mark.django_db
def test_a_review_costs_the_same_queries_for_one_as_for_many() -> None:
    papers = list(hold(*(record(n) for n in range(1, 4))))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            review(NOW)
        return len(queries)

    given(person("first", days_active=20), papers, NOW)
    few = asked()
    for n in range(10):
        given(person(f"p-{n}", days_active=20), papers, NOW)
    assert asked() == few


@pytest.mark.django_db
def test_days_before_they_were_counted_are_found_in_what_was_given() -> None:
    count_days = import_module(f"{migrations.__name__}.0019_handles_and_days").days_before_they_were_counted
    papers = hold(*(record(number) for number in range(1, 6)))
    old, busy, idle = person("old"), person("busy"), person("idle")
    for at, paper in enumerate(papers):
        Vote.objects.create(person=old, paper=paper, created_at=NOW - timedelta(days=at // 2))
        Vote.objects.create(person=busy, paper=paper, created_at=NOW)
    comment = write(person=old, paper_id=papers[0].pk, body="So it is.", now=NOW - timedelta(days=30))
    Reaction.objects.create(person=old, comment=comment, kind="agree", created_at=NOW - timedelta(days=40))
    User.objects.filter(pk=busy.pk).update(days_active=9, last_active_on=NOW.date())
    User.objects.filter(pk=old.pk).update(days_active=0, last_active_on=None)
    for _ in range(2):
        count_days(apps, None)
    for who, days in ((old, 5), (busy, 9), (idle, 0)):
        who.refresh_from_db()
        assert who.days_active == days, who.handle
    assert old.last_active_on == NOW.date()
    assert idle.last_active_on is None


@pytest.mark.django_db
def test_a_new_account_gives_less_a_day_and_each_day_counts_once() -> None:
    (paper,) = hold(record(1))
    new, known = person("new", joined=NOW), person("known")
    for who, times in ((new, 50), (known, 400)):
        for n in range(times):
            count_act(who, VOTES, NOW + timedelta(seconds=n))
        with pytest.raises(TooMany, match=f"That is {times} votes within a day"):
            count_act(who, VOTES, NOW)
    with pytest.raises(TooMany, match="while an account is new"):
        vote(person=new, paper_id=paper.pk, now=NOW)
    count_act(new, COMMENTS, NOW + timedelta(days=1))
    new.refresh_from_db()
    assert new.days_active == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "waits"),
    [
        ("Good.", False),
        ("See https://shop.example/buy", True),
        ("See [this](https://arxiv.org.evil.example/abs/1)", True),
        ("See [this](https://arxiv.org@evil.example/)", True),
        ("Write to [me](mailto:me@evil.example)", True),
        (
            "See https://arxiv.org/abs/2604.00001 and https://export.arxiv.org/x and https://doi.org/10.1/2",
            False,
        ),
        ("See [here](/papers/2604.00001) and https://papers.example.org/about", False),
        ("`https://shop.example/buy`", False),
    ],
)
def test_links_of_new_accounts_wait(body: str, waits: bool, settings: Settings) -> None:
    settings.NEW_LINKS_WAIT, settings.BASE_URL = True, "https://papers.example.org"
    (paper,) = hold(record(1))
    bob = person("bob")
    write(person=bob, paper_id=paper.pk, body=f"{body} ", now=NOW)
    new = person("new", joined=NOW)
    first = write(person=bob, paper_id=paper.pk, body="First.", now=NOW)
    one = write(person=new, paper_id=paper.pk, body=body, answers=first.pk, now=NOW)
    assert (one.waits, one.is_hidden) == (waits, waits)
    assert write(person=new, paper_id=paper.pk, body=body, answers=first.pk, now=NOW) == one, "sent twice"
    assert Discussion.objects.get().comments == 3 - waits
    assert Notification.objects.filter(person=bob).count() == 1 - waits
    if not waits:
        return
    with pytest.raises(Refused, match="is gone"):
        write(person=bob, paper_id=paper.pk, body="To it.", answers=one.pk, now=NOW)
    moderate_comment.let_be_seen(
        comment_id=one.pk, by=person("mo", is_moderator=True), reason="Fine", now=NOW
    )
    one.refresh_from_db()
    assert not one.is_hidden
    assert Discussion.objects.get().comments == 3
    assert Notification.objects.filter(person=bob).count() == 1


@pytest.mark.django_db
def test_links_are_not_slipped_in_afterwards_and_what_waits_can_be_removed(settings: Settings) -> None:
    settings.NEW_LINKS_WAIT = True
    (paper,) = hold(record(1))
    new = person("new", joined=NOW)
    one = write(person=new, paper_id=paper.pk, body="Good.", now=NOW)
    with pytest.raises(Refused, match="cannot be added"):
        edit(person=new, comment_id=one.pk, body="Good: https://shop.example/buy", now=NOW)
    edit(person=new, comment_id=one.pk, body="Good: https://arxiv.org/abs/1", now=NOW)
    waiting = write(person=new, paper_id=paper.pk, body="https://shop.example/buy", now=NOW)
    with pytest.raises(Refused, match="is gone"):
        edit(person=new, comment_id=waiting.pk, body="https://shop.example/else", now=NOW)
    remove(person=new, comment_id=waiting.pk, now=NOW)
    assert Discussion.objects.get().comments == 1
    assert not Comment.objects.filter(waits=True).exists()
    other = write(person=new, paper_id=paper.pk, body="https://shop.example/again", now=NOW)
    moderate_comment.hide(
        comment_id=other.pk, by=person("mo", is_moderator=True), reason="Advertising", now=NOW
    )
    assert Discussion.objects.get().comments == 1
