"""What new accounts say of themselves and show waits as their links in comments do; they see it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dailypapers.community.actions.change_profile import change_profile
from dailypapers.community.models.media import Medium
from dailypapers.community.models.people import FOR_GOOD, User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.trust import Level, level_of, new_people
from dailypapers.presentation.media import covers
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

LINK = "https://shop.example/buy"
SAID = "Buy my engine."


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS, settings.NEW_LINKS_WAIT = "open", True


@pytest.fixture
def eve() -> User:
    made = person("eve", joined=timezone.now())
    return change_profile(person=made, handle="eve", name="Eve", about=SAID, links=[LINK])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_others_see_no_links_and_words_of_a_new_account(eve: User, mo: User, bob: User) -> None:
    for other in (Client(), signed_in(bob)):
        page = text_of(other, "/people/eve")
        assert LINK not in page
        assert SAID not in page
        assert "<h1>Eve</h1>" in page
    for sees, words in (
        (signed_in(eve), "Only you and moderators see"),
        (signed_in(mo), "Others do not see"),
    ):
        page = text_of(sees, "/people/eve")
        assert LINK in page
        assert SAID in page
        assert words in page
    assert "While your account is new" in text_of(signed_in(eve), "/settings")


@pytest.mark.parametrize(
    "change", [{"joined_at": timezone.now() - timedelta(days=8)}, {"trust": Level.KNOWN}]
)
def test_they_see_them_once_the_account_is_not_new(eve: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=eve.pk).update(**change)
    page = text_of(Client(), "/people/eve")
    assert LINK in page
    assert SAID in page
    assert "While your account is new" not in text_of(signed_in(eve), "/settings")


def test_a_site_that_lets_links_be_seen_lets_these(eve: User, settings: Settings) -> None:
    settings.NEW_LINKS_WAIT = False
    assert LINK in text_of(Client(), "/people/eve")


@pytest.fixture
def picture(eve: User, home: Any) -> Medium:
    (paper,) = hold(record(1))
    now = timezone.now()
    Submission.objects.create(person=eve, paper=paper, day=now.date(), created_at=now)
    medium = Medium.objects.create(
        paper=paper,
        person=eve,
        name="0" * 20,
        kind="picture",
        state="ready",
        width=9,
        height=9,
        created_at=now,
    )
    (home / "media").mkdir(exist_ok=True)
    for ending in ("", "-cover"):
        (home / "media" / f"{medium.name}{ending}.webp").write_bytes(b"RIFF")
    return medium


def test_pictures_of_a_new_account_wait_too(picture: Medium, eve: User, mo: User, bob: User) -> None:
    file, paper = f"/media/{picture.name}.webp", f"/papers/{picture.paper.handle}"
    for other in (Client(), signed_in(bob)):
        assert picture.name not in text_of(other, paper)
        assert other.get(file).status_code == 404
        assert picture.name not in other.get(f"/api/papers/{picture.paper.handle}").content.decode()
    assert covers([picture.paper_id]) == {}
    for who in (eve, mo):
        page = text_of(signed_in(who), paper)
        assert picture.name in page
        assert "see it while the account is new" in page
        assert signed_in(who).get(file)["Cache-Control"] == "private, no-store"
    User.objects.filter(pk=eve.pk).update(trust=Level.KNOWN)
    assert picture.name in text_of(Client(), paper)
    assert "immutable" in Client().get(file)["Cache-Control"]
    assert covers([picture.paper_id]) == {picture.paper_id: f"/media/{picture.name}-cover.webp"}


def test_who_is_new_is_the_same_for_one_and_for_many() -> None:
    now = timezone.now()
    later, before = now + timedelta(days=3), now - timedelta(days=3)
    number = 0
    for joined in (now, now - timedelta(days=30)):
        for trust in Level:
            for limited in (None, before, later):
                for role in ({}, {"is_staff": True}, {"is_moderator": True}, {"is_superuser": True}):
                    for suspended in (None, before, later, FOR_GOOD):
                        number += 1
                        fields = {"trust": trust, "limited_until": limited, "suspended_until": suspended}
                        User.objects.create(handle=f"reader-{number}", joined_at=joined, **fields, **role)
    new = set(User.objects.filter(new_people(now=now)).values_list("pk", flat=True))
    assert new == {one.pk for one in User.objects.all() if level_of(one, now) is Level.NEW}
    assert 0 < len(new) < number
