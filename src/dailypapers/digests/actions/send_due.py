"""Sends the digests that are due: rows that were written before, each handed over once.

A row says `sending` before the server gets the mail, and `sent` after it took it. One process sends at a
time, by a lock that ends with it; so a row that says `sending` when the next one begins is of a process that
was killed in between, and nobody knows whether the server took the mail. It is sent again, under the same
Message-ID, by which mail programs and servers know it for the same: at most one mail of each kill.
"""

import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from django.db import connection
from django.utils import timezone

from dailypapers.catalogue.locks import only_one
from dailypapers.digests.actions.compose_due import compose_due
from dailypapers.digests.actions.note_bounce import note_bounce, note_taken
from dailypapers.digests.blocks import Block, blocks
from dailypapers.digests.compose import from_row
from dailypapers.digests.connection import Line, NotInTheseLetters
from dailypapers.digests.digest_mail import Rendered, heading, rendered
from dailypapers.digests.models.issues import Delivery
from dailypapers.digests.models.sending import Sending
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.schedule import Schedule
from dailypapers.digests.sent_mail import DigestMail

log = logging.getLogger(__name__)

State = Delivery.State
LOCK = "digests"
_TABLE = Delivery._meta.db_table
AT_A_TIME = 100
LONGEST_RUN = 240.0
"""Seconds after which a run ends and the next one looks for what has become due meanwhile."""
KEPT_TRYING = timedelta(days=2)
"""After that a digest is no news any more."""
LONGEST_WAIT = 6 * 60
"""Minutes between two tries at most."""
MOST_IN_A_ROW = 10
"""Mails in a row that are refused for now, after which the server is left alone for a while."""


def send_due(*, now: datetime | None = None, longest: float = LONGEST_RUN) -> Counter[str]:
    """Compose what is due and send it; gives how many were sent, refused and put off.

    Raises `Busy` while another process does so. A server that is away ends the run; the rest is tried later.
    """
    moment = now or timezone.now()
    with only_one(LOCK):
        sending = Sending.row()
        if sending.paused:
            return Counter()
        compose_due(now=moment)
        _take_up_what_was_cut_off(moment)
        run = _Run(moment)
        until = time.monotonic() + longest
        try:
            while time.monotonic() < until and run.goes_on and (batch := _batch(moment)):
                run.send(batch)
        finally:
            run.line.close()
            told = {"run_at": moment, "problem": run.problem[:300]}
            if run.problem:
                told["problem_at"] = moment
            Sending.objects.filter(pk=sending.pk).update(**told)
        return run.counts


def _take_up_what_was_cut_off(now: datetime) -> None:
    cut_off = Delivery.objects.filter(state=State.SENDING).update(state=State.DUE, next_try=now)
    if cut_off:
        log.warning("%d digests were cut off and are sent again under their Message-ID", cut_off)


def _batch(now: datetime) -> list[Delivery]:
    rows = Delivery.objects.filter(state=State.DUE, next_try__lte=now)
    return list(rows.select_related("subscription", "issue").order_by("next_try", "pk")[:AT_A_TIME])


class _Run:
    """What one run shares: the line to the server, and mails for all who get the same."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.line = Line()
        self.counts: Counter[str] = Counter()
        self.problem = ""
        self.goes_on = True
        self._in_a_row = 0
        self._mails: OrderedDict[tuple[int, str, str], Rendered | None] = OrderedDict()
        self._schedules: dict[tuple[str, int, str, int], Schedule] = {}

    def send(self, batch: Sequence[Delivery]) -> None:
        """Send a batch; stops where the server is away."""
        made = blocks({paper for one in batch if one.issue is not None for paper in one.issue.papers})
        for delivery in batch:
            if not self.goes_on:
                return
            try:
                mail = self._mail(delivery, made)
            except Exception:  # One that cannot be made must not keep the others.
                log.exception("the digest of delivery %d could not be made", delivery.pk)
                # Not given up: it may be the program that is broken, and not this mail.
                self._put_off(delivery, "it could not be made")
                continue
            if mail is None:
                self._end(delivery, State.EMPTY, "ended, or without papers, before it was sent")
            elif self._claim(delivery):
                self._hand_over(delivery, mail)

    def _claim(self, delivery: Delivery) -> bool:
        # Written out: Django takes longer to write the statement for one row than the database to run it.
        statement = f"UPDATE {_TABLE} SET state = %s, tries = tries + 1 WHERE id = %s AND state = %s"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [str(State.SENDING), delivery.pk, str(State.DUE)])
            return bool(cursor.rowcount == 1)

    def _mail(self, delivery: Delivery, made: Mapping[int, Block]) -> DigestMail | None:
        one, issue = delivery.subscription, delivery.issue
        if one.state != Subscription.State.ACTIVE or issue is None:
            return None
        head = heading(delivery.due_at.astimezone(one.schedule.zone))
        key = (issue.pk, head, one.frequency)
        if key not in self._mails:
            self._mails[key] = rendered(from_row(issue.sections), made, head, one.frequency)
            if len(self._mails) > AT_A_TIME:
                self._mails.popitem(last=False)
        mail = self._mails[key]
        if mail is None:
            return None
        return DigestMail.of(mail, one, delivery=delivery.pk)

    def _hand_over(self, delivery: Delivery, mail: DigestMail) -> None:
        try:
            self.line.send(mail)
        except Exception as problem:
            self._failed(delivery, problem)
        else:
            self._in_a_row = 0
            self._end(delivery, State.SENT)
            if delivery.subscription.hard_bounces or delivery.subscription.soft_bounces:
                note_taken(subscription_id=delivery.subscription_id)

    def _failed(self, delivery: Delivery, problem: Exception) -> None:
        codes, said = answer_of(problem)
        is_of_mail = isinstance(problem, SMTPRecipientsRefused | SMTPDataError | NotInTheseLetters)
        for_good = isinstance(problem, NotInTheseLetters) or (
            is_of_mail and bool(codes) and all(500 <= code < 600 for code in codes)
        )
        log.warning("delivery %d was not taken: %s", delivery.pk, said)
        if for_good or delivery.due_at < self.now - KEPT_TRYING:
            self._end(delivery, State.FAILED, said)
            if isinstance(problem, SMTPRecipientsRefused):
                note_bounce(subscription_id=delivery.subscription_id, hard=for_good, said=said)
            return
        self._put_off(delivery, said)
        if not is_of_mail:
            self.goes_on, self.problem = False, said
        elif isinstance(problem, SMTPDataError):
            self.line.close()  # Some servers hang up after it without a word.

    def _put_off(self, delivery: Delivery, said: str) -> None:
        """Try it again after a while that grows; after many in a row leave the others alone as well."""
        if delivery.due_at < self.now - KEPT_TRYING:
            self._end(delivery, State.FAILED, said)
            return
        tries = delivery.tries + 1
        wait = timedelta(minutes=min(2 ** min(tries, 9), LONGEST_WAIT))
        rows = Delivery.objects.filter(pk=delivery.pk)
        rows.update(state=State.DUE, next_try=self.now + wait, tries=tries, answer=said[:200])
        self.counts["put off"] += 1
        self._in_a_row += 1
        if self._in_a_row >= MOST_IN_A_ROW:
            self.goes_on, self.problem = False, said

    def _end(self, delivery: Delivery, state: Delivery.State, answer: str = "") -> None:
        sent_at = timezone.now() if state == State.SENT else None
        statement = (
            f"UPDATE {_TABLE} SET state = %s, answer = %s, sent_at = %s, next_try = NULL WHERE id = %s"  # noqa: S608
        )
        at = connection.ops.adapt_datetimefield_value(sent_at)
        with connection.cursor() as cursor:
            cursor.execute(statement, [str(state), answer[:200], at, delivery.pk])
        self.counts[str(state)] += 1


def answer_of(problem: Exception) -> tuple[list[int], str]:
    """The server's codes about a mail, and its words without addresses, which stay out of log and tables."""
    if isinstance(problem, SMTPRecipientsRefused):
        codes = [code for code, _ in problem.recipients.values()]
        words = b" ".join(
            text if isinstance(text, bytes) else str(text).encode() for _, text in problem.recipients.values()
        )
        return codes, f"{codes[0]} {_without_addresses(words)}"
    if isinstance(problem, SMTPResponseException):
        text = problem.smtp_error
        words = text if isinstance(text, bytes) else str(text).encode()
        return [problem.smtp_code], f"{problem.smtp_code} {_without_addresses(words)}"
    if isinstance(problem, SMTPServerDisconnected):
        return [], "the server hung up"
    if isinstance(problem, NotInTheseLetters):
        return [], str(problem)
    kind = type(problem).__name__
    return [], f"{kind}: {_without_addresses(str(problem).encode())}" if isinstance(
        problem, OSError | SMTPException
    ) else kind


def _without_addresses(words: bytes) -> str:
    kept = ["…" if "@" in word else word for word in words.decode(errors="replace").split()]
    return "".join(filter(str.isprintable, " ".join(kept)))[:180]
