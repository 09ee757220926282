"""Joining and signing in: by password, by code, by invitation; what is refused and what is not told."""

import re
import time
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client, RequestFactory
from pytest_django import Settings

from dailypapers.community.actions.create_person import create_person
from dailypapers.community.actions.invite import GOOD_FOR, invitations_left, invite, withdraw
from dailypapers.community.actions.leave import leave
from dailypapers.community.joined import joined
from dailypapers.community.models.invitations import Invitation
from dailypapers.community.models.people import User
from dailypapers.community.signing_in import INVITED_BY, Accounts
from tests.community.people import PASSWORD, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


def join(client: Client, email: str = "ada@example.org", name: str = "Ada Lovelace", **more: str) -> bytes:
    told = {"email": email, "name": name, "password1": PASSWORD} | more
    return client.post("/accounts/signup/", told, follow=True).content


def code() -> str:
    found = re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def confirm(client: Client) -> None:
    client.post("/accounts/confirm-email/", {"code": code()})


def who(client: Client) -> str:
    found = re.search(r'class="me"[^>]*>([^<]+)<', client.get("/about").content.decode())
    return found[1] if found else ""


def test_one_joins_with_a_code_sent_to_the_address(client: Client) -> None:
    page = join(client)
    assert b"sent a code to" in page
    assert who(client) == ""
    client.post("/accounts/confirm-email/", {"code": code()})
    assert who(client) == "Ada Lovelace"
    assert User.objects.get().handle == "ada-lovelace"


def test_nobody_finds_an_account_before_its_address_is_confirmed(client: Client) -> None:
    person("alice")
    join(client, "ada@example.org", name="Ada Lovelace")
    ada = User.objects.get(email="ada@example.org")
    assert re.fullmatch(r"reader-\d{5}", ada.handle)
    for handle in ("ada-lovelace", ada.handle):
        for page in ("", "/comments", "/picture.svg", "/collections"):
            assert Client().get(f"/people/{handle}{page}").status_code == 404
    client.post("/accounts/confirm-email/", {"code": code()})
    assert Client().get("/people/ada-lovelace").status_code == 200


def test_an_account_made_by_the_operator_or_come_from_another_site_is_found() -> None:
    made = create_person(email="bob@example.org", name="Bob")
    other = person("carol")
    EmailAddress.objects.filter(user=other).update(verified=False)
    assert set(joined()) == {made}
    SocialAccount.objects.create(user=other, provider="orcid", uid="0000-0001")
    single = User.objects.create(handle="the-owner")
    assert set(joined()) == {made, other, single}


def test_the_handle_tells_nothing_of_the_address(client: Client) -> None:
    join(client, "secret.name@example.org", name="")
    assert re.fullmatch(r"reader-\d{5}", User.objects.get().handle)


def test_two_of_one_name_have_two_handles(client: Client) -> None:
    person("ada-lovelace")
    join(client)
    client.post("/accounts/confirm-email/", {"code": code()})
    assert re.fullmatch(r"ada-lovelace-\d{5}", User.objects.get(email="ada@example.org").handle)


def test_joining_with_an_address_that_is_known_looks_the_same(client: Client) -> None:
    new = join(client, "new@example.org")
    person("alice")
    known = join(Client(), "Alice@Example.org")
    masked = [
        re.sub(rb'value="[^"]{60,}"|[\w.]+@[\w.]+', b"", page, flags=re.IGNORECASE) for page in (new, known)
    ]
    assert masked[0] == masked[1]
    assert "already" in str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == ["alice@example.org"]
    assert "Hello from dailypapers!" in str(mail.outbox[-1].body), (
        "the site's name, not the host that was asked"
    )
    assert User.objects.count() == 2


def test_a_wrong_password_and_an_unknown_address_are_refused_in_the_same_words(client: Client) -> None:
    person("alice", password=PASSWORD)
    said = []
    for email in ("alice@example.org", "nobody@example.org"):
        answer = client.post("/accounts/login/", {"login": email, "password": "wrong wrong wrong"})
        said += re.findall(r'class="wrong"[^>]*>([^<]+)<', answer.content.decode())
    assert said[0] == said[1]
    assert "not correct" in said[0]


def test_one_signs_in_with_a_password(client: Client) -> None:
    person("alice", password=PASSWORD)
    answer = client.post(
        "/accounts/login/?next=/papers",
        {"login": "ALICE@example.org", "password": PASSWORD, "next": "/papers"},
    )
    assert answer["Location"] == "/papers"
    assert who(client) == "Alice"


def test_one_signs_in_with_a_code(client: Client) -> None:
    person("alice")
    client.post("/accounts/login/code/", {"email": "alice@example.org"})
    assert who(client) == ""
    client.post("/accounts/login/code/confirm/", {"code": code()})
    assert who(client) == "Alice"


def test_a_code_cannot_be_guessed(client: Client) -> None:
    person("alice")
    client.post("/accounts/login/code/", {"email": "alice@example.org"})
    right = code()
    for _ in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "AAA-AAA"})
    client.post("/accounts/login/code/confirm/", {"code": right})
    assert who(client) == ""


def test_one_is_never_sent_away_from_the_site(client: Client) -> None:
    person("alice", password=PASSWORD)
    told = {"login": "alice@example.org", "password": PASSWORD, "next": "https://evil.example.com/"}
    assert client.post("/accounts/login/", told)["Location"] == "/"


def test_a_password_is_set_anew_with_a_code(client: Client) -> None:
    person("alice", password=PASSWORD)
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    client.post("/accounts/password/reset/confirm/", {"code": code()})
    client.post(
        "/accounts/password/reset/complete/",
        {"password1": "another long one 7", "password2": "another long one 7"},
    )
    assert User.objects.get().check_password("another long one 7")


@pytest.mark.parametrize("password", ["short", "password123", "1234567890123", "ada@example.org"])
def test_a_password_that_is_easily_guessed_is_refused(client: Client, password: str) -> None:
    assert b'class="wrong"' in join(client, password1=password)
    assert not User.objects.exists()


@pytest.mark.parametrize("mode", ["invite", "closed", "single"])
def test_where_joining_is_not_open_nobody_joins(client: Client, settings: Settings, mode: str) -> None:
    settings.ACCOUNTS = mode
    assert b"Not open to join" in join(client)
    assert not User.objects.exists()


def follow(client: Client, token: str) -> bytes:
    return client.post(f"/invitations/{token}", follow=True).content


def test_the_invited_join_and_it_is_known_by_whom(client: Client, settings: Settings) -> None:
    settings.ACCOUNTS = "invite"
    alice = person("alice")
    invitation, token = invite(inviter=alice)
    assert b"Alice invites you" in client.get(f"/invitations/{token}").content
    assert b"<h1>Join</h1>" in follow(client, token)
    join(client)
    invitation.refresh_from_db()
    assert invitation.accepted_by is None, "nobody knows yet whose address it is"
    confirm(client)
    invitation.refresh_from_db()
    assert invitation.accepted_by == User.objects.get(email="ada@example.org")
    other = Client()
    assert other.get(f"/invitations/{token}").status_code == 404
    assert b"Not open" in join(other, "second@example.org")


def test_of_two_who_follow_one_link_who_confirms_first_joins(client: Client, settings: Settings) -> None:
    settings.ACCOUNTS = "invite"
    _, token = invite(inviter=person("alice"))
    second = Client()
    follow(client, token)
    follow(second, token)
    join(client, "first@example.org")
    first_code = code()
    join(second, "second@example.org")
    confirm(second)
    assert who(second) == "Ada Lovelace"
    page = client.post("/accounts/confirm-email/", {"code": first_code}, follow=True).content
    assert b"Not open to join" in page
    assert b"taken up or withdrawn meanwhile" in page
    assert who(client) == ""
    assert [one.email for one in joined() if one.handle != "alice"] == ["second@example.org"]


def test_no_other_way_in_confirms_an_address_without_its_invitation(
    client: Client, settings: Settings
) -> None:
    settings.ACCOUNTS = "invite"
    alice = person("alice")
    for way in ("login/code/", "password/reset/"):
        made, token = invite(inviter=alice)
        visitor = Client()
        follow(visitor, token)
        email = f"{way[:5]}@example.org"
        join(visitor, email)
        withdraw(invitation=made, by=alice)
        late = Client()
        late.post(f"/accounts/{way}", {"email": email}, follow=True)
        if way == "login/code/":
            late.post("/accounts/login/code/confirm/", {"code": code()}, follow=True)
        else:
            late.post("/accounts/password/reset/code/", {"code": code()}, follow=True)
            new = {"password1": f"{PASSWORD} again", "password2": f"{PASSWORD} again"}
            late.post("/accounts/password/reset/complete/", new, follow=True)
            late.post("/accounts/login/", {"login": email, "password": f"{PASSWORD} again"}, follow=True)
        assert who(late) == "", way
        assert not joined().filter(email=email).exists(), way


def test_a_mistyped_address_uses_no_invitation_up(client: Client, settings: Settings) -> None:
    settings.ACCOUNTS, settings.INVITATIONS = "invite", 1
    alice = person("alice")
    made, token = invite(inviter=alice)
    follow(client, token)
    join(client, "mistyped@example.org")
    again = Client()
    assert b"Alice invites you" in again.get(f"/invitations/{token}").content
    follow(again, token)
    join(again, "right@example.org")
    confirm(again)
    made.refresh_from_db()
    assert made.accepted_by == User.objects.get(email="right@example.org")
    assert invitations_left(alice) == 0


def test_an_invitation_of_an_administrator_makes_one_when_it_is_confirmed(
    client: Client, settings: Settings
) -> None:
    settings.ACCOUNTS = "invite"
    _, token = invite(inviter=None, is_admin=True)
    follow(client, token)
    join(client)
    assert not User.objects.get().is_superuser
    confirm(client)
    assert User.objects.get().is_superuser


def test_the_invitation_of_someone_who_leaves_meanwhile_lets_nobody_in(
    client: Client, settings: Settings
) -> None:
    settings.ACCOUNTS = "invite"
    alice = person("alice")
    _, token = invite(inviter=alice)
    follow(client, token)
    join(client)
    leave(person=alice)
    confirm(client)
    assert who(client) == ""
    assert not joined().exists()


def test_without_a_mail_server_an_invitation_is_taken_up_at_once(
    settings: Settings, rf: RequestFactory
) -> None:
    settings.ACCOUNTS, settings.SENDS_MAIL = "invite", False
    made, token = invite(inviter=person("alice"))
    request = rf.post("/accounts/signup/")
    request.session = {INVITED_BY: token}  # type: ignore[assignment]
    form = SimpleNamespace(cleaned_data={"name": "Ada", "email": "ada@example.org", "password1": PASSWORD})
    user = User(email="ada@example.org")
    Accounts().save_user(request, user, form)
    made.refresh_from_db()
    assert made.accepted_by == user


def test_a_link_cannot_be_made_from_what_is_kept(client: Client, settings: Settings) -> None:
    settings.ACCOUNTS = "invite"
    invitation, token = invite(inviter=None)
    kept = Invitation.objects.values().get(pk=invitation.pk)
    assert token not in map(str, kept.values())
    assert client.get(f"/invitations/{kept['token_digest']}").status_code == 404


def test_an_old_or_withdrawn_invitation_leads_nowhere(client: Client, settings: Settings) -> None:
    settings.ACCOUNTS = "invite"
    alice = person("alice")
    old, old_token = invite(inviter=alice)
    Invitation.objects.filter(pk=old.pk).update(expires_at=old.created_at - GOOD_FOR)
    taken_back, token = invite(inviter=alice)
    withdraw(invitation=taken_back, by=alice)
    assert client.get(f"/invitations/{old_token}").status_code == 404
    assert client.get(f"/invitations/{token}").status_code == 404


PAGES = ["login/", "signup/", "login/code/", "password/reset/", "logout/"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_for_visitors_is_in_the_sites_own_frame(client: Client, page: str) -> None:
    text = client.get(f"/accounts/{page}", follow=True).content.decode()
    assert 'class="skip"' in text
    assert "text/javascript" not in text
    assert " style=" not in text


MANAGED = [
    "email/",
    "password/change/",
    "password/set/",
    "logout/",
    "2fa/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "3rdparty/",
    "reauthenticate/",
]


@pytest.mark.parametrize("page", MANAGED)
def test_every_page_of_ones_account_is_in_the_sites_own_frame(client: Client, page: str) -> None:
    person("alice", password=PASSWORD)
    client.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.get(f"/accounts/{page}", follow=True)
    assert answer.status_code == 200
    assert 'class="me"' in answer.content.decode()
    asked_for = "password/change/" if page == "password/set/" else page
    assert answer.request["PATH_INFO"].endswith(asked_for)


@pytest.mark.parametrize("page", MANAGED)
def test_the_pages_of_an_account_are_for_who_is_signed_in(client: Client, page: str) -> None:
    answer = client.get(f"/accounts/{page}", follow=True)
    assert 'class="me"' not in answer.content.decode()


@pytest.mark.parametrize("page", ["login/", "signup/", "login/code/", "password/reset/", "logout/"])
def test_a_form_sent_by_another_page_is_refused(page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"/accounts/{page}", {"email": "a@example.org"}).status_code == 403


def test_a_thousand_tries_are_refused_after_a_few_and_others_are_not(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    person("alice", password=PASSWORD)
    person("bob", password=PASSWORD)
    for n in range(35):
        last = client.post("/accounts/login/", {"login": "alice@example.org", "password": f"wrong {n}"})
    assert last.status_code == 429
    assert b"Wait a few minutes" in last.content
    other = Client(REMOTE_ADDR="192.0.2.8")
    right = other.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
    assert right.status_code == 200, "whoever guesses from many places learns nothing by guessing right"
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert (
        elsewhere.post("/accounts/login/", {"login": "bob@example.org", "password": PASSWORD}).status_code
        == 302
    )
    assert "a sign-in as alice@example.org failed, from 127.0.0.1" in caplog.text
    assert "a sign-in as alice@example.org was refused after many, from 192.0.2.8" in caplog.text
    assert "Too Many Requests: /accounts/login/" in caplog.text
    other.post("/accounts/login/code/", {"email": "alice@example.org"})
    other.post("/accounts/login/code/confirm/", {"code": code()})
    assert who(other) == "Alice", "a code by mail lets the owner in meanwhile"


def test_a_limit_recovers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    person("alice", password=PASSWORD)
    for n in range(35):
        client.post("/accounts/login/", {"login": "alice@example.org", "password": f"wrong {n}"})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    right = client.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
    assert right.status_code == 302


def test_the_admin_has_the_same_way_in(client: Client) -> None:
    assert client.get("/admin/login/")["Location"].startswith("/accounts/login/")


def test_where_no_other_site_is_set_up_none_is_offered(client: Client, settings: Settings) -> None:
    client.force_login(person("alice", password=PASSWORD))
    page = client.get("/accounts/3rdparty/").content.decode()
    assert "This site has no other sites to sign in with" in page
    assert "Add a Third-Party" not in page
    assert "Accounts elsewhere</a>" not in client.get("/settings").content.decode()
    settings.SIGN_IN_ORIGINS = ("https://orcid.org",)
    assert "Accounts elsewhere</a>" in client.get("/settings").content.decode()


def test_who_has_no_javascript_reads_of_none_while_signing_in(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert '<li class="needs-script"><button' in page
    assert "JavaScript" not in page
    assert "webauthn.js" in page
    client.force_login(person("alice"))
    assert (
        "Passkeys need JavaScript" in client.get("/accounts/2fa/webauthn/add/", follow=True).content.decode()
    )
