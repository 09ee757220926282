"""The rules of submitting, and what a page shows of it."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil

from django.conf import settings
from django.utils import timezone

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Precision
from dailypapers.community.access import Refused, require_active
from dailypapers.community.limits import refuse
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.trust import Level, level_of


def offers_submitting(person: User) -> bool:
    """Whether a person is one of those who submit here. Asks no database."""
    now = timezone.now()
    may_act = person.is_active and not person.is_suspended(now) and not person.warned_for
    return may_act and not _why_not(person, now)


def would_take(person: User, paper: Paper) -> bool:
    """Whether a person may put a paper forward, but for how many they did today. Asks no database."""
    try:
        require_new_enough(person, paper.date, paper.precision)
    except Refused:
        return False
    return offers_submitting(person)


def require_may_submit(person: User, now: datetime) -> None:
    """Raise `Refused` for someone who may not submit at all, and for one who submitted enough today."""
    require_submitter(person, now)
    if person.moderates:
        return
    done = Submission.objects.filter(person=person, day=today()).count()
    if done >= settings.SUBMIT_DAILY:
        papers = "one paper" if settings.SUBMIT_DAILY == 1 else f"{settings.SUBMIT_DAILY} papers"
        refuse(f"One can submit {papers} a day, and you have. Come back tomorrow.", _until_tomorrow(now))


def require_submitter(person: User, now: datetime) -> None:
    """Raise `Refused` for someone who is not one of those who submit here."""
    require_active(person, now)
    if why := _why_not(person, now):
        raise Refused(why)


def _until_tomorrow(now: datetime) -> int:
    """Seconds until the next day of the lists begins."""
    here = now.astimezone(settings.LISTING_ZONE)
    tomorrow = datetime.combine(here.date() + timedelta(days=1), time(), settings.LISTING_ZONE)
    return ceil((tomorrow - now).total_seconds())


def _why_not(person: User, now: datetime) -> str:
    """Why a person is not one of those who submit here; empty for one who is."""
    match settings.SUBMIT:
        case "nobody":
            return "Papers are not submitted by hand on this site."
        case "moderators" if not person.moderates:
            return "Only moderators submit papers on this site."
        case "trusted" if level_of(person, now) < Level.TRUSTED:
            return (
                "Papers are submitted by people here who have taken part for a while. "
                "Vote and comment, and you will be one of them."
            )
    return ""


def require_new_enough(person: User, day: date | None, precision: str) -> None:
    """Raise `Refused` for a paper that is older than the site wants; moderators choose for themselves.

    Of one whose day is not known, the latest that it can be counts.
    """
    latest = latest_day(day, precision)
    if person.moderates or not settings.SUBMIT_DAYS or latest is None:
        return
    if latest < today() - timedelta(days=settings.SUBMIT_DAYS):
        days = "a day" if settings.SUBMIT_DAYS == 1 else f"{settings.SUBMIT_DAYS} days"
        raise Refused(
            f"This paper is from {_said(day, precision)}; what is submitted here is up to {days} old."
        )


def latest_day(day: date | None, precision: str) -> date | None:
    """The last day on which a paper can have appeared, as far as its date is known."""
    if day is None or precision == Precision.DAY:
        return day
    month = day.month if precision == Precision.MONTH else 12
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def _said(day: date | None, precision: str) -> str:
    if day is None or precision == Precision.YEAR:
        return str(day.year) if day else "an unknown day"
    return f"{day:%B %Y}" if precision == Precision.MONTH else f"{day:%B} {day.day}, {day.year}"


@dataclass(frozen=True, slots=True)
class Submitted:
    """Who put a paper forward here, and for which day's list."""

    day: date
    handle: str
    """Empty where the person has left."""
    name: str


def submitted(paper_ids: Sequence[int]) -> dict[int, Submitted]:
    """Those of some papers that were submitted here, in one query."""
    rows = Submission.objects.filter(paper__in=paper_ids)
    columns = rows.values_list("paper_id", "day", "person__handle", "person__name")
    return {
        paper_id: Submitted(day, handle or "", name or handle or "someone who has left")
        for paper_id, day, handle, name in columns
    }
