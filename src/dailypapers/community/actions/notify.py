"""Telling people of comments and of what was decided: who is told, how, and what they have read."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from dailypapers.catalogue.hiding import hidden_among
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.groups import Membership
from dailypapers.community.models.notifications import BY_MAIL, Kind, Notification, NotificationSetting
from dailypapers.community.models.people import User
from dailypapers.community.watching import watchers

log = logging.getLogger(__name__)

GRACE = timedelta(minutes=2)
"""How long a comment can be mended before those who watch are told, and before mails go out."""


def taking_part(comment: Comment, called: Iterable[int], now: datetime) -> None:
    """Tell whom a comment answers and whom it calls; within the transaction that writes it."""
    people: dict[int, Kind] = dict.fromkeys(called, Kind.MENTION)
    if comment.parent is not None and comment.parent.author_id is not None:
        people[comment.parent.author_id] = Kind.REPLY
    if comment.group_id is not None:
        people = _in_group(comment, people)
    _tell(comment, people, now)


def tell_watchers(now: datetime | None = None) -> int:
    """Tell those who watch the papers of new comments; the worker's. Gives how many comments were told of.

    Each comment is marked in the transaction that tells of it: after a kill it is told once, and whole.
    """
    now = now or timezone.now()
    waiting = Comment.objects.filter(told_at=None, created_at__lte=now - GRACE).order_by("pk")
    told = 0
    for comment in waiting[:500]:
        with transaction.atomic():
            mine = Comment.objects.filter(pk=comment.pk, told_at=None).update(told_at=now)
            if not mine or comment.is_hidden or hidden_among([comment.paper_id]):
                continue
            people = watchers(comment.paper_id)
            # Who has not looked yet since the last comment need not be told of the next.
            waits = Notification.objects.filter(paper_id=comment.paper_id, read_at=None, on_site=True)
            for person in waits.filter(kind__in=(Kind.VOTED, Kind.FOLLOWED)).values_list(
                "person_id", flat=True
            ):
                people.pop(person, None)
            _tell(comment, people, now)
            told += 1
    return told


def _in_group(comment: Comment, people: Mapping[int, Kind]) -> dict[int, Kind]:
    """All members of a private group, and nobody else; who has not looked yet is not told once more."""
    belong = Membership.objects.filter(group=comment.group_id, state__in=Membership.BELONGS)
    members = set(belong.values_list("person_id", flat=True))
    waits = Notification.objects.filter(
        person__in=members,
        kind=Kind.GROUP,
        paper_id=comment.paper_id,
        comment__group=comment.group_id,
        read_at=None,
        on_site=True,
    )
    told = dict.fromkeys(members - set(waits.values_list("person_id", flat=True)), Kind.GROUP)
    return told | {person: kind for person, kind in people.items() if person in members}


def tell(
    *,
    person_id: int,
    kind: Kind,
    said: str,
    leads_to: str,
    paper_id: int | None = None,
    group_id: int | None = None,
    now: datetime | None = None,
) -> None:
    """Tell one person of something that is no comment; within the transaction that did it.

    `said` is a sentence or two, `leads_to` the path of the page on which to see to it.
    """
    about = {"said": said, "leads_to": leads_to, "paper_id": paper_id, "group_id": group_id}
    _write({person_id: kind}, now or timezone.now(), about)


def tell_followers(
    *, kind: Kind, follows: Mapping[int, int], about: Mapping[str, Any], now: datetime, wait: timedelta
) -> None:
    """Tell people of what came by their `follows`; within the transaction that marks it as told.

    A mail waits so long for what else comes by the same follow.
    """
    each = {person: {"follow_id": follow} for person, follow in follows.items()}
    _write(dict.fromkeys(follows, kind), now, about, each, wait)


def nobody_more(comment: Comment, now: datetime) -> None:
    """Stop telling of a comment that was hidden or removed."""
    _stop(comment.notifications.all(), now)


def nobody_of(paper_id: int, now: datetime) -> None:
    """Stop telling of a paper that was hidden: of comments on it, and that someone put it forward."""
    _stop(Notification.objects.filter(paper=paper_id).exclude(comment=None, follow=None), now)


def nobody_put_forward(paper_id: int, now: datetime) -> None:
    """Stop telling that someone put a paper forward."""
    _stop(Notification.objects.filter(kind=Kind.SUBMITTED, paper=paper_id), now)


def _stop(rows: QuerySet[Notification], now: datetime) -> None:
    rows.filter(read_at=None).update(read_at=now)
    rows.filter(mail=Notification.Mail.DUE).update(mail=Notification.Mail.NONE)


def nothing_of_group(*, person_id: int, group_id: int) -> None:
    """Forget what a person was told of a group, and among it: they are invited, or belong to it, no more."""
    about = Q(group=group_id) | Q(comment__group=group_id)
    Notification.objects.filter(about, person=person_id).delete()


def mark_read(*, person: User, notification_id: int | None = None, now: datetime | None = None) -> int:
    """Mark a person's notifications as read, or one of them; gives how many were not."""
    mine = Notification.objects.filter(person=person, read_at=None)
    if notification_id is not None:
        mine = mine.filter(pk=notification_id)
    return mine.update(read_at=now or timezone.now())


@transaction.atomic
def choose(*, person: User, kind: Kind, on_site: bool, by_mail: bool) -> None:
    """Set how a person wants to be told of one kind."""
    NotificationSetting.objects.update_or_create(
        person=person, kind=kind, defaults={"on_site": on_site, "by_mail": by_mail}
    )
    if not by_mail:
        waiting = Notification.objects.filter(person=person, kind=kind, mail=Notification.Mail.DUE)
        waiting.update(mail=Notification.Mail.NONE)
    log.info("%s is told of %s: on the site %s, by mail %s", person.handle, kind, on_site, by_mail)


def choices(person: User) -> list[tuple[Kind, bool, bool]]:
    """How a person is told of each kind: on the site, by mail."""
    set_here = {one.kind: one for one in person.notification_settings.all()}
    return [
        (kind, set_here[kind].on_site, set_here[kind].by_mail)
        if kind in set_here
        else (kind, True, kind in BY_MAIL)
        for kind in Kind
    ]


def _tell(comment: Comment, people: Mapping[int, Kind], now: datetime) -> None:
    wanted = {person: kind for person, kind in people.items() if person != comment.author_id}
    _write(wanted, now, {"comment": comment, "paper_id": comment.paper_id})


def _write(
    wanted: Mapping[int, Kind],
    now: datetime,
    about: Mapping[str, Any],
    each: Mapping[int, Mapping[str, Any]] | None = None,
    wait: timedelta = GRACE,
) -> None:
    """Tell some people of one thing, each as they want to be told; `each` is what differs between them."""
    if not wanted:
        return
    active = User.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True)
    rows = NotificationSetting.objects.filter(person__in=wanted)
    chosen = {(one.person_id, one.kind): one for one in rows}
    sends = settings.SENDS_MAIL and bool(settings.BASE_URL)
    told = []
    for person in active:
        kind = wanted[person]
        one = chosen.get((person, kind))
        on_site = one.on_site if one else True
        by_mail = sends and (one.by_mail if one else kind in BY_MAIL)
        if on_site or by_mail:
            told.append(
                Notification(
                    **about,
                    **(each[person] if each else {}),
                    person_id=person,
                    kind=kind,
                    on_site=on_site,
                    created_at=now,
                    mail=Notification.Mail.DUE if by_mail else Notification.Mail.NONE,
                    mail_after=now + wait if by_mail else None,
                )
            )
    Notification.objects.bulk_create(told, ignore_conflicts=True)
