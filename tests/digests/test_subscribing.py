"""Papers come to an address that its reader confirmed, and nobody else learns of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail, signing
from pytest_django import Settings

from dailypapers.community.access import Invalid, Refused, TooMany
from dailypapers.community.actions.follow import follow, unfollow
from dailypapers.community.actions.leave import leave
from dailypapers.community.models.follows import Topic
from dailypapers.community.models.people import User
from dailypapers.digests import links
from dailypapers.digests.actions import subscribe as actions
from dailypapers.digests.choices import Choices
from dailypapers.digests.models.subscriptions import SubscribedTopic, Subscription

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def _sends(settings: Settings) -> None:
    settings.SENDS_DIGESTS, settings.BASE_URL = True, "https://papers.example.org"


def asked(email: str = ADA, **told: Any) -> Subscription:
    actions.subscribe(email=email, choices=Choices(**told), now=NOW)
    return Subscription.objects.get(key=email.lower())


def confirmed(email: str = ADA, **told: Any) -> Subscription:
    one = asked(email, **told)
    actions.confirm(subscription=one, now=NOW)
    return one


def test_nothing_is_sent_before_the_link_in_the_mail_is_confirmed() -> None:
    one = asked(frequency="weekly", weekday=4, zone="Europe/Berlin", fields=("cs.CL",))
    assert (one.state, one.next_due, one.consented_at) == ("unconfirmed", None, None)
    (letter,) = mail.outbox
    address = next(line for line in letter.body.splitlines() if line.startswith("https://"))
    found = links.to_confirm(address.rpartition("/")[2])
    assert found == one
    actions.confirm(subscription=one, now=NOW)
    one.refresh_from_db()
    assert (one.state, one.consented_at) == ("active", NOW)
    assert one.next_due == datetime(2026, 6, 12, 5, tzinfo=UTC)


def test_an_address_that_is_subscribed_is_told_so_by_mail_and_keeps_its_choices() -> None:
    before = confirmed(papers=5)
    actions.subscribe(email=ADA, choices=Choices(papers=50, trending=False, fields=("cs.CV",)), now=NOW)
    first, second = mail.outbox
    assert first.to == second.to == [ADA]
    assert "already" in second.subject
    assert links.change_address(before) in second.body
    after = Subscription.objects.get()
    assert (after.papers, after.trending, after.nonce) == (5, True, before.nonce)


def test_one_mailbox_gets_three_mails_a_day_however_its_address_is_written() -> None:
    for number in range(12):
        asked_again = f"a.d.a+{number}@example.org"
        assert actions.subscribe(email=asked_again, choices=Choices(), now=NOW) is None
    assert len(mail.outbox) == 3


def test_a_visitor_and_a_network_have_limits_of_their_own() -> None:
    for number in range(10):
        actions.subscribe(email=f"a{number}@example.org", choices=Choices(), visitor="8.8.8.8", now=NOW)
    with pytest.raises(TooMany):
        actions.subscribe(email="a@example.org", choices=Choices(), visitor="8.8.8.8", now=NOW)
    for number in range(60):
        actions.subscribe(email=f"b{number}@example.org", choices=Choices(), network="key", now=NOW)
    with pytest.raises(TooMany):
        actions.subscribe(email="b@example.org", choices=Choices(), network="key", now=NOW)
    assert len(mail.outbox) == 70


def test_links_that_are_forged_foreign_old_or_replaced_lead_nowhere() -> None:
    one, other = asked(), asked("bob@example.org")
    good = links.confirm_token(one)
    assert links.to_confirm(good) == one
    assert links.to_confirm(links.token(one)) is None
    assert links.subscription_of(good) is None
    assert links.to_confirm(good.replace(f"{one.pk}.", f"{other.pk}.", 1)) is None
    assert links.subscription_of(signing.Signer(salt="other").sign(f"{one.pk}.{one.nonce}")) is None
    assert links.to_confirm("") is links.subscription_of("x" * 10_000) is None
    late = signing.TimestampSigner(salt="dailypapers digest confirm")
    late.timestamp = lambda: signing.b62_encode(0)  # type: ignore[method-assign]
    assert links.to_confirm(late.sign(f"{one.pk}.{one.nonce}")) is None
    asked()
    assert links.to_confirm(good) is None


def test_the_address_of_ones_account_needs_no_mail_and_others_do(alice: User) -> None:
    made = actions.subscribe(email="ALICE@example.org", choices=Choices(follows=True), person=alice, now=NOW)
    assert made is not None
    assert (made.state, made.person, made.follows) == ("active", alice, True)
    assert mail.outbox == []
    assert actions.subscribe(email="other@example.org", choices=Choices(), person=alice, now=NOW) is None
    assert len(mail.outbox) == 1


def test_who_pauses_goes_on_with_the_next_period_and_who_ends_stays_ended() -> None:
    one = confirmed(hour=13)
    actions.pause(subscription=one)
    assert (one.state, one.next_due) == ("paused", None)
    actions.resume(subscription=one, now=NOW + timedelta(days=5))
    assert one.next_due == datetime(2026, 6, 15, 13, tzinfo=UTC)
    actions.end(subscription=one, now=NOW)
    actions.resume(subscription=one, now=NOW)
    assert one.state == "ended"
    assert Subscription.objects.get().next_due is None
    assert asked().state == "unconfirmed"


def test_other_times_count_from_now_on() -> None:
    one = confirmed(hour=7)
    actions.change(subscription=one, choices=Choices(hour=6, zone="Asia/Tokyo"), now=NOW)
    assert one.next_due == datetime(2026, 6, 10, 21, tzinfo=UTC)
    actions.change(subscription=one, choices=Choices(hour=6, zone="Asia/Tokyo", papers=3), now=NOW)
    assert (one.papers, one.next_due) == (3, datetime(2026, 6, 10, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    "told",
    [
        {"frequency": "hourly"},
        {"hour": 24},
        {"weekday": 7},
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/passwd"},
        {"papers": 0},
        {"papers": 51},
        {"papers": 5, "least_papers": 6},
        {"least_votes": -1},
        {"fields": ("<b>",)},
        {"fields": tuple(f"cs.{n}" for n in range(21))},
        {"searches": ("x" * 501,)},
        {"searches": ("\u202e",)},
        {"searches": tuple(f"heat {n}" for n in range(11))},
        {"trending": False},
    ],
)
def test_choices_that_cannot_be_are_refused(told: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        asked(**told)
    assert not Subscription.objects.exists()
    assert mail.outbox == []


def test_a_search_is_looked_up_for_a_digest_until_nobody_wants_it(alice: User) -> None:
    one = confirmed(searches=("heat pumps", "author:Lovelace"))
    assert Topic.objects.count() == SubscribedTopic.objects.count() == 2
    followed = follow(person=alice, kind="search", what="heat pumps")
    unfollow(person=alice, follow_id=followed.pk)
    assert Topic.objects.count() == 2
    actions.change(subscription=one, choices=Choices(searches=("heat pumps",)), now=NOW)
    assert [topic.text for topic in Topic.objects.all()] == ["heat pumps"]
    follow(person=alice, kind="search", what="heat pumps")
    actions.end(subscription=one)
    assert Topic.objects.count() == 1
    assert not SubscribedTopic.objects.exists()


def test_who_leaves_takes_the_subscription_along(alice: User) -> None:
    actions.subscribe(email=alice.email, choices=Choices(searches=("heat",)), person=alice, now=NOW)
    leave(person=alice)
    assert not Subscription.objects.exists()
    assert not Topic.objects.exists()


def test_what_nobody_confirmed_is_forgotten_after_a_week() -> None:
    asked()
    confirmed("bob@example.org")
    assert actions.forget_unconfirmed(now=NOW + timedelta(days=6)) == 0
    assert actions.forget_unconfirmed(now=NOW + timedelta(days=8)) == 1
    assert Subscription.objects.get().key == "bob@example.org"


def test_a_site_without_mail_takes_no_address(settings: Settings) -> None:
    settings.SENDS_DIGESTS = False
    with pytest.raises(Refused):
        asked()
