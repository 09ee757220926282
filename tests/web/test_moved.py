"""Every address we ever gave leads to what it named."""

import pytest
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author
from dailypapers.community.actions import collect, moderate_paper
from dailypapers.community.actions.change_profile import change_profile
from dailypapers.community.actions.former_handle import handle_now, let_go
from dailypapers.community.actions.leave import leave
from dailypapers.community.models.former_handles import FormerHandle
from dailypapers.community.models.people import User
from tests.community.people import signed_in
from tests.papers import NOW, hold, named, record

pytestmark = pytest.mark.django_db


def renamed(who: User, handle: str) -> User:
    return change_profile(person=who, handle=handle, name=who.name)


def location(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code in (301, 302), (address, answer.status_code)
    return str(answer["Location"])


def test_whoever_changes_their_handle_is_found_by_the_one_before(client: Client, alice: User) -> None:
    renamed(alice, "ada")
    for rest in ("", "/comments", "/collections", ".svg", "/comments.atom", "/submissions.json"):
        assert location(client, f"/people/alice{rest}") == f"/people/ada{rest}"
        assert client.get(f"/people/ada{rest}").status_code == 200
    assert location(client, "/people/alice?papers=all") == "/people/ada?papers=all"
    assert location(client, "/people/ALICE") == "/people/alice"
    renamed(alice, "countess")
    assert location(client, "/people/alice") == location(client, "/people/ada") == "/people/countess"
    renamed(alice, "alice")
    assert client.get("/people/alice").status_code == 200
    assert location(client, "/people/ada") == "/people/alice"


def test_a_former_handle_can_be_let_go_by_its_person_alone(
    client: Client, alice: User, bob: User, settings: Settings
) -> None:
    settings.ACCOUNTS = "open"
    renamed(alice, "ada")
    let_go(person=bob, handle="alice")
    assert handle_now("alice") == "ada"
    mine = signed_in(alice)
    assert 'name="let-go" value="alice"' in mine.get("/settings").content.decode()
    mine.post("/settings", {"let-go": "alice"})
    assert client.get("/people/alice").status_code == 404
    assert "let-go" not in mine.get("/settings").content.decode()


def test_nobody_who_left_or_is_closed_is_led_to(client: Client, alice: User, settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    renamed(alice, "ada")
    alice.is_active = False
    alice.save()
    assert client.get("/people/alice").status_code == 404
    alice.is_active = True
    alice.save()
    leave(person=alice)
    assert client.get("/people/alice").status_code == 404
    assert not FormerHandle.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/organizations/", "/groups/", "/notifications/", "/settings/feed/", "/moderation/log/",
        "/papers.rss/", "/status/coverage.md/", "/people/alice/comments/", "/sitemap.xml///", "/comments/7/",
        "/organizations/lab/",
    ],
)  # fmt: skip
def test_slashes_too_many_lead_to_the_page(client: Client, alice: User, address: str) -> None:
    assert location(client, f"{address}?page=2") == f"{address.rstrip('/')}?page=2"


@pytest.mark.parametrize(
    "address", ["//evil.example/", "//evil.example/about/", "/nothing/", "/.//evil.example/"]
)
def test_no_address_leads_to_another_site_or_to_nothing(client: Client, address: str) -> None:
    answer = client.get("/", PATH_INFO=address)
    assert answer.status_code == 404 or "evil" not in answer["Location"]


def test_a_form_that_was_sent_to_a_slash_too_many_is_not_led_on(client: Client) -> None:
    assert client.post("/organizations/").status_code == 404


def test_a_renamed_collection_is_found_under_all_its_names(client: Client, alice: User) -> None:
    made = collect.create(person=alice, name="Heat", is_public=True)
    before = made.address
    collect.change(person=alice, collection_id=made.pk, name="Light", about="", is_public=True)
    now = f"/collections/{made.pk}-light"
    for ending in ("", ".atom", ".feed.json", ".md"):
        assert location(client, before + ending) == now + ending
    for ending in (".bib", ".ris", ".json", ".rdf"):
        assert client.get(before + ending).status_code == 200


def test_a_paper_is_found_by_every_name_of_all_its_copies(client: Client, mo: User) -> None:
    first, second = hold(record("local:list:1"), record("doi:10.1234/engine", title="An engine", authors=()))
    moderate_paper.join(first=second.pk, second=first.pk, by=mo, reason="One work.")
    kept = Paper.objects.get()
    for name in ("local:list:1", "doi:10.1234/engine", "https://doi.org/10.1234/ENGINE"):
        if name != kept.handle:
            assert location(client, f"/papers/{name}") == f"/papers/{kept.handle}"
        assert client.get(f"/papers/{kept.handle}.md").status_code == 200
    # A better name comes with a later record: the address before leads on.
    better = record(7, identifiers=(named("2604.00007"), named("doi:10.1234/engine")), authors=(Author("A"),))
    land([better], NOW)
    assert location(client, "/papers/doi:10.1234/engine") == "/papers/2604.00007"
    assert location(client, "/papers/doi:10.1234/engine.md") == "/papers/2604.00007.md"
    assert location(client, "/papers/doi:10.1234/engine/comments.atom") == "/papers/2604.00007/comments.atom"


def test_every_page_without_arguments_forgives_a_slash(client: Client) -> None:
    plain = [
        str(pattern.pattern)
        for pattern in get_resolver().url_patterns
        if "<" not in str(pattern.pattern) and "(" not in str(pattern.pattern) and str(pattern.pattern)
    ]
    assert "organizations" in plain
    for path in plain:
        if not path.endswith("/"):
            assert location(client, f"/{path}/") == f"/{path}"
