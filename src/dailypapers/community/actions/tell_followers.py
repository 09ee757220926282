"""Telling who follows a person or a collection of the papers that come by them; the worker's.

Many papers make one notification: as long as one is neither read nor sent, what follows is added to it.
"""

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from dailypapers.catalogue.hiding import hidden_among
from dailypapers.catalogue.holding import in_chunks
from dailypapers.community.actions import notify
from dailypapers.community.collecting import keepers
from dailypapers.community.comment_text import one_line
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.follows import Follow
from dailypapers.community.models.notifications import Kind, Notification
from dailypapers.community.models.submissions import Submission

log = logging.getLogger(__name__)

GRACE = notify.GRACE
"""How long a paper can be taken back before anybody is told."""
GATHERED = timedelta(hours=1)
"""How long a mail waits for what else comes by the same follow."""
AT_ONCE = 500
"""Submissions, and collections, that are told of in one round."""

Words = Callable[[int], tuple[str, str]]
"""Takes how many papers came; gives what is said, and the path of the page on which they are."""


def tell_followers(now: datetime | None = None) -> int:
    """Tell of what was put forward and collected since the last round; gives how many papers that was.

    Each submission and each collection is marked in the transaction that tells of it: after a kill it is
    told once, and whole.
    """
    now = now or timezone.now()
    told = 0
    put = Submission.objects.filter(told_at=None, created_at__lte=now - GRACE).order_by("pk")
    for submission in put.select_related("person")[:AT_ONCE]:
        told += _submitted(submission, now)
    followed = Follow.objects.filter(kind=Follow.Kind.COLLECTION).values("collection")
    changed = Collection.objects.filter(pk__in=followed, changed_at__gt=F("told_at")).order_by("told_at")
    for number in list(changed.values_list("pk", flat=True)[:AT_ONCE]):
        told += _collected(number, now)
    return told


@transaction.atomic
def _submitted(submission: Submission, now: datetime) -> int:
    mine = Submission.objects.filter(pk=submission.pk, told_at=None).update(told_at=now)
    person = submission.person
    if not mine or person is None or not person.is_active or hidden_among([submission.paper_id]):
        return 0
    name = one_line(person.shown_name, 60)

    def words(papers: int) -> tuple[str, str]:
        what = "a paper" if papers == 1 else f"{papers:,} papers"
        return f"{name} submitted {what}.", f"/people/{person.handle}"

    before = Follow.objects.filter(kind=Follow.Kind.PERSON, person=person)
    follows = before.filter(created_at__lte=submission.created_at)
    _tell(Kind.SUBMITTED, dict.fromkeys(follows, 1), words, submission.paper_id, now)
    return 1


@transaction.atomic
def _collected(number: int, now: datetime) -> int:
    collection = Collection.objects.select_for_update().filter(pk=number).first()
    if collection is None:
        return 0
    until = max(now - GRACE, collection.told_at)
    places = CollectedPaper.objects.filter(
        collection=collection, added_at__gt=collection.told_at, added_at__lte=until, paper__hidden=None
    )
    rows = list(places.order_by("added_at", "pk").values_list("added_at", "paper_id", "added_by_id"))
    Collection.objects.filter(pk=number).update(told_at=until)
    follows = list(_readers(collection)) if rows else []
    if not follows:
        return 0
    name = Truncator(collection.name).chars(60)
    address = collection.address

    def words(papers: int) -> tuple[str, str]:
        what = "A paper was" if papers == 1 else f"{papers:,} papers were"
        return f"{what} put into “{name}”.", address

    for last, papers in _came_to(follows, rows).items():
        _tell(Kind.COLLECTED, papers, words, last, now)
    return len(rows)


def _readers(collection: Collection) -> QuerySet[Follow]:
    """The follows of a collection by those who may see it; an owner is not told of what they did."""
    follows = Follow.objects.filter(kind=Follow.Kind.COLLECTION, collection=collection)
    if collection.group is None:
        return follows.exclude(follower=collection.owner_id) if collection.is_shown else follows.none()
    everyone = collection.is_shown and not collection.group.is_private
    return follows if everyone else follows.filter(follower__in=keepers(collection))


def _came_to(
    follows: Iterable[Follow], rows: Sequence[tuple[datetime, int, int | None]]
) -> dict[int, dict[Follow, int]]:
    """How many papers came by each follow, by the last of them: those since it began, and not one's own.

    `rows` are when a paper was put in, which, and by whom, in that order.
    """
    moments = [at for at, _, _ in rows]
    own: dict[int | None, list[datetime]] = {}
    for at, _, by in rows:
        own.setdefault(by, []).append(at)
    # Who put the last one in is told of the last that someone else did.
    _, last, last_by = rows[-1]
    before = next((paper for _, paper, by in reversed(rows) if by != last_by), 0)
    found: dict[int, dict[Follow, int]] = {}
    for one in follows:
        papers = len(moments) - bisect_right(moments, one.created_at)
        if mine := own.get(one.follower_id):
            papers -= len(mine) - bisect_right(mine, one.created_at)
        if papers:
            found.setdefault(before if one.follower_id == last_by else last, {})[one] = papers
    return found


def _tell(kind: Kind, papers: Mapping[Follow, int], words: Words, paper_id: int, now: datetime) -> None:
    """Tell who follows of so many papers each; `paper_id` is the one, or the last of them."""
    for follows in in_chunks(list(papers)):
        waiting = _waiting(follows)
        for follow in follows:
            if (one := waiting.get(follow.pk)) is None:
                continue
            one.papers += papers[follow]
            one.said, one.leads_to = words(one.papers)
            one.paper_id, one.created_at = None, now
        Notification.objects.bulk_update(
            waiting.values(), ["papers", "said", "leads_to", "paper", "created_at"], batch_size=100
        )
        fresh: dict[int, list[Follow]] = {}
        for follow in follows:
            if follow.pk not in waiting:
                fresh.setdefault(papers[follow], []).append(follow)
        for number, those in fresh.items():
            said, leads_to = words(number)
            about = {"said": said, "leads_to": leads_to, "papers": number}
            about["paper_id"] = paper_id if number == 1 else None
            by = {follow.follower_id: follow.pk for follow in those}
            notify.tell_followers(kind=kind, follows=by, about=about, now=now, wait=GATHERED)


def _waiting(follows: Iterable[Follow]) -> dict[int, Notification]:
    """The notifications to which more can be added: not read yet, or by mail only and not sent yet."""
    unread = Q(on_site=True) | Q(mail=Notification.Mail.DUE)
    rows = Notification.objects.filter(unread, follow__in=follows, read_at=None)
    return {one.follow_id: one for one in rows if one.follow_id is not None}
