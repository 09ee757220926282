"""Lists that the members of a group keep together: who sees, fills and deletes them, who is told of what."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue import belongings
from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused
from dailypapers.community.actions import arrange, collect, follow, group, membership
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.notify import GRACE
from dailypapers.community.actions.tell_followers import tell_followers
from dailypapers.community.collecting import (
    changeable,
    keeping,
    may_change,
    may_delete,
    may_read,
    of_group,
    offered,
    readable,
    seen_by,
)
from dailypapers.community.export import archive
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.follows import Follow
from dailypapers.community.models.groups import Group
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.ranking.followed import Way, newest_followed
from tests.community.people import person
from tests.community.test_collections import order
from tests.community.test_giving import everything_held, opened
from tests.papers import DAY, hold, record

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)
KINDS = (Group.Kind.ORGANIZATION, Group.Kind.PRIVATE)


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"


@pytest.fixture
def papers(db: None) -> list[Paper]:
    return list(hold(*(record(number) for number in range(1, 6))))


@pytest.fixture
def stranger(db: None) -> User:
    return person("mallory")


def of(admin: User, kind: Group.Kind, *members: User) -> Group:
    made = group.create(person=admin, kind=kind, name="Readers" if kind == Group.Kind.PRIVATE else "Lab")
    for who in members:
        membership.invite(by=admin, group_id=made.pk, handle=who.handle)
        membership.join(person=who, group_id=made.pk)
    Notification.objects.all().delete()
    return made


def made(who: User, within: Group, *papers: Paper, **fields: object) -> Collection:
    told = {"name": "To read", "group_id": within.pk} | fields
    collection = collect.create(person=who, **told)  # type: ignore[arg-type]
    return put(who, collection, *papers)


def put(who: User, collection: Collection, *papers: Paper, now: datetime | None = None) -> Collection:
    ids = [one.pk for one in papers]
    return arrange.add(person=who, collection_id=collection.pk, paper_ids=ids, now=now)[0]


def later(minutes: float = 0) -> datetime:
    return timezone.now() + GRACE + timedelta(seconds=1, minutes=minutes)


def told(who: User) -> list[tuple[str, str, int | None]]:
    rows = Notification.objects.filter(person=who).order_by("pk")
    return list(rows.values_list("said", "leads_to", "paper_id"))


@pytest.mark.parametrize("kind", KINDS)
def test_members_fill_it_and_administrators_delete_it(
    alice: User, bob: User, stranger: User, papers: list[Paper], kind: Group.Kind
) -> None:
    within = of(alice, kind, bob)
    collection = made(bob, within, papers[1])
    put(alice, collection, papers[0])
    at, first, second = collection.pk, papers[0].pk, papers[1].pk
    arrange.note(person=alice, collection_id=at, paper_id=second, text="See *here*")
    arrange.move(person=bob, collection_id=at, paper_id=first, position=1)
    assert order(collection) == [papers[0].pk, papers[1].pk]
    assert collect.change(person=alice, collection_id=at, name="For May").name == "For May"
    with pytest.raises(Refused, match="Only administrators of the group"):
        collect.delete(person=bob, collection_id=at)
    for who in (stranger, person("mo", is_moderator=True), person("root", is_superuser=True)):
        assert not may_change(collection, who)
        assert not may_delete(collection, who)
        for deed in (
            partial(collect.change, person=who, collection_id=at, name="Mine"),
            partial(collect.delete, person=who, collection_id=at),
            partial(put, who, collection, papers[2]),
            partial(arrange.remove, person=who, collection_id=at, paper_id=first),
            partial(arrange.note, person=who, collection_id=at, paper_id=first, text="x"),
            partial(arrange.put_into, person=who, paper_id=first, wanted=[at], shown=[]),
        ):
            with pytest.raises(Refused, match="no such collection of yours"):
                deed()
    collect.delete(person=alice, collection_id=at)
    assert not Collection.objects.exists()
    assert Paper.objects.count() == 5


@pytest.mark.parametrize("kind", KINDS)
def test_only_members_make_one_and_others_are_told_that_there_is_no_such_group(
    alice: User, stranger: User, kind: Group.Kind
) -> None:
    within = of(alice, kind)
    membership.invite(by=alice, group_id=within.pk, handle=stranger.handle)
    refusals = set()
    for number in (within.pk, 10**9):
        with pytest.raises(Refused) as refused:
            collect.create(person=stranger, name="Mine", group_id=number)
        refusals.add(str(refused.value))
    assert refusals == {"There is no such group of yours."}
    assert not Collection.objects.exists()


def test_a_list_of_a_private_group_is_seen_by_its_members_only_whatever_it_says(
    alice: User, bob: User, stranger: User
) -> None:
    within = of(alice, Group.Kind.PRIVATE, bob)
    collection = made(bob, within, is_public=True)
    assert not collect.change(
        person=bob, collection_id=collection.pk, name="To read", is_public=True
    ).is_public
    Collection.objects.update(is_public=True)
    membership.invite(by=alice, group_id=within.pk, handle=stranger.handle)
    for who in (alice, bob):
        assert readable(collection.pk, who) == collection
        assert Collection.objects.filter(seen_by(who)).exists()
    for other in (stranger, person("mo", is_moderator=True), person("root", is_superuser=True)):
        assert readable(collection.pk, other) is None, other
        assert not Collection.objects.filter(seen_by(other)).exists()
        with pytest.raises(Refused, match="no such collection"):
            follow.follow(person=other, kind="collection", what=str(collection.pk))
    assert not of_group(within, is_member=False).exists()


def test_a_public_list_of_an_organization_is_seen_by_everyone_and_another_by_its_members(
    alice: User, bob: User, stranger: User
) -> None:
    lab = of(alice, Group.Kind.ORGANIZATION, bob)
    shown, own = made(bob, lab, is_public=True), made(alice, lab, name="Drafts")
    assert may_read(shown, stranger)
    assert readable(own.pk, stranger) is None
    assert readable(own.pk, bob) == own
    assert set(of_group(lab, is_member=True)) == {shown, own}
    assert set(of_group(lab, is_member=False)) == {shown}
    assert set(Collection.objects.filter(seen_by(stranger))) == {shown}


def test_a_group_has_a_number_of_lists_and_one_is_of_a_person_or_of_a_group(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "MOST_LISTS", 1)
    within = of(alice, Group.Kind.PRIVATE)
    only = made(alice, within)
    with pytest.raises(Refused, match="has 1 lists, which is as many"):
        made(alice, within)
    with pytest.raises(IntegrityError), transaction.atomic():
        Collection.objects.filter(pk=only.pk).update(owner=alice)


def test_menus_offer_the_lists_of_ones_groups(
    alice: User, bob: User, stranger: User, papers: list[Paper]
) -> None:
    lab, readers = of(alice, Group.Kind.ORGANIZATION, bob), of(alice, Group.Kind.PRIVATE, bob)
    ours = [made(alice, lab, papers[0], is_public=True), made(alice, readers, papers[0])]
    own = collect.create(person=bob, name="Bob's")
    assert offered(bob) == [own, *ours]
    assert set(changeable(bob)) == {own, *ours}
    assert offered(stranger) == []
    assert keeping([papers[0].pk], bob)[papers[0].pk].collections == 2
    assert keeping([papers[0].pk], stranger)[papers[0].pk].collections == 0
    ids = [one.pk for one in ours]
    assert arrange.put_into(person=bob, paper_id=papers[0].pk, wanted=[own.pk, ids[1]], shown=ids) == 2
    assert [order(one) for one in (*ours, own)] == [[], [papers[0].pk], [papers[0].pk]]


def test_a_list_stays_when_its_maker_leaves_the_group_or_the_site(
    alice: User, bob: User, papers: list[Paper]
) -> None:
    User.objects.filter(pk=bob.pk).update(name="Robert Secretname")
    bob.refresh_from_db()
    within = of(alice, Group.Kind.PRIVATE, bob)
    collection = made(bob, within, *papers[:2])
    assert set(CollectedPaper.objects.values_list("added_by__handle", flat=True)) == {"bob"}
    membership.leave(person=bob, group_id=within.pk)
    assert readable(collection.pk, bob) is None
    assert order(collection) == [papers[0].pk, papers[1].pk]
    leave(person=bob)
    assert order(collection) == [papers[0].pk, papers[1].pk]
    assert set(CollectedPaper.objects.values_list("added_by", flat=True)) == {None}
    assert "secretname" not in everything_held().lower()


def test_lists_go_with_their_group(alice: User, bob: User, papers: list[Paper]) -> None:
    within = of(alice, Group.Kind.PRIVATE)
    made(alice, within, papers[0])
    lab = of(alice, Group.Kind.ORGANIZATION, bob)
    stays = made(alice, lab, papers[0])
    group.delete(person=alice, group_id=within.pk)
    assert list(Collection.objects.all()) == [stays]
    leave(person=alice)
    assert list(Collection.objects.all()) == [stays], "who is there longest runs it now"
    leave(person=bob)
    assert not Collection.objects.exists(), "a group that nobody belongs to any more goes"


def test_when_papers_are_joined_a_list_holds_the_one(alice: User, papers: list[Paper]) -> None:
    collection = made(alice, of(alice, Group.Kind.PRIVATE), *papers[:3])
    belongings.move(papers[0].pk, papers[2].pk)
    assert order(collection) == [papers[1].pk, papers[2].pk]


def test_followers_of_a_public_list_are_told_but_not_of_what_they_put_in_themselves(
    alice: User, bob: User, stranger: User, papers: list[Paper]
) -> None:
    lab = of(alice, Group.Kind.ORGANIZATION, bob)
    collection = made(alice, lab, is_public=True)
    for who in (alice, bob, stranger):
        follow.follow(person=who, kind="collection", what=str(collection.pk))
    put(alice, collection, papers[0])
    put(bob, collection, papers[1])
    assert tell_followers(later()) == 2
    at = collection.address
    assert told(stranger) == [("2 papers were put into “To read”.", at, None)]
    assert told(alice) == [("A paper was put into “To read”.", at, papers[1].pk)]
    assert told(bob) == [("A paper was put into “To read”.", at, papers[0].pk)]


def test_members_who_follow_a_private_list_are_told_until_they_leave(
    alice: User, bob: User, papers: list[Paper]
) -> None:
    carol = person("carol")
    within = of(alice, Group.Kind.PRIVATE, bob, carol)
    collection = made(alice, within)
    for who in (bob, carol):
        follow.follow(person=who, kind="collection", what=str(collection.pk))
    put(alice, collection, papers[0])
    tell_followers(later())
    assert len(told(bob)) == len(told(carol)) == 1
    membership.leave(person=bob, group_id=within.pk)
    membership.remove(by=alice, group_id=within.pk, handle="carol")
    assert told(bob) == []
    assert [said for said, _, _ in told(carol)] == ["You do not belong to Readers any more."]
    assert not Follow.objects.exists()
    put(alice, collection, papers[1], now=timezone.now() + timedelta(minutes=5))
    tell_followers(later(5))
    assert told(bob) == []
    assert len(told(carol)) == 1


def test_even_a_follow_that_was_left_over_tells_nobody_of_a_private_list(
    alice: User, stranger: User, papers: list[Paper]
) -> None:
    collection = made(alice, of(alice, Group.Kind.PRIVATE))
    Follow.objects.create(
        follower=stranger, kind="collection", collection=collection, created_at=timezone.now()
    )
    put(alice, collection, papers[0])
    assert tell_followers(later()) == 0
    assert told(stranger) == []
    assert follow.all_of(stranger) == []
    assert opened(archive(stranger, NOW))["follows.json"] == []


def test_a_list_that_is_shown_no_more_is_followed_by_members_alone(
    alice: User, bob: User, stranger: User
) -> None:
    lab = of(alice, Group.Kind.ORGANIZATION, bob)
    collection = made(alice, lab, is_public=True)
    for who in (bob, stranger):
        follow.follow(person=who, kind="collection", what=str(collection.pk))
    collect.change(person=alice, collection_id=collection.pk, name="Drafts")
    assert [one.follower for one in Follow.objects.all()] == [bob]
    membership.leave(person=bob, group_id=lab.pk)
    assert not Follow.objects.exists()


def test_who_leaves_an_organization_still_follows_its_public_lists(alice: User, bob: User) -> None:
    lab = of(alice, Group.Kind.ORGANIZATION, bob)
    collection = made(alice, lab, is_public=True)
    follow.follow(person=bob, kind="collection", what=str(collection.pk))
    membership.leave(person=bob, group_id=lab.pk)
    assert [one.collection for one in follow.all_of(bob)] == [collection]


def test_a_followed_organization_brings_what_is_put_into_its_public_lists(
    alice: User, stranger: User, papers: list[Paper]
) -> None:
    lab = of(alice, Group.Kind.ORGANIZATION)
    made(alice, lab, papers[0], is_public=True)
    made(alice, lab, papers[1], name="Drafts")
    one = follow.follow(person=stranger, kind="organization", what=lab.slug)
    found = newest_followed(follow.all_of(stranger), DAY)
    assert [(each.paper_id, each.by) for each in found] == [(papers[0].pk, {one.pk: Way.COLLECTED})]


def test_the_export_has_what_one_put_into_lists_and_nothing_of_lists_one_does_not_see(
    alice: User, bob: User, stranger: User, papers: list[Paper]
) -> None:
    within = of(alice, Group.Kind.PRIVATE, bob)
    collection = made(alice, within, papers[0], name="Confidential reading")
    put(bob, collection, papers[1])
    follow.follow(person=bob, kind="collection", what=str(collection.pk))

    def export(who: User) -> dict[str, Any]:
        return opened(archive(who, NOW))

    (mine,) = export(bob)["group_lists.json"]
    assert (mine["list"], mine["group"], mine["paper"]) == ("Confidential reading", "Readers", "2604.00002")
    assert export(bob)["collections.json"] == []
    assert "Confidential" not in json.dumps(export(stranger))
    membership.leave(person=bob, group_id=within.pk)
    (left,) = export(bob)["group_lists.json"]
    assert (left["list"], left["group"], left["paper"]) == ("", "", "2604.00002")
    assert "Confidential" not in json.dumps(export(bob))


def test_more_members_and_lists_cost_no_more_queries(
    alice: User, papers: list[Paper], django_assert_num_queries: Callable[..., object]
) -> None:
    within = of(alice, Group.Kind.PRIVATE)
    made(alice, within, *papers)
    for count in (1, 4):
        for number in range(count):
            made(alice, within, papers[number], name=f"List {number}")
        with django_assert_num_queries(2):  # type: ignore[attr-defined]
            [one.group.name for one in offered(alice) if one.group]
        with django_assert_num_queries(1):  # type: ignore[attr-defined]
            keeping([one.pk for one in papers], alice)
