"""What operators ask of digests: how it stands, what is due, and a mail to see whether it arrives."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from dailypapers.digests.actions.compose_due import compose_due
from dailypapers.digests.actions.send_due import answer_of
from dailypapers.digests.connection import Line
from dailypapers.digests.models.issues import Delivery
from dailypapers.digests.models.sending import Sending
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.previewing import composed_for
from dailypapers.digests.sent_mail import DigestMail

DAYS = 7


class CannotSend(Exception):
    """The mail server did not take it; the message has its answer."""


@dataclass(frozen=True, slots=True)
class DueNow:
    """What would be sent at a moment."""

    mails: int
    issues: int
    empty: int


def due_at(moment: datetime) -> DueNow:
    """What is due at a moment, composed in a transaction that is taken back."""
    with transaction.atomic():
        compose_due(now=moment)
        open_rows = Delivery.objects.filter(state=Delivery.State.DUE, next_try__lte=moment)
        found = open_rows.aggregate(mails=Count("pk"), issues=Count("issue", distinct=True))
        empty = Delivery.objects.filter(state=Delivery.State.EMPTY, due_at__lte=moment)
        result = DueNow(found["mails"], found["issues"], empty.filter(next_try=None, sent_at=None).count())
        transaction.set_rollback(True)
    return result


def require_mail(error: type[Exception]) -> None:
    """Raise `error` with what to set, where nothing can be sent."""
    if not settings.SENDS_DIGESTS:
        raise error("Set DAILYPAPERS_EMAIL_URL and DAILYPAPERS_BASE_URL first. See docs/settings.md.")


def send_test(to: Subscription, now: datetime) -> None:
    """Send the newest digest at once. Raises `CannotSend`, `NothingToSend`."""
    mail = DigestMail.of(composed_for(to, on=now), to, delivery=int(now.timestamp() * 1_000))
    line = Line()
    try:
        line.send(mail)
    except Exception as problem:
        raise CannotSend(f"The mail server did not take it: {answer_of(problem)[1]}") from problem
    finally:
        line.close()


def status(now: datetime | None = None) -> Iterator[str]:
    """How it stands, in lines."""
    now = now or timezone.now()
    sending = Sending.row()
    if not settings.SENDS_DIGESTS:
        yield "Nothing is sent: set DAILYPAPERS_EMAIL_URL and DAILYPAPERS_BASE_URL."
    elif sending.paused:
        yield "Nothing is sent: paused. Again: dailypapers digest pause --off"
    elif sending.run_at is None:
        yield "Nothing was sent yet."
    else:
        early = f", ended early: {sending.problem}" if sending.problem else ""
        yield f"Last run: {sending.run_at:%Y-%m-%d %H:%M} UTC{early}"
    states = Subscription.objects.values_list("state").annotate(Count("pk"))
    yield "Subscribers: " + _counted(dict(states), Subscription.State.choices)
    waiting = Delivery.objects.filter(state__in=(Delivery.State.DUE, Delivery.State.SENDING)).count()
    late = Delivery.objects.filter(state=Delivery.State.DUE, due_at__lt=now - timedelta(hours=1)).count()
    yield f"Waiting: {waiting}{f', {late} of them for more than an hour' if late else ''}"
    by_day: dict[str, Counter[str]] = {}
    since = now - timedelta(days=DAYS)
    rows = Delivery.objects.filter(due_at__gte=since).values_list("due_at__date", "state")
    for day, state, number in rows.annotate(Count("pk")).order_by("-due_at__date"):
        by_day.setdefault(day.isoformat(), Counter())[state] += number
    for day, counts in by_day.items():
        yield f"{day}: " + _counted(counts, Delivery.State.choices)
    failed = Delivery.objects.filter(due_at__gte=since, state=Delivery.State.FAILED)
    answers = Counter(failed.values_list("answer", flat=True))
    for answer, number in answers.most_common(5):
        yield f"Refused {number} times: {answer}"


def _counted(counts: dict[str, int] | Counter[str], names: list[tuple[str, str]]) -> str:
    told = [f"{counts[state]:,} {label.lower()}" for state, label in names if counts.get(state)]
    return ", ".join(told) or "none"
