"""Bookmarks and read marks: set and taken away, and what becomes of them. Nobody else sees them."""

import logging
from datetime import datetime
from typing import Any

from django.utils import timezone

from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused, require_active
from dailypapers.community.giving import Giving
from dailypapers.community.limits import allow
from dailypapers.community.models.collections import Bookmark, ReadMark
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)

_TOLD = "That is more papers in a minute than anyone reads. Wait a minute, then go on."


def bookmark(*, person: User, paper_id: int, now: datetime | None = None) -> None:
    """Keep a paper to come back to; twice changes nothing. Raises `Refused`, `TooMany`."""
    _may(person, paper_id, now)
    Bookmark.objects.bulk_create(
        [Bookmark(person=person, paper_id=paper_id, created_at=now or timezone.now())], ignore_conflicts=True
    )
    log.info("%s bookmarked paper %d", person.handle, paper_id)


def let_go(*, person: User, paper_id: int) -> None:
    """Take a bookmark away; where there is none nothing changes. Raises `Refused`, `TooMany`."""
    _may(person, paper_id, None)
    Bookmark.objects.filter(person=person, paper_id=paper_id).delete()


def mark_read(*, person: User, paper_id: int, now: datetime | None = None) -> None:
    """Mark a paper as read; twice changes nothing. Raises `Refused`, `TooMany`."""
    _may(person, paper_id, now)
    _mark(person, paper_id, now or timezone.now())


def mark_unread(*, person: User, paper_id: int) -> None:
    """Take a read mark away. Raises `Refused`, `TooMany`."""
    _may(person, paper_id, None)
    ReadMark.objects.filter(person=person, paper_id=paper_id).delete()


def opened(*, person: User, paper_id: int, now: datetime | None = None) -> None:
    """Note that a person opened a paper, where they want that noted; once."""
    if person.marks_opened and not ReadMark.objects.filter(person=person, paper_id=paper_id).exists():
        _mark(person, paper_id, now or timezone.now())


def choose_opened(*, person: User, marks: bool) -> None:
    """Set whether papers that a person opens are marked as read."""
    person.marks_opened = marks
    person.save(update_fields=["marks_opened"])
    log.info("%s has opened papers %s", person.handle, "marked" if marks else "not marked")


def choose_left_out(*, person: User, leaves_out: bool) -> None:
    """Set whether papers that a person has read are left out of the lists that they see."""
    person.leaves_out_read = leaves_out
    person.save(update_fields=["leaves_out_read"])
    log.info("%s has read papers %s", person.handle, "left out of lists" if leaves_out else "in lists")


def forget_read(*, person: User) -> int:
    """Take all of a person's read marks away; gives how many there were."""
    return ReadMark.objects.filter(person=person).delete()[0]


def join(gone: int, kept: int) -> None:
    """Give the marks of a paper to the one that it is joined to; who has both has one."""
    kept_by = Bookmark.objects.filter(paper_id=kept).values("person_id")
    Bookmark.objects.filter(paper_id=gone).exclude(person_id__in=kept_by).update(paper_id=kept)
    read_by = ReadMark.objects.filter(paper_id=kept).values("person_id")
    ReadMark.objects.filter(paper_id=gone).exclude(person_id__in=read_by).update(paper_id=kept)


def _may(person: User, paper_id: int, now: datetime | None) -> None:
    require_active(person, now)
    allow("keep papers", person, times=120, seconds=60, told=_TOLD)
    if not Paper.objects.filter(pk=paper_id, hidden=None).exists():
        raise Refused("This paper is not held here.")


def _mark(person: User, paper_id: int, now: datetime) -> None:
    ReadMark.objects.bulk_create(
        [ReadMark(person=person, paper_id=paper_id, created_at=now)], ignore_conflicts=True
    )


def _forget_bookmarks(*, person: User) -> set[int]:
    Bookmark.objects.filter(person=person).delete()
    return set()


def _forget_read_marks(*, person: User) -> set[int]:
    forget_read(person=person)
    return set()


def _rows(table: type[Bookmark] | type[ReadMark], person: User) -> list[dict[str, Any]]:
    rows = table._default_manager.filter(person=person).order_by("-created_at")
    return [
        {"paper": handle, "title": title, "at": at}
        for handle, title, at in rows.values_list("paper__handle", "paper__title", "created_at")
    ]


GIVINGS = (
    Giving("bookmarks", (Bookmark,), lambda person: _rows(Bookmark, person), _forget_bookmarks),
    Giving("read", (ReadMark,), lambda person: _rows(ReadMark, person), _forget_read_marks),
)
