"""Lists of groups on pages: where they stand, and that others find none of a private group."""

from functools import partial

import pytest
from django.test import Client
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import arrange, collect, group, membership
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from tests.community.people import person, signed_in
from tests.papers import hold, record
from tests.web.test_collections import addresses, count, titles

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>\u202e<img src=x>'


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"


@pytest.fixture
def papers() -> list[Paper]:
    return list(hold(*(record(number) for number in range(1, 4))))


@pytest.fixture
def lab(alice: User, bob: User) -> Group:
    return with_bob(alice, group.create(person=alice, kind=Group.Kind.ORGANIZATION, name="Lab"))


@pytest.fixture
def readers(alice: User, bob: User) -> Group:
    return with_bob(alice, group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers"))


@pytest.fixture
def secret(readers: Group, alice: User, papers: list[Paper]) -> Collection:
    made = collect.create(person=alice, name="Confidential", group_id=readers.pk)
    keys = [one.pk for one in papers]
    return arrange.add(person=alice, collection_id=made.pk, paper_ids=keys)[0]


def with_bob(alice: User, made: Group) -> Group:
    membership.invite(by=alice, group_id=made.pk, handle="bob")
    membership.join(person=User.objects.get(handle="bob"), group_id=made.pk)
    return made


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_a_member_makes_a_list_on_the_groups_page(lab: Group, bob: User) -> None:
    client = signed_in(bob)
    assert f'href="{lab.address}/lists#new"' in text_of(client, lab.address)
    answer = client.post(f"{lab.address}/lists", {"name": "To read", "about": "", "is_public": "on"})
    made = Collection.objects.get()
    assert answer["Location"] == made.address
    assert (made.owner, made.group, made.is_public) == (None, lab, True)
    page = text_of(client, made.address)
    assert f'a list of <a href="{lab.address}">Lab</a>' in page
    assert "others see it" in page
    refused = client.post(f"{lab.address}/lists", {"name": "x" * 101})
    assert refused.status_code == 422
    assert "100 characters" in refused.content.decode()


def test_lists_stand_on_the_groups_page_as_far_as_one_may_see_them(lab: Group, alice: User) -> None:
    for name, shown in (("Open list", True), ("Draft list", False)):
        collect.create(person=alice, name=name, is_public=shown, group_id=lab.pk)
    own = text_of(signed_in(alice), lab.address)
    assert "Open list" in own
    assert "Draft list" in own
    for client in (Client(), signed_in(person("mallory"))):
        for path in (lab.address, f"{lab.address}/lists"):
            page = text_of(client, path)
            assert "Open list" in page
            assert "Draft list" not in page
            assert "Make a list" not in page
            assert "A new list" not in page


def test_a_list_of_a_private_group_has_no_address_for_others(
    readers: Group, secret: Collection, papers: list[Paper]
) -> None:
    hidden = addresses(secret, papers[0]) | {
        f"{secret.address}.bib": "get",
        f"/collections/{secret.pk}/bring": "get",
        f"{readers.address}/lists": "get",
    }
    absent = f"/collections/{secret.pk + 1}"
    others = [person("mallory"), person("mo", is_moderator=True), person("root", is_superuser=True)]
    for client in (Client(), *map(signed_in, others)):
        for address, method in hidden.items():
            answer = getattr(client, method)(address, {"sure": "1"} if method == "post" else {})
            assert answer.status_code == 404 or answer["Location"].startswith("/accounts/login/"), address
            assert "Confidential" not in answer.content.decode()
            assert "Readers" not in answer.content.decode()
        there, nowhere = client.get(secret.address), client.get(absent)
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert main_of(there.content.decode()) == main_of(nowhere.content.decode())
        for page in ("/papers/2604.00001", f"/saved/{papers[0].pk}", "/people/alice", "/following"):
            assert "Confidential" not in client.get(page).content.decode(), page
    assert signed_in(others[0]).post(f"{readers.address}/lists", {"name": "Mine"}).status_code == 404
    assert Collection.objects.count() == 1
    assert CollectedPaper.objects.count() == 3


def test_who_is_invited_sees_no_list_and_makes_none(readers: Group, secret: Collection, alice: User) -> None:
    invited = person("invited")
    membership.invite(by=alice, group_id=readers.pk, handle="invited")
    client = signed_in(invited)
    for path in (readers.address, f"{readers.address}/lists"):
        assert "Confidential" not in text_of(client, path)
    text_of(client, secret.address, 404)
    assert client.post(f"{readers.address}/lists", {"name": "Mine"}).status_code == 403


def test_members_read_fill_and_order_it(secret: Collection, bob: User, papers: list[Paper]) -> None:
    client = signed_in(bob)
    page = text_of(client, secret.address)
    assert len(titles(page)) == 3
    assert 'put here by <a href="/people/alice">Alice</a>' in page
    assert "only members see it" in page
    assert ">Follow</button>" in page
    assert 'name="robots" content="noindex"' in page
    at = f"/collections/{secret.pk}/papers"
    client.post(f"{at}/{papers[2].pk}/move", {"by": "-1"})
    client.post(f"{at}/{papers[0].pk}", {"note": "Read *this*", "position": "3"})
    client.post(f"{at}/{papers[1].pk}/remove")
    page = text_of(client, secret.address)
    assert titles(page) == ["2604.00003", "2604.00001"]
    assert "<em>this</em>" in page
    assert "@article" in text_of_file(client, f"{secret.address}.bib")


def text_of_file(client: Client, address: str) -> str:
    return b"".join(client.get(address)).decode()


def test_who_put_a_paper_into_a_public_list_is_named_to_members_only(
    lab: Group, alice: User, papers: list[Paper]
) -> None:
    made = collect.create(person=alice, name="To read", is_public=True, group_id=lab.pk)
    arrange.add(person=alice, collection_id=made.pk, paper_ids=[papers[0].pk])
    assert "put here by" in text_of(signed_in(alice), made.address)
    for client in (Client(), signed_in(person("mallory"))):
        page = text_of(client, made.address)
        assert "put here by" not in page
        assert "Note, place, remove" not in page


def test_a_list_of_a_private_group_cannot_be_shown_by_its_form(secret: Collection, alice: User) -> None:
    client = signed_in(alice)
    form = text_of(client, f"/collections/{secret.pk}/change")
    assert "is_public" not in form
    client.post(f"/collections/{secret.pk}/change", {"name": "Confidential", "is_public": "on"})
    secret.refresh_from_db()
    assert not secret.is_public


def test_an_administrator_deletes_it_and_a_member_is_told_who_can(
    readers: Group, secret: Collection, alice: User, bob: User
) -> None:
    page = text_of(signed_in(bob), f"/collections/{secret.pk}/change")
    assert "Administrators of Readers can delete it." in page
    assert "Delete the collection" not in page
    assert signed_in(bob).post(f"/collections/{secret.pk}/delete", {"sure": "1"}).status_code == 403
    answer = signed_in(alice).post(f"/collections/{secret.pk}/delete", {"sure": "1"})
    assert answer["Location"] == readers.address
    assert not Collection.objects.exists()


def test_a_paper_is_saved_into_a_list_of_ones_group(
    readers: Group, bob: User, alice: User, papers: list[Paper]
) -> None:
    made = collect.create(person=alice, name="To read", group_id=readers.pk)
    client = signed_in(bob)
    form = text_of(client, f"/saved/{papers[0].pk}")
    assert "<legend>In lists of Readers</legend>" in form
    client.post(f"/saved/{papers[0].pk}/collections", {"in": [str(made.pk)], "shown": str(made.pk)})
    assert CollectedPaper.objects.get().added_by == bob
    assert "in 1 collection<" in text_of(client, "/papers/date/2026-04-15")
    client.post(f"/saved/{papers[0].pk}/collections", {"shown": str(made.pk)})
    assert not CollectedPaper.objects.exists()


def test_whether_others_list_has_a_paper_is_not_told(secret: Collection, papers: list[Paper]) -> None:
    client = signed_in(person("mallory"))
    (absent,) = hold(record(9))
    for paper in (papers[0], absent):
        for number in (secret.pk, secret.pk + 1):
            answer = client.post(f"/saved/{paper.pk}/collections", {"in": [str(number)]})
            assert answer.status_code == 403
            assert "There is no such collection of yours." in answer.content.decode()
    assert CollectedPaper.objects.count() == 3


def test_hostile_words_are_shown_as_text(lab: Group, alice: User, papers: list[Paper]) -> None:
    client = signed_in(alice)
    group.change(person=alice, group_id=lab.pk, name=f"Lab {HOSTILE}")
    told = {"name": HOSTILE, "about": HOSTILE, "is_public": "on"}
    address = client.post(f"{lab.address}/lists", told)["Location"]
    for page in (address, lab.address, f"{lab.address}/lists", f"/saved/{papers[0].pk}"):
        text = text_of(client, page)
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        assert "\u202e" not in text, page


def test_forged_forms_and_visitors_make_no_list(lab: Group, alice: User) -> None:
    path = f"{lab.address}/lists"
    assert Client().post(path, {"name": "Mine"})["Location"].startswith("/accounts/login/")
    assert signed_in(person("mallory")).post(path, {"name": "Mine"}).status_code == 403
    assert signed_in(alice, enforce_csrf_checks=True).post(path, {"name": "Mine"}).status_code == 403
    assert signed_in(alice).post(path, {"name": "x" * 10**6, "about": "x" * 10**6}).status_code == 422
    assert signed_in(alice).put(path).status_code == 405
    assert not Collection.objects.exists()


def test_the_pages_cost_the_same_for_many_lists_as_for_few(
    lab: Group, secret: Collection, alice: User, papers: list[Paper]
) -> None:
    client = signed_in(alice)
    made = collect.create(person=alice, name="First", group_id=lab.pk)
    addresses_of = (lab.address, f"{lab.address}/lists", secret.address, f"/saved/{papers[0].pk}")
    client.get(f"/saved/{papers[0].pk}")

    def queries() -> list[int]:
        return [count(partial(client.get, address)) for address in addresses_of]

    few = queries()
    more = [one.pk for one in hold(*(record(number) for number in range(10, 20)))]
    for number in range(9):
        collect.create(person=alice, name=f"List {number}", group_id=lab.pk)
    for collection in (made, secret):
        arrange.add(person=alice, collection_id=collection.pk, paper_ids=more)
    assert queries() == few
