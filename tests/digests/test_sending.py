"""Each digest is sent once, by real servers' rules."""

import base64
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from dailypapers.catalogue.locks import Busy, only_one
from dailypapers.digests import sent_mail
from dailypapers.digests.actions.compose_due import compose_due
from dailypapers.digests.actions.send_due import LOCK, send_due
from dailypapers.digests.blocks import forget
from dailypapers.digests.digest_mail import Rendered, of_subscriber
from dailypapers.digests.models.issues import Delivery
from dailypapers.digests.models.sending import Sending
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.signing_mail import signed
from dailypapers.ranking.refresh import refresh
from tests.digests.sink import Sink
from tests.digests.subscribers import subscriber
from tests.papers import NOW, hold, mention, record

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _papers(settings: Settings) -> None:
    settings.SENDS_DIGESTS, settings.BASE_URL = True, "https://papers.example.org"
    settings.DEFAULT_FROM_EMAIL, settings.DIGEST_RATE = "papers@papers.example.org", 0
    forget()
    hold(*(record(n, **mention(200 - 10 * n)) for n in range(1, 13)))
    refresh(NOW)


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    made = Sink()
    controller = made.listen(settings)
    yield made
    controller.stop()


def states() -> dict[str, str]:
    rows = Delivery.objects.select_related("subscription").order_by("pk")
    return {row.subscription.address.partition("@")[0]: row.state for row in rows}


def test_all_who_are_due_get_one_mail_over_one_connection(sink: Sink) -> None:
    for number in range(30):
        subscriber(f"reader{number}")
    assert send_due(now=NOW) == {"sent": 30}
    assert sorted(sink.recipients) == sorted(f"reader{n}@example.org" for n in range(30))
    assert sink.calls == 1
    assert send_due(now=NOW) == {}
    assert len({str(mail["Message-ID"]) for _, mail in sink.taken}) == 30
    tokens = {str(mail["List-Unsubscribe"]) for _, mail in sink.taken}
    assert len(tokens) == 30


def test_mail_goes_out_by_starttls_and_with_a_password(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = Sink()
    controller = sink.listen_securely(settings, tmp_path)
    try:
        subscriber("ada")
        # Nobody vouches for the certificate yet.
        assert send_due(now=NOW)["put off"] == 1
        assert sink.taken == []
        assert "certificate" in Sending.row().problem.lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        settings.EMAIL_HOST_PASSWORD = "wrong"
        assert send_due(now=NOW + timedelta(hours=1))["put off"] == 1
        assert Sending.row().problem.startswith("535")
        settings.EMAIL_HOST_PASSWORD = "a long walk by the sea"
        assert send_due(now=NOW + timedelta(hours=2)) == {"sent": 1}
        assert sink.secure == [True]
    finally:
        controller.stop()


def test_without_tls_on_the_other_side_nothing_is_sent_where_it_is_wanted(
    sink: Sink, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True
    subscriber("ada")
    assert send_due(now=NOW)["put off"] == 1
    assert sink.taken == []
    assert states() == {"ada": "due"}


def test_refused_for_good_is_not_tried_again_and_refused_for_now_is_after_growing_waits(sink: Sink) -> None:
    for name in ("ada", "bob", "cem"):
        subscriber(name)
    answers = {"ada@example.org": "550 5.1.1 <ada@example.org> unknown", "bob@example.org": "451 later"}
    sink.answer_to = lambda address: answers.get(address, "250 OK")
    assert send_due(now=NOW) == {"sent": 1, "failed": 1, "put off": 1}
    ada = Delivery.objects.get(subscription__address="ada@example.org")
    assert (ada.state, ada.answer) == ("failed", "550 5.1.1 … unknown")
    waits = []
    now = NOW
    for _ in range(5):
        bob = Delivery.objects.get(subscription__address="bob@example.org")
        assert bob.next_try is not None
        waits.append(bob.next_try - now)
        assert send_due(now=bob.next_try - timedelta(seconds=1)) == {}
        now = bob.next_try
        send_due(now=now)
    assert waits == [timedelta(minutes=2**n) for n in range(1, 6)]
    answers.clear()
    bob.refresh_from_db()
    send_due(now=NOW + timedelta(hours=5))
    assert states() == {"ada": "failed", "bob": "sent", "cem": "sent"}
    assert sink.recipients == ["cem@example.org", "bob@example.org"]


def test_a_digest_that_could_not_be_sent_for_two_days_is_given_up(sink: Sink) -> None:
    subscriber("ada", frequency="weekly", weekday=3)
    sink.answer = "451 later"
    send_due(now=NOW)
    send_due(now=NOW + 3 * A_DAY)
    assert states() == {"ada": "failed"}


def test_a_mail_that_is_refused_for_what_it_says_fails_and_the_next_goes_out(sink: Sink) -> None:
    subscriber("ada")
    sink.answer = "554 5.7.1 looks like spam"
    assert send_due(now=NOW) == {"failed": 1}
    assert Subscription.objects.get().hard_bounces == 0
    sink.answer = "250 OK"
    assert send_due(now=NOW + A_DAY) == {"sent": 1}


def test_a_server_that_is_away_ends_the_run_and_everything_waits(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for name in ("ada", "bob"):
        subscriber(name)
    assert send_due(now=NOW) == {"put off": 1}
    assert states() == {"ada": "due", "bob": "due"}
    assert "refused" in Sending.row().problem.lower()


def test_where_the_server_was_away_for_days_one_digest_stands_for_all(settings: Settings, sink: Sink) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    subscriber("ada", papers=5)
    for day in range(3):
        send_due(now=NOW + day * A_DAY)
    settings.EMAIL_PORT = port
    send_due(now=NOW + 3 * A_DAY)
    assert sink.recipients == ["ada@example.org"]
    assert [row.state for row in Delivery.objects.order_by("due_at")] == ["empty"] * 3 + ["sent"]
    assert "Heat " in str(sink.taken[0][1].get_body(("plain",)))


def test_what_was_handed_over_when_the_process_died_is_sent_again_as_the_same_mail(sink: Sink) -> None:
    subscriber("ada")
    send_due(now=NOW)
    Delivery.objects.update(state="sending")  # As after a kill before the answer was written down.
    assert send_due(now=NOW + timedelta(minutes=1)) == {"sent": 1}
    first, again = (str(mail["Message-ID"]) for _, mail in sink.taken)
    assert first == again


def test_two_processes_do_not_send_at_once(sink: Sink) -> None:
    subscriber("ada")
    with only_one(LOCK), pytest.raises(Busy):
        send_due(now=NOW)
    assert sink.taken == []


def test_who_ended_it_after_it_was_composed_gets_nothing(sink: Sink) -> None:
    one = subscriber("ada")
    compose_due(now=NOW)
    Subscription.objects.filter(pk=one.pk).update(state="ended")
    assert send_due(now=NOW) == {"empty": 1}
    assert sink.taken == []


def test_an_address_whose_mails_come_back_rests_and_is_told_so(sink: Sink) -> None:
    one = subscriber("ada")
    sink.answer_to = lambda _: "550 5.1.1 no such user"
    send_due(now=NOW)
    send_due(now=NOW + A_DAY)
    one.refresh_from_db()
    assert (one.state, one.paused_for) == (
        "paused",
        "Mails to this address came back: 550 5.1.1 no such user",
    )


def test_a_pause_sends_nothing_and_makes_one_digest_of_what_fell_due(sink: Sink) -> None:
    subscriber("ada")
    Sending.objects.create(pk=1, paused=True)
    assert send_due(now=NOW) == send_due(now=NOW + A_DAY) == {}
    Sending.objects.update(paused=False)
    assert send_due(now=NOW + 2 * A_DAY) == {"sent": 1}


def test_no_more_are_sent_in_a_second_than_is_set(sink: Sink, settings: Settings) -> None:
    settings.DIGEST_RATE = 20
    for number in range(8):
        subscriber(f"reader{number}")
    began = time.monotonic()
    send_due(now=NOW)
    assert time.monotonic() - began >= 7 / 20


def test_addresses_in_other_letters_go_to_servers_that_know_them_and_fail_at_others(
    sink: Sink, settings: Settings
) -> None:
    subscriber("用户@xn--fsqu00a.xn--4rr70v")
    assert send_due(now=NOW) == {"sent": 1}
    assert sink.recipients == ["用户@xn--fsqu00a.xn--4rr70v"]
    old = Sink()
    controller = old.listen(settings, enable_SMTPUTF8=False)
    try:
        assert send_due(now=NOW + A_DAY) == {"failed": 1}
        assert "SMTPUTF8" in Delivery.objects.order_by("due_at").last().answer  # type: ignore[union-attr]
    finally:
        controller.stop()


def test_mails_are_signed_where_a_key_is_set_and_the_way_to_leave_with_them(
    sink: Sink, settings: Settings, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    encoding, private = serialization.Encoding, serialization.PrivateFormat.TraditionalOpenSSL
    (tmp_path / "key.pem").write_bytes(key.private_bytes(encoding.PEM, private, serialization.NoEncryption()))
    public = key.public_key().public_bytes(encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record_text = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    settings.DKIM_KEY = str(tmp_path / "key.pem")
    subscriber("ada")
    send_due(now=NOW)

    def dns(name: bytes, **_: object) -> bytes:
        assert name == b"dailypapers._domainkey.papers.example.org."
        return record_text

    assert dkim.verify(sink.raw, dnsfunc=dns)
    assert not dkim.verify(sink.raw.replace(b"/end>", b"/off>", 1), dnsfunc=dns)
    assert not dkim.verify(sink.raw.replace(b"Heat ", b"Cold ", 1), dnsfunc=dns)
    settings.DKIM_KEY = str(tmp_path / "none.pem")
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        signed(b"")


def test_one_that_cannot_be_made_keeps_none_of_the_others(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber("ada")
    subscriber("bob")
    usual = of_subscriber

    def broken(mail: Rendered, one: Subscription) -> Rendered:
        if one.address.startswith("ada"):
            raise ValueError("broken")
        return usual(mail, one)

    monkeypatch.setattr(sent_mail, "of_subscriber", broken)
    assert send_due(now=NOW) == {"put off": 1, "sent": 1}
    assert states() == {"ada": "due", "bob": "sent"}
    monkeypatch.undo()
    assert send_due(now=NOW + timedelta(minutes=2)) == {"sent": 1}
