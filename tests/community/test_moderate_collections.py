"""Public collections that moderators take out of sight: who sees them then, who is told, who decides."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community import queue
from dailypapers.community.access import Refused
from dailypapers.community.actions import (
    arrange,
    collect,
    follow,
    group,
    membership,
    moderate_collection,
    moderate_comment,
    moderate_paper,
    moderate_person,
)
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.notify import GRACE
from dailypapers.community.actions.report import decide_reports, report_collection, report_paper
from dailypapers.community.actions.review_trust import review
from dailypapers.community.actions.submit import submit
from dailypapers.community.actions.tell_followers import tell_followers
from dailypapers.community.collecting import of_person, readable
from dailypapers.community.export import archive
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.comments import Report
from dailypapers.community.models.groups import Group
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.community.trust import Level
from dailypapers.ranking.followed import newest_followed
from tests.community.people import person
from tests.community.test_giving import opened
from tests.papers import DAY, hold, record

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)
Kind = Decision.Kind
State = Report.State


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"
    settings.SUBMIT_DAYS = 0


@pytest.fixture
def papers(db: None) -> list[Paper]:
    return list(hold(*(record(number) for number in range(1, 4))))


@pytest.fixture
def heat(bob: User, papers: list[Paper]) -> Collection:
    made = collect.create(person=bob, name="Heat", about="Buy this.", is_public=True)
    return arrange.add(person=bob, collection_id=made.pk, paper_ids=[papers[0].pk])[0]


def told(who: User) -> list[str]:
    return list(Notification.objects.filter(person=who).order_by("pk").values_list("said", flat=True))


def withhold(collection: Collection, by: User, reason: str = "An advertisement") -> Collection:
    return moderate_collection.withhold(collection_id=collection.pk, by=by, reason=reason)


def test_a_public_collection_is_reported_once_by_others(heat: Collection, alice: User, bob: User) -> None:
    for _ in range(2):
        report_collection(person=alice, collection_id=heat.pk, reason="spam", text="All of it.")
    (one,) = queue.reported(0, 10)
    assert (one.collection, one.about, one.times) == (heat, bob, 1)
    with pytest.raises(Refused, match="your own collection"):
        report_collection(person=bob, collection_id=heat.pk, reason="spam")
    with pytest.raises(Refused, match="Say what is wrong"):
        report_collection(person=alice, collection_id=heat.pk, reason="off-topic")
    collect.change(person=bob, collection_id=heat.pk, name="Heat", is_public=False)
    refusals = set()
    for number in (heat.pk, heat.pk + 1):
        with pytest.raises(Refused) as refused:
            report_collection(person=person(f"p-{number}"), collection_id=number, reason="spam")
        refusals.add(str(refused.value))
    assert len(refusals) == 1


def test_it_is_seen_by_its_owner_and_moderators_alone_until_one_allows_it(
    heat: Collection, alice: User, bob: User, mo: User
) -> None:
    withhold(heat, mo)
    for who, sees in ((alice, False), (bob, True), (mo, True), (person("root", is_superuser=True), True)):
        assert (readable(heat.pk, who) is not None) == sees, who
    assert list(of_person(bob, alice)) == []
    for wanted in (False, True):
        collect.change(person=bob, collection_id=heat.pk, name="Heat", is_public=wanted)
        assert readable(heat.pk, alice) is None, "saying so again does not make it public"
    with pytest.raises(Refused, match="no such collection"):
        follow.follow(person=alice, kind="collection", what=str(heat.pk))
    moderate_collection.allow(collection_id=heat.pk, by=mo, reason="It was put right")
    assert readable(heat.pk, alice) == heat
    assert [one.handle for one in Decision.objects.order_by("pk").last().people.all()] == ["bob"]  # type: ignore[union-attr]


def test_what_its_owner_made_private_meanwhile_is_not_made_public_by_a_moderator(
    heat: Collection, alice: User, bob: User, mo: User
) -> None:
    withhold(heat, mo)
    collect.change(person=bob, collection_id=heat.pk, name="Mine alone", is_public=False)
    assert readable(heat.pk, mo) is None
    moderate_collection.allow(collection_id=heat.pk, by=mo, reason="It was put right")
    assert readable(heat.pk, alice) is None
    assert told(bob)[-1] == (
        "A moderator lets your collection “Mine alone” be public. You can show it to others: It was put right"
    )


def test_its_owner_is_told_why_and_the_log_names_nobody_to_others(
    heat: Collection, alice: User, bob: User, mo: User
) -> None:
    report_collection(person=alice, collection_id=heat.pk, reason="spam")
    withhold(heat, mo)
    assert told(bob) == ["A moderator took your collection “Heat” out of public sight: An advertisement"]
    assert told(alice) == []
    one = Decision.objects.get()
    assert (one.kind, one.reason, one.by, one.collection) == (
        "hide-collection",
        "An advertisement",
        mo,
        heat,
    )
    assert Report.objects.get().state == State.UPHELD
    assert "An advertisement" in json.dumps(opened(archive(bob, NOW))["collections.json"])


def test_followers_lose_what_they_were_told_and_find_nothing_until_it_is_allowed(
    heat: Collection, alice: User, bob: User, mo: User, papers: list[Paper]
) -> None:
    follow.follow(person=alice, kind="collection", what=str(heat.pk))
    follow.follow(person=alice, kind="person", what="bob")
    arrange.add(person=bob, collection_id=heat.pk, paper_ids=[papers[1].pk])
    later = timezone.now() + GRACE + timedelta(seconds=1)
    tell_followers(later)
    assert told(alice) == ["A paper was put into “Heat”."]
    withhold(heat, mo)
    assert told(alice) == []
    arrange.add(person=bob, collection_id=heat.pk, paper_ids=[papers[2].pk])
    assert tell_followers(later + GRACE) == 0
    assert [one.kind for one in follow.all_of(alice)] == ["person"]
    assert newest_followed(follow.all_of(alice), DAY) == []
    assert "Heat" not in json.dumps(opened(archive(alice, NOW))["follows.json"])
    moderate_collection.allow(collection_id=heat.pk, by=mo, reason="It was put right")
    assert {one.kind for one in follow.all_of(alice)} == {"person", "collection"}
    assert len(newest_followed(follow.all_of(alice), DAY)) == 3


def test_nothing_is_decided_twice_without_a_reason_or_by_others(
    heat: Collection, alice: User, mo: User
) -> None:
    for reason in ("", "x" * 201):
        with pytest.raises(Refused, match=r"Say why|200 characters"):
            withhold(heat, mo, reason)
    with pytest.raises(Refused, match="Only moderators"):
        withhold(heat, alice)
    with pytest.raises(Refused, match="No moderator took"):
        moderate_collection.allow(collection_id=heat.pk, by=mo, reason="Again")
    withhold(heat, mo)
    with pytest.raises(Refused, match="already"):
        withhold(heat, mo)
    assert Decision.objects.count() == 1


def test_private_collections_and_lists_of_private_groups_are_none_of_moderators_affairs(
    alice: User, bob: User, mo: User
) -> None:
    private = collect.create(person=bob, name="Mine")
    readers = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    of_group = collect.create(person=alice, name="Ours", group_id=readers.pk)
    Collection.objects.filter(pk=of_group.pk).update(is_public=True)
    refusals = set()
    for number in (private.pk, of_group.pk, of_group.pk + 1):
        for action in (moderate_collection.withhold, moderate_collection.allow):
            with pytest.raises(Refused) as refused:
                action(collection_id=number, by=mo, reason="I want to see it")
            refusals.add(str(refused.value))
        with pytest.raises(Refused, match="no such collection"):
            report_collection(person=mo, collection_id=number, reason="spam")
    assert refusals == {"There is no such collection that others see."}
    assert not Decision.objects.exists()


def test_what_was_reported_can_be_withheld_although_its_owner_hides_it_for_a_moment(
    heat: Collection, alice: User, bob: User, mo: User
) -> None:
    report_collection(person=alice, collection_id=heat.pk, reason="spam")
    collect.change(person=bob, collection_id=heat.pk, name="Heat", is_public=False)
    withhold(heat, mo)
    collect.change(person=bob, collection_id=heat.pk, name="Heat", is_public=True)
    assert readable(heat.pk, alice) is None


def test_administrators_of_an_organization_are_told_and_its_members_do_not_decide(
    alice: User, bob: User, mo: User
) -> None:
    lab = group.create(person=alice, kind=Group.Kind.ORGANIZATION, name="Lab")
    for who in (bob, mo):
        membership.invite(by=alice, group_id=lab.pk, handle=who.handle)
        membership.join(person=who, group_id=lab.pk)
    made = collect.create(person=bob, name="To read", is_public=True, group_id=lab.pk)
    report_collection(person=person("reader"), collection_id=made.pk, reason="spam")
    second = person("second", is_moderator=True)
    for deed in (
        lambda: withhold(made, mo),
        lambda: decide_reports(about=made, by=mo, state=State.DISMISSED, reason="Fine"),
    ):
        with pytest.raises(Refused, match="Another moderator must decide it"):
            deed()
    withhold(made, second)
    assert "A moderator took the list “To read” of Lab out of public sight: An advertisement" in told(alice)
    assert not any("out of public sight" in said for said in told(bob))
    assert readable(made.pk, bob) == made
    assert list(Decision.objects.get().people.all()) == [], "nobody has it stand against them"


def test_who_had_a_collection_withheld_is_trusted_no_more_for_a_while(
    heat: Collection, bob: User, mo: User
) -> None:
    User.objects.filter(pk=bob.pk).update(trust=Level.TRUSTED)
    assert review() == (0, 0)
    withhold(heat, mo)
    assert review() == (0, 1)
    bob.refresh_from_db()
    assert bob.trust == Level.KNOWN


def test_reports_and_decisions_go_or_stay_when_the_collection_goes(
    heat: Collection, alice: User, bob: User, mo: User
) -> None:
    report_collection(person=alice, collection_id=heat.pk, reason="spam")
    withhold(heat, mo)
    report_collection_again = Report.objects.count()
    leave(person=bob)
    assert (report_collection_again, Report.objects.count()) == (1, 0)
    one = Decision.objects.get()
    assert (one.collection, one.reason, list(one.people.all())) == (None, "An advertisement", [])


def test_the_queue_costs_the_same_for_many_collections_as_for_few(alice: User, bob: User, mo: User) -> None:
    def add(numbers: range) -> None:
        for number in numbers:
            made = collect.create(person=bob, name=f"Heat {number}", is_public=True)
            report_collection(person=alice, collection_id=made.pk, reason="spam")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            queue.mark_own(queue.reported(0, 20), mo)
        return len(queries)

    add(range(2))
    few = asked()
    add(range(2, 9))
    assert asked() == few


def test_a_moderator_does_not_dismiss_reports_of_what_is_theirs(
    mo: User, alice: User, papers: list[Paper]
) -> None:
    ada = person("ada", is_superuser=True)
    own = collect.create(person=mo, name="Heat", is_public=True)
    report_collection(person=alice, collection_id=own.pk, reason="spam")
    submit(person=mo, paper_id=papers[0].pk)
    Claim.objects.create(
        person=mo,
        paper=papers[1],
        name="Mo",
        position=0,
        state=Claim.State.CONFIRMED,
        created_at=timezone.now(),
    )
    for paper in papers:
        report_paper(person=alice, paper_id=paper.pk, reason="wrong")
    rows = queue.reported(0, 10)
    queue.mark_own(rows, mo)
    assert {one.collection or one.paper for one in rows if one.is_own} == {own, papers[0], papers[1]}
    for about in (own, papers[0], papers[1]):
        for state in (State.DISMISSED, State.UPHELD):
            with pytest.raises(Refused, match="an administrator of the site decides it"):
                decide_reports(about=about, by=mo, state=state, reason="Nothing is wrong")
    decide_reports(about=papers[2], by=mo, state=State.DISMISSED, reason="Nothing is wrong")
    own_deeds = (moderate_paper.hide, moderate_comment.lock, moderate_comment.unlock)
    for deed in own_deeds:
        for paper in papers[:2]:
            with pytest.raises(Refused, match="This is about yourself"):
                deed(paper_id=paper.pk, by=mo, reason="I say so")
    moderate_paper.hide(paper_id=papers[0].pk, by=ada, reason="Not research")
    with pytest.raises(Refused, match="This is about yourself"):
        moderate_paper.show(paper_id=papers[0].pk, by=mo, reason="It is")
    second = person("second", is_moderator=True)
    with pytest.raises(Refused, match="Another moderator must decide it"):
        decide_reports(about=own, by=mo, state=State.DISMISSED, reason="Nothing is wrong")
    moderate_person.suspend(handle="second", by=ada, reason="Away", days=3)
    moderate_collection.withhold(collection_id=own.pk, by=ada, reason="An advertisement")
    with pytest.raises(Refused, match="you are the only moderator"):
        moderate_collection.allow(collection_id=own.pk, by=mo, reason="It is none")
    Report.objects.filter(collection=own).update(state=State.OPEN)
    with pytest.raises(Refused, match="you are the only moderator"):
        decide_reports(about=own, by=mo, state=State.DISMISSED, reason="Nothing is wrong")
    second.delete()
    decide_reports(about=own, by=ada, state=State.DISMISSED, reason="Nothing is wrong")


def test_who_alone_runs_a_site_is_told_that_it_waits(alice: User) -> None:
    ada = person("ada", is_superuser=True)
    own = collect.create(person=ada, name="Heat", is_public=True)
    report_collection(person=alice, collection_id=own.pk, reason="spam")
    with pytest.raises(Refused, match="It waits until someone else does"):
        decide_reports(about=own, by=ada, state=State.DISMISSED, reason="Nothing is wrong")
