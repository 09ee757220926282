"""Every setting there is: its environment variable, its type, its default, and what it does.

`docs/settings.md` has a line for each; a test holds the two together. No Django here.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
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

    def read(self, environment: Mapping[str, str] = os.environ) -> T:
        """The value set, or the default. Raises `WrongSetting` when it cannot be understood."""
        text = environment.get(self.name, "").strip()
        if not text:
            return self.default
        try:
            return _read(text, self.default)
        except ValueError as error:
            raise WrongSetting(f"{self.name}={text!r}: {error}") from None


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


HOME = Setting(
    "DAILYPAPERS_HOME", Path("~/.local/share/dailypapers").expanduser(), "Where all local state lives."
)
DATABASE_URL = Setting(
    "DAILYPAPERS_DATABASE_URL", "", "The database; a SQLite file in the home folder when not set."
)
BASE_URL = Setting(
    "DAILYPAPERS_BASE_URL", "", "The public address of the site, as https://papers.example.org."
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
SOURCES = Setting("DAILYPAPERS_SOURCES", ("arxiv", "huggingface"), "The sources harvested by themselves.")
THUMBNAILS = Setting(
    "DAILYPAPERS_THUMBNAILS", "open", "First pages as pictures: open (free licences only), all, or none."
)
CONTACT = Setting("DAILYPAPERS_CONTACT", "", "A mail address told to the sources, as they ask.")

ALL: tuple[Setting[object], ...] = (
    HOME, DATABASE_URL, BASE_URL, SECRET_KEY, DEBUG, SITE_NAME, TIME_ZONE, FIELDS, SOURCES, THUMBNAILS,
    CONTACT,
)  # type: ignore[assignment]  # fmt: skip
