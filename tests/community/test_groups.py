"""Organizations and private groups: who makes, runs, joins and leaves them, and what their pages have."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from pytest_django import Settings

from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author
from dailypapers.community import grouping
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import decide_claim, group, group_papers, membership
from dailypapers.community.actions.claim import claim
from dailypapers.community.actions.leave import leave as leave_site
from dailypapers.community.actions.vote import vote
from dailypapers.community.grouping import papers_of, visible
from dailypapers.community.models.groups import Group, GroupPaper, Membership
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from dailypapers.community.voting import SHOWN_MEMBERS, voting_of_members
from tests.community.people import person
from tests.papers import NOW, hold, named, record

pytestmark = pytest.mark.django_db

PRIVATE, ORGANIZATION = Group.Kind.PRIVATE, Group.Kind.ORGANIZATION


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"


@pytest.fixture
def lab(alice: User) -> Group:
    return group.create(person=alice, kind=ORGANIZATION, name="Lab of Engines", about="We compute.")


@pytest.fixture
def readers(alice: User) -> Group:
    return group.create(person=alice, kind=PRIVATE, name="Lab of Engines")


def told(who: User) -> list[str]:
    return list(Notification.objects.filter(person=who).order_by("pk").values_list("said", flat=True))


def states(of: Group) -> dict[str, str]:
    rows = Membership.objects.filter(group=of)
    return dict(rows.values_list("person__handle", "state"))


def join(who: User, by: User, of: Group) -> None:
    membership.invite(by=by, group_id=of.pk, handle=who.handle)
    membership.join(person=who, group_id=of.pk)


def change(who: User, of: Group, **fields: object) -> Group:
    return group.change(person=who, group_id=of.pk, **({"name": of.name} | fields))  # type: ignore[arg-type]


def test_an_address_is_made_from_the_name_and_that_of_a_private_group_cannot_be_guessed(
    lab: Group, readers: Group, alice: User
) -> None:
    assert lab.address == "/organizations/lab-of-engines"
    assert readers.address.startswith("/groups/lab-of-engines-")
    assert len(readers.slug) == len("lab-of-engines-") + 8
    with pytest.raises(Refused, match="of this name already"):
        group.create(person=alice, kind=ORGANIZATION, name="LAB of engines")
    assert group.create(person=alice, kind=ORGANIZATION, name="New").slug not in group.RESERVED
    assert group.create(person=alice, kind=ORGANIZATION, name="研究室").slug.startswith("group")


def test_a_private_group_is_there_for_its_own_people_only(readers: Group, alice: User, bob: User) -> None:
    moderator = person("mo", is_moderator=True, is_superuser=True)
    for who in (bob, moderator, AnonymousUser()):
        assert visible(readers.slug, PRIVATE, who) is None
        assert not grouping.belongs(who, readers.pk)
    assert visible(readers.slug, ORGANIZATION, alice) is None
    membership.invite(by=alice, group_id=readers.pk, handle="bob")
    assert visible(readers.slug, PRIVATE, bob) is not None
    assert not grouping.belongs(bob, readers.pk), "who is only invited reads nothing"
    membership.join(person=bob, group_id=readers.pk)
    assert grouping.belongs(bob, readers.pk)


@pytest.mark.parametrize(
    "act",
    [
        lambda who, of: membership.join(person=who, group_id=of.pk),
        lambda who, of: membership.leave(person=who, group_id=of.pk),
        lambda who, of: membership.invite(by=who, group_id=of.pk, handle="bob"),
        lambda who, of: membership.remove(by=who, group_id=of.pk, handle="alice"),
        lambda who, of: membership.admit(by=who, group_id=of.pk, handle="alice"),
        lambda who, of: membership.change_role(by=who, group_id=of.pk, handle="alice", is_admin=False),
        lambda who, of: group.delete(person=who, group_id=of.pk, reason="Why not."),
        lambda who, of: group_papers.add(person=who, group_id=of.pk, paper_id=1),
        lambda who, of: group_papers.take_off(person=who, group_id=of.pk, paper_id=1),
        lambda who, of: group_papers.find_by_affiliation(person=who, group_id=of.pk),
        lambda who, of: change(who, of, name="Mine"),
    ],
)
def test_others_are_refused_as_if_there_were_none(
    readers: Group, bob: User, act: Callable[[User, Group], object]
) -> None:
    missing = Group(pk=readers.pk + 999, name="None")
    for who in (bob, person("mo", is_moderator=True)):
        refusals = []
        for of in (readers, missing):
            with pytest.raises(Refused) as refused:
                act(who, of)
            refusals.append(str(refused.value))
        assert refusals == ["There is no such group."] * 2
    assert states(readers) == {"alice": "admin"}


def test_members_run_nothing_until_they_are_made_administrators(lab: Group, alice: User, bob: User) -> None:
    join(bob, alice, lab)
    with pytest.raises(Refused, match="Only its administrators"):
        membership.invite(by=bob, group_id=lab.pk, handle="alice")
    with pytest.raises(Refused, match="Only its administrators"):
        change(bob, lab, name="Mine")
    membership.change_role(by=alice, group_id=lab.pk, handle="bob", is_admin=True)
    change(bob, lab, name="Ours")
    lab.refresh_from_db()
    assert (lab.name, lab.slug, lab.members) == ("Ours", "lab-of-engines", 2)


def test_the_last_administrator_stays_until_there_is_another(lab: Group, alice: User, bob: User) -> None:
    join(bob, alice, lab)
    for act in (
        lambda: membership.leave(person=alice, group_id=lab.pk),
        lambda: membership.remove(by=alice, group_id=lab.pk, handle="alice"),
        lambda: membership.change_role(by=alice, group_id=lab.pk, handle="alice", is_admin=False),
    ):
        with pytest.raises(Refused, match="Make another one first"):
            act()
    membership.change_role(by=alice, group_id=lab.pk, handle="bob", is_admin=True)
    membership.leave(person=alice, group_id=lab.pk)
    assert states(lab) == {"bob": "admin"}
    lab.refresh_from_db()
    assert lab.members == 1


def test_one_asks_and_is_let_in_or_not(lab: Group, alice: User, bob: User) -> None:
    with pytest.raises(Refused, match="by invitation"):
        membership.join(person=bob, group_id=lab.pk)
    change(alice, lab, joining="ask")
    membership.join(person=bob, group_id=lab.pk, words="I wrote \u202eit")
    assert Membership.objects.get(person=bob).words == "I wrote it"
    assert told(alice) == ["Someone asks to join Lab of Engines."]
    assert not grouping.belongs(bob, lab.pk)
    membership.admit(by=alice, group_id=lab.pk, handle="bob")
    assert told(bob) == ["You belong to Lab of Engines now."]
    membership.remove(by=alice, group_id=lab.pk, handle="bob")
    assert told(bob)[-1] == "You do not belong to Lab of Engines any more."
    assert states(lab) == {"alice": "admin"}


def test_an_invitation_is_told_accepted_or_declined(lab: Group, alice: User, bob: User) -> None:
    membership.invite(by=alice, group_id=lab.pk, handle="@Bob")
    membership.invite(by=alice, group_id=lab.pk, handle="bob")
    assert told(bob) == ["Alice (@alice) invites you to Lab of Engines."]
    membership.leave(person=bob, group_id=lab.pk)
    membership.invite(by=alice, group_id=lab.pk, handle="bob")
    membership.leave(person=bob, group_id=lab.pk)
    with pytest.raises(TooMany, match="invited before"):
        membership.invite(by=alice, group_id=lab.pk, handle="bob")
    with pytest.raises(Refused, match="Nobody has this handle"):
        membership.invite(by=alice, group_id=lab.pk, handle="nobody")


def test_a_confirmed_address_of_the_domain_lets_one_in(lab: Group, alice: User, bob: User) -> None:
    with pytest.raises(Refused, match="no confirmed address in cam"):
        change(alice, lab, domain="cam.example")
    change(alice, lab, domain="@Example.ORG")
    stranger = person("stranger", email="stranger@example.org.evil.example")
    with pytest.raises(Refused, match="by invitation"):
        membership.join(person=stranger, group_id=lab.pk)
    EmailAddress.objects.filter(user=bob).update(verified=False)
    with pytest.raises(Refused, match="by invitation"):
        membership.join(person=bob, group_id=lab.pk)
    EmailAddress.objects.filter(user=bob).update(verified=True)
    membership.join(person=bob, group_id=lab.pk)
    assert states(lab) == {"alice": "admin", "bob": "member"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " \u200b "}, "letters"),
        ({"name": "x" * 121}, "120 characters"),
        ({"about": "x" * 10**6}, "3,000 characters"),
        ({"links": ["http://a.example"]}, "https"),
        ({"links": ["javascript:alert(1)"]}, "https"),
        ({"links": [f"https://a.example/{n}" for n in range(6)]}, "5 links"),
        ({"ror": "12"}, "ROR"),
        ({"also_named": ["MIT"]}, "too short"),
        ({"also_named": [f"Name number {n}" for n in range(11)]}, "10 other names"),
        ({"domain": "localhost"}, "looks like"),
    ],
)
def test_what_a_page_cannot_say_is_refused(
    lab: Group, alice: User, fields: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        change(alice, lab, **fields)
    lab.refresh_from_db()
    assert (lab.name, lab.about, lab.links) == ("Lab of Engines", "We compute.", [])


def test_what_a_page_can_say_is_kept_in_one_form(lab: Group, alice: User) -> None:
    change(
        alice,
        lab,
        ror="https://ROR.org/03yrm5c26",
        links=["https://Lab.example", ""],
        also_named=["Engine  Lab"],
    )
    lab.refresh_from_db()
    assert (lab.ror, lab.links, lab.also_named) == ("03yrm5c26", ["https://lab.example"], ["Engine Lab"])


def test_an_organization_has_what_its_members_claim_and_administrators_add(
    lab: Group, alice: User, bob: User
) -> None:
    moderator = person("mo", is_moderator=True)
    first, second, third = hold(record(1), record(2), record(3))
    join(bob, alice, lab)
    asked = claim(person=bob, paper_id=first.pk, position=0, reason="Me.")
    assert list(papers_of(lab)) == []
    decide_claim.confirm(claim_id=asked.pk, by=moderator)
    group_papers.add(person=alice, group_id=lab.pk, paper_id=second.pk)
    assert set(papers_of(lab)) == {first.pk, second.pk}
    with pytest.raises(Refused, match="Only its administrators"):
        group_papers.add(person=bob, group_id=lab.pk, paper_id=third.pk)
    User.objects.filter(pk=bob.pk).update(shows_claims=False)
    assert set(papers_of(lab)) == {second.pk}
    User.objects.filter(pk=bob.pk).update(shows_claims=True)
    group_papers.take_off(person=alice, group_id=lab.pk, paper_id=first.pk)
    assert set(papers_of(lab)) == {second.pk}


def test_papers_are_found_by_affiliation_and_not_again_once_taken_off(lab: Group, alice: User) -> None:
    authors = (Author("Ada Lovelace", "The lab of engines, London"), Author("Charles Babbage"))
    ours, other, _ = hold(
        record(1, authors=authors),
        record(2, authors=(Author("Mary Somerville", "Dept. of ENGINES Inc, Leeds"),)),
        record(3),
    )
    assert group_papers.find_by_affiliation(person=alice, group_id=lab.pk) == 1
    change(alice, lab, also_named=["Engines Inc"])
    assert group_papers.find_by_affiliation(person=alice, group_id=lab.pk) == 1
    group_papers.take_off(person=alice, group_id=lab.pk, paper_id=other.pk)
    assert group_papers.find_by_affiliation(person=alice, group_id=lab.pk) == 0
    assert list(papers_of(lab)) == [ours.pk]
    with pytest.raises(TooMany):
        group_papers.find_by_affiliation(person=alice, group_id=lab.pk)


def test_what_members_of_a_private_group_do_elsewhere_is_not_the_groups(
    readers: Group, alice: User, bob: User
) -> None:
    (paper, other) = hold(record(1), record(2))
    join(bob, alice, readers)
    asked = claim(person=bob, paper_id=paper.pk, position=0, reason="Me.")
    decide_claim.confirm(claim_id=asked.pk, by=person("mo", is_moderator=True))
    assert list(papers_of(readers)) == []
    group_papers.add(person=bob, group_id=readers.pk, paper_id=other.pk)
    assert list(papers_of(readers)) == [other.pk], "members fill it"
    group_papers.take_off(person=bob, group_id=readers.pk, paper_id=other.pk)
    assert not GroupPaper.objects.exists()


def test_papers_of_groups_go_where_their_paper_goes(lab: Group, readers: Group, alice: User) -> None:
    first = hold(record(1))[0]
    second = hold(
        record(2, identifiers=(named("doi:10.1000/182"),), title="Another title, for the time being")
    )[0]
    for paper in (first, second):
        group_papers.add(person=alice, group_id=lab.pk, paper_id=paper.pk)
    group_papers.add(person=alice, group_id=readers.pk, paper_id=second.pk)
    land([record(1, identifiers=(named("2604.00001"), named("doi:10.1000/182")))], NOW)
    kept = Paper.objects.get()
    assert sorted(GroupPaper.objects.values_list("group", "paper")) == sorted(
        [(lab.pk, kept.pk), (readers.pk, kept.pk)]
    )


def test_moderators_delete_organizations_with_a_reason_that_everyone_reads(lab: Group, bob: User) -> None:
    moderator = person("mo", is_moderator=True)
    with pytest.raises(Refused, match="Only its administrators"):
        group.delete(person=bob, group_id=lab.pk)
    with pytest.raises(Refused, match="Say why"):
        group.delete(person=moderator, group_id=lab.pk)
    group.delete(person=moderator, group_id=lab.pk, reason="It is not theirs.")
    assert not Group.objects.exists()
    assert Decision.objects.get().kind == "delete-organization"


@pytest.mark.parametrize("who_may", ["nobody", "moderators", "trusted"])
def test_who_may_make_them_is_a_setting(settings: Settings, alice: User, who_may: str) -> None:
    settings.ORGANIZATIONS = settings.GROUPS = who_may
    for kind in (PRIVATE, ORGANIZATION):
        assert not grouping.may_make(alice, kind)
        with pytest.raises(Refused):
            group.create(person=alice, kind=kind, name="Lab")
    assert grouping.may_make(person("mo", is_moderator=True), PRIVATE) == (who_may != "nobody")
    assert not grouping.may_make(AnonymousUser(), PRIVATE)


def test_leaving_the_site_leaves_groups_to_who_is_there_longest(
    lab: Group, readers: Group, alice: User, bob: User
) -> None:
    join(bob, alice, lab)
    join(person("carol"), alice, lab)
    leave_site(person=alice)
    assert states(lab) == {"bob": "admin", "carol": "member"}
    lab.refresh_from_db()
    assert lab.members == 2
    assert not Group.objects.filter(pk=readers.pk).exists(), "nobody is left in it"


def test_the_votes_of_members_are_counted_and_named_for_members_only_as_far_as_they_let_it_be_seen(
    alice: User, bob: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    made = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    members = [bob, *(person(name) for name in ("shy", "gone", "held"))]
    for who in members:
        membership.invite(by=alice, group_id=made.pk, handle=who.handle)
        membership.join(person=who, group_id=made.pk)
    invited, other = person("invited"), person("other")
    membership.invite(by=alice, group_id=made.pk, handle="invited")
    first, second, third = hold(record(1), record(2), record(3))
    for who in (alice, *members, invited, other):
        vote(person=who, paper_id=first.pk)
    vote(person=bob, paper_id=second.pk)
    vote(person=other, paper_id=third.pk)
    User.objects.filter(handle="shy").update(shows_votes=False)
    membership.leave(person=members[2], group_id=made.pk)
    Vote.objects.filter(person__handle="held").update(held="same address")
    ids = [first.pk, second.pk, third.pk]
    with django_assert_num_queries(1):
        named = voting_of_members(ids, made.pk, names=True)
    assert {pk: (one.members, [who.handle for who in one.named]) for pk, one in named.items()} == {
        first.pk: (2, ["bob", "alice"]),
        second.pk: (1, ["bob"]),
    }
    counted = voting_of_members(ids, made.pk, names=False)
    assert {pk: (one.members, one.named) for pk, one in counted.items()} == {
        first.pk: (2, ()),
        second.pk: (1, ()),
    }
    assert voting_of_members([], made.pk, names=True) == {}


def test_many_members_are_named_up_to_a_number(alice: User) -> None:
    made = group.create(person=alice, kind=Group.Kind.ORGANIZATION, name="Lab")
    (paper,) = hold(record(1))
    for number in range(SHOWN_MEMBERS + 2):
        who = person(f"m-{number}")
        membership.invite(by=alice, group_id=made.pk, handle=who.handle)
        membership.join(person=who, group_id=made.pk)
        vote(person=who, paper_id=paper.pk)
    found = voting_of_members([paper.pk], made.pk, names=True)[paper.pk]
    assert (found.members, len(found.named), found.more) == (SHOWN_MEMBERS + 2, SHOWN_MEMBERS, 2)


@pytest.mark.django_db(transaction=True)
def test_affiliations_are_read_while_others_may_write(lab: Group, alice: User) -> None:
    land([record(1, authors=(Author("Mary Somerville", affiliation="Lab of Engines, London"),))], NOW)
    within: dict[str, bool] = {}

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        what = "search" if "LIKE" in sql else "write" if "INSERT" in sql and "grouppaper" in sql else ""
        if what:
            within[what] = connection.in_atomic_block
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        assert group_papers.find_by_affiliation(person=alice, group_id=lab.pk) == 1
    assert within == {"search": False, "write": True}
