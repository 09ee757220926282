"""The feeds of collections, organizations and searches."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from dailypapers.catalogue import finding
from dailypapers.catalogue.hiding import hide
from dailypapers.community.actions import arrange, collect, group, group_papers
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from dailypapers.site.index_keeper import IndexKeeper
from tests.api.feeds.rules import check
from tests.api.feeds.test_lists import SITE, get, links_of, parsed, titles
from tests.community.people import signed_in
from tests.papers import NOW, hold, record

FORMS = ("rss", "atom", "json")


@pytest.mark.django_db
class TestCollections:
    """Public collections, in the order in which papers came."""

    @pytest.mark.parametrize("form", ["rss", "atom", "feed.json"])
    def test_what_was_put_in_last_comes_first_with_its_note(
        self, client: Client, alice: User, form: str
    ) -> None:
        first, second = hold(record(1, title="First"), record(2, title="Second"))
        made = collect.create(person=alice, name="Heat & light", is_public=True)
        for hours, paper in enumerate((second, first)):
            at = NOW + timedelta(hours=hours)
            arrange.add(person=alice, collection_id=made.pk, paper_ids=[paper.pk], now=at)
        note = "**Read** it, @alice: $x^2$"
        arrange.note(person=alice, collection_id=made.pk, paper_id=first.pk, text=note)
        address = f"{made.address}.{form}"
        response = get(client, address)
        check(form.rpartition(".")[2], response.content, f"{SITE}{address}")
        if form != "atom":
            return
        entries = parsed(client, address).entries
        assert [entry.title for entry in entries] == ["First", "Second"]
        # A reader sorts by date: that of the day it was put there, not of the paper.
        assert entries[0].published == "2026-04-16T13:00:00+00:00"
        assert "<strong>Read</strong> it, @alice: x²" in entries[0].content[0].value

    def test_one_that_is_not_public_has_no_feed_not_even_for_its_owner(
        self, client: Client, alice: User
    ) -> None:
        made = collect.create(person=alice, name="Mine")
        for who in (client, signed_in(alice)):
            assert get(who, f"{made.address}.atom").status_code == 404
        assert f"{made.address}.atom" not in signed_in(alice).get(made.address).content.decode()

    def test_a_renamed_one_leads_to_its_feed_and_the_references_stay_at_json(
        self, client: Client, alice: User
    ) -> None:
        made = collect.create(person=alice, name="Heat", is_public=True)
        moved = client.get(f"/collections/{made.pk}-cold.feed.json?page=1")
        assert moved["Location"] == f"{made.address}.feed.json?page=1"
        assert client.get(f"{made.address}.json")["Content-Type"].startswith("application/vnd.citationstyles")
        shown = client.get(made.address).content.decode()
        for form in ("rss", "atom", "feed.json"):
            assert f'href="{made.address}.{form}"' in shown

    def test_hidden_papers_are_left_out(self, client: Client, alice: User) -> None:
        one, two = hold(record(1), record(2, title="Second"))
        made = collect.create(person=alice, name="Heat", is_public=True)
        arrange.add(person=alice, collection_id=made.pk, paper_ids=[one.pk, two.pk])
        hide(one.pk, "Spam.", NOW)
        assert titles(client, f"{made.address}.rss") == ["Second"]


@pytest.mark.django_db
class TestOrganizations:
    """Organizations have feeds, private groups none."""

    @pytest.mark.parametrize("form", FORMS)
    def test_the_newest_papers_of_an_organization(
        self, client: Client, alice: User, settings: Settings, form: str
    ) -> None:
        settings.ORGANIZATIONS = "everyone"
        lab = group.create(person=alice, kind=Group.Kind.ORGANIZATION, name="Lab of Engines")
        (one,) = hold(record(1, title="An engine"))
        group_papers.add(person=alice, group_id=lab.pk, paper_id=one.pk)
        response = get(client, f"/organizations/{lab.slug}.{form}")
        check(form, response.content, f"{SITE}/organizations/{lab.slug}.{form}")
        assert b"An engine" in response.content
        assert f'href="/organizations/{lab.slug}.{form}"' in client.get(lab.address).content.decode()

    def test_a_private_group_has_none(self, alice: User, settings: Settings) -> None:
        settings.GROUPS = "everyone"
        readers = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
        mine = signed_in(alice)
        assert get(mine, f"/organizations/{readers.slug}.atom").status_code == 404
        assert mine.get(f"/groups/{readers.slug}.atom").status_code == 404
        assert f"{readers.slug}.atom" not in mine.get(readers.address).content.decode()


@pytest.fixture
def searched(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A site with a few papers and a place for an index of its own."""
    settings.INDEX_URL = str(tmp_path / "index")
    settings.HOME = tmp_path
    monkeypatch.setattr(finding, "_open", finding._Open())
    return Client()


@pytest.mark.django_db(transaction=True)
class TestSearch:
    """A search as a feed."""

    def test_before_there_is_an_index_it_says_when_to_come_back(self, searched: Client) -> None:
        answer = get(searched, "/search.rss?q=copper")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "300"

    def test_a_search_goes_on_as_a_feed_of_the_newest_papers(self, searched: Client) -> None:
        hold(*(record(number, title=f"Heat in metal number {number}") for number in range(1, 61)))
        hold(record(90, title="Folding of proteins", abstract="Amino acids."))
        IndexKeeper().look()
        for form in FORMS:
            address = f"/search.{form}?q=heat+in+metal"
            check(form, get(searched, address).content, f"{SITE}{address}")
        found = parsed(searched, "/search.atom?q=heat+in+metal")
        assert len(found.entries) == 50
        assert found.feed.title.startswith("heat in metal")
        second = parsed(searched, links_of(found)["next"].removeprefix(SITE))
        assert len({entry.id for entry in (*found.entries, *second.entries)}) == 60
        by_author = json.loads(get(searched, '/search.json?q=author:"Ada+Lovelace"').content)
        assert len(by_author["items"]) == 50
        page = searched.get("/search?q=heat+in+metal").content.decode()
        assert 'href="/search.atom?q=heat+in+metal"' in page

    def test_what_is_not_asked_well_is_told(self, searched: Client) -> None:
        for query in ("", "?q=", "?q=heat&sort=beauty", "?q=heat&mode=magic", "?q=heat&page=0"):
            answer = get(searched, f"/search.atom{query}")
            assert answer.status_code == 404
            assert answer["Content-Type"].startswith("text/plain")
