"""A digest has the papers of the lists that a reader chose, none of them twice."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue import hiding
from dailypapers.catalogue.belongings import move
from dailypapers.catalogue.records import Listed
from dailypapers.community.actions.follow import follow
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.follows import TopicPaper
from dailypapers.community.models.people import User
from dailypapers.digests.actions.compose_due import compose_due
from dailypapers.digests.actions.subscribe import keep_topics
from dailypapers.digests.models.issues import Delivery, Issue
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.ranking.refresh import refresh
from tests.digests.subscribers import subscriber
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _sends(settings: Settings) -> None:
    settings.SENDS_DIGESTS, settings.BASE_URL = True, "https://papers.example.org"


def warm(count: int = 12) -> list[int]:
    """Papers that were voted for elsewhere, the warmest first."""
    papers = hold(*(record(n, **mention(votes=200 - 10 * n)) for n in range(1, count + 1)))
    refresh(NOW)
    return [paper.pk for paper in papers]


def composed(now: datetime) -> Counter[str]:
    """Compose what is due, and have it sent before the next is due."""
    counts = compose_due(now=now)
    Delivery.objects.filter(state="due").update(state="sent")
    return counts


def on(day: date, votes: int) -> dict[str, Any]:
    """The fields of a paper that was announced and voted for on a day."""
    return mention(votes, day) | {"day": day, "listed": (Listed(day, "arxiv", announced=True),)}


def sent(one: Subscription) -> list[list[int]]:
    rows = Delivery.objects.filter(subscription=one, issue__isnull=False).order_by("due_at")
    return [row.issue.papers for row in rows.select_related("issue") if row.issue]


def test_the_warmest_papers_come_in_the_order_of_the_page_and_never_again() -> None:
    papers = warm(12)
    one = subscriber(papers=5)
    assert composed(NOW)["due"] == 1
    assert composed(NOW) == {}
    composed(NOW + A_DAY)
    composed(NOW + 2 * A_DAY)
    assert sent(one) == [papers[:5], papers[5:10], papers[10:]]
    assert compose_due(now=NOW + 3 * A_DAY) == {"empty": 1}


def test_who_chose_the_same_gets_one_issue_and_the_work_is_done_once() -> None:
    warm()
    for number in range(20):
        subscriber(f"reader{number}")
    with CaptureQueriesContext(
        connection,
    ) as few:
        composed(NOW)
    for number in range(200):
        subscriber(f"late{number}", begun=NOW)
    with CaptureQueriesContext(connection) as many:
        composed(NOW + A_DAY)
    assert len(many) <= len(few) + 3
    assert Issue.objects.count() == 2
    assert Delivery.objects.filter(state="sent").count() == 240


def test_days_that_were_missed_make_one_mail_that_looks_back_over_them() -> None:
    before = hold(record(1))[0]
    one = subscriber(trending=False, fields=["cs.CL"])
    composed(NOW)
    missed = hold(record(2, **on(DAY + 2 * A_DAY, 0)), record(3, **on(DAY + 6 * A_DAY, 0)))
    composed(NOW + 6 * A_DAY)
    assert sent(one) == [[before.pk], [missed[1].pk, missed[0].pk]]
    one.refresh_from_db()
    assert one.next_due == datetime(2026, 4, 23, 7, tzinfo=UTC)


def test_who_moves_west_gets_the_day_once() -> None:
    warm()
    one = subscriber(zone="Asia/Tokyo")
    compose_due(now=NOW)
    Subscription.objects.update(zone="America/Los_Angeles", next_due=NOW)
    compose_due(now=NOW + timedelta(hours=6))
    assert [row.period for row in Delivery.objects.filter(subscription=one)] == ["2026-04-16"]


def test_papers_with_few_votes_and_thin_days_are_left_out() -> None:
    papers = warm(6)
    picky = subscriber("picky", least_votes=165)
    patient = subscriber("patient", least_votes=165, least_papers=4)
    assert compose_due(now=NOW) == {"due": 1, "empty": 1}
    assert sent(picky) == [papers[:3]]
    assert sent(patient) == []


def test_a_weekly_digest_has_the_warmest_of_the_week_and_not_the_newest() -> None:
    first = hold(record(1, **on(DAY - 5 * A_DAY, 300)))[0]
    last = hold(record(2, **mention(20)))[0]
    hold(record(3, **on(DAY - 20 * A_DAY, 500)))
    refresh(NOW)
    weekly = subscriber("weekly", frequency="weekly", weekday=3)
    daily = subscriber("daily")
    compose_due(now=NOW)
    assert sent(weekly) == [[first.pk, last.pk]]
    assert sent(daily)[0][0] == last.pk


def test_lists_take_turns_and_each_paper_stands_once_with_its_reason(alice: User, bob: User) -> None:
    papers = hold(*(record(n) for n in range(1, 7)))
    vision = hold(record(20, categories=("cs.CV",)))[0]
    wanted = hold(record(30, categories=("math.CO",)))[0]
    vote(person=bob, paper_id=papers[0].pk, now=NOW)
    refresh(NOW)
    follow(person=alice, kind="person", what="bob", now=NOW)
    one = subscriber(
        fields=["cs.CV"], searches=["growth"], follows=True, person=alice, papers=4, least_votes=0
    )
    keep_topics(one)
    TopicPaper.objects.create(topic=one.topics.get().topic, paper=wanted, day=DAY)
    compose_due(now=NOW)
    issue = Issue.objects.get()
    assert issue.sections == [
        ["From what you follow", [[papers[0].pk, "Voted for by Bob"]]],
        ["From your searches", [[wanted.pk, "Found by “growth”"]]],
        ["New in Vision", [[vision.pk, "In Vision"]]],
    ]


def test_where_nobody_votes_the_newest_papers_come() -> None:
    papers = hold(*(record(n) for n in range(1, 4)))
    one = subscriber()
    compose_due(now=NOW)
    assert set(sent(one)[0]) == {paper.pk for paper in papers}
    assert Issue.objects.get().sections[0][0] == "New"


def test_a_paper_that_was_joined_to_one_that_was_sent_is_not_sent_again() -> None:
    papers = warm(3)
    one = subscriber(papers=1)
    composed(NOW)
    move(papers[0], papers[1])
    composed(NOW + A_DAY)
    assert sent(one) == [[papers[0]], [papers[2]]]


def test_a_hidden_paper_is_not_chosen() -> None:
    papers = warm(3)
    one = subscriber()
    hiding.hide(papers[0], "Not a paper", timezone.now())
    compose_due(now=NOW)
    assert sent(one) == [papers[1:]]


def test_what_the_server_refused_for_good_comes_again_with_the_next() -> None:
    papers = warm(2)
    one = subscriber(papers=1)
    compose_due(now=NOW)
    Delivery.objects.update(state="failed")
    compose_due(now=NOW + A_DAY)
    assert sent(one)[-1] == papers[:1]


def test_what_was_not_sent_until_the_next_is_due_goes_with_that() -> None:
    papers = warm(12)
    one = subscriber(papers=5)
    compose_due(now=NOW)
    compose_due(now=NOW + A_DAY)
    assert sent(one) == [papers[:5]]
    assert list(Delivery.objects.order_by("due_at").values_list("state", flat=True)) == ["empty", "due"]


def test_who_rests_or_has_ended_gets_nothing_written() -> None:
    warm()
    for name, state in (("a", "paused"), ("b", "ended"), ("c", "unconfirmed")):
        one = subscriber(name)
        Subscription.objects.filter(pk=one.pk).update(state=state)
    assert compose_due(now=NOW) == {}


def test_without_papers_what_is_due_waits() -> None:
    one = subscriber()
    assert compose_due(now=NOW) == {}
    warm()
    compose_due(now=NOW + timedelta(hours=1))
    assert len(sent(one)) == 1
