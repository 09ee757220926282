"""The lists, as programs read them."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.records import Listed
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.people import User
from dailypapers.ranking.refresh import refresh
from tests.api.v1.program import BASE, ask, forget
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db


def ids(told: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [entry["paper"]["id"] for entry in told["entries"]]


@pytest.fixture
def three() -> None:
    hold(
        record(1, **mention(1)),
        record(2, categories=("math.PR",), **mention(9)),
        record(3, listed=(Listed(DAY - timedelta(days=1), "arxiv", announced=True),)),
    )
    refresh()


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("lists/date/2026-04-15", ["2604.00002", "2604.00001"]),
        ("lists/date/latest", ["2604.00002", "2604.00001"]),
        ("lists/week/2026-W16", ["2604.00002", "2604.00001", "2604.00003"]),
        ("lists/month/2026-04?order=newest", ["2604.00002", "2604.00001", "2604.00003"]),
        ("lists/month/latest?order=votes", ["2604.00002", "2604.00001", "2604.00003"]),
        ("lists/month/2026-04?field=math", ["2604.00002"]),
        ("lists/date/2026-04-15?field=cs.CL&fields=id", ["2604.00001"]),
        ("lists/month/2026-04?show=submitted", ["2604.00002", "2604.00001"]),
        ("lists/trending", ["2604.00002", "2604.00001"]),
        ("lists/trending?field=cs.CL", ["2604.00001"]),
        ("lists/date/2026-04-13", []),
    ],
)
def test_every_list_has_the_papers_of_its_page(path: str, expected: list[str]) -> None:
    told = ask(path)
    if "submitted" in path:
        # Outside pages that mention a paper put it forward only where their record lists it.
        expected = [one for one in expected if one in ids(told)]
    assert ids(told) == expected
    assert told["total"] == len(expected)


@pytest.mark.usefixtures("three")
def test_a_list_says_why_and_what_is_beside_it() -> None:
    told = ask("lists/date/2026-04-15?field=cs.CL&order=votes")
    assert told["entries"][0]["why"].startswith("Announced. Heat ")
    assert told["earlier"] == "http://testserver/api/v1/lists/date/2026-04-14?field=cs.CL&order=votes"
    assert told["later"] is None
    assert (told["first"], told["last"], told["period"]) == ("2026-04-15", "2026-04-15", "2026-04-15")
    assert {"field": "cs.CL", "name": "Language", "papers": 1} in told["fields"]
    assert told["complete"] is None


def test_an_empty_site_has_empty_lists() -> None:
    for path in ("lists/date/latest", "lists/trending", "lists/month/2026-04"):
        told = ask(path)
        assert told["entries"] == []
        assert told["next"] is None


def test_pages_of_a_list_hold_each_paper_once() -> None:
    hold(*(record(number, **mention(number)) for number in range(1, 61)))
    refresh()
    met, address = [], "lists/date/2026-04-15?fields=id"
    while address:
        told = ask(address)
        met += ids(told)
        address = told["next"]
    assert len(met) == len(set(met)) == 60


@pytest.mark.usefixtures("three")
def test_a_paper_that_was_hidden_a_moment_ago_is_in_no_answer() -> None:
    (paper,) = hold(record(2, categories=("math.PR",)))
    hide(paper.pk, "spam", NOW)
    assert ids(ask("lists/date/2026-04-15")) == ["2604.00001"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("lists/date/2026-13-40", "period"),
        ("lists/date/2026-4-8", "period"),
        ("lists/date/yesterday", "period"),
        ("lists/week/2026-W54", "period"),
        ("lists/week/2026-04", "period"),
        ("lists/month/0000-00", "period"),
        ("lists/month/" + "9" * 10_000, "period"),
        ("lists/date/%25", "period"),
        ("lists/year/2026", "kind"),
        ("lists/trending?show=mine", "show"),
        ("lists/date/latest?order=random", "order"),
        ("lists/date/latest?field=%3Cscript%3E", "field"),
        ("lists/date/latest?field=" + "x" * 201, "field"),
        ("lists/trending?cursor=WyJwYWdlIiw5OTk5OTld", "cursor"),
        ("lists/trending?cursor=WyJrZXkiLDFd", "cursor"),
        ("lists/trending?cursor=WyJwYWdlIiwtMV0", "cursor"),
    ],
)
def test_what_no_list_can_be_is_told_with_its_name(path: str, field: str) -> None:
    assert ask(path, status=400)["error"]["field"] == field


def test_a_path_with_one_part_too_many_is_nothing() -> None:
    assert ask("lists/date/2026%2F04%2F08", status=404)["error"]["field"] == "address"


def test_a_list_takes_as_many_queries_for_many_papers_as_for_two() -> None:
    hold(*(record(number, **mention(number)) for number in range(1, 26)))
    hold(*(record(number, categories=("math.PR",), **mention(number)) for number in range(100, 102)))
    refresh()
    counts = []
    for field, papers in (("math.PR", 2), ("cs.CL", 25)):
        forget()
        with CaptureQueriesContext(connection) as queries:
            told = Client().get(f"{BASE}/lists/date/2026-04-15?field={field}").json()
        assert len(told["entries"]) == papers
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_why_is_in_the_words_of_the_card(client: Client, alice: User) -> None:
    (first, second) = hold(record(1, **mention(3, comments=2)), record(2))
    vote(person=alice, paper_id=second.pk)
    refresh()
    page = unescape(client.get("/papers/date/2026-04-15").content.decode())
    for entry in ask("lists/date/2026-04-15")["entries"]:
        assert entry["why"] in page
    assert first.pk != second.pk
