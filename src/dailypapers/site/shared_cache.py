"""A cache that all processes of a site share: one SQLite file in the home folder.

Limits are counted in it. Django's cache in files lists its whole folder at each write and cannot add to
a number in one step; its cache in the database would wait for whoever writes papers.
"""

import pickle
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

SWEPT_EVERY = 500
"""Writes after which what has run out is thrown away."""

_TABLE = """
    CREATE TABLE IF NOT EXISTS entry (
        key TEXT PRIMARY KEY, value BLOB NOT NULL, until REAL NOT NULL
    ) WITHOUT ROWID
"""
_PUT = """
    INSERT INTO entry VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until
"""


class SharedCache(BaseCache):
    """Django's cache interface over one file. What cannot be kept is not kept; nothing fails for it."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._path = Path(location)
        self._local = threading.local()
        self._writes = 0

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            found = sqlite3.connect(self._path, timeout=5, isolation_level=None)
            # A power cut may lose the last counts, which is what they are worth.
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=OFF")
            found.execute(_TABLE)
            self._local.connection = found
        return found

    def _until(self, timeout: Any) -> float:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return 1e12 if seconds is None else time.time() + float(seconds)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value of a key that has not run out."""
        asked = (self.make_and_validate_key(key, version=version), time.time())
        row = (
            self._connection()
            .execute("SELECT value FROM entry WHERE key = ? AND until > ?", asked)
            .fetchone()
        )
        # Written by this site alone, in a folder that is its own.
        return default if row is None else pickle.loads(row[0])  # noqa: S301

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value for so many seconds."""
        named = self.make_and_validate_key(key, version=version)
        self._connection().execute(_PUT, (named, pickle.dumps(value), self._until(timeout)))
        self._sweep()

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value where there is none; whether it was kept. Of two who try at once, one is told so."""
        named = self.make_and_validate_key(key, version=version)
        done = self._connection().execute(
            f"{_PUT} WHERE entry.until <= ?",
            (named, pickle.dumps(value), self._until(timeout), time.time()),
        )
        self._sweep()
        return done.rowcount > 0

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number, which goes on running out when it would have. Raises ValueError without one."""
        named = self.make_and_validate_key(key, version=version)
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            asked = (named, time.time())
            row = connection.execute("SELECT value FROM entry WHERE key = ? AND until > ?", asked).fetchone()
            if row is None:
                raise ValueError(f"there is no {key} to add to")
            number: int = pickle.loads(row[0]) + delta  # noqa: S301
            connection.execute("UPDATE entry SET value = ? WHERE key = ?", (pickle.dumps(number), named))
        finally:
            connection.execute("COMMIT")
        return number

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let a value last from now on; whether there was one."""
        asked = (self._until(timeout), self.make_and_validate_key(key, version=version), time.time())
        done = self._connection().execute("UPDATE entry SET until = ? WHERE key = ? AND until > ?", asked)
        return done.rowcount > 0

    def seconds_left(self, key: str, version: int | None = None) -> float:
        """For how long a value is kept; 0 where there is none."""
        now = time.time()
        asked = (self.make_and_validate_key(key, version=version), now)
        row = (
            self._connection()
            .execute("SELECT until FROM entry WHERE key = ? AND until > ?", asked)
            .fetchone()
        )
        return 0.0 if row is None else float(row[0]) - now

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; whether there was one."""
        named = self.make_and_validate_key(key, version=version)
        return self._connection().execute("DELETE FROM entry WHERE key = ?", (named,)).rowcount > 0

    def clear(self) -> None:
        """Forget everything."""
        self._connection().execute("DELETE FROM entry")

    def close(self, **kwargs: Any) -> None:
        """Nothing: Django calls this after each request, and opening costs more than the request."""

    def _sweep(self) -> None:
        self._writes += 1
        if self._writes % SWEPT_EVERY == 1:
            self._connection().execute("DELETE FROM entry WHERE until <= ?", (time.time(),))
