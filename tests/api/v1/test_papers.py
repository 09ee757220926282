"""Papers, as programs read them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.records import Author, Link, Summary, Version, Withdrawal
from dailypapers.community.actions.bookmark import bookmark
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.people import User
from dailypapers.ranking.refresh import refresh
from tests.api.v1.program import BASE, ask, forget, token_of
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db


def walk(address: str | None) -> list[str]:
    met = []
    while address:
        page = ask(address)
        met += [paper["id"] for paper in page["papers"]]
        address = page["next"]
    return met


def test_a_walk_by_key_meets_each_paper_once_while_others_are_added() -> None:
    hold(*(record(number) for number in range(1, 8)))
    met: list[str] = []
    address, added = "papers?limit=2&fields=id", 100
    while address:
        page = ask(address)
        met += [paper["id"] for paper in page["papers"]]
        address = page["next"]
        if added < 103:
            hold(record(added))
            added += 1
    assert len(met) == len(set(met)) == 10


def test_by_changed_the_papers_whose_record_changed_last_come_first() -> None:
    hold(*(record(number) for number in range(1, 6)))
    land([record(2, title="Another title of the second")], NOW + timedelta(hours=1))
    land([record(4, title="Another title of the fourth")], NOW + timedelta(hours=2))
    met = walk("papers?order=changed&limit=2&fields=id")
    assert met[:2] == ["2604.00004", "2604.00002"]
    assert len(met) == len(set(met)) == 5


def test_hidden_papers_are_passed_over_and_pages_are_full_all_the_same() -> None:
    papers = hold(*(record(number) for number in range(1, 6)))
    hide(papers[1].pk, "spam", NOW)
    assert [len(ask(f"papers?limit=2&order={order}")["papers"]) for order in ("key", "changed")] == [2, 2]
    assert "2604.00002" not in walk("papers?limit=2")


def test_a_paper_has_all_that_is_held_of_it(alice: User) -> None:
    identifiers = (Identifier("arxiv", "2604.00001"), Identifier("doi", "10.1234/a.b/c"))
    (paper,) = hold(
        record(
            1,
            identifiers=identifiers,
            authors=(Author("Ada Lovelace", "London", "0000-0001-2345-6789"),),
            links=(Link("code", "https://github.com/a/b", 12),),
            versions=(Version(identifiers[0], 1, DAY),),
            summaries=(Summary("In short.", "huggingface", "a model", ("growth",)),),
            withdrawal=Withdrawal(DAY, "An error in the proof"),
            **mention(7, comments=2, submitter="someone"),
        )
    )
    vote(person=alice, paper_id=paper.pk)
    refresh()
    told = ask("papers/2604.00001")
    assert told["id"] == "2604.00001"
    assert told["url"] == "http://testserver/papers/2604.00001"
    assert told["authors"] == [
        {"name": "Ada Lovelace", "affiliation": "London", "orcid": "0000-0001-2345-6789"}
    ]
    assert told["identifiers"] == ["arxiv:2604.00001", "doi:10.1234/a.b/c"]
    assert told["links"] == [{"kind": "code", "url": "https://github.com/a/b", "stars": 12}]
    assert told["versions"] == [{"identifier": "arxiv:2604.00001", "number": 1, "day": "2026-04-15"}]
    assert told["votes"] == {"total": 8, "here": 1, "elsewhere": 7}
    assert told["comments"]["elsewhere"] == 2
    assert told["withdrawn"] == {"day": "2026-04-15", "reason": "An error in the proof"}
    assert told["summaries"][0]["keywords"] == ["growth"]
    assert told["mentions"][0]["submitter"] == "someone"
    assert sum(part["value"] for part in told["score"]["parts"]) == pytest.approx(told["score"]["heat"])
    assert told["viewer"] is None


@pytest.mark.parametrize(
    "name",
    [
        "2604.00001",
        "2604.00001v3",
        "arXiv:2604.00001",
        "https://arxiv.org/abs/2604.00001",
        "https%3A%2F%2Farxiv.org%2Fabs%2F2604.00001",
        "doi:10.1234/a.b/c",
        "10.1234%2Fa.b%2Fc",
    ],
)
def test_any_identifier_names_the_paper(name: str) -> None:
    hold(record(1, identifiers=(Identifier("arxiv", "2604.00001"), Identifier("doi", "10.1234/a.b/c"))))
    assert ask(f"papers/{name}?fields=title")["id"] == "2604.00001"


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("papers/2604.09999", 404, "id"),
        ("papers/no%2Fsuch%2Fthing", 404, "id"),
        ("papers/..%2F..%2Fetc%2Fpasswd", 404, "id"),
        ("papers/%25%25%2525", 404, "id"),
        (f"papers/{'9' * 10_000}", 400, "id"),
        ("papers/2604.09999/related", 404, "id"),
        ("papers?cursor=zzz", 400, "cursor"),
        ("papers?cursor=%F0%9F%92%A9", 400, "cursor"),
        ("papers?cursor=WyJjaGFuZ2VkIiwgInllc3RlcmRheSIsIDFd", 400, "cursor"),
        ("papers?order=changed&cursor=WyJjaGFuZ2VkIiwgInllc3RlcmRheSIsIDFd", 400, "cursor"),
        ("papers?cursor=" + "A" * 10_000, 400, "cursor"),
        ("papers?limit=0", 400, "limit"),
        ("papers?limit=1e9", 400, "limit"),
        ("papers?order=title", 400, "order"),
        ("papers?fields=id,secret", 400, "fields"),
        ("papers?fields=,", 400, "fields"),
        ("nothing", 404, "address"),
        ("papers/a%0Ab", 404, "address"),
        ("papers?order=%00", 400, "address"),
    ],
)
def test_what_cannot_be_is_told_with_the_name_of_what_is_wrong(path: str, status: int, field: str) -> None:
    assert ask(path, status=status)["error"]["field"] == field


def test_a_hidden_paper_is_gone_with_the_reason() -> None:
    (paper,) = hold(record(1))
    hide(paper.pk, "It is an advertisement", NOW)
    told = ask("papers/2604.00001", status=410)
    assert "It is an advertisement" in told["error"]["message"]
    ask("papers/2604.00001/related", status=410)


def test_what_one_keeps_of_a_paper_is_told_to_ones_own_token_alone(alice: User, bob: User) -> None:
    (paper,) = hold(record(1))
    vote(person=alice, paper_id=paper.pk)
    bookmark(person=alice, paper_id=paper.pk)
    told = ask("papers/2604.00001", headers=token_of(alice))
    assert told["viewer"] == {"voted": True, "saved": True, "read": False, "collections": 0}
    assert ask("papers", headers=token_of(bob))["papers"][0]["viewer"]["voted"] is False
    assert ask("papers/2604.00001", headers=token_of(alice, "vote"))["viewer"] is None
    assert ask("papers/2604.00001")["viewer"] is None


def test_a_page_takes_as_many_queries_for_a_hundred_papers_as_for_two() -> None:
    hold(*(record(number, **mention(number)) for number in range(1, 101)))
    refresh()
    counts = []
    for limit in (2, 100):
        forget()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(Client().get(f"{BASE}/papers?limit={limit}").json()["papers"]) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_what_did_not_change_is_told_to_be_so_before_it_is_written() -> None:
    (paper,) = hold(record(1))
    client, address = Client(), f"{BASE}/papers/2604.00001"
    first = client.get(address)
    forget_all = {"If-None-Match": first["ETag"]}
    forget()
    with CaptureQueriesContext(connection) as queries:
        again = client.get(address, headers=forget_all)
    assert again.status_code == 304
    assert again.content == b""
    assert len(queries) <= 3, "the identifier and one row; none of what the body tells"
    land([record(1, title="Another title")], NOW + timedelta(hours=1))
    forget()
    changed = client.get(address, headers=forget_all)
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert client.get(address, headers={"If-Modified-Since": changed["Last-Modified"]}).status_code == 304
    old = {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert client.get(address, headers=old).status_code == 200
    assert paper.pk


def test_a_vote_makes_it_another_answer(alice: User) -> None:
    (paper,) = hold(record(1))
    first = Client().get(f"{BASE}/papers/2604.00001")
    vote(person=alice, paper_id=paper.pk)
    forget()
    again = Client().get(f"{BASE}/papers/2604.00001", headers={"If-None-Match": first["ETag"]})
    assert again.json()["votes"]["here"] == 1


def test_the_page_after_this_one_is_a_link_too() -> None:
    hold(*(record(number) for number in range(1, 4)))
    response = Client().get(f"{BASE}/papers?limit=2&fields=id")
    assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'
    assert "Link" not in Client().get(response.json()["next"])
