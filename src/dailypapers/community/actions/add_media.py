"""Pictures and videos: added to what is submitted, made anew, removed with all their files."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dailypapers.community import media, texts
from dailypapers.community.access import Refused, checked_reason, require_active, require_decision
from dailypapers.community.giving import Giving
from dailypapers.community.media import CannotMake, Prepared
from dailypapers.community.models.media import Medium
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import enter

log = logging.getLogger(__name__)

MOST_TRIES = 2
"""Times that a video is tried: whatever killed the first may have had nothing to do with it."""


def add(
    *, person: User, paper_id: int, prepared: Sequence[Prepared], description: str = "", now: datetime
) -> list[Medium]:
    """Keep what was prepared as a paper's; within the transaction that submits it."""
    made = [
        Medium(
            paper_id=paper_id,
            person=person,
            name=one.name,
            kind=one.kind,
            state=Medium.State.WAITING if one.kind == Medium.Kind.VIDEO else Medium.State.READY,
            description=texts.line(description)[:200],
            width=one.width,
            height=one.height,
            seconds=one.seconds,
            created_at=now,
        )
        for one in prepared
    ]
    return Medium.objects.bulk_create(made)


def remove(*, medium_id: int, by: User, reason: str = "", now: datetime | None = None) -> int:
    """Remove a picture or video, by whoever added it or a moderator who says why; gives its paper.

    Raises `Refused`.
    """
    now = now or timezone.now()
    require_active(by, now)
    with transaction.atomic():
        medium = Medium.objects.select_related("person").filter(pk=medium_id).first()
        if medium is None:
            raise Refused("This is gone already.")
        if medium.person_id != by.pk:
            about = [medium.person]
            require_decision(by=by, about=about)
            reason = checked_reason(reason)
            kind = Decision.Kind.REMOVE_MEDIUM
            enter(kind, by=by, reason=reason, about=about, paper_id=medium.paper_id, now=now)
        _delete([medium])
    log.info("%s removed %s %d of paper %d", by.handle, medium.kind, medium_id, medium.paper_id)
    return medium.paper_id


def make_waiting() -> int:
    """Make videos anew that wait, one after the other; gives how many were tried."""
    tried = 0
    while (
        medium := Medium.objects.filter(state=Medium.State.WAITING).order_by("created_at").first()
    ) is not None:
        tried += 1
        _make(medium)
    return tried


def _make(medium: Medium) -> None:
    if medium.tries >= MOST_TRIES:
        _give_up(medium, "it could not be read")
        return
    # Counted before: what ends this process with it is not tried for ever.
    Medium.objects.filter(pk=medium.pk).update(tries=F("tries") + 1)
    try:
        told = media.make_video(medium)
    except CannotMake as problem:
        _give_up(medium, str(problem))
        return
    (media.incoming() / medium.name).unlink(missing_ok=True)
    ready = {"state": Medium.State.READY, **{key: told[key] for key in ("width", "height", "seconds")}}
    if Medium.objects.filter(pk=medium.pk).update(**ready):
        log.info("video %d of paper %d is made", medium.pk, medium.paper_id)
    else:  # It was removed meanwhile.
        media.discard([medium.name])


def _give_up(medium: Medium, why: str) -> None:
    Medium.objects.filter(pk=medium.pk).update(state=Medium.State.FAILED, problem=why[:200])
    media.discard([medium.name])
    log.warning("video %d of paper %d cannot be made: %s", medium.pk, medium.paper_id, why)


def remove_all(paper_id: int) -> None:
    """Remove all media of a paper that is put forward no more; files go when that is certain."""
    _delete(list(Medium.objects.filter(paper_id=paper_id)))


def move(gone: int, kept: int) -> None:
    """Give the media of a paper to the one it is joined to."""
    Medium.objects.filter(paper_id=gone).update(paper_id=kept)


def forget(*, person: User) -> set[int]:
    """Remove all media of someone who leaves."""
    _delete(list(Medium.objects.filter(person=person)))
    return set()


def _delete(some: Sequence[Medium]) -> None:
    names = [one.name for one in some]
    Medium.objects.filter(pk__in=[one.pk for one in some]).delete()
    transaction.on_commit(lambda: media.discard(names))


def hand_out(person: User) -> list[dict[str, Any]]:
    """All media of a person, with the addresses of their files."""
    rows = Medium.objects.filter(person=person).select_related("paper").order_by("pk")
    return [
        {
            "paper": one.paper.handle,
            "kind": one.kind,
            "description": one.description,
            "file": f"/media/{one.name}.{'mp4' if one.kind == Medium.Kind.VIDEO else 'webp'}",
            "created_at": one.created_at,
        }
        for one in rows
    ]


GIVING = Giving("media", (Medium,), hand_out, forget)
