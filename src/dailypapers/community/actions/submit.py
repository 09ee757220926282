"""Submitting: a paper is put forward on today's list, with the vote and the words of whoever does it."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dailypapers.catalogue import hiding
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.putting_forward import put_forward
from dailypapers.catalogue.records import PaperRecord
from dailypapers.community import media
from dailypapers.community.access import Refused, checked_reason, require_active, require_decision
from dailypapers.community.actions import add_media, notify
from dailypapers.community.actions import comment as comments
from dailypapers.community.actions.take_in import taken_in
from dailypapers.community.actions.vote import vote
from dailypapers.community.comment_text import says_nothing
from dailypapers.community.giving import Giving
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.media import Prepared, Upload
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.moderation_log import enter
from dailypapers.community.submitting import require_may_submit, require_new_enough
from dailypapers.community.trust import Level, level_of

log = logging.getLogger(__name__)

Kind = Decision.Kind


def submit(
    *,
    person: User,
    paper_id: int | None = None,
    record: PaperRecord | None = None,
    words: str = "",
    uploads: Sequence[Upload] = (),
    description: str = "",
    address: str = "",
    now: datetime | None = None,
) -> Submission:
    """Put a paper forward: one that is held (`paper_id`), or one that a source told of (`record`).

    The person votes for it, `words` become the first comment, `uploads` are shown with it, as the one
    `description` says. All of it happens, or nothing. Raises `Refused` for someone who may not, a paper that
    is too old or was put forward before, a file that cannot be taken, and what voting and commenting refuse;
    `TooMany` for someone who submitted enough.
    """
    now = now or timezone.now()
    require_may_submit(person, now)
    told = "That is many submissions in an hour. Go on in an hour."
    allow("submit", person, times=30, seconds=AN_HOUR, told=told)
    # Before the transaction, which holds up others: it takes a second or more.
    prepared = media.prepare(uploads, videos=level_of(person, now) > Level.NEW)
    try:
        return _submitted(person, paper_id, record, words, prepared, description, address, now)
    except BaseException:
        media.discard([one.name for one in prepared])
        raise


def _submitted(
    person: User,
    paper_id: int | None,
    record: PaperRecord | None,
    words: str,
    prepared: Sequence[Prepared],
    description: str,
    address: str,
    now: datetime,
) -> Submission:
    with transaction.atomic():
        # One at a time for each person, so that the number of a day holds.
        User.objects.select_for_update().only("pk").get(pk=person.pk)
        require_may_submit(person, now)
        if record is not None:
            require_new_enough(person, record.day, record.precision)
            paper_id = taken_in(record, now)
        paper = Paper.objects.only("date", "precision", "withdrawn").filter(pk=paper_id or 0).first()
        if paper is None:
            raise Refused("This paper is not held here.")
        if hiding.hidden_among([paper.pk]):
            raise Refused("Moderators hid this paper, and it is not put forward any more.")
        require_new_enough(person, paper.date, paper.precision)
        if paper.withdrawn:
            raise Refused("This paper was withdrawn, and is not put forward any more.")
        submission = _kept(person, paper.pk, now)
        put_forward(paper.pk, submission.day, now)
        add_media.add(person=person, paper_id=paper.pk, prepared=prepared, description=description, now=now)
        vote(person=person, paper_id=paper.pk, address=address, now=now)
        if not says_nothing(words):
            submission.comment = comments.write(person=person, paper_id=paper.pk, body=words, now=now)
            submission.save(update_fields=["comment"])
    log.info("%s submitted paper %d", person.handle, paper.pk)
    return submission


def take_back(*, paper_id: int, by: User, reason: str = "", now: datetime | None = None) -> None:
    """Let a paper be put forward no more: by whoever did, on the same day, or by a moderator who says why.

    Its pictures and videos go, votes and comments stay. Raises `Refused`.
    """
    now = now or timezone.now()
    require_active(by, now)
    with transaction.atomic():
        rows = Submission.objects.select_related("person").select_for_update(of=("self",))
        submission = rows.filter(paper_id=paper_id).first()
        if submission is None:
            raise Refused("Nobody here put this paper forward.")
        if submission.person_id != by.pk:
            require_decision(by=by, about=[submission.person])
            reason = checked_reason(reason)
            about = [submission.person]
            enter(Kind.TAKE_BACK, by=by, reason=reason, about=about, paper_id=paper_id, now=now)
        elif submission.day != today() and not by.moderates:
            raise Refused("A submission can be taken back on its own day only; ask a moderator.")
        submission.delete()
        add_media.remove_all(paper_id)
        put_forward(paper_id, None, now)
        notify.nobody_put_forward(paper_id, now)
    log.info("%s took back the submission of paper %d", by.handle, paper_id)


def _kept(person: User, paper_id: int, now: datetime) -> Submission:
    before = Submission.objects.select_related("person").filter(paper_id=paper_id).first()
    if before is not None:
        raise Refused(_said_before(before, person))
    try:
        with transaction.atomic():
            return Submission.objects.create(person=person, paper_id=paper_id, day=today(), created_at=now)
    except IntegrityError:  # Someone else, at the same moment.
        raise Refused("Someone else put this paper forward at this moment.") from None


def _said_before(before: Submission, person: User) -> str:
    when = f"on {before.day:%B} {before.day.day}"
    if before.person is None:
        return f"This paper was put forward {when}."
    who = "You" if before.person_id == person.pk else before.person.shown_name
    return f"{who} put this paper forward {when}."


def move(gone: int, kept: int) -> None:
    """Give the submission of a paper to the one it is joined to; of two the earlier one stays."""
    both = list(Submission.objects.filter(paper_id__in=(gone, kept)).order_by("created_at", "pk"))
    for later in both[1:]:
        later.delete()
    if both:
        Submission.objects.filter(pk=both[0].pk).update(paper_id=kept)


def hand_out(person: User) -> list[dict[str, Any]]:
    """All submissions of a person, the newest first."""
    rows = Submission.objects.filter(person=person).order_by("-created_at")
    columns = rows.values_list("paper__handle", "paper__title", "day", "created_at", "comment")
    return [
        {"paper": handle, "title": title, "day": day, "created_at": created_at, "comment": comment}
        for handle, title, day, created_at, comment in columns
    ]


def forget(*, person: User) -> set[int]:
    """Forget who submitted what; the papers stay on their lists, as others voted and answered there."""
    Submission.objects.filter(person=person).update(person=None)
    return set()


GIVING = Giving("submissions", (Submission,), hand_out, forget)
