"""The pages of organizations and private groups: what is shown to whom, what their forms do and refuse."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.community.actions import group, membership
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.groups import Group, GroupPaper, Membership
from dailypapers.community.models.people import User
from dailypapers.web.pages import groups
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>\u202e'


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"


@pytest.fixture
def lab(alice: User) -> Group:
    return group.create(person=alice, kind=Group.Kind.ORGANIZATION, name="Lab", about=f"We {HOSTILE}")


@pytest.fixture
def readers(alice: User) -> Group:
    return group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_one_makes_an_organization_and_everyone_finds_it(alice: User) -> None:
    client = signed_in(alice)
    assert "Make one" in text_of(client, "/organizations")
    answer = client.post("/organizations/new", {"name": f"Lab {HOSTILE}", "about": HOSTILE})
    at = answer.headers["Location"]
    page = text_of(Client(), at)
    assert "<script>alert" not in page
    assert 'href="/people/alice"' in page
    assert "Invite" not in page
    assert f'href="{at}"' in text_of(Client(), "/organizations")
    assert f'href="{at}"' in text_of(Client(), "/organizations?q=LAB")
    assert "No organization has this name" in text_of(Client(), "/organizations?q=%25zzz")
    assert f'href="{at}"' in text_of(Client(), "/people/alice")


def test_a_private_group_is_on_no_page_of_others(readers: Group, alice: User) -> None:
    hold(record(1))
    own = text_of(signed_in(alice), "/groups")
    assert readers.address in own
    assert "only they see this page" in text_of(signed_in(alice), readers.address)
    moderator = person("mo", is_moderator=True, is_superuser=True, is_staff=True)
    for client in (Client(), signed_in(person("bob")), signed_in(moderator)):
        for path in ("", "/change", "/papers/1"):
            assert client.get(readers.address + path).status_code in (302, 404), path
        for path in ("/people", "/papers", "/delete"):
            assert client.post(readers.address + path, {"deed": "join"}).status_code in (302, 404), path
        assert client.get(f"/organizations/{readers.slug}").status_code == 404
        for path in ("/organizations", "/organizations?q=eaders", "/people/alice", "/papers/2604.00001"):
            assert readers.slug not in text_of(client, path), path
            assert "Readers" not in text_of(client, path), path
    assert Group.objects.filter(pk=readers.pk).exists()


def test_joining_by_invitation_goes_over_the_page(lab: Group, alice: User) -> None:
    bob = person("bob")
    desk, client = signed_in(alice), signed_in(bob)
    at = f"{lab.address}/people"
    desk.post(at, {"deed": "invite", "handle": "@bob"})
    assert "bob" not in text_of(Client(), lab.address), "who is invited is nobody's affair yet"
    assert "(@alice) invites you to Lab" in text_of(client, lab.address)
    client.post(at, {"deed": "join"})
    assert 'href="/people/bob"' in text_of(Client(), lab.address)
    desk.post(at, {"deed": "promote", "handle": "bob"})
    assert "Invite by handle" in text_of(client, lab.address)
    client.post(at, {"deed": "demote", "handle": "alice"})
    client.post(at, {"deed": "remove", "handle": "alice"})
    assert list(Membership.objects.values_list("person__handle", flat=True)) == ["bob"]
    refused = client.post(at, {"deed": "leave"})
    assert refused.status_code == 403
    assert "Make another one first" in refused.content.decode()


def test_asking_to_join_goes_over_the_page(lab: Group, alice: User) -> None:
    group.change(person=alice, group_id=lab.pk, name="Lab", joining="ask")
    bob = person("bob")
    signed_in(bob).post(f"{lab.address}/people", {"deed": "join", "words": f"Me {HOSTILE}"})
    assert "Ask no more" in text_of(signed_in(bob), lab.address)
    page = text_of(signed_in(alice), lab.address)
    assert "<script>alert" not in page
    signed_in(alice).post(f"{lab.address}/people", {"deed": "admit", "handle": "bob"})
    assert Membership.objects.get(person=bob).state == "member"


def test_papers_are_put_there_by_any_identifier_and_taken_off(readers: Group, alice: User) -> None:
    (paper,) = hold(record(1))
    client = signed_in(alice)
    at = f"{readers.address}/papers"
    refused = client.post(at, {"deed": "add", "paper": "2604.99999"})
    assert refused.status_code == 422
    assert 'value="2604.99999"' in refused.content.decode()
    client.post(at, {"deed": "add", "paper": "https://arxiv.org/abs/2604.00001v2"})
    page = text_of(client, readers.address)
    assert "paper number 2604.00001" in page
    assert f'href="{at}/{paper.pk}"' in page
    client.post(at, {"deed": "take-off", "paper": str(paper.pk)})
    assert not GroupPaper.objects.exists()


def test_cards_say_how_many_members_voted_and_name_them_to_members(
    lab: Group, readers: Group, alice: User, bob: User
) -> None:
    voted, other = hold(record(1), record(2))
    for of in (lab, readers):
        for paper in (voted, other):
            GroupPaper.objects.create(group=of, paper=paper, added_at=lab.created_at)
    User.objects.filter(pk=alice.pk).update(name=f"Alice {HOSTILE}")
    for who in (alice, bob):
        vote(person=who, paper_id=voted.pk)
    named = '1 member voted for it: <a href="/people/alice">'
    for of in (lab, readers):
        page = text_of(signed_in(alice), of.address)
        assert page.count("voted for it: ") == 1
        assert named in page
        assert "<script>alert" not in page
    for client in (Client(), signed_in(bob)):
        page = text_of(client, lab.address)
        assert "1 member voted for it</p>" in page
        assert named not in page
    User.objects.filter(pk=alice.pk).update(shows_votes=False)
    for client in (Client(), signed_in(bob), signed_in(alice)):
        assert "voted for it</p>" not in text_of(client, lab.address)
    assert "member voted" not in text_of(signed_in(alice), readers.address)


def test_a_page_names_some_people_and_all_who_wants_all(
    lab: Group, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "SHOWN_MEMBERS", 3)
    group.change(person=alice, group_id=lab.pk, name="Lab", joining="ask")
    for number in range(3):
        who = person(f"member-{number}")
        membership.invite(by=alice, group_id=lab.pk, handle=who.handle)
        membership.join(person=who, group_id=lab.pk)
    membership.join(person=person("asks"), group_id=lab.pk)

    def named(client: Client, address: str) -> list[str]:
        page = text_of(client, address)
        return re.findall(r'<li><a href="/people/([^"]+)">', page[page.index("<h2>People</h2>") :])

    assert named(Client(), lab.address) == ["alice", "member-0", "member-1"]
    everyone = f"{lab.address}?people=all"
    assert f'<a href="{everyone}">All people</a>' in text_of(Client(), lab.address)
    assert named(Client(), everyone) == ["alice", "member-0", "member-1", "member-2"]
    assert "All people" not in text_of(Client(), everyone)
    assert named(signed_in(alice), lab.address) == ["alice", "asks", "member-0"], "who waits comes early"


def test_what_is_said_of_a_group_is_changed_on_a_page(lab: Group, readers: Group, alice: User) -> None:
    client = signed_in(alice)
    told = {
        "name": "Lab of Engines",
        "links": "https://lab.example\nhttps://code.example/lab",
        "ror": "https://ror.org/03yrm5c26",
        "joining": "ask",
        "also_named": "Engine Lab",
    }
    client.post(f"{lab.address}/change", told)
    page = text_of(Client(), lab.address)
    assert '<a href="https://code.example/lab" rel="nofollow noopener ugc">' in page
    assert "https://ror.org/03yrm5c26" in page
    refused = client.post(f"{lab.address}/change", told | {"links": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert "does not begin with https" in refused.content.decode()
    client.post(f"{readers.address}/change", {"name": "Reading circle", "ror": "x", "joining": "x"})
    readers.refresh_from_db()
    assert (readers.name, readers.ror, readers.joining) == ("Reading circle", "", "invited")


def test_deleting_asks_for_the_name(lab: Group, readers: Group, alice: User) -> None:
    client = signed_in(alice)
    assert client.post(f"{readers.address}/delete", {"name": "No"}).status_code == 422
    assert client.post(f"{readers.address}/delete", {"name": " readers "}).headers["Location"] == "/groups"
    moderator = signed_in(person("mo", is_moderator=True))
    assert moderator.post(f"{lab.address}/delete", {"name": "Lab"}).status_code == 422
    moderator.post(f"{lab.address}/delete", {"name": "Lab", "reason": "Not theirs."})
    assert not Group.objects.exists()
    assert "Not theirs." in text_of(Client(), "/moderation/log")


def test_forged_forms_and_get_change_nothing(lab: Group, alice: User) -> None:
    paths = [f"{lab.address}/{end}" for end in ("people", "papers", "delete", "change")] + ["/groups/new"]
    for path in paths:
        answer = Client().post(path, {"deed": "join"})
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(alice)
    for path in paths:
        assert forged.post(path, {"name": "Lab"}).status_code == 403
    for path in paths[:3]:
        assert signed_in(alice).get(path).status_code == 405
    bob = signed_in(person("bob"))
    assert bob.get(f"{lab.address}/change").status_code == 404
    assert bob.post(f"{lab.address}/delete", {"name": "Lab"}).status_code == 403
    assert bob.post(f"{lab.address}/papers", {"deed": "find"}).status_code == 403
    for deed, status in (("", 422), ("own", 422), ("invite", 403), ("promote", 403)):
        assert bob.post(f"{lab.address}/people", {"deed": deed, "handle": "bob"}).status_code == status
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("page", ["0", "x", "401", "9" * 30])
def test_a_page_that_is_none_is_not_found(lab: Group, page: str) -> None:
    assert Client().get(f"{lab.address}?page={page}").status_code == 404
    assert Client().get(f"/organizations?page={page}").status_code == 404


def test_a_megabyte_is_refused(lab: Group, alice: User) -> None:
    for path in (f"{lab.address}/change", "/groups/new"):
        answer = signed_in(alice).post(path, {"name": "x" * 10**6, "about": "x" * 10**6})
        assert answer.status_code == 422
    assert (
        len(signed_in(alice).post(f"{lab.address}/people", {"deed": "invite", "handle": "x" * 10**6}).content)
        < 60_000
    )


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        text_of(client, address)
    return len(asked)


def test_the_pages_cost_the_same_for_many_as_for_few(lab: Group, readers: Group, alice: User) -> None:
    own, visitor = signed_in(alice), Client()
    papers = hold(*(record(n) for n in range(1, 12)))
    bob = person("bob")

    def fill(count: range) -> None:
        for at in count:
            who = person(f"p-{at}")
            for of in (lab, readers):
                GroupPaper.objects.create(group=of, paper=papers[at], added_at=lab.created_at)
                membership.invite(by=alice, group_id=of.pk, handle=who.handle)
                membership.join(person=who, group_id=of.pk)
            made = group.create(person=bob, kind=Group.Kind.ORGANIZATION, name=f"Lab number {at}")
            membership.invite(by=bob, group_id=made.pk, handle="alice")
            membership.join(person=alice, group_id=made.pk)

    fill(range(2))
    pages = [
        (own, lab.address),
        (own, readers.address),
        (own, "/groups"),
        (visitor, lab.address),
        (visitor, "/organizations"),
        (visitor, "/people/alice"),
        (own, "/papers/2604.00001"),
    ]
    own.get("/papers/2604.00001")  # Opened for the first time it is marked as read.
    before = [queries(*page) for page in pages]
    fill(range(2, 9))
    assert [queries(*page) for page in pages] == before


def test_every_field_has_a_label_and_every_form_a_token(lab: Group, readers: Group, alice: User) -> None:
    hold(record(1))
    client = signed_in(alice)
    for at in (lab.address, readers.address, f"{lab.address}/change", "/groups/new"):
        page = text_of(client, at)
        main = page[page.index("<main") : page.index("</main>")]
        for form in re.findall(r'<form[^>]*method="post".*?</form>', main, re.DOTALL):
            assert "csrfmiddlewaretoken" in form
        fields = set(re.findall(r'<(?:textarea|select|input)[^>]* id="([^"]+)"', main))
        assert fields <= set(re.findall(r'<label for="([^"]+)"', main))
