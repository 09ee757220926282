"""Tokens: kept as hashes, good for what they were made for, ended at once."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import token as actions
from dailypapers.community.actions.leave import leave
from dailypapers.community.models.people import User
from dailypapers.community.models.tokens import AccessToken
from dailypapers.community.tokens import bearer
from tests.community.people import person

NOW = datetime(2026, 5, 1, 12, 34, tzinfo=UTC)


def made(who: User, *scopes: str, days: int | None = None) -> tuple[AccessToken, str]:
    return actions.create(person=who, name="A script", scopes=scopes or ("read",), days=days, now=NOW)


def test_a_token_stands_for_its_person_in_what_it_was_made_for(alice: User) -> None:
    _, secret = made(alice, "vote", "read", "everything")
    found = bearer(secret, NOW)
    assert found is not None
    assert found.person == alice
    assert found.scopes == {"read", "vote"}
    assert found.may("vote")
    assert not found.may("comment")


def test_what_is_kept_does_not_let_anyone_in(alice: User) -> None:
    kept, secret = made(alice)
    row = AccessToken.objects.filter(pk=kept.pk).values().get()
    assert secret not in str(row)
    assert bearer(kept.digest, NOW) is None
    assert bearer(f"dp_{kept.digest}", NOW) is None
    assert row["ending"] == secret[-4:]


@pytest.mark.parametrize("text", ["", "dp_", "hf_abcdef", "dp_" + "x" * 10_000, "dp_é", "dp_\x00", "dp_ a"])
def test_what_is_no_token_of_ours_is_nobody_and_asks_nothing_long(alice: User, text: str) -> None:
    made(alice)
    assert bearer(text, NOW) is None


def test_a_token_ends_when_it_is_revoked_or_runs_out(alice: User, bob: User) -> None:
    kept, secret = made(alice, days=30)
    assert bearer(secret, NOW + timedelta(days=29)) is not None
    assert bearer(secret, NOW + timedelta(days=30)) is None
    with pytest.raises(Refused, match="no such token"):
        actions.revoke(person=bob, token_id=kept.pk, now=NOW)
    assert bearer(secret, NOW) is not None
    actions.revoke(person=alice, token_id=kept.pk, now=NOW)
    assert bearer(secret, NOW) is None
    with pytest.raises(Refused, match="ended already"):
        actions.revoke(person=alice, token_id=kept.pk, now=NOW)


def test_a_closed_account_has_no_tokens_and_a_suspended_one_makes_none(alice: User) -> None:
    _, secret = made(alice)
    alice.is_active = False
    alice.save()
    assert bearer(secret, NOW) is None
    alice.is_active, alice.suspended_until = True, NOW + timedelta(days=2)
    alice.save()
    assert bearer(secret, NOW) is not None
    with pytest.raises(Refused, match="suspended"):
        made(alice)


def test_when_a_token_was_used_is_kept_to_the_hour_and_written_once_an_hour(alice: User) -> None:
    kept, secret = made(alice)
    bearer(secret, NOW)
    kept.refresh_from_db()
    assert kept.last_used_at == NOW.replace(minute=0)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        bearer(secret, NOW + timedelta(minutes=20))
    assert len(asked) == 1
    bearer(secret, NOW + timedelta(minutes=30))
    kept.refresh_from_db()
    assert kept.last_used_at == NOW.replace(hour=13, minute=0)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": " \u200b "}, "Name the program"),
        ({"name": "x" * 61}, "60 characters"),
        ({"name": "x" * 1_000_000}, "60 characters"),
        ({"scopes": ["admin"]}, "Choose what"),
        ({"days": 0}, "1 to 3,660 days"),
        ({"days": 10**9}, "1 to 3,660 days"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(alice: User, told: dict[str, object], said: str) -> None:
    asked = {"person": alice, "name": "A script", "scopes": ["read"], "now": NOW} | told
    with pytest.raises(Refused, match=said):
        actions.create(**asked)  # type: ignore[arg-type]
    assert not AccessToken.objects.exists()


def test_a_person_has_so_many_tokens_and_makes_so_many_an_hour(alice: User) -> None:
    for _ in range(actions.MOST):
        made(alice)
    with pytest.raises(TooMany, match="in an hour"):
        made(alice)
    other = person("carol")
    AccessToken.objects.update(person=other)
    with pytest.raises(Refused, match="Revoke one"):
        made(other)


def test_making_and_revoking_leave_a_line_without_the_secret(
    alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        kept, secret = made(alice, "read", "vote")
        actions.revoke(person=alice, token_id=kept.pk, now=NOW)
    assert f"alice made token {kept.pk} for read, vote" in caplog.text
    assert f"alice revoked token {kept.pk}" in caplog.text
    assert secret not in caplog.text


def test_tokens_are_taken_along_without_their_secrets_and_go_when_one_leaves(alice: User) -> None:
    kept, secret = made(alice)
    (told,) = actions.hand_out(alice)
    assert told["name"] == "A script"
    assert kept.digest not in str(told)
    leave(person=alice)
    assert bearer(secret, NOW) is None
    assert not AccessToken.objects.exists()
