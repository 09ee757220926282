"""Mails that came back and complaints are read, and acted on once; forged ones are not."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dailypapers.digests.actions.take_report import take_report
from dailypapers.digests.digest_mail import message_id
from dailypapers.digests.models.issues import Delivery, Issue
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.reports import read_report
from tests.digests.subscribers import subscriber
from tests.papers import NOW

pytestmark = pytest.mark.django_db


def delivery(name: str = "ada", period: str = "2026-04-16") -> Delivery:
    one = Subscription.objects.filter(key__startswith=name).first() or subscriber(name)
    issue, _ = Issue.objects.get_or_create(key="k", created_at=NOW, sections=[], papers=[1])
    return Delivery.objects.create(
        subscription=one, period=period, issue=issue, state="sent", due_at=NOW, sent_at=NOW
    )


def returned(
    named: str, *, action: str = "failed", status: str = "5.1.1", told: str = "smtp; 550 5.1.1 unknown"
) -> bytes:
    """As a mail server writes it, in the form of RFC 3464."""
    return f"""From: MAILER-DAEMON@mail.example.net
To: papers@papers.example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <20260416@mail.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your mail.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: {told} <ada@example.org>

--b
Content-Type: text/rfc822-headers

From: papers@papers.example.org
Message-ID: {named}
Subject: Heat pumps

--b--
""".replace("\n", "\r\n").encode()


def complaint(named: str) -> bytes:
    """As a provider writes it, in the form of RFC 5965."""
    return f"""From: feedback@example.net
To: papers@papers.example.org
Subject: Abuse report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Example/1.0
Version: 1

--b
Content-Type: message/rfc822

From: papers@papers.example.org
Message-ID: {named}
Subject: Heat pumps

Words.

--b--
""".replace("\n", "\r\n").encode()


def test_a_mail_that_came_back_for_good_is_noted_and_the_second_lets_the_address_rest() -> None:
    first, second = delivery(), delivery(period="2026-04-17")
    report = take_report(mail=returned(message_id(first.pk)))
    assert report is not None
    assert (report.kind, report.said) == ("hard", "smtp; 550 5.1.1 unknown …")
    take_report(mail=returned(message_id(first.pk)))  # The same once more.
    first.refresh_from_db()
    one = Subscription.objects.get()
    assert (first.state, one.hard_bounces, one.state) == ("bounced", 1, "active")
    take_report(mail=returned(message_id(second.pk)))
    one.refresh_from_db()
    assert one.state == "paused"
    assert "550 5.1.1 unknown" in one.paused_for


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [("delayed", "4.4.1", "soft"), ("failed", "4.2.2", "soft"), ("failed", "5.2.2", "hard")],
)
def test_what_came_back_for_now_is_told_from_what_came_back_for_good(
    action: str, status: str, kind: str
) -> None:
    one = delivery()
    report = take_report(mail=returned(message_id(one.pk), action=action, status=status))
    assert report is not None
    assert report.kind == kind
    counted = Subscription.objects.get()
    assert (counted.hard_bounces, counted.soft_bounces) == ((1, 0) if kind == "hard" else (0, 1))


def test_who_calls_it_spam_gets_no_more() -> None:
    report = take_report(mail=complaint(message_id(delivery().pk)))
    assert report is not None
    assert report.kind == "complaint"
    assert Subscription.objects.get().state == "ended"


def test_forged_foreign_and_other_mails_change_nothing() -> None:
    one = delivery()
    good = message_id(one.pk)
    forged = good.replace(good.split("-")[2].partition("@")[0], "0" * 12)
    other = message_id(one.pk + 1)
    for mail in (
        returned(forged),
        complaint(forged),
        returned("<20260101@elsewhere.example>"),
        complaint(other),
        returned(good, action="delivered", status="2.0.0"),
        f"Subject: Re: papers\r\nIn-Reply-To: {good}\r\n\r\nThank you!".encode(),
        b"",
        b"\xff" * 1_000,
        returned(good)[:300],
    ):
        assert take_report(mail=mail) is None
    one.refresh_from_db()
    assert one.state == "sent"
    counted = Subscription.objects.get()
    assert (counted.state, counted.hard_bounces, counted.soft_bounces) == ("active", 0, 0)


@given(st.binary(max_size=2_000), st.integers(0, 900))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_broken_report_is_read_or_left_and_never_fails(noise: bytes, at: int) -> None:
    whole = returned(message_id(7))
    report = read_report(whole[:at] + noise + whole[at + len(noise) :])
    assert report is None or report.delivery == 7
