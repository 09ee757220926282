"""The unmodified `huggingface_hub` client against a running server: every paper method and option."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from huggingface_hub import HfApi
from huggingface_hub.errors import BadRequestError, HfHubHTTPError

from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import token as tokens
from dailypapers.community.models.people import User
from tests.api.hub.hub_site import api as api
from tests.api.hub.hub_site import nothing_remembered as nothing_remembered
from tests.api.hub.hub_site import papers as papers
from tests.papers import DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)

Papers = dict[str, Paper]


def ids(found: Iterable[Any]) -> list[str]:
    return [one.id for one in found]


def only(found: Iterable[Any], name: str) -> Any:
    (one,) = [paper for paper in found if paper.id == name]
    return one


def test_the_day_has_what_the_page_has_and_nothing_twice(api: HfApi) -> None:
    found = ids(api.list_daily_papers(date=DAY.isoformat()))
    assert sorted(found) == [f"2604.0000{n}" for n in range(1, 9)]


def test_a_paper_of_a_list_has_all_that_the_client_reads(api: HfApi) -> None:
    one = only(api.list_daily_papers(date=DAY.isoformat(), token=None), "2604.00001")
    assert one.title == "On the measured growth of paper number 2604.00001"
    assert one.summary.startswith("We measure paper")
    assert [author.name for author in one.authors] == ["Ada Lovelace", "Charles Babbage", "Mary Somerville"]
    assert one.upvotes == 183
    assert one.comments == 2
    assert one.published_at == datetime(2026, 4, 15, tzinfo=UTC)
    assert one.submitted_at == datetime(2026, 4, 15, tzinfo=UTC)
    assert one.submitted_by.fullname == "akhaliq"
    assert one.ai_summary == "It grows, and not too much."
    assert one.ai_keywords == ["growth", "papers"]
    assert one.github_repo == "https://github.com/ada/growth"
    assert one.github_stars == 312
    assert one.project_page == "https://ada.example.org/growth"
    assert one.organization.fullname == "Analytical Society"
    assert one.discussion_id == f"01{one.discussion_id[2:]}"
    assert len(one.discussion_id) == 24


def test_votes_of_nobody_are_the_number_zero(api: HfApi) -> None:
    one = only(api.list_daily_papers(date=DAY.isoformat()), "2604.00005")
    assert one.upvotes == 0
    assert one.submitted_by is None


def test_weeks_and_months_have_their_days_and_only_those(api: HfApi) -> None:
    week: list[Any] = list(api.list_daily_papers(week="2026-W16"))
    assert len(week) == 8
    assert all(date(2026, 4, 13) <= one.submitted_at.date() <= date(2026, 4, 19) for one in week)
    month: list[Any] = list(api.list_daily_papers(month="2026-04", limit=100))
    assert len([one for one in month if one.submitted_at.date() <= date(2026, 4, 30)]) == 11
    assert ids(api.list_daily_papers(week="2026-W15")) == ["2604.00023", "2604.00022", "2604.00021"]
    assert ids(api.list_daily_papers(week="2026-W15", date=DAY.isoformat())) == []


def test_without_a_day_the_newest_come_first(api: HfApi) -> None:
    found: list[Any] = list(api.list_daily_papers())
    days = [one.submitted_at.date() for one in found]
    assert len(found) == 11
    assert days == sorted(days, reverse=True)


def test_trending_puts_what_is_voted_for_first(api: HfApi) -> None:
    assert ids(api.list_daily_papers(sort="trending"))[0] == "2604.00001"
    day = ids(api.list_daily_papers(sort="trending", date=DAY.isoformat()))
    assert day[:2] == ["2604.00001", "2604.00002"]


@pytest.mark.parametrize(("who", "wanted"), [("akhaliq", ["2604.00001"]), ("bob", ["2604.00003"]), ("x", [])])
def test_what_someone_put_forward_here_or_elsewhere(api: HfApi, who: str, wanted: list[str]) -> None:
    found: list[Any] = list(api.list_daily_papers(submitter=who))
    assert ids(found) == wanted
    assert {one.submitted_by.username for one in found} <= {who}
    assert ids(api.list_daily_papers(submitter=who, sort="trending", date="2020-01-01")) == []


def test_pages_follow_each_other_to_the_end(api: HfApi) -> None:
    walked: list[str] = []
    for p in range(100):
        page = ids(api.list_daily_papers(month="2026-04", limit=3, p=p))
        if not page:
            break
        assert len(page) <= 3
        walked += page
    assert sorted(walked) == sorted(ids(api.list_daily_papers(month="2026-04", limit=100)))
    assert len(set(walked)) == len(walked) == 11
    assert ids(api.list_daily_papers(p=100)) == []
    assert len(ids(api.list_daily_papers(limit=10))) == 10


@pytest.mark.parametrize(
    "asked",
    [
        {"date": "2025-13-40"},
        {"date": "today"},
        {"date": "2026-04-15T25:00:00"},
        {"week": "2026-15"},
        {"month": "2026-4x"},
        {"limit": 0},
        {"limit": 101},
        {"p": -1},
        {"sort": "votes"},
        {"submitter": "x" * 10_000},
    ],
)
def test_what_cannot_be_is_a_bad_request_that_names_it(api: HfApi, asked: dict[str, object]) -> None:
    with pytest.raises(BadRequestError) as told:
        list(api.list_daily_papers(**asked))  # type: ignore[arg-type]
    (name,) = asked
    response = told.value.response
    assert response.json()["field"] == name
    assert response.headers["X-Error-Message"] in str(told.value)


def test_search_finds_by_title_author_and_number(api: HfApi, papers: Papers) -> None:
    # Without an index what is named is found all the same.
    assert ids(api.list_papers(query="2604.00002"))[0] == "2604.00002"
    assert ids(api.list_papers(query="https://arxiv.org/abs/2604.00002v3", limit=1)) == ["2604.00002"]
    assert ids(api.list_papers(query="An older work under a DOI")) == ["doi:10.1000/a(b)c/d"]
    assert ids(api.list_papers(query="")) == []
    with pytest.raises(BadRequestError):
        list(api.list_papers(query="x", limit=121))


def test_a_paper_alone_has_what_is_linked_to_it(api: HfApi) -> None:
    one: Any = api.paper_info("2604.00001")
    assert one.upvotes == 183
    assert [model.id for model in one.linked_models] == ["ada/growth-7b"]
    assert [dataset.id for dataset in one.linked_datasets] == ["ada/grown"]
    assert one.linked_spaces == []
    assert (one.num_total_models, one.num_total_datasets) == (1, 1)
    assert one.submitted_at == datetime(2026, 4, 15, tzinfo=UTC)
    assert api.paper_info("2604.00001v2").id == "2604.00001"


def test_a_paper_that_is_no_papers_of_arxiv_is_found_by_the_name_it_has(api: HfApi) -> None:
    one: Any = api.paper_info("doi:10.1000/a(b)c/d")
    assert len(one.authors) == 130, "one paper alone names all"
    assert one.published_at == datetime(2019, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["1234.56789", "x" * 200, "..", "%2e%2e", "a/b/c", "%00", "0" * 24])
def test_what_is_not_held_is_not_found(api: HfApi, name: str) -> None:
    with pytest.raises(HfHubHTTPError) as told:
        api.paper_info(name)
    assert told.value.response.status_code == 404
    assert told.value.response.json()["error"]


def test_a_paper_is_read_as_markdown(api: HfApi) -> None:
    text = api.read_paper("2604.00001")
    assert text.startswith("# On the measured growth")
    with pytest.raises(HfHubHTTPError) as told:
        api.read_paper("1234.56789")
    assert told.value.response.status_code == 404


def test_a_foreign_token_does_not_make_reading_fail_and_one_of_ours_counts_for_itself(
    api: HfApi, live_server: object, alice: User
) -> None:
    _, secret = tokens.create(person=alice, name="x", scopes=["read"])
    for token in ("hf_" + "a" * 34, "dp_wrong", secret):
        assert len(ids(api.list_daily_papers(date=DAY.isoformat(), token=token))) == 8


def test_a_hidden_paper_is_in_nothing(api: HfApi, papers: Papers) -> None:
    hide(papers["2604.00001"].pk, "It is spam.", NOW)
    assert "2604.00001" not in ids(api.list_daily_papers(date=DAY.isoformat()))
    assert ids(api.list_daily_papers(submitter="akhaliq")) == []
    assert ids(api.list_papers(query="2604.00001")) == []
    with pytest.raises(HfHubHTTPError):
        api.paper_info("2604.00001")


def test_a_page_of_a_list_takes_the_same_queries_however_long(papers: Papers) -> None:
    def asked(limit: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            Client().get(f"/api/daily_papers?date={DAY}&limit={limit}")
        return len(queries)

    assert asked(2) == asked(8) <= 11


def test_the_link_leads_to_the_next_page_until_there_is_none(live_server: object, papers: Papers) -> None:
    address, walked = f"{live_server.url}/api/daily_papers?month=2026-04&limit=4", []  # type: ignore[attr-defined]
    for _ in range(10):
        answer = httpx.get(address)
        walked += [one["paper"]["id"] for one in answer.json()]
        if "Link" not in answer.headers:
            break
        address = answer.links["next"]["url"]
    assert len(walked) == len(set(walked)) == 11


def test_a_walk_by_cursor_has_every_paper_once_while_others_come(live_server: object, papers: Papers) -> None:
    from tests.papers import hold, record

    address, walked, come = f"{live_server.url}/api/papers?limit=2", list[str](), 100  # type: ignore[attr-defined]
    while address:
        answer = httpx.get(address)
        walked += [one["id"] for one in answer.json()]
        address = answer.links.get("next", {}).get("url", "")
        hold(record(come, day=DAY + timedelta(days=1)))
        come += 1
    assert len(walked) == len(set(walked)) == len(papers)
    assert httpx.get(f"{live_server.url}/api/papers?cursor=x").status_code == 400  # type: ignore[attr-defined]
