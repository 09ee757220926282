"""Settings of accounts and mail: what is the default where, and what cannot work."""

from typing import Any

import click
import pytest
from pytest_django import Settings

from dailypapers.cli.up import refuse_unsafe
from dailypapers.site import accounts
from dailypapers.site.environment import WrongSetting

PUBLIC = "https://papers.example.org"


@pytest.mark.parametrize(
    ("base_url", "told", "mode"),
    [
        ("", "", "single"),
        ("http://localhost:8000", "", "single"),
        (PUBLIC, "", "closed"),
        (PUBLIC, "open", "open"),
        ("", "invite", "invite"),
    ],
)
def test_a_site_is_ones_own_until_its_address_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch, base_url: str, told: str, mode: str
) -> None:
    monkeypatch.setenv("DAILYPAPERS_ACCOUNTS", told)
    assert accounts.mode(base_url) == mode


def test_an_address_of_others_cannot_be_one_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAILYPAPERS_ACCOUNTS", "single")
    with pytest.raises(WrongSetting, match="choose open, invite or closed"):
        accounts.mode(PUBLIC)


@pytest.mark.parametrize(
    ("mode", "mail", "refused"),
    [
        ("single", "", "one person's"),
        ("open", "", "set DAILYPAPERS_EMAIL_URL first"),
        ("invite", "", "set DAILYPAPERS_EMAIL_URL first"),
        ("open", "smtps://mail.example.org", ""),
        ("closed", "", ""),
    ],
)
def test_the_server_does_not_start_for_others_where_it_is_one_persons_or_cannot_send_codes(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, mode: str, mail: str, refused: str
) -> None:
    settings.ACCOUNTS = mode
    monkeypatch.setenv("DAILYPAPERS_SECRET_KEY", "x" * 50)
    monkeypatch.setenv("DAILYPAPERS_BASE_URL", PUBLIC)
    monkeypatch.setenv("DAILYPAPERS_EMAIL_URL", mail)
    refuse_unsafe("127.0.0.1")
    if refused:
        with pytest.raises(click.ClickException, match=refused):
            refuse_unsafe("0.0.0.0")  # noqa: S104
    else:
        refuse_unsafe("0.0.0.0")  # noqa: S104


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("smtp+tls://ada:p%40ss@mail.example.org", ("mail.example.org", 587, "ada", "p@ss", True, False)),
        ("smtps://ada:x@mail.example.org:4650", ("mail.example.org", 4650, "ada", "x", False, True)),
        ("smtp://localhost", ("localhost", 25, "", "", False, False)),
    ],
)
def test_a_mail_server_is_read(monkeypatch: pytest.MonkeyPatch, url: str, read: tuple[Any, ...]) -> None:
    monkeypatch.setenv("DAILYPAPERS_EMAIL_URL", url)
    found = accounts.mail(PUBLIC)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(found[f"EMAIL_{name}"] for name in names) == read
    assert found["DEFAULT_FROM_EMAIL"] == "dailypapers@papers.example.org"


@pytest.mark.parametrize(
    "url", ["mail.example.org", "ftp://ada:secret@x", "smtp://", "smtp://ada:secret@x:port"]
)
def test_a_wrong_mail_server_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DAILYPAPERS_EMAIL_URL", url)
    with pytest.raises(WrongSetting, match="DAILYPAPERS_EMAIL_URL: expected smtp") as refused:
        accounts.mail(PUBLIC)
    assert "secret" not in str(refused.value)


def test_without_a_server_mails_are_printed_on_loopback_only() -> None:
    assert "console" in accounts.mail("")["EMAIL_BACKEND"]
    assert "dummy" in accounts.mail(PUBLIC)["EMAIL_BACKEND"]


def test_other_sites_to_sign_in_with_are_switched_on_by_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert accounts.providers() == ([], {}, ())
    monkeypatch.setenv("DAILYPAPERS_SIGN_IN_ORCID", "APP-1 hush")
    monkeypatch.setenv(
        "DAILYPAPERS_SIGN_IN_OPENID", "https://login.example.edu/realm id hush Example University"
    )
    apps, settings, origins = accounts.providers()
    assert [app.rpartition(".")[2] for app in apps] == ["orcid", "openid_connect"]
    assert settings["orcid"]["APPS"] == [{"client_id": "APP-1", "secret": "hush"}]
    assert settings["openid_connect"]["APPS"][0]["name"] == "Example University"
    assert origins == ("https://orcid.org", "https://login.example.edu")


@pytest.mark.parametrize("name", ["ORCID", "GITHUB", "GOOGLE", "OPENID"])
def test_half_of_what_a_provider_needs_is_refused_without_telling_it(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"DAILYPAPERS_SIGN_IN_{name}", "hush")
    with pytest.raises(WrongSetting, match=f"DAILYPAPERS_SIGN_IN_{name}: expected") as refused:
        accounts.providers()
    assert "hush" not in str(refused.value)
