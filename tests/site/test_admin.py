"""Django's admin shows what there is, and changes nothing that an action of ours must change."""

import pytest
from django.contrib import admin
from django.test import Client
from pytest_django import Settings

from dailypapers.community.actions import moderate_comment, moderate_paper
from dailypapers.community.actions.comment import edit, write
from dailypapers.community.actions.report import report
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.people import User
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

admin.autodiscover()
TABLES = {str(model._meta.model_name): model for model in admin.site._registry if "dailypapers" in str(model)}
LEFT = {"user", "invitation"}
"""What an administrator may change here."""


@pytest.fixture
def administrator(settings: Settings) -> Client:
    settings.ACCOUNTS = "closed"
    (paper,) = hold(record(1))
    bob, mo = person("bob"), person("mo", is_moderator=True)
    vote(person=bob, paper_id=paper.pk, address="8.8.8.8")
    comment = write(person=bob, paper_id=paper.pk, body="So.")
    edit(person=bob, comment_id=comment.pk, body="So <b>so</b>.")
    report(person=mo, comment_id=comment.pk, reason="spam")
    moderate_comment.hide(comment_id=comment.pk, by=mo, reason="Advertising")
    moderate_paper.hide(paper_id=paper.pk, by=mo, reason="Not a paper")
    return signed_in(person("ada", is_superuser=True, is_staff=True))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_is_shown_and_changed_by_actions_only(administrator: Client, name: str) -> None:
    model = TABLES[name]
    address = f"/admin/{model._meta.app_label}/{name}/"
    assert administrator.get(address).status_code == 200
    assert administrator.get(f"{address}?q=bo").status_code == 200
    row = model._default_manager.first()
    if row is not None:
        assert administrator.get(f"{address}{row.pk}/change/").status_code == 200
        assert administrator.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    if name not in LEFT:
        assert administrator.get(f"{address}add/").status_code == 403
        if row is not None:
            assert administrator.post(f"{address}{row.pk}/change/", {}).status_code == 403


def test_who_moderates_and_who_is_suspended_is_not_changed_here(administrator: Client) -> None:
    bob = User.objects.get(handle="bob")
    told = {
        "handle": "bob",
        "is_active": "on",
        "is_moderator": "on",
        "trust": "2",
        "suspended_for": "So",
        "links": "[]",
    }
    answer = administrator.post(f"/admin/community/user/{bob.pk}/change/", told)
    assert answer.status_code == 302
    bob.refresh_from_db()
    assert (bob.is_moderator, bob.trust, bob.suspended_for) == (False, 0, "")


@pytest.mark.parametrize("who", ["mo", "bob"])
def test_others_do_not_come_in(administrator: Client, who: str) -> None:
    client = signed_in(User.objects.get(handle=who))
    for address in ("/admin/", "/admin/community/user/", "/admin/community/report/"):
        assert client.get(address).status_code in (302, 403)
