"""The pages by which one subscribes, confirms, changes and leaves."""

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from dailypapers.community.models.people import User
from dailypapers.digests import links
from dailypapers.digests.actions import subscribe as actions
from dailypapers.digests.choices import Choices
from dailypapers.digests.models.subscriptions import Subscription
from tests.community.people import signed_in

pytestmark = pytest.mark.django_db

LINE = b"Get trending papers in your email inbox"
TOLD = {
    "email": "ada@example.org",
    "frequency": "weekdays",
    "hour": "6",
    "zone": "Asia/Kolkata",
    "weekday": "0",
    "trending": "on",
    "of_fields": "cs.CL stat.ML\nVision, language (core)",
    "searches": "heat pumps\n",
    "papers": "12",
    "least_papers": "2",
    "least_votes": "0",
}


@pytest.fixture(autouse=True)
def _sends(settings: Settings) -> None:
    settings.SENDS_DIGESTS, settings.BASE_URL, settings.ACCOUNTS = True, "http://testserver", "open"
    settings.ALLOWED_HOSTS = ["testserver"]


def subscription(client: Client) -> Subscription:
    client.post("/subscribe", TOLD)
    one = Subscription.objects.get()
    client.post(f"/subscribe/confirm/{links.confirm_token(one)}")
    one.refresh_from_db()
    return one


def test_the_line_is_on_every_page_where_mails_can_be_sent_and_leads_to_the_form(
    client: Client, settings: Settings
) -> None:
    for address in ("/", "/papers/trending", "/search", "/about", "/nowhere"):
        assert LINE in client.get(address).content
    assert client.get("/subscribe").status_code == 200
    settings.SENDS_DIGESTS = False
    assert LINE not in client.get("/").content
    assert client.get("/subscribe").status_code == 404


def test_whether_an_address_is_subscribed_cannot_be_told_from_the_answer(client: Client) -> None:
    fresh = client.post("/subscribe", TOLD)
    actions.confirm(subscription=Subscription.objects.get())
    again = client.post("/subscribe", TOLD)
    third = client.post("/subscribe", TOLD)
    fourth = client.post("/subscribe", TOLD)
    assert fresh.content == again.content == third.content == fourth.content
    assert {one.status_code for one in (fresh, again, third, fourth)} == {200}
    assert len(mail.outbox) == 3


def test_the_whole_way_from_the_form_to_the_last_mail(client: Client) -> None:
    assert b"on its way" in client.post("/subscribe", TOLD).content
    (letter,) = mail.outbox
    address = next(line for line in str(letter.body).splitlines() if line.startswith("http"))
    looked = client.get(address)
    assert looked["Cache-Control"].startswith("max-age=0")
    assert Subscription.objects.get().state == "unconfirmed"
    done = client.post(address, follow=True)
    assert b"The next one" in done.content
    one = Subscription.objects.get()
    assert (one.state, one.frequency, one.hour, one.zone, one.papers) == (
        *("active", "weekdays", 6, "Asia/Kolkata", 12),
    )
    assert one.fields == ["cs.CL", "stat.ML", "Vision, language (core)"]
    assert one.searches == ["heat pumps"]
    page = f"/subscription/{links.token(one)}"
    changed = client.post(page, TOLD | {"papers": "3", "of_fields": "", "deed": "keep"}, follow=True)
    assert b"Kept." in changed.content
    client.post(page, {"deed": "pause"})
    assert Subscription.objects.get().state == "paused"
    client.post(page, {"deed": "resume"})
    assert client.get(f"{page}/end").status_code == 200
    one = Subscription.objects.get()
    assert (one.state, one.papers, one.fields) == ("active", 3, [])
    assert b"Nothing more is sent" in client.post(f"{page}/end").content
    assert Subscription.objects.get().state == "ended"


def test_a_mail_program_ends_it_by_one_post_without_a_cookie(client: Client) -> None:
    one = subscription(client)
    program = Client(enforce_csrf_checks=True)
    answer = program.post(f"/subscription/{links.token(one)}/end", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Subscription.objects.get().state == "ended"


def test_what_is_wrong_is_said_at_the_form_and_nothing_is_sent(client: Client) -> None:
    wrong = {"email": "ada@example.org\nBcc: x@y.z", "zone": "Mars", "papers": "1000", "of_fields": "<b>"}
    for name, value in wrong.items():
        answer = client.post("/subscribe", TOLD | {name: value})
        assert answer.status_code == 422
        assert b'class="wrong"' in answer.content
    assert mail.outbox == []


def test_a_flood_from_one_visitor_is_answered_with_when_to_try_again(client: Client) -> None:
    answers = [
        client.post("/subscribe", TOLD | {"email": f"a{n}@example.org"}, REMOTE_ADDR="8.8.8.8")
        for n in range(12)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert int(answers[-1]["Retry-After"]) > 0
    assert len(mail.outbox) == 10


def test_pages_by_link_show_half_the_address_and_are_kept_out_of_search_engines(client: Client) -> None:
    one = subscription(client)
    page = client.get(f"/subscription/{links.token(one)}").content
    assert b"ada@example.org" not in page
    assert "a…@example.org".encode() in page
    assert b'name="referrer" content="no-referrer"' in page
    assert client.get("/subscription/1.forged:xyz").status_code == 404
    assert client.post("/subscription/1.forged:xyz/end").status_code == 404


def test_who_has_an_account_finds_it_among_the_settings(alice: User) -> None:
    client = signed_in(alice)
    assert b"Nothing is sent to you" in client.get("/settings/digests").content
    client.post("/subscribe", TOLD | {"email": alice.email, "follows": "on"})
    one = Subscription.objects.get()
    assert (one.person, one.follows) == (alice, True)
    assert links.token(one).encode() in client.get("/settings/digests").content
    assert Client().get("/settings/digests").status_code == 302


def test_a_link_of_ones_own_shows_the_choices_that_were_made(client: Client) -> None:
    one = subscription(client)
    actions.change(subscription=one, choices=Choices(fields=("hep-th",), zone="Asia/Tokyo", hour=22))
    page = client.get(f"/subscription/{links.token(one)}").content.decode()
    assert "hep-th</textarea>" in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert '<option value="22" selected>' in page
