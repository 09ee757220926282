"""What mail servers report of our mails is noted, and acted on."""

import logging

from dailypapers.digests.actions.note_bounce import note_bounce
from dailypapers.digests.actions.subscribe import end
from dailypapers.digests.models.issues import Delivery
from dailypapers.digests.reports import Report, read_report

log = logging.getLogger(__name__)


def take_report(*, mail: bytes) -> Report | None:
    """Note that a mail came back, or end the subscription of who called it spam; the same report counts once.

    Gives what it was; None for a mail that is no report, or of no mail of ours.
    """
    report = read_report(mail)
    if report is None:
        return None
    rows = Delivery.objects.filter(pk=report.delivery).select_related("subscription")
    delivery = rows.first()
    if delivery is None:
        return None
    if report.kind == "complaint":
        end(subscription=delivery.subscription)
        log.warning("delivery %d was called spam; its subscription has ended", delivery.pk)
        return report
    if report.kind == "soft":
        # Servers tell of a delay before they give up; the mail may still arrive.
        changed = rows.filter(state=Delivery.State.SENT).exclude(answer=report.said[:200])
        changed_rows = changed.update(answer=report.said[:200])
    else:
        changed_rows = rows.filter(state=Delivery.State.SENT).update(
            state=Delivery.State.BOUNCED, answer=report.said[:200]
        )
    if changed_rows:
        hard = report.kind == "hard"
        note_bounce(subscription_id=delivery.subscription_id, hard=hard, said=report.said)
    return report
