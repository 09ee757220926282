"""Every setting there is: its environment variable, its type, its default, and what it does.

`docs/settings.md` has a line for each; a test holds the two together. No Django here.
"""

import os
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

T = TypeVar("T")


class WrongSetting(ValueError):
    """A setting that cannot be used, with the variable, the value and what is expected."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One environment variable: how it is read, and what holds when it is not set."""

    name: str
    default: T
    help: str
    check: Callable[[T], object] | None = None
    """Raises ValueError, which says what is expected, for a value that cannot be used."""
    is_secret: bool = False
    """Whether a wrong value must not be repeated in a message."""

    def read(self, environment: Mapping[str, str] = os.environ) -> T:
        """The value set, or the default. Raises `WrongSetting` when it cannot be understood."""
        text = environment.get(self.name, "").strip()
        if not text:
            return self.default
        try:
            value = _read(text, self.default)
            if self.check:
                self.check(value)
            return value
        except ValueError as error:
            raise WrongSetting(f"{self.name}{'' if self.is_secret else f'={text!r}'}: {error}") from None


def _read(text: str, default: T) -> T:
    value: object
    match default:
        case bool():
            value = _boolean(text)
        case int():
            value = int(text)
        case Path():
            value = Path(text).expanduser()
        case ZoneInfo():
            value = _zone(text)
        case tuple():
            value = tuple(part for part in text.replace(",", " ").split() if part)
        case _:
            value = text
    return value  # type: ignore[return-value]


def _boolean(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("expected yes or no")


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("not a time zone name such as America/New_York") from None


def _a_web_address(text: str) -> None:
    parts = urlsplit(text)  # raises ValueError where there is a bracket too few
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected the whole address, as https://papers.example.org")


def _one_of(*words: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if text not in words:
            raise ValueError(f"expected {', '.join(words[:-1])} or {words[-1]}")

    return check


MAIL_SCHEMES = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
"""How a mail server is spoken to, with the usual port: in the clear, with STARTTLS, in TLS from the start."""


def _a_mail_server(text: str) -> None:
    expected = "expected smtp+tls://user:password@host:587 (or smtps://, smtp://)"
    try:
        parts = urlsplit(text)
        sound = parts.scheme in MAIL_SCHEMES and parts.hostname and (parts.port or 1)
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(expected)


def _an_app_elsewhere(text: str) -> None:
    if len(text.split()) != 2:
        raise ValueError("expected the client id and the secret, with a space between them")


def _an_openid_provider(text: str) -> None:
    parts = text.split(maxsplit=3)
    if len(parts) < 3 or not parts[0].startswith("https://"):
        raise ValueError("expected https://login.example.edu, the client id, the secret, and a name to show")


def _not_negative(number: int) -> None:
    if number < 0:
        raise ValueError("expected 0 or more")


def _known_sources(names: tuple[str, ...]) -> None:
    """Looks at the names of the files only: reading them all would make every command wait."""
    folder = Path(__file__).resolve().parent.parent / "ingest" / "sources"
    known = {module.name for module in pkgutil.iter_modules([str(folder)])}
    known |= {entry.name for entry in entry_points(group="dailypapers.sources")}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"no source {', '.join(unknown)}; there are {', '.join(sorted(known))}")


HOME = Setting(
    "DAILYPAPERS_HOME", Path("~/.local/share/dailypapers").expanduser(), "Where all local state lives."
)
DATABASE_URL = Setting(
    "DAILYPAPERS_DATABASE_URL", "", "The database; a SQLite file in the home folder when not set."
)
BASE_URL = Setting(
    "DAILYPAPERS_BASE_URL",
    "",
    "The public address of the site, as https://papers.example.org.",
    _a_web_address,
)
SECRET_KEY = Setting(
    "DAILYPAPERS_SECRET_KEY", "", "Signs cookies and links; made and kept in the home folder on loopback."
)
DEBUG = Setting("DAILYPAPERS_DEBUG", False, "Show errors in full. Refused outside loopback.")
SITE_NAME = Setting("DAILYPAPERS_SITE_NAME", "dailypapers", "The name in the masthead.")
TIME_ZONE = Setting(
    "DAILYPAPERS_TIME_ZONE", ZoneInfo("America/New_York"), "The zone in which a day of announcements begins."
)
FIELDS: Setting[tuple[str, ...]] = Setting(
    "DAILYPAPERS_FIELDS", (), "The fields the site follows (cs, stat.ML …); all when not set."
)
SOURCES: Setting[tuple[str, ...]] = Setting(
    "DAILYPAPERS_SOURCES", ("arxiv", "huggingface"), "The sources harvested by themselves.", _known_sources
)
THUMBNAILS = Setting(
    "DAILYPAPERS_THUMBNAILS",
    "open",
    "First pages as pictures: open (free licences only), all, or none.",
    _one_of("open", "all", "none"),
)
INDEX_URL = Setting(
    "DAILYPAPERS_INDEX_URL",
    "",
    "Where the search index is: a folder, or s3://bucket/folder; a folder in the home folder when not set.",
)
ENCODER = Setting(
    "DAILYPAPERS_ENCODER",
    "",
    "What turns texts into vectors for search; the encoder that comes with the package when not set.",
)
TUNE = Setting(
    "DAILYPAPERS_TUNE", True, "Whether the encoder learns by itself from the papers that the site holds."
)
CONTACT = Setting("DAILYPAPERS_CONTACT", "", "A mail address told to the sources, as they ask.")
ACCOUNTS = Setting(
    "DAILYPAPERS_ACCOUNTS",
    "",
    "Who can have an account: single (only you, on this machine), open, invite or closed.",
    _one_of("single", "open", "invite", "closed"),
)
INVITATIONS = Setting("DAILYPAPERS_INVITATIONS", 5, "How many people each person can invite.", _not_negative)
COMMENTS_PER_HOUR = Setting(
    "DAILYPAPERS_COMMENTS_PER_HOUR", 30, "How many comments a person can write in an hour.", _not_negative
)
COMMENTS_PER_HOUR_NEW = Setting(
    "DAILYPAPERS_COMMENTS_PER_HOUR_NEW",
    6,
    "How many comments someone can write in an hour whose account is new.",
    _not_negative,
)
API_LIMIT = Setting(
    "DAILYPAPERS_API_LIMIT",
    3_000,
    "How many calls of the API one visitor or person can make in five minutes; 0 for as many as come.",
    _not_negative,
)
VOTES_PER_DAY_NEW = Setting(
    "DAILYPAPERS_VOTES_PER_DAY_NEW",
    50,
    "How many votes someone can cast in a day whose account is new.",
    _not_negative,
)
SUBMIT = Setting(
    "DAILYPAPERS_SUBMIT",
    "everyone",
    "Who can submit papers: everyone with an account, trusted, moderators, or nobody.",
    _one_of("everyone", "trusted", "moderators", "nobody"),
)
SUBMIT_DAYS = Setting(
    "DAILYPAPERS_SUBMIT_DAYS", 14, "How many days old a paper can be that is submitted.", _not_negative
)
SUBMIT_DAILY = Setting(
    "DAILYPAPERS_SUBMIT_DAILY", 5, "How many papers a person can submit in a day.", _not_negative
)
NEW_DAYS = Setting("DAILYPAPERS_NEW_DAYS", 7, "How many days an account counts as new.", _not_negative)
NEW_LINKS = Setting(
    "DAILYPAPERS_NEW_LINKS",
    "",
    "Whether a comment of a new account with a link to another site is seen at once: show, or wait.",
    _one_of("show", "wait"),
)
ORGANIZATIONS = Setting(
    "DAILYPAPERS_ORGANIZATIONS",
    "trusted",
    "Who can make organizations: everyone with an account, trusted, moderators, or nobody.",
    _one_of("everyone", "trusted", "moderators", "nobody"),
)
GROUPS = Setting(
    "DAILYPAPERS_GROUPS",
    "everyone",
    "Who can make private groups: everyone with an account, trusted, moderators, or nobody.",
    _one_of("everyone", "trusted", "moderators", "nobody"),
)
PROXIES = Setting(
    "DAILYPAPERS_PROXIES",
    0,
    "How many proxies of yours stand before the site, each adding to X-Forwarded-For.",
    _not_negative,
)
WEBSUB_HUB = Setting(
    "DAILYPAPERS_WEBSUB_HUB",
    "",
    "The WebSub hub that the feeds name, as https://hub.example.org/.",
    _a_web_address,
)
EMAIL_URL = Setting(
    "DAILYPAPERS_EMAIL_URL",
    "",
    "The mail server, as smtp+tls://user:password@host:587.",
    _a_mail_server,
    is_secret=True,
)
EMAIL_FROM = Setting("DAILYPAPERS_EMAIL_FROM", "", "The address that mails come from.")
POSTAL_ADDRESS = Setting(
    "DAILYPAPERS_POSTAL_ADDRESS",
    "",
    "The postal address at the foot of digests, in one line, where the law asks for one.",
)
DIGEST_PICTURES = Setting(
    "DAILYPAPERS_DIGEST_PICTURES",
    False,
    "Whether digests show the pictures of papers, which mail programs then ask this site for.",
)
DIGEST_RATE = Setting(
    "DAILYPAPERS_DIGEST_RATE",
    10,
    "How many digests are sent in a second at most; 0 for no limit.",
    _not_negative,
)
DKIM_KEY = Setting(
    "DAILYPAPERS_DKIM_KEY",
    "",
    "The file of the private key that signs digests (DKIM), for who sends by itself.",
)
DKIM_SELECTOR = Setting(
    "DAILYPAPERS_DKIM_SELECTOR", "dailypapers", "Under which name the DNS has the public key of DKIM."
)
SIGN_IN_ORCID = Setting(
    "DAILYPAPERS_SIGN_IN_ORCID",
    "",
    "Signing in with ORCID: client id and secret.",
    _an_app_elsewhere,
    is_secret=True,
)
SIGN_IN_GITHUB = Setting(
    "DAILYPAPERS_SIGN_IN_GITHUB",
    "",
    "Signing in with GitHub: client id and secret.",
    _an_app_elsewhere,
    is_secret=True,
)
SIGN_IN_GOOGLE = Setting(
    "DAILYPAPERS_SIGN_IN_GOOGLE",
    "",
    "Signing in with Google: client id and secret.",
    _an_app_elsewhere,
    is_secret=True,
)
SIGN_IN_OPENID = Setting(
    "DAILYPAPERS_SIGN_IN_OPENID",
    "",
    "Signing in with your own OpenID Connect provider: its address, client id, secret, and a name to show.",
    _an_openid_provider,
    is_secret=True,
)

ALL: tuple[Setting[object], ...] = (
    HOME, DATABASE_URL, BASE_URL, SECRET_KEY, DEBUG, SITE_NAME, TIME_ZONE, FIELDS, SOURCES, THUMBNAILS,
    CONTACT, INDEX_URL, ENCODER, TUNE, ACCOUNTS, INVITATIONS,
    COMMENTS_PER_HOUR, COMMENTS_PER_HOUR_NEW, API_LIMIT,
    VOTES_PER_DAY_NEW, SUBMIT, SUBMIT_DAYS, SUBMIT_DAILY,
    NEW_DAYS, NEW_LINKS,
    ORGANIZATIONS, GROUPS, PROXIES, WEBSUB_HUB, EMAIL_URL,
    EMAIL_FROM, POSTAL_ADDRESS, DIGEST_PICTURES, DIGEST_RATE, DKIM_KEY, DKIM_SELECTOR,
    SIGN_IN_ORCID, SIGN_IN_GITHUB, SIGN_IN_GOOGLE, SIGN_IN_OPENID,
)  # type: ignore[assignment]  # fmt: skip
