"""Bookmarks and read marks on pages, and a paper's way into collections."""

import html
import re
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import bookmark, collect
from dailypapers.community.models.collections import Bookmark, CollectedPaper, Collection, ReadMark
from dailypapers.community.models.people import User
from dailypapers.ranking import lists
from dailypapers.ranking.refresh import refresh
from tests.community.people import person, signed_in
from tests.papers import hold, mention, record

pytestmark = pytest.mark.django_db

LIST = "/papers/date/2026-04-15"


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


def shown(client: Client, address: str) -> int:
    return client.get(address).content.decode().count('<li class="paper')


def read(who: User, papers: Sequence[Paper]) -> None:
    now = timezone.now()
    ReadMark.objects.bulk_create(ReadMark(person=who, paper=one, created_at=now) for one in papers)


def test_a_paper_is_saved_with_one_press_and_let_go_with_another(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    answer = client.post(f"/saved/{paper.pk}", {"next": LIST})
    assert answer["Location"] == f"{LIST}#paper-{paper.pk}"
    assert ">Saved</button>" in client.get(LIST).content.decode()
    assert "paper number 2604.00001" in client.get("/saved").content.decode()
    client.post(f"/saved/{paper.pk}", {"back": "1"})
    assert not Bookmark.objects.exists()
    assert "Nothing is saved yet" in client.get("/saved").content.decode()


def test_with_htmx_the_button_alone_comes_back(paper: Paper, alice: User) -> None:
    answer = signed_in(alice).post(f"/saved/{paper.pk}", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.startswith(f'<span class="keep own"><button class="deed" id="keep-{paper.pk}"')
    assert ">Saved</button>" in page
    assert "<html" not in page


def test_a_paper_is_put_into_collections_and_a_new_one(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    first, second = (collect.create(person=alice, name=name) for name in ("First", "Second"))
    form = client.get(f"/saved/{paper.pk}").content.decode()
    assert f'name="in" value="{first.pk}"' in form
    shown = f"{first.pk},{second.pk}"
    assert f'name="shown" value="{second.pk},{first.pk}"' in form
    client.post(f"/saved/{paper.pk}/collections", {"in": [str(first.pk)], "shown": shown, "new": "Third"})
    inside = CollectedPaper.objects.filter(paper=paper)
    assert set(inside.values_list("collection__name", flat=True)) == {"First", "Third"}
    client.post(f"/saved/{paper.pk}/collections", {"in": [str(second.pk)], "shown": shown})
    assert set(inside.values_list("collection__name", flat=True)) == {"Second", "Third"}
    assert "in 2 collections" in client.get(LIST).content.decode()


def test_another_persons_collection_takes_nothing(paper: Paper, alice: User) -> None:
    foreign = collect.create(person=person("bob"), name="Bob's", is_public=True)
    answer = signed_in(alice).post(f"/saved/{paper.pk}/collections", {"in": [str(foreign.pk)]})
    assert answer.status_code == 403
    assert not CollectedPaper.objects.exists()


def test_opening_a_paper_marks_it_as_read_but_fetching_ahead_does_not(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    client.get("/papers/2604.00001", headers={"Sec-Purpose": "prefetch"})
    assert not ReadMark.objects.exists()
    client.get("/papers/2604.00001")
    assert ReadMark.objects.count() == 1
    assert 'class="paper lead read"' in client.get(LIST).content.decode()
    assert 'class="paper lead read"' not in signed_in(person("bob")).get(LIST).content.decode()
    assert "paper number 2604.00001" in client.get("/saved/read").content.decode()
    client.post(f"/saved/{paper.pk}/read", {"back": "1"})
    assert not ReadMark.objects.exists()


def test_who_wants_it_sees_lists_without_what_they_have_read(alice: User) -> None:
    papers = hold(*(record(number, **mention(number)) for number in (1, 2, 3)))
    refresh()
    client, others = signed_in(alice), signed_in(person("bob"))
    for paper in papers[:2]:
        client.post(f"/saved/{paper.pk}/read", {"next": LIST})
    addresses = (LIST, "/papers/week/2026-W16", "/papers/month/2026-04", "/papers", "/papers/trending")
    for address in addresses:
        assert shown(client, address) == 3, "only fainter"
    client.post("/saved/read/choose", {"left-out": "1"})
    for address in addresses:
        page = client.get(address).content.decode()
        assert page.count('<li class="paper') == 1, address
        assert "2 of this page that you have read are left out." in page, address
        assert address == "/papers/trending" or "3 in all" in page, "the numbers are those of the list"
        assert shown(others, address) == shown(Client(), address) == 3, address
    page = client.get(f"{LIST}?order=newest").content.decode()
    (link,) = re.findall(r'<a href="([^"]*)" rel="nofollow">Show them</a>', page)
    whole = client.get(html.unescape(link)).content.decode()
    assert whole.count('<li class="paper') == 3
    assert f'<a href="{LIST}?order=newest" rel="nofollow">Leave them out</a>' in whole
    assert f'<link rel="canonical" href="http://testserver{LIST}?order=newest">' in whole
    client.post("/saved/read/choose", {"left-out": "0"})
    assert shown(client, LIST) == 3


def test_a_page_of_which_all_is_read_says_so_and_leads_on(alice: User) -> None:
    papers = hold(*(record(number) for number in range(1, 28)))
    client = signed_in(alice)
    read(alice, papers)
    client.post("/saved/read/choose", {"left-out": "1"})
    page = client.get(LIST).content.decode()
    assert "25 of this page that you have read are left out." in page
    assert "Nothing was announced" not in page
    assert f'href="{LIST}?page=2"' in page
    assert f'href="{LIST}?page=2&amp;read=shown"' in client.get(f"{LIST}?read=shown").content.decode()
    assert client.get(f"{LIST}?read=nonsense").status_code == 404


def test_leaving_out_costs_no_query_and_poisons_no_list_that_is_remembered(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LONG", 1)
    papers = hold(*(record(number) for number in range(1, 6)))
    client = signed_in(alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    queries()
    usual = queries()
    read(alice, papers)
    client.post("/saved/read/choose", {"left-out": "1"})
    assert queries() == usual
    assert shown(client, LIST) == 0
    assert shown(Client(), LIST) == 5


def test_one_says_whether_opened_papers_are_marked_and_forgets_them(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    client.post("/saved/read/choose", {"marks": "0"})
    client.get("/papers/2604.00001")
    assert not ReadMark.objects.exists()
    client.post(f"/saved/{paper.pk}/read")
    assert ReadMark.objects.count() == 1
    client.post("/saved/read/choose", {"forget": "1"})
    assert not ReadMark.objects.exists()


@pytest.mark.parametrize("address", ["/saved", "/saved/read", "/saved/1", "/following"])
def test_visitors_are_asked_to_sign_in(client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("address", ["", "/read", "/collections"])
def test_a_visitor_changes_nothing_and_a_forged_form_neither(paper: Paper, alice: User, address: str) -> None:
    whole = f"/saved/{paper.pk}{address}"
    assert Client().post(whole, {"new": "x"})["Location"].startswith("/accounts/login/")
    assert signed_in(alice, enforce_csrf_checks=True).post(whole, {"new": "x"}).status_code == 403
    assert [table.objects.count() for table in (Bookmark, ReadMark, Collection)] == [0, 0, 0]


def test_a_paper_that_is_not_held_is_refused(alice: User) -> None:
    client = signed_in(alice)
    assert client.post("/saved/99999999999999999999").status_code == 403
    assert client.get("/saved/99999999999999999999").status_code == 404
    assert client.post("/saved/999/read").status_code == 403
    assert client.get("/saved?page=0").status_code == 404


def test_a_thousand_tries_a_minute_are_refused_in_place_too(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    for _ in range(120):
        bookmark.bookmark(person=alice, paper_id=paper.pk)
    refused = client.post(f"/saved/{paper.pk}", headers={"HX-Request": "true"})
    assert refused.status_code == 429
    assert "more papers in a minute" in refused.content.decode()


def test_visitors_see_no_controls(client: Client, paper: Paper) -> None:
    for address in (LIST, "/papers/2604.00001"):
        page = client.get(address).content.decode()
        assert "/saved" not in page
        assert "/following" not in page


def test_what_one_keeps_costs_a_list_one_query(alice: User) -> None:
    papers = hold(*(record(number) for number in range(1, 20)))
    client = signed_in(alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        assert len([one for one in asked if "community_bookmark" in one["sql"]]) == 1
        assert len([one for one in asked if "community_readmark" in one["sql"]]) == 1
        return len(asked)

    few = queries()
    for one in papers:
        bookmark.bookmark(person=alice, paper_id=one.pk)
        bookmark.mark_read(person=alice, paper_id=one.pk)
    assert queries() == few
