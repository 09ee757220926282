"""Comments, papers, people and collections that a moderator should look at."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Invalid, Refused, checked_reason, require_active, require_decision
from dailypapers.community.collecting import answerable, may_change, readable
from dailypapers.community.comment_text import cleaned
from dailypapers.community.deciding import require_others_collection, require_others_paper
from dailypapers.community.joined import joined
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.comments import Comment, Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import enter
from dailypapers.community.trust import REPORTS, count_act, level_of

log = logging.getLogger(__name__)

LONGEST = 1_000

Reason = Report.Reason

OF_COMMENTS = (Reason.SPAM, Reason.ABUSE, Reason.OFF_TOPIC, Reason.PRIVATE, Reason.OTHER)
OF_PAPERS = (Reason.NOT_RESEARCH, Reason.TWICE, Reason.WRONG, Reason.SPAM, Reason.OTHER)
OF_COLLECTIONS = (Reason.SPAM, Reason.ABUSE, Reason.WRONG, Reason.PRIVATE, Reason.OTHER)
OF_PEOPLE = (Reason.SPAM, Reason.ABUSE, Reason.PRETENDS, Reason.PRIVATE, Reason.OTHER)


def choices(reasons: tuple[Report.Reason, ...]) -> tuple[tuple[str, str], ...]:
    """The reasons as a form offers them."""
    return tuple((one.value, str(one.label)) for one in reasons)


def report(
    *, person: User, comment_id: int, reason: str, text: str = "", now: datetime | None = None
) -> Comment:
    """Report a comment; a person reports one once. Raises `Refused`, `TooMany`."""
    text = _checked(person, reason, text, OF_COMMENTS, now)
    comment = Comment.objects.filter(pk=comment_id, hidden_at=None).first()
    if comment is None:
        raise Refused("This comment is gone.")
    if comment.author_id == person.pk:
        raise Refused("This is your own comment; you can remove it.")
    _keep(Report(comment=comment, reporter=person, reason=reason, text=text), person, now)
    return comment


def report_paper(
    *, person: User, paper_id: int, reason: str, text: str = "", now: datetime | None = None
) -> Paper:
    """Report a paper; a person reports one once. Raises `Refused`, `TooMany`."""
    text = _checked(person, reason, text, OF_PAPERS, now)
    paper = Paper.objects.filter(pk=paper_id).first()
    if paper is None:
        raise Refused("This paper is not held here.")
    _keep(Report(paper=paper, reporter=person, reason=reason, text=text), person, now)
    return paper


def report_person(
    *, person: User, handle: str, reason: str, text: str = "", now: datetime | None = None
) -> User:
    """Report someone for what stands on their page, once. Raises `Refused`, `TooMany`."""
    text = _checked(person, reason, text, OF_PEOPLE, now)
    reported = joined().filter(handle=handle).first()
    if reported is None:
        raise Refused("Nobody has this handle any more.")
    if reported.pk == person.pk:
        raise Refused("This is your own page; you can change it.")
    _keep(Report(person=reported, reporter=person, reason=reason, text=text), person, now)
    return reported


def report_collection(
    *, person: User, collection_id: int, reason: str, text: str = "", now: datetime | None = None
) -> Collection:
    """Report a public collection, once. Raises `Refused`, `TooMany`."""
    text = _checked(person, reason, text, OF_COLLECTIONS, now)
    collection = readable(collection_id, person)
    if collection is None or (not collection.is_shown and not may_change(collection, person)):
        raise Refused("There is no such collection, or it is not public.")
    if may_change(collection, person):
        raise Refused("This is your own collection; you can change it.")
    _keep(Report(collection=collection, reporter=person, reason=reason, text=text), person, now)
    return collection


def close_reports(reports: "QuerySet[Report]", *, by: User | None, state: Report.State, now: datetime) -> int:
    """Close those of some reports that are open; gives how many. The caller has checked that `by` may."""
    return reports.filter(state=Report.State.OPEN).update(state=state, closed_at=now, closed_by=by)


@transaction.atomic
def decide_reports(
    *,
    about: Paper | User | Collection,
    by: User,
    state: Report.State,
    reason: str,
    now: datetime | None = None,
) -> None:
    """Close the reports of a paper, a person or a collection: as right, after something was done, or dismiss.

    Raises `Refused`. What is done about them is an action of its own.
    """
    people = _concerned(about)
    require_decision(by=by, about=people)
    if isinstance(about, Collection):
        require_others_collection(about, by)
    if isinstance(about, Paper):
        require_others_paper(about.pk, by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    if not close_reports(_of(about), by=by, state=state, now=now):
        raise Refused("Someone else has looked at these reports already.")
    if state == Report.State.DISMISSED:
        paper_id = about.pk if isinstance(about, Paper) else None
        collection = about if isinstance(about, Collection) else None
        enter(
            Decision.Kind.DISMISS,
            by=by,
            reason=reason,
            about=[about.owner] if isinstance(about, Collection) else people,
            paper_id=paper_id,
            collection=collection,
            now=now,
        )
    log.info("%s closed the reports of %s: %s, %s", by.handle, about, state, reason)


def _concerned(about: Paper | User | Collection) -> list[User]:
    if isinstance(about, Collection):
        return answerable(about)
    return [about] if isinstance(about, User) else []


def _of(about: Paper | User | Collection) -> "QuerySet[Report]":
    if isinstance(about, Paper):
        return Report.objects.filter(paper=about)
    if isinstance(about, Collection):
        return Report.objects.filter(collection=about)
    return Report.objects.filter(person=about)


def _checked(
    person: User, reason: str, text: str, reasons: tuple[Report.Reason, ...], now: datetime | None
) -> str:
    require_active(person, now)
    if reason not in [one.value for one in reasons]:
        raise Invalid("Say what is wrong with it.")
    if len(text) > 2 * LONGEST or len(text := cleaned(text)) > LONGEST:
        raise Invalid(f"A report can have {LONGEST:,} characters.")
    if reason == Report.Reason.OTHER and not text:
        raise Invalid("Say in your own words what is wrong with it.")
    told = "Thank you; that is enough to look at for now. Go on in an hour."
    allow("report", person, times=20, seconds=AN_HOUR, told=told)
    count_act(person, REPORTS, now or timezone.now())
    return text


def _keep(row: Report, person: User, now: datetime | None) -> None:
    now = now or timezone.now()
    row.created_at, row.weight = now, level_of(person, now) + 1
    Report.objects.bulk_create([row], ignore_conflicts=True)
    log.info("%s reported %s: %s", person.handle, _named(row), row.reason)


def _named(row: Report) -> str:
    if row.comment_id is not None:
        return f"comment {row.comment_id}"
    if row.collection_id is not None:
        return f"collection {row.collection_id}"
    return f"paper {row.paper_id}" if row.paper_id is not None else f"person {row.person_id}"
