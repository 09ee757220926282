"""Days and moments as programs read them."""

from datetime import UTC, date, datetime


def moment(at: datetime | None) -> str | None:
    """A moment in UTC: `2026-04-16T12:00:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def told_moment(at: datetime) -> str:
    """One that is known."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day_text(day: date | None) -> str | None:
    """A day: `2026-04-16`."""
    return day.isoformat() if day else None
