"""What moderators do to public collections: take one out of public sight, and let it be public again.

Lists of private groups are none of theirs: to moderators too they are not there.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dailypapers.community.access import Refused, checked_reason, require_decision, require_moderator
from dailypapers.community.actions import notify
from dailypapers.community.actions.report import close_reports
from dailypapers.community.collecting import answerable, keepers, moderated
from dailypapers.community.comment_text import one_line
from dailypapers.community.deciding import require_others_collection
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.comments import Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Kind as Told
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import enter

log = logging.getLogger(__name__)

Kind = Decision.Kind


@transaction.atomic
def withhold(*, collection_id: int, by: User, reason: str, now: datetime | None = None) -> Collection:
    """Take a collection out of public sight; its reports are closed as right. Raises `Refused`.

    Who may change it goes on seeing it and is told why. Others see it only after a moderator has let it be
    public again, whatever its owner says meanwhile.
    """
    require_moderator(by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    collection = _moderated(collection_id, by)
    if collection.withheld_for:
        raise Refused("This collection is out of public sight already.")
    collection.withheld_for = reason
    collection.save(update_fields=["withheld_for"])
    # What they were told has its name; the follows stay, and show nothing meanwhile.
    told = Notification.objects.filter(follow__collection=collection)
    told.exclude(person__in=keepers(collection)).delete()
    close_reports(collection.reports.all(), by=by, state=Report.State.UPHELD, now=now)
    _enter(Kind.WITHHOLD_COLLECTION, collection, by, reason, now)
    _tell(collection, f"A moderator took {_named(collection)} out of public sight: {reason}", now)
    log.info("%s withheld collection %d: %s", by.handle, collection.pk, reason)
    return collection


@transaction.atomic
def allow(*, collection_id: int, by: User, reason: str, now: datetime | None = None) -> Collection:
    """Let a collection be public again that was withheld. Raises `Refused`."""
    require_moderator(by)
    now = now or timezone.now()
    reason = checked_reason(reason)
    collection = _moderated(collection_id, by)
    if not collection.withheld_for:
        raise Refused("No moderator took this collection out of public sight.")
    collection.withheld_for = ""
    collection.save(update_fields=["withheld_for"])
    _enter(Kind.ALLOW_COLLECTION, collection, by, reason, now)
    sees = "Others see it again" if collection.is_public else "You can show it to others"
    _tell(collection, f"A moderator lets {_named(collection)} be public. {sees}: {reason}", now)
    log.info("%s lets collection %d be public: %s", by.handle, collection.pk, reason)
    return collection


def _moderated(collection_id: int, by: User) -> Collection:
    """A collection that a moderator may decide about, locked until the transaction ends. Raises `Refused`."""
    collection = Collection.objects.select_for_update().filter(pk=collection_id).first()
    if collection is None or not moderated(collection):
        raise Refused("There is no such collection that others see.")
    require_decision(by=by, about=answerable(collection))
    require_others_collection(collection, by)
    return collection


def _enter(kind: Decision.Kind, collection: Collection, by: User, reason: str, now: datetime) -> None:
    # A list of an organization is nobody's own deed: who runs it is told, and nothing stands against them.
    enter(kind, by=by, reason=reason, about=[collection.owner], collection=collection, now=now)


def _named(collection: Collection) -> str:
    name = f"“{one_line(collection.name, 60)}”"
    of = f" of {one_line(collection.group.name, 60)}" if collection.group else ""
    return f"the list {name}{of}" if collection.group else f"your collection {name}"


def _tell(collection: Collection, said: str, now: datetime) -> None:
    for person in answerable(collection):
        notify.tell(person_id=person.pk, kind=Told.DECIDED, said=said, leads_to=collection.address, now=now)
