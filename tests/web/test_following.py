"""Following on pages: buttons on what can be followed, and the newest papers from it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Listed
from dailypapers.community.actions import arrange, collect, follow
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.follows import Follow, TopicPaper
from dailypapers.community.models.people import User
from dailypapers.web.following import followable
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


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
    assert refused.status_code == 403
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
            for kind, what in (
                ("person", who.handle),
                ("collection", str(made.pk)),
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
    assert signed_in(alice).post("/following/nonsense", {"what": "x"}).status_code == 403
    assert not Follow.objects.exists()


def test_hostile_names_are_shown_as_text(alice: User) -> None:
    for kind in ("author", "search"):
        follow.follow(person=alice, kind=kind, what="<script>alert(1)</script>")
    page = signed_in(alice).get("/following").content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2
