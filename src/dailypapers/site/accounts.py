"""The settings of accounts, mail and other sites to sign in with, as Django and allauth want them."""

from typing import Any
from urllib.parse import unquote, urlsplit

from dailypapers.site import environment

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback_address(base_url: str) -> bool:
    """Whether a public address leads to this machine only; no address does."""
    return not base_url or urlsplit(base_url).hostname in LOOPBACK_NAMES


def mode(base_url: str) -> str:
    """Who can have an account. Raises `WrongSetting` where a site of one's own would be everyone's."""
    told = environment.ACCOUNTS.read()
    if told == "single" and not is_loopback_address(base_url):
        raise environment.WrongSetting(
            "DAILYPAPERS_ACCOUNTS=single signs everyone in as the owner, and DAILYPAPERS_BASE_URL names an "
            "address that others reach: choose open, invite or closed"
        )
    return told or ("single" if is_loopback_address(base_url) else "closed")


def mail(base_url: str) -> dict[str, Any]:
    """Django's mail settings. Without a server mails are printed, which only loopback's owner may want."""
    sender = environment.EMAIL_FROM.read() or f"dailypapers@{urlsplit(base_url).hostname or 'localhost'}"
    found: dict[str, Any] = {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender, "EMAIL_TIMEOUT": 10}
    url = environment.EMAIL_URL.read()
    if not url:
        backend = "console" if is_loopback_address(base_url) else "dummy"
        return found | {"EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend"}
    parts = urlsplit(url)
    return found | {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or environment.MAIL_SCHEMES[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def providers() -> tuple[list[str], dict[str, Any], tuple[str, ...]]:
    """The other sites to sign in with: Django apps, allauth's settings, and the origins they live at."""
    apps: list[str] = []
    settings: dict[str, Any] = {}
    origins: list[str] = []
    known = {
        "orcid": (environment.SIGN_IN_ORCID, "https://orcid.org"),
        "github": (environment.SIGN_IN_GITHUB, "https://github.com"),
        "google": (environment.SIGN_IN_GOOGLE, "https://accounts.google.com"),
    }
    for name, (setting, origin) in known.items():
        if told := setting.read():
            client, secret = told.split()
            apps.append(f"allauth.socialaccount.providers.{name}")
            settings[name] = {"APPS": [{"client_id": client, "secret": secret}]}
            origins.append(origin)
    if "google" in settings:
        settings["google"] |= {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True}
    if told := environment.SIGN_IN_OPENID.read():
        server, client, secret, *label = told.split(maxsplit=3)
        apps.append("allauth.socialaccount.providers.openid_connect")
        app = {
            "provider_id": "own",
            "name": label[0] if label else urlsplit(server).hostname,
            "client_id": client,
            "secret": secret,
            "settings": {"server_url": server},
        }
        settings["openid_connect"] = {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
        origins.append(f"https://{urlsplit(server).netloc}")
    return apps, settings, tuple(origins)
