"""Collections on moderators' pages, reported from their own, and as they look out of public sight."""

import pytest
from django.test import Client
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import arrange, collect, group
from dailypapers.community.actions.report import report_collection, report_paper
from dailypapers.community.actions.submit import submit
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.comments import Report
from dailypapers.community.models.groups import Group
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.GROUPS = "everyone"


@pytest.fixture
def papers() -> list[Paper]:
    return list(hold(record(1), record(2)))


@pytest.fixture
def heat(bob: User, papers: list[Paper]) -> Collection:
    made = collect.create(person=bob, name="Heat <b>", is_public=True)
    return arrange.add(person=bob, collection_id=made.pk, paper_ids=[papers[0].pk])[0]


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_it_goes_from_a_report_over_the_queue_out_of_sight_and_back(
    heat: Collection, alice: User, bob: User, mo: User
) -> None:
    reader, moderator, owner = signed_in(alice), signed_in(mo), signed_in(bob)
    at, desk = heat.address, f"/moderation/collections/{heat.pk}"
    assert "Report this collection" in text_of(reader, at)
    for nobody in (owner, Client()):
        assert "Report this collection" not in text_of(nobody, at)
    answer = reader.post(f"/reports/collections/{heat.pk}", {"reason": "spam", "text": "It <sells>."})
    assert answer["Location"] == f"/collections/{heat.pk}"
    assert "A moderator will look at it." in text_of(reader, at)
    page = text_of(moderator, "/moderation?show=reports")
    assert f'<a href="{desk}">A collection</a>' in page
    assert "Heat &lt;b&gt;" in page
    assert "It &lt;sells&gt;." in page
    assert "@bob" in page
    moderator.post(desk, {"deed": "withhold", "reason": "An <advertisement>", "next": "/moderation"})
    assert "Nothing waits here" in text_of(moderator, "/moderation")
    for other in (reader, Client()):
        text_of(other, at, 404)
        text_of(other, f"{at}.bib", 404)
        assert "Heat" not in text_of(other, "/people/bob")
        assert "Heat" not in text_of(other, "/people/bob/collections")
        assert other.post(f"/reports/collections/{heat.pk}", {"reason": "spam"}).status_code in (302, 403)
    mine = text_of(owner, at)
    assert "out of public sight: An &lt;advertisement&gt;" in mine
    assert "only you see it" in mine
    assert 'name="robots" content="noindex"' in mine
    assert "Others see it only after a moderator" in text_of(owner, f"/collections/{heat.pk}/change")
    assert "out of public sight: An &lt;advertisement&gt;" in text_of(owner, "/notifications")
    owner.post(f"/collections/{heat.pk}/change", {"name": "Heat", "is_public": "on"})
    text_of(reader, f"/collections/{heat.pk}-heat", 404)
    assert "Let it be public again" in text_of(moderator, desk)
    moderator.post(desk, {"deed": "allow", "reason": "It was put right"})
    assert "out of public sight" not in text_of(reader, f"/collections/{heat.pk}-heat")


def test_the_log_tells_others_neither_whose_nor_which_it_was(
    heat: Collection, alice: User, mo: User, client: Client
) -> None:
    report_collection(person=alice, collection_id=heat.pk, reason="spam")
    desk = f"/moderation/collections/{heat.pk}"
    signed_in(mo).post(desk, {"deed": "withhold", "reason": "It sells"})
    for who in (client, signed_in(alice)):
        page = text_of(who, "/moderation/log?kind=hide-collection")
        assert "took a collection out of public sight" in page
        assert "It sells" in page
        for kept in ("bob", "Heat", f"/collections/{heat.pk}"):
            assert kept not in page
    page = text_of(signed_in(mo), "/moderation/log")
    assert f'<a href="{desk}">the collection</a>' in page
    assert "@bob" in page
    assert "Heat" not in page


def test_there_is_nothing_there_for_anyone_else_nor_of_what_is_private(
    heat: Collection, alice: User, bob: User, mo: User, client: Client
) -> None:
    private = collect.create(person=bob, name="Mine")
    readers = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    secret = collect.create(person=alice, name="Ours", group_id=readers.pk)
    told = {"deed": "withhold", "reason": "So"}
    moderator = signed_in(mo)
    for number in (private.pk, secret.pk, secret.pk + 1):
        for answer in (
            moderator.get(f"/moderation/collections/{number}"),
            moderator.post(f"/moderation/collections/{number}", told),
        ):
            assert answer.status_code == 404
            assert "There is no such collection, or it is not public." in answer.content.decode()
        refused = moderator.post(f"/reports/collections/{number}", {"reason": "spam"})
        assert refused.status_code == 403
    desk = f"/moderation/collections/{heat.pk}"
    for who in (signed_in(alice), signed_in(bob)):
        assert who.get(desk).status_code == who.post(desk, told).status_code == 404
    assert client.get(desk)["Location"].startswith("/accounts/login/")
    forged = signed_in(mo, enforce_csrf_checks=True)
    assert forged.post(desk, told).status_code == 403
    assert moderator.put(desk).status_code == 405
    assert moderator.get(desk, told).status_code == 200
    for deed, status in (("", 422), ("x", 422), ("allow", 403), ("dismiss", 403)):
        assert moderator.post(desk, told | {"deed": deed}).status_code == status
    assert not Decision.objects.exists()
    assert not Report.objects.exists()


def test_a_moderator_finds_no_buttons_for_what_is_about_themself(alice: User, mo: User) -> None:
    own = collect.create(person=mo, name="Heat", is_public=True)
    report_collection(person=alice, collection_id=own.pk, reason="spam")
    second = person("second", is_moderator=True)
    told = "This is about yourself. Another moderator must decide it."
    for address in ("/moderation", f"/moderation/collections/{own.pk}"):
        page = text_of(signed_in(mo), address)
        assert told in page
        assert 'value="dismiss"' not in page
        page = text_of(signed_in(second), address)
        assert told not in page
        assert 'value="dismiss"' in page
    second.delete()
    person("root", is_superuser=True)
    assert "an administrator of the site decides it" in text_of(signed_in(mo), "/moderation")
    refused = signed_in(mo).post(
        f"/moderation/collections/{own.pk}", {"deed": "dismiss", "reason": "Nothing is wrong"}
    )
    assert refused.status_code == 403
    assert Report.objects.get().state == "open"


def test_nor_on_the_page_of_a_paper_that_they_put_forward(
    papers: list[Paper], alice: User, mo: User, settings: Settings
) -> None:
    settings.SUBMIT_DAYS = 0
    second = person("second", is_moderator=True)
    submit(person=mo, paper_id=papers[0].pk)
    for paper in papers:
        report_paper(person=alice, paper_id=paper.pk, reason="wrong")
    desk = f"/moderation/papers/{papers[0].pk}"
    told = "This is about yourself. Another moderator must decide it."
    page = text_of(signed_in(mo), desk)
    assert told in page
    assert 'value="dismiss"' not in page
    for value in ("settled", "hide", "lock"):
        assert f'value="{value}"' not in page
    assert 'value="dismiss"' in text_of(signed_in(second), desk)
    assert 'value="dismiss"' in text_of(signed_in(mo), f"/moderation/papers/{papers[1].pk}")
    queue = text_of(signed_in(mo), "/moderation")
    assert queue.count(told) == 1
    assert queue.count('value="dismiss"') == 1
    for deed in ("dismiss", "settled", "hide", "lock"):
        refused = signed_in(mo).post(desk, {"deed": deed, "reason": "Nothing is wrong"})
        assert refused.status_code == 403
        assert told in refused.content.decode()
    signed_in(second).post(desk, {"deed": "hide", "reason": "Not research"})
    page = text_of(signed_in(mo), desk)
    assert told in page
    assert 'value="show"' not in page
