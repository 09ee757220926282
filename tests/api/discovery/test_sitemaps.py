"""Sitemaps and robots.txt, as search engines read them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django import Settings

from dailypapers.api.discovery import sitemaps
from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Listed, Precision
from dailypapers.community.actions import arrange, collect, group
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from tests.papers import DAY, NOW, hold, record

pytestmark = pytest.mark.django_db

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
SITE = "http://testserver"


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def addresses(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    root = etree.fromstring(body_of(answer))
    found = [str(one.text) for one in root.findall("*/s:loc", NAMES)]
    assert all(one.startswith(SITE) and one.isascii() for one in found)
    return [one.removeprefix(SITE) for one in found]


def test_every_file_that_the_index_names_is_there_and_every_paper_in_one_of_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 5)
    hold(*(record(number) for number in range(1, 13)), record("doi:10.1234/a&b<c>ü"))
    files = addresses(client, "/sitemap.xml")
    assert "/sitemaps/shared.xml" not in files
    assert "/sitemaps/lists.xml" in files
    of_papers = [one for one in files if "/papers-" in one]
    found = [one for path in of_papers for one in addresses(client, path)]
    assert len(found) == len(set(found)) == 13
    assert all(len(addresses(client, path)) <= 5 for path in of_papers)
    for address in found:
        assert client.get(address).status_code == 200, address


def test_a_file_of_old_papers_stays_as_it_is_while_new_ones_come(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 5)
    hold(*(record(number) for number in range(1, 9)))
    first = min(Paper.objects.values_list("pk", flat=True)) // 5
    old = client.get(f"/sitemaps/papers-{first}.xml")
    body, changed = body_of(old), old["Last-Modified"]
    hold(*(record(number) for number in range(20, 30)))
    cache.clear()
    again = client.get(f"/sitemaps/papers-{first}.xml")
    assert (body_of(again), again["Last-Modified"]) == (body, changed)
    same = client.get(f"/sitemaps/papers-{first}.xml", headers={"if-modified-since": changed})
    assert same.status_code == 304


def test_a_file_says_when_a_paper_of_it_changed(client: Client) -> None:
    hold(record(1))
    number = Paper.objects.get().pk // sitemaps.MOST
    path = f"/sitemaps/papers-{number}.xml"
    before = client.get(path)["Last-Modified"]
    land([record(1, title="On something else")], NOW + timedelta(days=2))
    cache.clear()
    after = client.get(path)
    assert after["Last-Modified"] != before
    assert b"<lastmod>2026-04-18T12:00:00Z</lastmod>" in body_of(after)


def test_hidden_papers_are_in_no_file_and_hiding_changes_it(client: Client) -> None:
    one, _ = hold(record(1), record(2))
    path = f"/sitemaps/papers-{one.pk // sitemaps.MOST}.xml"
    hide(one.pk, "Spam.", NOW + timedelta(days=3))
    assert addresses(client, path) == ["/papers/2604.00002"]
    assert client.get(path)["Last-Modified"].startswith("Sun, 19 Apr 2026")


def test_a_file_is_one_query_for_two_papers_as_for_many(client: Client) -> None:
    counted = []
    for numbers in (range(1, 3), range(3, 40)):
        hold(*(record(number) for number in numbers))
        path = f"/sitemaps/papers-{Paper.objects.first().pk // sitemaps.MOST}.xml"  # type: ignore[union-attr]
        body_of(client.get(path))  # When it changed last is remembered.
        with CaptureQueriesContext(connection) as asked:
            body_of(client.get(path))
        counted.append(len([query for query in asked if "handle" in query["sql"]]))
    assert counted == [1, 1]


def test_every_day_and_month_with_papers_is_named_once(client: Client) -> None:
    older = Listed(DAY - timedelta(days=40), "arxiv", announced=True)
    roughly = Listed(DAY.replace(month=1, day=1), "file", announced=True, precision=Precision.MONTH)
    hold(record(1), record(2), record(3, listed=(older,)), record(4, listed=(roughly,)))
    found = addresses(client, "/sitemaps/lists.xml")
    assert len(found) == len(set(found))
    assert {"/papers", "/papers/trending", "/about"} <= set(found)
    days = [one for one in found if one.startswith("/papers/date/")]
    assert days == ["/papers/date/2026-03-06", "/papers/date/2026-04-15"]
    months = [one for one in found if one.startswith("/papers/month/")]
    assert months == ["/papers/month/2026-01", "/papers/month/2026-03", "/papers/month/2026-04"]
    for address in found:
        assert client.get(address).status_code == 200


def test_only_what_everyone_sees_is_named(client: Client, alice: User, settings: Settings) -> None:
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"
    (one,) = hold(record(1))
    lab = group.create(person=alice, kind=Group.Kind.ORGANIZATION, name="Lab of Engines")
    group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    for name, is_public in (("Heat", True), ("Mine", False)):
        made = collect.create(person=alice, name=name, is_public=is_public)
        arrange.add(person=alice, collection_id=made.pk, paper_ids=[one.pk])
    assert "/sitemaps/shared.xml" in addresses(client, "/sitemap.xml")
    found = addresses(client, "/sitemaps/shared.xml")
    assert [one.partition("-")[2] for one in found if "collections" in one] == ["heat"]
    assert lab.address in found
    assert len(found) == 2
    alice.is_active = False
    alice.save()
    assert addresses(client, "/sitemaps/shared.xml") == [lab.address]


def test_there_are_no_others(client: Client) -> None:
    assert client.get("/sitemaps/papers-7.xml").status_code == 404
    assert addresses(client, "/sitemap.xml") == ["/sitemaps/lists.xml"]


def test_robots_are_told_where_the_sitemap_is_and_what_is_not_for_them(
    client: Client, settings: Settings
) -> None:
    settings.BASE_URL = "https://papers.example.org"
    answer = client.get("/robots.txt", headers={"host": "localhost"})
    lines = answer.content.decode().splitlines()
    assert "Sitemap: https://papers.example.org/sitemap.xml" in lines
    closed = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]
    for path in (
        "/settings/feed",
        "/feeds/1-x/following.atom",
        "/search?q=x",
        "/groups/x",
        "/accounts/login/",
    ):
        assert any(path.startswith(one) for one in closed), path
    for path in (
        "/",
        "/papers",
        "/papers/2604.00001",
        "/papers.atom",
        "/comments.atom",
        "/search.md?q=x",
        "/people/x",
    ):
        assert not any(path.startswith(one) for one in closed), path
