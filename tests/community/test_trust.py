"""Trust is read off an account: new for a week, then known; more by use, less by what was upheld."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dailypapers.community.models.people import User
from dailypapers.community.trust import Level, level_of

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)


def aged(days: float, **fields: Any) -> User:
    return User(handle="someone", joined_at=NOW - timedelta(days=days), **fields)


@pytest.mark.parametrize(
    ("person", "level"),
    [
        (aged(0), Level.NEW),
        (aged(6.99), Level.NEW),
        (aged(7), Level.KNOWN),
        (aged(4_000), Level.KNOWN),
        (aged(0, trust=1), Level.KNOWN),
        (aged(100, trust=2), Level.TRUSTED),
        (aged(0, is_moderator=True), Level.TRUSTED),
        (aged(0, is_superuser=True), Level.TRUSTED),
        (aged(0, is_staff=True), Level.TRUSTED),
    ],
    ids=str,
)
def test_the_level_comes_from_age_and_from_what_was_found(person: User, level: Level) -> None:
    assert level_of(person, NOW) is level
