"""Following: what can be followed, who is told, what is looked up, what becomes of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from dailypapers.catalogue import belongings
from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import collect, follow, group
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.look_up import FRESH_FOR, KEPT, look_up, look_up_due, query_of
from dailypapers.community.export import archive
from dailypapers.community.models.follows import Follow, Topic, TopicPaper
from dailypapers.community.models.groups import Group
from dailypapers.community.models.notifications import Kind
from dailypapers.community.models.people import User
from dailypapers.community.watching import followers_of, watchers
from tests.community.people import person
from tests.community.test_giving import everything_held, opened
from tests.papers import DAY, hold, record

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)


def organization(person: User, name: str = "Lab") -> Group:
    return group.create(person=person, kind=Group.Kind.ORGANIZATION, name=name)


@pytest.fixture(autouse=True)
def anyone_makes_organizations(settings: Settings) -> None:
    settings.ORGANIZATIONS = "everyone"


def test_each_kind_can_be_followed_once_and_let_go(alice: User, paper: Paper) -> None:
    bob = person("bob")
    lab = organization(bob)
    collection = collect.create(person=bob, name="Heat", is_public=True)
    wanted = {
        "person": "bob",
        "author": "Ada Lovelace",
        "field": "cs.CL",
        "organization": lab.slug,
        "collection": str(collection.pk),
        "search": "heat field:cs",
        "paper": str(paper.pk),
    }
    assert set(wanted) == set(Follow.Kind.values)
    for kind, what in wanted.items():
        made = follow.follow(person=alice, kind=kind, what=what)
        assert follow.follow(person=alice, kind=kind, what=what) == made
        assert follow.following(alice, kind, what) == made
        assert follow.what_of(made) == what
        assert follow.following(bob, kind, what) is None
    assert Follow.objects.count() == len(wanted)
    for one in follow.all_of(alice):
        follow.unfollow(person=bob, follow_id=one.pk)
        assert Follow.objects.filter(pk=one.pk).exists(), "only one's own can be let go"
        follow.unfollow(person=alice, follow_id=one.pk)
    assert not Follow.objects.exists()
    assert not Topic.objects.exists()


def test_a_private_group_is_not_followed_not_even_by_its_members(alice: User) -> None:
    made = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    with pytest.raises(Refused, match="no such organization"):
        follow.follow(person=alice, kind="organization", what=made.slug)


def test_an_organization_that_is_deleted_is_followed_no_more(alice: User) -> None:
    lab = organization(person("bob"))
    follow.follow(person=alice, kind="organization", what=lab.slug)
    group.delete(person=User.objects.get(handle="bob"), group_id=lab.pk)
    assert not Follow.objects.exists()


def test_the_names_of_a_paper_that_one_follows_are_known_in_one_query(alice: User) -> None:
    made = follow.follow(person=alice, kind="author", what='Ada "Countess" Lovelace')
    follow.follow(person=alice, kind="search", what="Charles Babbage")
    follow.follow(person=person("bob"), kind="author", what="Mary Somerville")
    names = ('Ada "Countess" Lovelace', "Charles Babbage", "Mary Somerville")
    assert follow.following_names(alice, names) == {names[0]: made}


def test_a_whole_archive_is_a_field(alice: User, paper: Paper) -> None:
    assert follow.follow(person=alice, kind="field", what="cs").field == "cs"


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("person", "nobody"),
        ("person", "alice"),
        ("field", "no.SUCH"),
        ("field", ""),
        ("author", '" "'),
        ("author", "x" * 501),
        ("search", "\u202e\x00"),
        ("search", "x" * 1_000_000),
        ("collection", "1"),
        ("collection", "-1"),
        ("collection", "9" * 40),
        ("paper", "x"),
        ("paper", "999999"),
        ("organization", "x"),
        ("", ""),
    ],
)
def test_what_is_not_there_cannot_be_followed(alice: User, kind: str, what: str) -> None:
    with pytest.raises(Refused):
        follow.follow(person=alice, kind=kind, what=what)
    assert not Follow.objects.exists()
    assert not Topic.objects.exists()


def test_a_private_collection_cannot_be_followed_by_others_nor_any_longer(alice: User) -> None:
    bob = person("bob")
    collection = collect.create(person=bob, name="Heat")
    with pytest.raises(Refused, match="no such collection"):
        follow.follow(person=alice, kind="collection", what=str(collection.pk))
    collect.change(person=bob, collection_id=collection.pk, name="Heat", is_public=True)
    for who in (alice, bob):
        follow.follow(person=who, kind="collection", what=str(collection.pk))
    collect.change(person=bob, collection_id=collection.pk, name="Secret", is_public=False)
    assert Follow.objects.get().follower == bob


def test_one_can_follow_a_bounded_number_of_things(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "MOST_FOLLOWS", 2)
    for name in ("Ada", "Babbage"):
        follow.follow(person=alice, kind="author", what=name)
    with pytest.raises(Refused, match="as many as one can"):
        follow.follow(person=alice, kind="author", what="Somerville")
    assert Topic.objects.count() == 2
    for _ in range(57):
        follow.follow(person=alice, kind="author", what="Ada")
    with pytest.raises(TooMany):
        follow.follow(person=alice, kind="author", what="Ada")


def test_who_follows_a_paper_is_told_of_comments(alice: User, paper: Paper) -> None:
    follow.follow(person=alice, kind="paper", what=str(paper.pk))
    follow.follow(person=person("bob"), kind="field", what="cs.CL")
    assert followers_of(paper.pk) == {alice.pk}
    assert watchers(paper.pk) == {alice.pk: Kind.FOLLOWED}


def test_who_follows_a_paper_that_is_joined_to_another_follows_that(alice: User) -> None:
    gone, kept = hold(record(1), record(2))
    bob = person("bob")
    topic = follow.follow(person=bob, kind="author", what="Ada").topic
    assert topic is not None
    for who, papers in ((alice, (gone, kept)), (bob, (gone,))):
        for one in papers:
            follow.follow(person=who, kind="paper", what=str(one.pk))
    TopicPaper.objects.create(topic=topic, paper=gone, day=DAY)
    belongings.move(gone.pk, kept.pk)
    gone.delete()
    assert followers_of(kept.pk) == {alice.pk, bob.pk}
    assert Follow.objects.filter(kind="paper").count() == 2
    assert TopicPaper.objects.get().paper_id == kept.pk


def found(*papers: Paper, day: date = DAY) -> Callable[[str, int], list[tuple[int, date]]]:
    return lambda query, most: [(one.pk, day) for one in papers][:most]


def test_the_newest_papers_of_a_topic_are_kept(alice: User) -> None:
    papers = hold(*(record(number) for number in range(1, 4)))
    topic = follow.follow(person=alice, kind="author", what="Ada Lovelace").topic
    assert topic is not None
    assert query_of(topic) == 'author:"Ada Lovelace"'
    assert not topic.looked_at
    assert not look_up(topic=topic, newest=lambda query, most: None), "there is no index yet"
    assert look_up(topic=topic, now=NOW, newest=found(papers[0]))
    assert look_up(topic=topic, now=NOW, newest=found(papers[1], papers[0], day=DAY + timedelta(days=1)))
    assert set(topic.papers.values_list("paper_id", "day")) == {
        (papers[0].pk, DAY + timedelta(days=1)),
        (papers[1].pk, DAY + timedelta(days=1)),
    }
    topic.refresh_from_db()
    assert topic.looked_at == NOW


def test_no_more_than_some_are_kept(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from dailypapers.community.actions import look_up as module

    monkeypatch.setattr(module, "KEPT", 2)
    papers = hold(*(record(number) for number in range(1, 4)))
    topic = follow.follow(person=alice, kind="search", what="heat").topic
    assert topic is not None
    look_up(topic=topic, newest=found(*papers[:2]))
    look_up(topic=topic, newest=found(papers[2], day=DAY + timedelta(days=1)))
    assert set(topic.papers.values_list("paper_id", flat=True)) == {papers[1].pk, papers[2].pk}
    assert KEPT == 100


def test_topics_are_looked_up_when_they_are_due_the_longest_waiting_first(alice: User) -> None:
    asked: list[str] = []

    def newest(query: str, most: int) -> list[tuple[int, date]]:
        asked.append(query)
        return []

    for text in ("one", "two", "three"):
        follow.follow(person=alice, kind="search", what=text)
    Topic.objects.filter(text="one").update(looked_at=NOW - 2 * FRESH_FOR)
    Topic.objects.filter(text="two").update(looked_at=NOW - FRESH_FOR / 2)
    assert look_up_due(now=NOW, newest=newest) == 2
    assert asked == ["three", "one"]
    assert look_up_due(now=NOW, newest=newest) == 0
    assert look_up_due(now=NOW + 2 * FRESH_FOR, newest=lambda query, most: None) == 0


def test_what_one_follows_is_taken_along_and_goes(alice: User, paper: Paper) -> None:
    bob = person("bob")
    lab = organization(bob)
    for kind, what in (
        ("person", "bob"),
        ("search", "my secret interest"),
        ("paper", str(paper.pk)),
        ("organization", lab.slug),
    ):
        follow.follow(person=alice, kind=kind, what=what)
    follow.follow(person=bob, kind="person", what="alice")
    told = opened(archive(alice, NOW))["follows.json"]
    assert [(one["kind"], one["what"]) for one in told] == [
        ("person", "bob"),
        ("search", "my secret interest"),
        ("paper", "2604.00001"),
        ("organization", f"{lab.address} Lab"),
    ]
    leave(person=alice)
    assert not Follow.objects.exists()
    assert "secret interest" not in everything_held()
