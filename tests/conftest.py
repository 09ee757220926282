"""What every test gets: a home folder of its own, no network but loopback, and the real data where it is."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import django
import hypothesis
import pytest
from django.core.cache import caches
from django.db import connections
from pytest_django import Settings

if TYPE_CHECKING:
    from dailypapers.catalogue.models import Paper
    from dailypapers.community.models.people import User

# Before Django reads its settings: no test may touch the state of the person who runs it.
_HOME = tempfile.mkdtemp(prefix="dailypapers-tests-")
_FOR_TESTS = ("DAILYPAPERS_SHARED", "DAILYPAPERS_BROWSER", "DAILYPAPERS_TEST_POSTGRESQL_URL")
for name in [name for name in os.environ if name.startswith("DAILYPAPERS_") and name not in _FOR_TESTS]:
    del os.environ[name]
os.environ["DAILYPAPERS_HOME"] = _HOME
# Named here and not in pyproject.toml: pytest-django would read the settings before this file is loaded.
os.environ["DJANGO_SETTINGS_MODULE"] = "dailypapers.site.settings"
(Path(_HOME) / "static").mkdir()
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)

ROOT = Path(__file__).resolve().parent.parent

# The same examples on every run, so that a change passes or fails by its own merit. To search for new ones:
# HYPOTHESIS_PROFILE=search, which tries 20 times as many.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("search", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_configure() -> None:
    """Load the site before tests are collected."""
    django.setup()
    # A file, as a site has: of a database in memory all threads of a live server share one connection, and a
    # request of a page that is still open falls into the transaction of another.
    connections["default"].settings_dict["TEST"]["NAME"] = str(Path(_HOME) / "tests.sqlite3")


def pytest_runtest_setup() -> None:
    """Let tests reach this machine only."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    """An empty home folder for each test, and static files by their plain names (nothing is collected)."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.HOME = folder
    # In this folder, since tests that run beside this one have the settings' own in common.
    shared_cache = settings.CACHES["default"] | {"LOCATION": str(folder / "cache.sqlite3")}
    settings.CACHES = settings.CACHES | {"default": shared_cache}
    caches["memory"].clear()
    # Passwords need not be hard to guess here, only quick to check.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; skips the test where there is none."""
    folder = Path(os.environ.get("DAILYPAPERS_SHARED", ROOT.parent / "shared")) / "data"
    if not (folder / "corpus.jsonl.zst").exists():
        pytest.skip("needs the real data (../shared/data or DAILYPAPERS_SHARED), which is not here")
    return folder


@pytest.fixture
def paper(db: None) -> "Paper":
    """One paper that is held."""
    from tests.papers import hold, record

    return hold(record(1))[0]


@pytest.fixture
def alice(db: None) -> "User":
    """Someone with an account."""
    from tests.community.people import person

    return person("alice")


@pytest.fixture
def bob(db: None) -> "User":
    """Someone else with an account."""
    from tests.community.people import person

    return person("bob")


@pytest.fixture
def mo(db: None) -> "User":
    """A moderator."""
    from tests.community.people import person

    return person("mo", is_moderator=True)
