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


def _a_web_address(text: str) -> None:
    parts = urlsplit(text)  # raises ValueError where there is a bracket too few
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected the whole address, as https://papers.example.org")


def _one_of(*words: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if text not in words:
            raise ValueError(f"expected {', '.join(words[:-1])} or {words[-1]}")

    return check


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

ALL: tuple[Setting[object], ...] = (
    HOME, DATABASE_URL, BASE_URL, SECRET_KEY, DEBUG, SITE_NAME, TIME_ZONE, FIELDS, SOURCES, THUMBNAILS,
    CONTACT, INDEX_URL, ENCODER, TUNE,
)  # type: ignore[assignment]  # fmt: skip
