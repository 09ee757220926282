"""Taking a paper in that a source told of because a person named it: it is held then, and on no list."""

import logging
from datetime import datetime

from django.utils import timezone

from dailypapers.catalogue.landing import Outcome, land
from dailypapers.catalogue.models import Identifier
from dailypapers.catalogue.records import PaperRecord
from dailypapers.community.access import Invalid
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.people import User
from dailypapers.community.submitting import require_submitter

log = logging.getLogger(__name__)


def take_in(*, person: User, record: PaperRecord, now: datetime | None = None) -> int:
    """Take a paper in; gives its key. Whoever may submit papers may do this, 30 times an hour.

    Raises `Refused` for someone who may not, `Invalid` for what the catalogue does not take, `TooMany`.
    """
    now = now or timezone.now()
    require_submitter(person, now)
    told = "That is many papers in an hour. Go on in an hour."
    allow("take in", person, times=30, seconds=AN_HOUR, told=told)
    paper_id = taken_in(record, now)
    log.info("%s had paper %d taken in", person.handle, paper_id)
    return paper_id


def taken_in(record: PaperRecord, now: datetime) -> int:
    """The paper that a record became part of. Raises `Invalid`."""
    (landed,) = land([record], now)
    if landed.outcome is Outcome.REJECTED:
        raise Invalid(f"What the source says of this paper cannot be taken: {landed.reason}.")
    scheme, value = record.identifiers[0]
    return Identifier.objects.values_list("paper_id", flat=True).get(scheme=scheme, value=value)
