"""Invitations bother nobody: few from new accounts, signed, without links, and to be refused for good."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from dailypapers.community import names
from dailypapers.community.access import Invalid, Refused, TooMany
from dailypapers.community.actions import group, membership, notify
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.send_notices import send_due
from dailypapers.community.models.groups import Group, GroupBlock, Membership
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.community.notice_mail import message
from dailypapers.community.trust import GROUP_INVITATIONS
from tests.community.people import person, signed_in

pytestmark = pytest.mark.django_db

PRIVATE, ORGANIZATION = Group.Kind.PRIVATE, Group.Kind.ORGANIZATION


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"
    settings.ACCOUNTS = "open"
    settings.SENDS_MAIL, settings.BASE_URL = True, "https://papers.example.org"


@pytest.fixture
def readers(alice: User) -> Group:
    return group.create(person=alice, kind=PRIVATE, name="Readers of engines")


def told(who: User) -> list[str]:
    return list(Notification.objects.filter(person=who).order_by("pk").values_list("said", flat=True))


def invite(by: User, to: Group, handle: str) -> Membership:
    return membership.invite(by=by, group_id=to.pk, handle=handle)


def test_new_accounts_invite_few_people_a_day() -> None:
    eve, crowd = person("eve", joined=timezone.now()), [person(f"reader{n}") for n in range(7)]
    spam = [group.create(person=eve, kind=PRIVATE, name=f"Club {n}") for n in range(2)]
    few = GROUP_INVITATIONS.times[0]
    for n in range(few):
        invite(eve, spam[n % 2], crowd[n].handle)
    for of in spam:
        with pytest.raises(
            TooMany, match=f"{few} invitations to groups within a day.* while an account is new"
        ):
            invite(eve, of, crowd[few + 1].handle)
    assert Notification.objects.count() == few


def test_one_is_told_by_whom_one_is_invited(readers: Group, alice: User, bob: User) -> None:
    invite(alice, readers, "bob")
    assert told(bob) == ["Alice (@alice) invites you to Readers of engines."]
    page = signed_in(bob).get(readers.address).content.decode()
    assert '<a href="/people/alice">Alice</a> (@alice) invites you to Readers of engines.' in page
    leave(person=alice)
    assert not Group.objects.exists(), "nobody belongs to it any more"


def test_a_strangers_words_are_in_no_subject(alice: User, bob: User) -> None:
    named = group.create(person=alice, kind=ORGANIZATION, name="You won, call 555 0100")
    group.change(person=alice, group_id=named.pk, name=named.name, joining="ask")
    invite(alice, named, "bob")
    membership.join(person=person("carol"), group_id=named.pk)
    subjects = {message(one, "a@example.org").subject for one in Notification.objects.all()}
    assert subjects == {"Invitations to groups, and your groups, on dailypapers"}
    assert "Alice (@alice) invites you" in str(message(Notification.objects.get(person=bob), "a@b.org").body)


@pytest.mark.parametrize(
    "name",
    [
        "Free papers at https://evil.example",
        "evil.com",
        "Join bit.ly now",
        "t.co/abc",
        "www.evil.example",
        "evil。com",
        "ｅｖｉｌ．ｃｏｍ",
        "me@evil.example",
        "See 192.0.2.7",
        "ftp://x",
    ],
)
def test_names_hold_no_web_addresses(name: str, readers: Group, alice: User) -> None:
    with pytest.raises(Invalid, match="holds no web address"):
        group.create(person=alice, kind=ORGANIZATION, name=name)
    with pytest.raises(Invalid, match="holds no web address"):
        group.change(person=alice, group_id=readers.pk, name=name)
    readers.refresh_from_db()
    assert readers.name == "Readers of engines"


@pytest.mark.parametrize(
    "name",
    [
        "St. Petersburg State University",
        "St.Petersburg",
        "J.R.R.Tolkien Society",
        "Washington, D.C. (U.S.A.)",
        "3M",
        "Inst. of Physics, dept. 1.2",
        "研究室",
        "Max-Planck-Institut für Informatik",
    ],
)
def test_names_as_they_are_given_are_taken(name: str, alice: User) -> None:
    assert group.create(person=alice, kind=ORGANIZATION, name=name).name == name


@pytest.mark.parametrize("name", ["a", "1", "12", "é", "!!", "x" * 121])
def test_a_name_has_two_letters_and_not_too_many(name: str, alice: User) -> None:
    with pytest.raises(Invalid, match=r"at least two letters|can have 120"):
        group.create(person=alice, kind=ORGANIZATION, name=name)


@pytest.mark.parametrize(
    "name",
    ["LAB OF ENGINES", "Lab  of Engines", "Láb of Engînes", "L\u0430b \u043ef Engines", "Lab-of-Engines."],
)
def test_two_organizations_have_no_names_that_read_alike(name: str, alice: User, bob: User) -> None:
    first = group.create(person=alice, kind=ORGANIZATION, name="Lab of Engines")
    other = group.create(person=bob, kind=ORGANIZATION, name="Lab of Numbers")
    with pytest.raises(Invalid, match="reads like it"):
        group.create(person=bob, kind=ORGANIZATION, name=name)
    with pytest.raises(Invalid, match="reads like it"):
        group.change(person=bob, group_id=other.pk, name=name)
    assert group.change(person=alice, group_id=first.pk, name=name).slug == first.slug, "its own it may"
    assert group.create(person=bob, kind=PRIVATE, name=name)
    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.filter(pk=other.pk).update(name_key=names.folded(name))


def test_what_was_told_goes_with_the_invitation(readers: Group, alice: User, bob: User) -> None:
    for is_withdrawn in (True, False):
        invite(alice, readers, "bob")
        assert Notification.objects.get().mail == Notification.Mail.DUE
        if is_withdrawn:
            membership.remove(by=alice, group_id=readers.pk, handle="bob")
        else:
            membership.leave(person=bob, group_id=readers.pk)
        assert not Notification.objects.exists()
    kept = group.create(person=alice, kind=PRIVATE, name="Another circle")
    invite(alice, kept, "bob")
    group.delete(person=alice, group_id=kept.pk)
    assert not Notification.objects.exists()


def test_who_accepted_is_sent_no_invitation(readers: Group, alice: User, bob: User) -> None:
    invite(alice, readers, "bob")
    membership.join(person=bob, group_id=readers.pk)
    assert send_due(timezone.now() + notify.GRACE + timedelta(seconds=1)) == 0
    membership.remove(by=alice, group_id=readers.pk, handle="bob")
    assert told(bob) == ["You do not belong to Readers of engines any more."]


def test_one_declines_for_good_and_may_change_ones_mind(readers: Group, alice: User, bob: User) -> None:
    invite(alice, readers, "bob")
    his = signed_in(bob)
    assert his.post(f"{readers.address}/people", {"deed": "block"})["Location"] == "/groups"
    assert not Membership.objects.filter(person=bob).exists()
    assert told(bob) == []
    with pytest.raises(Refused, match="want no more invitations to this group"):
        invite(alice, readers, "bob")
    assert his.get(readers.address).status_code == 404
    page = his.get("/groups").content.decode()
    assert "Readers of engines" in page
    assert signed_in(person("carol")).post(f"/groups/invite-again/{readers.pk}").status_code == 302
    assert GroupBlock.objects.count() == 1, "nobody lifts what another wants"
    his.post(f"/groups/invite-again/{readers.pk}")
    invite(alice, readers, "bob")
    assert Membership.objects.get(person=bob).state == "invited"


def test_only_who_is_invited_declines(readers: Group, alice: User, bob: User) -> None:
    with pytest.raises(Refused, match="no such group"):
        membership.decline_for_good(person=bob, group_id=readers.pk)
    with pytest.raises(Refused, match="not invited"):
        membership.decline_for_good(person=alice, group_id=readers.pk)
    assert not GroupBlock.objects.exists()


def test_who_leaves_the_site_leaves_no_block_behind(readers: Group, alice: User, bob: User) -> None:
    invite(alice, readers, "bob")
    membership.decline_for_good(person=bob, group_id=readers.pk)
    leave(person=bob)
    assert not GroupBlock.objects.exists()
