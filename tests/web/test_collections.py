"""Collections on pages: forms that work without JavaScript, private ones that are not there for others."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import arrange, collect
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.people import User
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>\u202e<img src=x>'


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


@pytest.fixture
def papers() -> list[Paper]:
    return list(hold(*(record(number) for number in range(1, 4))))


@pytest.fixture
def heat(alice: User, papers: list[Paper]) -> Collection:
    made = collect.create(person=alice, name="Heat in metals", about="For *Tuesdays*")
    keys = [one.pk for one in papers]
    return arrange.add(person=alice, collection_id=made.pk, paper_ids=keys)[0]


def titles(page: str) -> list[str]:
    return re.findall(r"paper number (2604\.\d+)</a></h2>", page)


def test_one_makes_a_collection_with_a_form(alice: User) -> None:
    client = signed_in(alice)
    answer = client.post("/people/alice/collections", {"name": "Heat", "about": "", "is_public": "on"})
    made = Collection.objects.get()
    assert answer["Location"] == made.address == f"/collections/{made.pk}-heat"
    assert made.is_public
    refused = client.post("/people/alice/collections", {"name": "x" * 101})
    assert refused.status_code == 422
    assert "100 characters" in refused.content.decode()


def test_a_collection_shows_its_papers_in_order_with_notes(
    alice: User, heat: Collection, papers: list[Paper]
) -> None:
    arrange.note(person=alice, collection_id=heat.pk, paper_id=papers[1].pk, text="See **fig. 2**, $x^2$")
    page = signed_in(alice).get(heat.address).content.decode()
    assert titles(page) == ["2604.00001", "2604.00002", "2604.00003"]
    assert "<em>Tuesdays</em>" in page
    assert "<strong>fig. 2</strong>, <math>" in page
    assert "only you see it" in page


def test_papers_are_moved_noted_on_and_taken_out(alice: User, heat: Collection, papers: list[Paper]) -> None:
    client = signed_in(alice)
    first, second, third = (one.pk for one in papers)
    at = f"/collections/{heat.pk}/papers"
    answer = client.post(f"{at}/{second}/move", {"by": "-1"})
    assert answer["Location"] == f"{heat.address}#paper-{second}"
    client.post(f"{at}/{first}", {"note": "Later", "position": "3"})
    assert CollectedPaper.objects.get(paper=first).note == "Later"
    assert titles(client.get(heat.address).content.decode()) == ["2604.00002", "2604.00003", "2604.00001"]
    form = client.get(f"{at}/{first}").content.decode()
    assert ">Later</textarea>" in form
    client.post(f"{at}/{third}/remove")
    assert titles(client.get(heat.address).content.decode()) == ["2604.00002", "2604.00001"]


def test_the_address_follows_the_name_and_old_ones_lead_to_it(alice: User, heat: Collection) -> None:
    client = signed_in(alice)
    answer = client.post(f"/collections/{heat.pk}/change", {"name": "Cold", "about": "", "is_public": "on"})
    assert answer["Location"] == f"/collections/{heat.pk}-cold"
    for old in (heat.address, f"/collections/{heat.pk}"):
        assert client.get(f"{old}?page=1")["Location"] == f"/collections/{heat.pk}-cold?page=1"
    assert client.get(f"/collections/{heat.pk}-cold?page=2").status_code == 404


def test_deleting_asks_whether_one_means_it(alice: User, heat: Collection, papers: list[Paper]) -> None:
    client = signed_in(alice)
    assert client.post(f"/collections/{heat.pk}/delete").status_code == 422
    answer = client.post(f"/collections/{heat.pk}/delete", {"sure": "1"})
    assert answer["Location"] == "/people/alice/collections"
    assert not Collection.objects.exists()
    assert Paper.objects.count() == 3


def addresses(collection: Collection, paper: Paper) -> dict[str, str]:
    """Every address about a collection, and how it is asked."""
    at = f"/collections/{collection.pk}"
    return {
        collection.address: "get",
        at: "get",
        f"{at}/change": "get",
        f"{at}/delete": "post",
        f"{at}/papers/{paper.pk}": "get",
        f"{at}/papers/{paper.pk}/move": "post",
        f"{at}/papers/{paper.pk}/remove": "post",
    }


def test_a_private_collection_is_not_there_for_others(heat: Collection, papers: list[Paper]) -> None:
    bob, visitor = signed_in(person("bob")), Client()
    for address, method in addresses(heat, papers[0]).items():
        answer = getattr(bob, method)(address, {"sure": "1"} if method == "post" else {})
        assert answer.status_code == 404, address
        assert "Heat" not in answer.content.decode()
        answer = getattr(visitor, method)(address)
        assert answer.status_code in (302, 404), address
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/login/")
    assert bob.post(f"/collections/{heat.pk}/change", {"name": "Mine"}).status_code == 404
    assert bob.post(f"/collections/{heat.pk}/papers/{papers[0].pk}", {"note": "x"}).status_code == 404
    assert "Heat" not in bob.get("/people/alice/collections").content.decode()
    assert "Heat" not in bob.get("/people/alice").content.decode()
    assert bob.get("/collections/99999999").status_code == 404
    assert bob.get("/collections/999999999999999").status_code == 404


def test_a_public_one_is_read_but_not_changed_by_others(
    alice: User, heat: Collection, papers: list[Paper]
) -> None:
    collect.change(person=alice, collection_id=heat.pk, name="Heat", is_public=True)
    bob = signed_in(person("bob"))
    for client in (bob, Client()):
        page = client.get(f"/collections/{heat.pk}-heat").content.decode()
        assert len(titles(page)) == 3
        assert "Note, place, remove" not in page
    assert f"/collections/{heat.pk}-heat" in bob.get("/people/alice").content.decode()
    for address, method in addresses(heat, papers[0]).items():
        if address.rpartition("/")[0] != "/collections":
            assert getattr(bob, method)(address, {"sure": "1"}).status_code == 404, address
    assert bob.post("/people/alice/collections", {"name": "Mine"}).status_code == 403
    assert CollectedPaper.objects.count() == 3


def test_nothing_is_changed_by_looking_nor_by_a_forged_form(
    alice: User, heat: Collection, papers: list[Paper]
) -> None:
    plain, strict = signed_in(alice), signed_in(alice, enforce_csrf_checks=True)
    for address, method in addresses(heat, papers[0]).items():
        if method == "post":
            assert plain.get(address).status_code == 405, address
        if address.rpartition("/")[0] != "/collections":
            assert strict.post(address, {"sure": "1", "name": "x"}).status_code == 403, address
    assert CollectedPaper.objects.count() == 3
    assert Collection.objects.get().name == "Heat in metals"


def test_hostile_words_are_shown_as_text(alice: User, heat: Collection, papers: list[Paper]) -> None:
    client = signed_in(alice)
    told = {"name": HOSTILE, "about": HOSTILE, "is_public": "on"}
    address = client.post(f"/collections/{heat.pk}/change", told)["Location"]
    client.post(f"/collections/{heat.pk}/papers/{papers[0].pk}", {"note": HOSTILE})
    pages = (
        address,
        "/people/alice",
        "/people/alice/collections",
        f"/saved/{papers[0].pk}",
        f"/collections/{heat.pk}/change",
        f"/collections/{heat.pk}/papers/{papers[0].pk}",
        "/papers/2604.00001",
    )
    for page in pages:
        text = client.get(page).content.decode()
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        assert "\u202e" not in text, page


@pytest.mark.parametrize("position", ["", "0", "-1", "1e9", "9" * 30, "x", "²"])
def test_a_position_that_is_none_moves_nothing_out_of_the_list(
    alice: User, heat: Collection, papers: list[Paper], position: str
) -> None:
    answer = signed_in(alice).post(f"/collections/{heat.pk}/papers/{papers[0].pk}", {"position": position})
    assert answer.status_code == 302
    assert sorted(CollectedPaper.objects.values_list("position", flat=True)) == [1, 2, 3]


def count(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_a_page_costs_the_same_queries_for_few_papers_as_for_many(alice: User, heat: Collection) -> None:
    client = signed_in(alice)
    few = count(lambda: client.get(heat.address))
    more = hold(*(record(number) for number in range(10, 70)))
    arrange.add(person=alice, collection_id=heat.pk, paper_ids=[one.pk for one in more])
    assert count(lambda: client.get(heat.address)) == few
    page = client.get(f"{heat.address}?page=3").content.decode()
    assert "Page 3 of 3" in page
    assert len(titles(page)) == 13
