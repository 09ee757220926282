"""What people give is handed out whole and goes when they leave; no table is forgotten."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.db import connection, models

from dailypapers.community.access import Refused
from dailypapers.community.actions.invite import accept, invite
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.vote import vote
from dailypapers.community.export import archive
from dailypapers.community.giving import all_givings
from dailypapers.community.models.invitations import Invitation
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote, VoteCount
from tests.community.people import PASSWORD, person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)


def points_to_people(model: type[models.Model]) -> bool:
    return any(
        field.is_relation and field.related_model is User
        for field in model._meta.get_fields()
        if field.concrete
    )


def test_every_table_that_points_to_people_is_exported_and_forgotten() -> None:
    named = {table for giving in all_givings() for table in giving.tables}
    ours = [model for model in apps.get_models() if model.__module__.startswith("dailypapers.")]
    assert [model.__name__ for model in ours if points_to_people(model) and model not in named] == []


def opened(packed: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        assert files.testzip() is None
        return {name: json.loads(files.read(name)) for name in files.namelist() if name.endswith(".json")}


def test_the_export_has_everything_of_one_person_and_nothing_of_others() -> None:
    alice, bob = person("alice", affiliation="Analytical Society", password=PASSWORD), person("bob")
    first, second = hold(record(1), record(2))
    vote(person=alice, paper_id=first.pk, address="8.8.8.8")
    vote(person=bob, paper_id=second.pk)
    invite(inviter=alice)
    files = opened(archive(alice, NOW))
    assert files["profile.json"]["affiliation"] == "Analytical Society"
    assert files["account.json"]["addresses"] == [
        {"email": "alice@example.org", "verified": True, "primary": True}
    ]
    assert [one["paper"] for one in files["votes.json"]] == ["2604.00001"]
    assert len(files["invitations.json"]) == 1
    whole = json.dumps(files)
    assert "bob" not in whole
    assert alice.password not in whole
    assert "8.8.8.8" not in whole


def everything_held() -> str:
    """Every value of every table, as text."""
    values = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            values += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(values)


def test_leaving_leaves_nothing_personal_in_any_table() -> None:
    admin = person("admin", is_superuser=True)
    ada = person(
        "ada-secret", email="ada.secret@example.org", name="Ada Secret", password=PASSWORD, about="Secret"
    )
    bob = person("bob")
    (paper,) = hold(record(1))
    for who in (ada, bob):
        vote(person=who, paper_id=paper.pk, address="8.8.8.8")
    _, token = invite(inviter=ada, email="friend.of.secret@example.org")
    invite(inviter=ada)
    accept(token=token, person=bob)
    SocialAccount.objects.create(user=ada, provider="orcid", uid="0000-secret", extra_data={"name": "Secret"})
    Authenticator.objects.create(user=ada, type="webauthn", data={"name": "secret key"})
    client = signed_in(ada)
    session = client.session
    session["account_authentication_methods"] = [{"email": "ada.secret@example.org"}]
    session.save()
    LogEntry.objects.log_actions(
        admin.pk, [ada], CHANGE, change_message="Ada Secret was secret", single_object=True
    )
    assert leave(person=ada) == {paper.pk}
    held = everything_held().lower()
    assert [line for line in held.splitlines() if "secret" in line] == []
    assert not Session.objects.exists()
    assert VoteCount.objects.get().votes == Vote.objects.count() == 1
    assert Invitation.objects.get().accepted_by == bob
    assert EmailAddress.objects.filter(user=bob).exists(), "what is others' stays"


def test_the_only_administrator_cannot_leave() -> None:
    admin = person("admin", is_superuser=True)
    with pytest.raises(Refused, match="only administrator"):
        leave(person=admin)
    person("second", is_superuser=True)
    leave(person=admin)
    assert User.objects.count() == 1
