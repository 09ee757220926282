"""Nobody takes over the old links and mentions of someone else: neither of who is here nor of who left."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dailypapers.community import handles
from dailypapers.community.access import Invalid, Refused, TooMany
from dailypapers.community.actions.change_profile import MOST_FORMER, change_profile
from dailypapers.community.actions.former_handle import let_go
from dailypapers.community.actions.leave import leave
from dailypapers.community.models.former_handles import FormerHandle, GoneHandle
from dailypapers.community.models.people import User
from tests.community.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


def call(who: User, handle: str) -> User:
    return change_profile(person=who, handle=handle, name=who.name)


def test_a_handle_that_was_given_up_is_nobody_elses(alice: User, bob: User) -> None:
    call(alice, "ada")
    with pytest.raises(Invalid, match="Someone else has this handle, or had it"):
        call(bob, "alice")
    assert User.objects.with_free_handle("Alice").startswith("alice-")
    call(alice, "alice")
    with pytest.raises(Invalid, match="or had it"):
        call(bob, "ada")
    assert list(FormerHandle.objects.values_list("handle", flat=True)) == ["ada"]


def test_one_that_was_let_go_is_nobodys(alice: User, bob: User, client: Client) -> None:
    call(alice, "ada")
    let_go(person=alice, handle="alice")
    assert client.get("/people/alice").status_code == 404
    for who in (alice, bob):
        with pytest.raises(Invalid, match="or had it"):
            call(who, "alice")
    for n in range(2):
        let_go(person=alice, handle=f"never-{n}")
    with pytest.raises(TooMany, match="many for a month"):
        let_go(person=alice, handle="ada")


def test_nobody_keeps_more_than_some_handles_from_others(alice: User) -> None:
    now = timezone.now()
    had = [FormerHandle(handle=f"had-{n}", person=alice, left_at=now) for n in range(MOST_FORMER)]
    FormerHandle.objects.bulk_create(had)
    with pytest.raises(Refused, match="Go back to one of them"):
        call(alice, "one-more")
    assert call(alice, "had-3").handle == "had-3"
    assert FormerHandle.objects.count() == MOST_FORMER


def test_the_handles_of_who_left_are_given_to_nobody_and_kept_nowhere(bob: User, client: Client) -> None:
    left = person("left-for-good", name="")
    call(left, "gone-too")
    leave(person=left)
    assert not FormerHandle.objects.exists()
    kept = set(GoneHandle.objects.values_list("digest", flat=True))
    assert kept == {handles.digest("left-for-good"), handles.digest("gone-too")}
    for handle in ("left-for-good", "gone-too"):
        with pytest.raises(Invalid, match="or had it"):
            call(bob, handle)
        assert client.get(f"/people/{handle}").status_code == 404
        assert User.objects.with_free_handle(handle) != handle


def test_what_is_kept_of_a_handle_hangs_on_the_sites_key(settings: Settings) -> None:
    one = handles.digest("alice")
    settings.SECRET_KEY = "another"
    assert handles.digest("alice") != one


def test_two_do_not_get_one_handle_at_the_same_moment(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dailypapers.community.actions import change_profile as module

    monkeypatch.setattr(module, "_check_handle", lambda handle, who: None)  # Looked before the other wrote.
    call(alice, "ada")
    for handle in ("ada", "alice"):
        with pytest.raises(Invalid, match="Someone else has this handle"):
            call(bob, handle)
    bob.refresh_from_db()
    assert bob.handle == "bob"
