"""Following on pages: buttons on what can be followed, and the newest papers from it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Listed
from dailypapers.community.actions import arrange, collect, comment, follow, group, group_papers
from dailypapers.community.actions.submit import submit
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.follows import Follow, TopicPaper
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.people import User
from dailypapers.presentation.following import followable
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"


def new(number: int, days: int = 0, field: str = "cs.CL") -> Paper:
    """A paper of some days ago."""
    day = today() - timedelta(days=days)
    listed = (Listed(day, "arxiv", announced=True),)
    return hold(record(number, day=day, categories=(field,), listed=listed))[0]


def shown(client: Client, address: str = "/following") -> list[str]:
    page = client.get(address).content.decode()
    return [part.partition("<")[0] for part in page.split("paper number ")[1:]]


def test_a_person_is_followed_from_their_page_and_let_go(alice: User) -> None:
    person("bob")
    client = signed_in(alice)
    assert 'formaction="/following/person"' in client.get("/people/bob").content.decode()
    assert 'formaction="/following' not in client.get("/people/alice").content.decode()
    answer = client.post("/following/person", {"what": "bob", "next": "/people/bob"})
    assert answer["Location"] == "/people/bob"
    made = Follow.objects.get()
    page = client.get("/people/bob").content.decode()
    assert f'name="follow" value="{made.pk}" formaction="/following/stop"' in page
    client.post("/following/stop", {"follow": str(made.pk), "next": "/people/bob"})
    assert not Follow.objects.exists()


def test_with_htmx_the_button_alone_comes_back(alice: User) -> None:
    new(1)
    client = signed_in(alice)
    there = client.post("/following/field", {"what": "cs.CL"}, headers={"HX-Request": "true"})
    assert ">Following Language</button>" in there.content.decode()
    number = str(Follow.objects.get().pk)
    gone = client.post("/following/stop", {"follow": number}, headers={"HX-Request": "true"})
    assert ">Follow Language</button>" in gone.content.decode()
    refused = client.post("/following/field", {"what": "no.SUCH"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "No paper here is in this field" in refused.content.decode()


def test_there_are_buttons_for_fields_papers_and_collections(alice: User) -> None:
    new(1)
    made = collect.create(person=person("bob"), name="Heat", is_public=True)
    client = signed_in(alice)
    for address, kind in (
        ("/papers?field=cs.CL", "field"),
        ("/papers/2604.00001", "paper"),
        (made.address, "collection"),
    ):
        assert f'formaction="/following/{kind}"' in client.get(address).content.decode(), address


@pytest.mark.parametrize(
    ("query", "kind", "what"),
    [
        ('author:"Fei-Fei Li"', "author", "Fei-Fei Li"),
        ("author:li", "author", "li"),
        ("heat author:li", "search", "heat author:li"),
        ("-author:li", "search", "-author:li"),
        ("field:cs", "search", "field:cs"),
        ("heat", "search", "heat"),
        ("", "search", ""),
    ],
)
def test_a_search_for_an_author_alone_is_followed_as_the_author(query: str, kind: str, what: str) -> None:
    assert followable(query) == (kind, what)


def because(client: Client) -> dict[str, str]:
    """Why each paper is there, as its card says it, without the marks of HTML."""
    page = client.get("/following").content.decode()
    cards = [card for card in page.split("paper number ")[1:] if '<p class="by-follow">' in card]
    said = {card.partition("<")[0]: card.partition('<p class="by-follow">')[2] for card in cards}
    return {name: re.sub("<[^>]*>", "", text.partition("</p>")[0]) for name, text in said.items()}


def test_an_organization_is_followed_from_its_page_and_brings_what_that_shows(alice: User) -> None:
    bob = person("bob")
    lab = group.create(person=bob, kind=Group.Kind.ORGANIZATION, name="Lab")
    put_there, taken_off, submitted, other = (new(number, 1) for number in (1, 2, 3, 4))
    for one in (put_there, taken_off):
        group_papers.add(person=bob, group_id=lab.pk, paper_id=one.pk)
    group_papers.take_off(person=bob, group_id=lab.pk, paper_id=taken_off.pk)
    submit(person=bob, paper_id=submitted.pk)
    client = signed_in(alice)
    assert 'formaction="/following/organization"' in client.get(lab.address).content.decode()
    assert 'formaction="/following' not in Client().get(lab.address).content.decode()
    client.post("/following/organization", {"what": lab.slug})
    page = client.get("/following").content.decode()
    assert f'<a href="{lab.address}">Lab</a>' in page
    assert because(client) == {put_there.handle: "From Lab", submitted.handle: "From Lab"}
    assert "Following</button>" in client.get(lab.address).content.decode()
    assert other.handle not in page


def test_what_members_submit_comes_by_their_own_organizations_only(alice: User) -> None:
    bob, carol = person("bob"), person("carol")
    labs = [
        group.create(person=who, kind=Group.Kind.ORGANIZATION, name=f"Lab of {who.name}")
        for who in (bob, carol)
    ]
    both, one = new(1), new(2)
    for lab in labs:
        follow.follow(person=alice, kind="organization", what=lab.slug)
    submit(person=bob, paper_id=both.pk)
    submit(person=bob, paper_id=one.pk)
    group_papers.add(person=carol, group_id=labs[1].pk, paper_id=both.pk)
    group_papers.take_off(person=bob, group_id=labs[0].pk, paper_id=one.pk)
    assert because(signed_in(alice)) == {both.handle: "From Lab of Bob, Lab of Carol"}
    Membership.objects.filter(person=bob).update(state=Membership.State.INVITED)
    assert because(signed_in(alice)) == {both.handle: "From Lab of Carol"}


def test_a_private_group_has_no_button_to_follow_it(alice: User) -> None:
    made = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    client = signed_in(alice)
    assert 'formaction="/following' not in client.get(made.address).content.decode()
    assert client.post("/following/organization", {"what": made.slug}).status_code == 403


def test_a_person_brings_what_they_give_and_the_page_says_how(alice: User) -> None:
    bob = person("bob")
    submitted, said, collected, voted, secret = (new(number) for number in range(1, 6))
    public = collect.create(person=bob, name="Heat", is_public=True)
    private = collect.create(person=bob, name="Mine")
    submit(person=bob, paper_id=submitted.pk)
    comment.write(person=bob, paper_id=said.pk, body="Well done.")
    arrange.add(person=bob, collection_id=public.pk, paper_ids=[collected.pk])
    arrange.add(person=bob, collection_id=private.pk, paper_ids=[secret.pk])
    vote(person=bob, paper_id=voted.pk)
    follow.follow(person=alice, kind="person", what="bob")
    client = signed_in(alice)
    assert because(client) == {
        submitted.handle: "Submitted by Bob",
        said.handle: "Commented on by Bob",
        collected.handle: "Put into a collection by Bob",
        voted.handle: "Voted for by Bob",
    }
    bob.shows_votes = bob.shows_comments = False
    bob.save()
    collect.change(person=bob, collection_id=public.pk, name="Heat", is_public=False)
    assert because(client) == {submitted.handle: "Submitted by Bob"}


def test_what_a_person_says_where_others_cannot_read_brings_nothing(alice: User) -> None:
    bob = person("bob")
    hidden, among_members = new(1), new(2)
    readers = group.create(person=bob, kind=Group.Kind.PRIVATE, name="Readers")
    said = comment.write(person=bob, paper_id=hidden.pk, body="Well.")
    Comment.objects.filter(pk=said.pk).update(hidden_at=timezone.now())
    comment.write(person=bob, paper_id=among_members.pk, body="Well.", group_id=readers.pk)
    follow.follow(person=alice, kind="person", what="bob")
    assert because(signed_in(alice)) == {}


def test_several_people_who_did_the_same_are_named_together(alice: User) -> None:
    paper = new(1)
    for handle in ("bob", "carol"):
        vote(person=person(handle), paper_id=paper.pk)
        follow.follow(person=alice, kind="person", what=handle)
    topic = follow.follow(person=alice, kind="author", what="Ada").topic
    assert topic is not None
    TopicPaper.objects.create(topic=topic, paper=paper, day=today())
    (told,) = because(signed_in(alice)).values()
    assert told == "Voted for by Bob, Carol · From Ada"


def test_an_author_is_followed_from_the_page_of_a_paper(alice: User) -> None:
    names = ('Ada "A" <Lovelace>', "Charles Babbage")
    hold(record(1, authors=tuple(Author(name) for name in names)))
    assert "Follow an author" not in Client().get("/papers/2604.00001").content.decode()
    client = signed_in(alice)
    page = client.get("/papers/2604.00001").content.decode()
    assert "<Lovelace>" not in page
    assert page.count('formaction="/following/author"') == 2
    client.post("/following/author", {"what": names[0], "next": "/papers/2604.00001"})
    assert Follow.objects.get().topic.text == "Ada A <Lovelace>"  # type: ignore[union-attr]
    page = client.get("/papers/2604.00001").content.decode()
    assert page.count('formaction="/following/author"') == 1
    assert "Following Ada" in page


def test_the_newest_papers_come_first_and_say_what_brought_them(alice: User) -> None:
    bob = person("bob")
    voted, collected, of_author, of_field, other = (
        new(1, 3, "math.AG"),
        new(2, 9, "math.AG"),
        new(3, 2, "math.AG"),
        new(4, 1),
        new(5, 0, "math.AG"),
    )
    made = collect.create(person=bob, name="Heat", is_public=True)
    topic = follow.follow(person=alice, kind="author", what="Ada Lovelace").topic
    assert topic is not None
    TopicPaper.objects.create(topic=topic, paper=of_author, day=today() - timedelta(days=2))
    follow.follow(person=alice, kind="person", what="bob")
    follow.follow(person=alice, kind="collection", what=str(made.pk))
    follow.follow(person=alice, kind="field", what="cs")
    vote(person=bob, paper_id=voted.pk, now=timezone.now() - timedelta(days=4))
    arrange.add(
        person=bob, collection_id=made.pk, paper_ids=[collected.pk], now=timezone.now() - timedelta(days=5)
    )
    client = signed_in(alice)
    assert shown(client) == [one.handle for one in (of_field, of_author, voted, collected)]
    page = client.get("/following").content.decode()
    for because in ("Bob", "Heat", "Ada Lovelace", "Computer science"):
        assert f">{because}</a>" in page.partition('<ol class="papers"')[2], because
    assert other.handle not in page


def test_what_is_private_by_now_brings_nothing(alice: User) -> None:
    bob = person("bob")
    paper, second = new(1), new(2)
    made = collect.create(person=bob, name="Heat", is_public=True)
    arrange.add(person=bob, collection_id=made.pk, paper_ids=[second.pk])
    vote(person=bob, paper_id=paper.pk)
    follow.follow(person=alice, kind="person", what="bob")
    follow.follow(person=alice, kind="collection", what=str(made.pk))
    client = signed_in(alice)
    assert len(shown(client)) == 2
    bob.shows_votes = False
    bob.save()
    collect.change(person=bob, collection_id=made.pk, name="Heat", is_public=False)
    assert shown(client) == []


def test_a_paper_by_several_ways_is_shown_once_and_names_them(alice: User) -> None:
    paper = new(1)
    for name in ("Ada Lovelace", "Charles Babbage"):
        topic = follow.follow(person=alice, kind="author", what=name).topic
        assert topic is not None
        TopicPaper.objects.create(topic=topic, paper=paper, day=today())
    follow.follow(person=alice, kind="field", what="cs.CL")
    page = signed_in(alice).get("/following").content.decode()
    assert page.count('class="paper') - page.count('class="papers') == 1
    because = page[page.index('class="by-follow"') :].partition("</p>")[0]
    assert "Ada Lovelace" in because
    assert "Charles Babbage" in because


def test_pages_follow_one_another_without_gaps(alice: User) -> None:
    papers = [new(number, number // 10) for number in range(1, 61)]
    follow.follow(person=alice, kind="field", what="cs.CL")
    client = signed_in(alice)
    listed = [one for page in (1, 2, 3) for one in shown(client, f"/following?page={page}")]
    assert sorted(listed) == sorted(one.handle for one in papers)
    assert client.get("/following?page=11").status_code == 404


def test_many_follows_cost_no_more_queries(alice: User) -> None:
    client = signed_in(alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/following")
        return len(asked)

    def follow_more(numbers: range) -> None:
        for number in numbers:
            new(number, number % 3)
            who = person(f"p-{number}")
            vote(person=who, paper_id=Paper.objects.latest("pk").pk)
            made = collect.create(person=who, name="Heat", is_public=True)
            arrange.add(person=who, collection_id=made.pk, paper_ids=[Paper.objects.latest("pk").pk])
            lab = group.create(person=who, kind=Group.Kind.ORGANIZATION, name=f"Lab {number}")
            group_papers.add(person=who, group_id=lab.pk, paper_id=Paper.objects.latest("pk").pk)
            for kind, what in (
                ("person", who.handle),
                ("collection", str(made.pk)),
                ("organization", lab.slug),
                ("author", f"Author {number}"),
                ("field", ("cs.CL", "cs")[number % 2]),
            ):
                follow.follow(person=alice, kind=kind, what=what)

    follow_more(range(1, 3))
    few = queries()
    follow_more(range(3, 12))
    assert queries() == few


def test_visitors_and_forged_forms_follow_nothing(alice: User) -> None:
    person("bob")
    there = Client().post("/following/person", {"what": "bob", "next": "/people/bob"})
    assert there["Location"] == "/accounts/login/?next=%2Fpeople%2Fbob"
    strict = signed_in(alice, enforce_csrf_checks=True)
    assert strict.post("/following/person", {"what": "bob"}).status_code == 403
    assert signed_in(alice).get("/following/person").status_code == 405
    assert signed_in(alice).post("/following/nonsense", {"what": "x"}).status_code == 422
    assert not Follow.objects.exists()


def test_hostile_names_are_shown_as_text(alice: User) -> None:
    for kind in ("author", "search"):
        follow.follow(person=alice, kind=kind, what="<script>alert(1)</script>")
    page = signed_in(alice).get("/following").content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2
