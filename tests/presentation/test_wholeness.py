"""A list says that it is complete only when it is known to be."""

from datetime import date, timedelta
from typing import Any

from dailypapers.ingest.models import Coverage
from dailypapers.ingest.source import AnnouncingSource
from dailypapers.presentation.sources import followed_sources
from dailypapers.presentation.wholeness import Wholeness, wholeness
from dailypapers.ranking.periods import Period

WEDNESDAY = date(2026, 4, 15)
LATER = date(2026, 5, 1)


def told(source: str, day: date = WEDNESDAY, announced: int = 9, held: int = 9, **more: str) -> Coverage:
    return Coverage(source=source, day=day, announced=announced, held=held, **{"state": "complete"} | more)


def of(*rows: Coverage, kind: str = "date", today: date = LATER) -> Wholeness:
    period = Period.of(kind, WEDNESDAY)  # type: ignore[arg-type]
    return wholeness(rows, period, followed_sources(), today)


def test_arxiv_and_hugging_face_are_followed_unless_told_otherwise() -> None:
    followed = followed_sources()
    assert [source.name for source in followed] == ["arxiv", "huggingface"]
    assert all(isinstance(source, AnnouncingSource) for source in followed)


def test_a_day_that_every_followed_source_told_and_that_is_held_is_complete() -> None:
    assert of(told("arxiv"), told("huggingface")) == Wholeness("complete", complete=True)


def test_a_day_that_one_source_was_never_asked_about_is_not_called_complete() -> None:
    found = of(told("huggingface"))
    assert found.text == "complete for Hugging Face Daily Papers, not counted for arXiv"
    assert not found.complete


def test_what_is_missing_is_said_before_anything_else() -> None:
    found = of(told("arxiv", announced=1_182, held=1_170, state="gap"))
    assert (found.text, found.complete) == ("12 announced papers still missing", False)


def test_a_source_that_has_not_told_is_called_by_its_name() -> None:
    found = of(told("arxiv"), told("huggingface", announced=0, held=0, state="unknown"))
    assert found.text == "Hugging Face Daily Papers has not told this day yet"


def test_days_to_come_need_not_be_counted_and_weekends_announce_nothing() -> None:
    monday = WEDNESDAY - timedelta(days=2)
    rows = [told(name, monday + timedelta(days=day)) for name in ("arxiv", "huggingface") for day in range(3)]
    assert of(*rows, kind="week", today=WEDNESDAY).complete
    assert not of(*rows, kind="week", today=LATER).complete
    rows += [told(name, monday + timedelta(days=day)) for name in ("arxiv", "huggingface") for day in (3, 4)]
    assert of(*rows, kind="week", today=LATER).complete


def test_a_day_nobody_was_asked_about_says_so() -> None:
    assert of() == Wholeness("not counted against the sources", complete=False, counted=False)


def test_a_day_counted_for_fewer_fields_than_are_followed_is_not_complete(settings: Any) -> None:
    settings.FIELDS = ("cs", "stat")
    rows = (told("arxiv", scope="cs"), told("huggingface"))
    assert of(*rows).text == "complete for Hugging Face Daily Papers, not counted for arXiv"
    assert of(told("arxiv", scope="cs stat"), told("huggingface")).complete
    settings.FIELDS = ("cs.CL",)
    assert of(*rows).complete
