"""Collections, by programs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dailypapers.community.actions import arrange, collect
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.people import User
from tests.api.v1.program import BASE, ask, forget, token_of
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


def test_a_collection_is_made_filled_ordered_noted_on_changed_and_deleted(alice: User) -> None:
    hold(record(1), record(2))
    headers = token_of(alice, "collect", "read")
    made = ask("collections", "post", 201, headers=headers, sends={"name": "Heat", "about": "*All* of it"})
    assert (made["public"], made["mine"], made["owner"]["handle"]) == (False, True, "alice")
    own = f"collections/{made['id']}"
    ask(f"{own}/papers/2604.00001", "put", headers=headers, sends={})
    placed = ask(
        f"{own}/papers/arXiv:2604.00002v1", "put", headers=headers, sends={"note": "Read it", "position": 1}
    )
    assert placed == {"position": 1, "note": "Read it"}
    told = ask(f"{own}/papers", headers=headers)["papers"]
    assert [(one["position"], one["note"], one["paper"]["id"]) for one in told] == [
        (1, "Read it", "2604.00002"),
        (2, "", "2604.00001"),
    ]
    changed = ask(own, "patch", headers=headers, sends={"public": True})
    assert (changed["name"], changed["public"]) == ("Heat", True)
    ask(f"{own}/papers/2604.00002", "delete", 204, headers=headers)
    assert ask(own)["papers"] == 1
    ask(own, "delete", 204, headers=headers)
    ask(own, status=404)


def test_a_private_collection_is_as_good_as_none_to_others(alice: User, bob: User) -> None:
    private = collect.create(person=alice, name="Mine")
    for headers in ({}, token_of(bob), token_of(alice, "vote")):
        ask(f"collections/{private.pk}", status=404, headers=headers)
        ask(f"collections/{private.pk}/papers", status=404, headers=headers)
    other = token_of(bob, "collect")
    ask(f"collections/{private.pk}", "patch", 404, headers=other, sends={"name": "Ours"})
    ask(f"collections/{private.pk}", "delete", 404, headers=other)
    assert ask("collections?owner=alice")["collections"] == []
    assert [one["name"] for one in ask("collections", headers=token_of(alice))["collections"]] == ["Mine"]


def test_nobody_changes_anothers_public_collection(alice: User, bob: User) -> None:
    hold(record(1))
    public = collect.create(person=alice, name="Ours", is_public=True)
    headers = token_of(bob, "collect", "read")
    assert ask(f"collections/{public.pk}", headers=headers)["mine"] is False
    ask(f"collections/{public.pk}", "patch", 403, headers=headers, sends={"name": "Mine"})
    ask(f"collections/{public.pk}", "delete", 403, headers=headers)
    ask(f"collections/{public.pk}/papers/2604.00001", "put", 403, headers=headers, sends={})
    assert Collection.objects.get().name == "Ours"
    assert Collection.objects.get().papers == 0


def test_a_walk_through_a_collection_meets_each_paper_once(alice: User) -> None:
    papers = hold(*(record(number) for number in range(1, 61)))
    public = collect.create(person=alice, name="Ours", is_public=True)
    arrange.add(person=alice, collection_id=public.pk, paper_ids=[one.pk for one in papers])
    met, address = [], f"collections/{public.pk}/papers?fields=id"
    counts = []
    while address:
        forget()
        with CaptureQueriesContext(connection) as queries:
            Client().get(address if address.startswith("http") else f"{BASE}/{address}")
        counts.append(len(queries))
        told = ask(address)
        met += [one["paper"]["id"] for one in told["papers"]]
        address = told["next"]
    assert met == [one.handle for one in papers]
    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    ("sends", "field"),
    [({"name": ""}, None), ({}, "name"), ({"name": "x" * 101}, None), ({"name": "x", "papers": 3}, "papers")],
)
def test_a_collection_that_cannot_be_made_is_told_why(
    sends: dict[str, object], field: str | None, alice: User
) -> None:
    told = ask("collections", "post", 422, headers=token_of(alice, "collect"), sends=sends)
    assert told["error"]["field"] == field
