"""Bringing a library into a collection, and taking papers out as a file."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.locks import only_one
from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import arrange, bookmark, collect
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.people import User
from dailypapers.web.pages import library
from tests.community.people import person, signed_in
from tests.papers import hold, named, record

pytestmark = pytest.mark.django_db

BIBTEX = """
@article{a, title={Whatever}, eprint={2604.00001}, archivePrefix={arXiv}}
@article{b, title={On the measured growth of paper number 2604.00002}, author={Babbage, C.}}
@article{c, title={Heat in <script>alert(1)</script> plates}, author={Hopper, Grace}, doi={10.1000/182}}
@article{d, author={Nobody}}
"""


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


@pytest.fixture
def papers() -> list[Paper]:
    return list(hold(*(record(number) for number in range(1, 4))))


@pytest.fixture
def heat(alice: User, papers: list[Paper]) -> Collection:
    made = collect.create(person=alice, name="Heat")
    return arrange.add(person=alice, collection_id=made.pk, paper_ids=[papers[0].pk])[0]


def brought(client: Client, collection: Collection, data: bytes | str) -> HttpResponse:
    sent = SimpleUploadedFile("library.bib", data.encode() if isinstance(data, str) else data)
    answer: HttpResponse = client.post(f"/collections/{collection.pk}/bring", {"file": sent})  # type: ignore[assignment]
    return answer


def test_what_is_held_goes_in_and_the_rest_is_told(
    alice: User, heat: Collection, papers: list[Paper]
) -> None:
    client = signed_in(alice)
    assert 'type="file"' in client.get(f"/collections/{heat.pk}/bring").content.decode()
    page = brought(client, heat, BIBTEX).content.decode()
    assert "3 references read (BibTeX): 1 now in the collection, 1 was in it, 1 is not held here" in page
    assert "Heat in &lt;script&gt;alert(1)&lt;/script&gt; plates" in page
    assert "Grace Hopper" in page
    assert 'href="https://doi.org/10.1000/182"' in page
    assert 'href="/submit?paper=doi%3A10.1000%2F182"' in page
    assert "line 5: no title" in page
    rows = CollectedPaper.objects.filter(collection=heat).order_by("position")
    assert [row.paper_id for row in rows] == [papers[0].pk, papers[1].pk]
    again = brought(client, heat, BIBTEX).content.decode()
    assert "0 now in the collection, 2 were in it" in again


@pytest.mark.parametrize("kind", ["bib", "ris", "json", "rdf"])
def test_a_collection_taken_out_comes_in_again_in_its_order(
    alice: User, heat: Collection, papers: list[Paper], kind: str
) -> None:
    local = hold(record(9, identifiers=(named("local:icra2021:7"),), title="A title"))[0]
    arrange.add(person=alice, collection_id=heat.pk, paper_ids=[papers[2].pk, local.pk, papers[1].pk])
    client = signed_in(alice)
    answer = client.get(f"{heat.address}.{kind}")
    assert answer["Content-Disposition"] == f'attachment; filename="heat.{kind}"'
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    other = collect.create(person=alice, name="Other")
    page = brought(client, other, data).content.decode()
    assert "4 now in the collection." in page, page
    rows = CollectedPaper.objects.filter(collection=other).order_by("position")
    wanted = [papers[0].pk, papers[2].pk, local.pk, papers[1].pk]
    assert [row.paper_id for row in rows] == wanted


def test_bookmarks_are_taken_out_by_their_person_only(alice: User, papers: list[Paper]) -> None:
    bookmark.bookmark(person=alice, paper_id=papers[0].pk)
    answer = signed_in(alice).get("/saved.bib")
    assert b"2604.00001" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert signed_in(alice).get("/saved.exe").status_code == 404
    assert Client().get("/saved.bib")["Location"].startswith("/accounts/login/")
    assert b"2604" not in b"".join(signed_in(person("bob")).get("/saved.bib").streaming_content)  # type: ignore[attr-defined]


def test_a_hidden_paper_is_in_no_file_no_list_and_cannot_be_kept(
    alice: User, heat: Collection, papers: list[Paper]
) -> None:
    bookmark.bookmark(person=alice, paper_id=papers[0].pk)
    hide(papers[0].pk, "It is spam.", timezone.now())
    client = signed_in(alice)
    for address in (f"{heat.address}.bib", "/saved.rdf"):
        assert b"2604.00001" not in b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
    for address in (heat.address, "/saved", "/following"):
        assert "2604.00001" not in client.get(address).content.decode(), address
    assert client.get(f"/saved/{papers[0].pk}").status_code == 404
    assert client.post(f"/saved/{papers[0].pk}").status_code == 403
    assert client.post("/following/paper", {"what": str(papers[0].pk)}).status_code == 403


def test_a_private_collection_is_taken_out_by_nobody_else(alice: User, heat: Collection) -> None:
    for client in (Client(), signed_in(person("bob"))):
        assert client.get(f"{heat.address}.bib").status_code == 404
        assert client.get(f"/collections/{heat.pk}.json").status_code == 404
    collect.change(person=alice, collection_id=heat.pk, name="Heat", is_public=True)
    assert Client().get(f"/collections/{heat.pk}.json").status_code == 200


def test_only_the_owner_brings_something_in(heat: Collection) -> None:
    bob = signed_in(person("bob"))
    assert bob.get(f"/collections/{heat.pk}/bring").status_code == 404
    assert brought(bob, heat, BIBTEX).status_code == 404
    assert brought(Client(), heat, BIBTEX)["Location"].startswith("/accounts/login/")
    assert CollectedPaper.objects.count() == 1


def test_a_forged_form_brings_nothing_and_the_pages_own_does(alice: User, heat: Collection) -> None:
    client = signed_in(alice, enforce_csrf_checks=True)
    assert brought(client, heat, BIBTEX).status_code == 403
    page = client.get(f"/collections/{heat.pk}/bring").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    sent = SimpleUploadedFile("library.bib", BIBTEX.encode())
    answer = client.post(f"/collections/{heat.pk}/bring", {"file": sent, "csrfmiddlewaretoken": token[1]})
    assert answer.status_code == 200
    assert CollectedPaper.objects.count() == 2


def test_a_form_that_is_too_long_is_refused_before_it_is_read(
    alice: User, heat: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "LARGEST_FORM", 100)
    monkeypatch.setattr(library, "_bring", lambda request, number: pytest.fail("it was read"))
    answer = brought(signed_in(alice), heat, BIBTEX)
    assert answer.status_code == 413
    assert "longer than 20 MB" in answer.content.decode()


def test_no_file_and_no_library_are_told(alice: User, heat: Collection) -> None:
    client = signed_in(alice)
    assert "Choose a file first" in client.post(f"/collections/{heat.pk}/bring").content.decode()
    page = brought(client, heat, b"\x00\xff nothing").content.decode()
    assert "neither BibTeX" in page
    bomb = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><RDF>&a;</RDF>'
    assert "DOCTYPE, which is refused" in brought(client, heat, bomb).content.decode()


def test_one_library_at_a_time_and_some_an_hour(
    alice: User, heat: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(alice)
    with only_one("library"):
        assert brought(client, heat, BIBTEX).status_code == 429
    for _ in range(19):
        brought(client, heat, b"x")
    refused = brought(client, heat, b"x")
    assert refused.status_code == 429
    assert "many libraries" in refused.content.decode()
