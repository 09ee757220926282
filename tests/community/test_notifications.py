"""Who is told of a comment, on the site and by mail, once; by a real mail server."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.header import decode_header, make_header

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community import unsubscribing, watching
from dailypapers.community.actions import moderate_comment, moderate_paper, notify
from dailypapers.community.actions.comment import edit, remove, write
from dailypapers.community.actions.notify import GRACE, tell_watchers
from dailypapers.community.actions.send_notices import ANSWERS_WITHIN, KEPT_TRYING, send_due
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.notifications import BY_MAIL, Kind, Notification
from dailypapers.community.models.people import User
from tests.community.mail_server import MailServer
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

Mail = Notification.Mail


@pytest.fixture(autouse=True)
def sends_mail(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.SENDS_MAIL = True
    settings.BASE_URL = "https://papers.example.org"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer()
    controller = server.start(settings)
    yield server
    controller.stop()


@pytest.fixture
def paper() -> Paper:
    return hold(record(1, title="On $x^2$ and what follows"))[0]


def told(who: User) -> list[str]:
    return list(Notification.objects.filter(person=who).order_by("pk").values_list("kind", flat=True))


def later() -> datetime:
    return timezone.now() + GRACE + timedelta(seconds=1)


def test_whom_one_answers_and_calls_is_told_once(paper: Paper, alice: User, bob: User) -> None:
    first = write(person=alice, paper_id=paper.pk, body="First.")
    answer = write(person=bob, paper_id=paper.pk, body="@alice @bob @nobody-here, see.", answers=first.pk)
    assert told(alice) == ["reply"]
    assert told(bob) == []
    edit(person=bob, comment_id=answer.pk, body="@alice, see again.")
    assert told(alice) == ["reply"]
    write(person=bob, paper_id=paper.pk, body="And @alice?")
    assert told(alice) == ["reply", "mention"]


def test_who_voted_is_told_by_the_worker_once_until_they_look(paper: Paper, alice: User, bob: User) -> None:
    vote(person=alice, paper_id=paper.pk)
    vote(person=bob, paper_id=paper.pk)
    write(person=bob, paper_id=paper.pk, body="First.")
    assert tell_watchers() == 0, "it can still be mended"
    assert tell_watchers(later()) == 1
    assert tell_watchers(later()) == 0
    assert told(alice) == ["voted"]
    assert told(bob) == [], "nobody is told of their own words"
    write(person=bob, paper_id=paper.pk, body="Second.")
    tell_watchers(later())
    assert told(alice) == ["voted"]
    notify.mark_read(person=alice)
    write(person=bob, paper_id=paper.pk, body="Third.")
    tell_watchers(later())
    assert told(alice) == ["voted", "voted"]


def test_a_kill_while_the_worker_tells_loses_and_doubles_nothing(
    paper: Paper, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote(person=alice, paper_id=paper.pk)
    write(person=bob, paper_id=paper.pk, body="First.")
    with monkeypatch.context() as patched:
        patched.setattr(notify, "_tell", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tell_watchers(later())
    assert told(alice) == []
    tell_watchers(later())
    assert told(alice) == ["voted"]


def test_authors_are_told_first_of_all_as_authors(
    paper: Paper, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "authors_of", lambda paper_id: {alice.pk})
    vote(person=alice, paper_id=paper.pk)
    write(person=bob, paper_id=paper.pk, body="First.")
    tell_watchers(later())
    assert told(alice) == ["authored"]
    assert Notification.objects.get().mail == Mail.DUE


def test_each_kind_can_be_switched_off_here_and_by_mail(paper: Paper, alice: User, bob: User) -> None:
    first = write(person=alice, paper_id=paper.pk, body="First.")
    notify.choose(person=alice, kind=Kind.REPLY, on_site=False, by_mail=False)
    write(person=bob, paper_id=paper.pk, body="An answer.", answers=first.pk)
    assert told(alice) == []
    notify.choose(person=alice, kind=Kind.REPLY, on_site=True, by_mail=False)
    write(person=bob, paper_id=paper.pk, body="Another.", answers=first.pk)
    assert Notification.objects.get().mail == Mail.NONE
    write(person=bob, paper_id=paper.pk, body="@alice!")
    waiting = Notification.objects.get(kind="mention")
    assert waiting.mail == Mail.DUE
    notify.choose(person=alice, kind=Kind.MENTION, on_site=True, by_mail=False)
    waiting.refresh_from_db()
    assert waiting.mail == Mail.NONE


def due(paper: Paper, to: User, by: User, body: str = "@alice, *see* $x^2$.") -> Comment:
    """A comment that mentions someone."""
    return write(person=by, paper_id=paper.pk, body=body.replace("@alice", f"@{to.handle}"))


def test_a_mail_says_what_happened_and_how_to_stop(
    server: MailServer, paper: Paper, alice: User, bob: User
) -> None:
    comment = due(paper, alice, bob)
    assert send_due() == 0, "it can still be mended"
    assert send_due(later()) == 1
    (to, mail), *others = server.taken
    assert not others
    assert to == "alice@example.org"
    assert mail["Subject"] == "@bob mentioned you: On $x^2$ and what follows"
    text = str(mail.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]
    assert "@alice, *see* $x^2$." in text
    assert f"https://papers.example.org/comments/{comment.pk}" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    off = "".join(mail["List-Unsubscribe"].split()).strip("<>")
    assert off.startswith("https://papers.example.org/notifications/off/")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert send_due(later()) == 0
    path = off.removeprefix("https://papers.example.org")
    visitor = Client(enforce_csrf_checks=True)
    visitor.get(path)
    assert notify.choices(alice)[1][2], "looking switches nothing off"
    answer = visitor.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert notify.choices(alice)[1] == (Kind.MENTION, True, False)
    assert notify.choices(alice)[0] == (Kind.REPLY, True, True)
    due(paper, alice, bob, "@alice, again.")
    assert send_due(later()) == 0


def test_only_addresses_of_this_site_switch_mails_off(client: Client, alice: User) -> None:
    good = unsubscribing.token(alice.pk, Kind.REPLY)
    for wrong in (good[:-1], f"{good}x", "x", good.replace(":", "."), "a" * 5_000):
        assert client.post(f"/notifications/off/{wrong}").status_code == 404
    assert notify.choices(alice)[0] == (Kind.REPLY, True, True)
    alice.delete()
    assert client.post(f"/notifications/off/{good}").status_code == 200


def test_no_text_adds_headers_or_recipients(server: MailServer, paper: Paper, alice: User) -> None:
    eve = person("eve", name="Eve\r\nBcc: all@example.org")
    Paper.objects.update(title="Title\nBcc: all@example.org\r\n\r\n" + "long " * 100)
    due(paper, alice, eve, "@alice\n.\nQUIT\nBcc: all@example.org\n\u202eodd \U0001f600")
    assert send_due(later()) == 1
    assert server.recipients == ["alice@example.org"]
    mail = server.taken[0][1]
    assert mail["Bcc"] is None
    subject = str(make_header(decode_header(mail["Subject"])))
    assert subject.startswith("@eve mentioned you: Title Bcc:")
    assert "\n.\nQUIT" in str(mail.get_payload(decode=True), "utf-8").replace("\r", "")  # type: ignore[arg-type]


def test_what_is_read_hidden_removed_or_nobodys_is_not_sent(
    server: MailServer, paper: Paper, alice: User, bob: User
) -> None:
    due(paper, alice, bob, "@alice, read it.")
    notify.mark_read(person=alice)
    removed, hidden = due(paper, alice, bob, "@alice, gone."), due(paper, alice, bob, "@alice, rude.")
    remove(person=bob, comment_id=removed.pk)
    notify.choose(person=bob, kind=Kind.DECIDED, on_site=True, by_mail=False)
    moderate_comment.hide(comment_id=hidden.pk, by=person("mo", is_moderator=True), reason="Rude")
    unconfirmed = person("una")
    unconfirmed.emailaddress_set.update(verified=False)  # type: ignore[attr-defined]
    due(paper, unconfirmed, bob)
    assert send_due(later()) == 0
    assert server.taken == []
    assert not Notification.objects.filter(mail__in=(Mail.DUE, Mail.SENDING)).exists()


def test_where_no_mail_is_sent_none_is_due(paper: Paper, alice: User, bob: User, settings: Settings) -> None:
    settings.SENDS_MAIL = False
    due(paper, alice, bob)
    assert Notification.objects.get().mail == Mail.NONE


def test_nothing_is_told_of_the_comments_on_a_hidden_paper(
    server: MailServer, paper: Paper, alice: User, bob: User
) -> None:
    mo = person("mo", is_moderator=True)
    due(paper, alice, bob, "@alice, rude words.")
    vote(person=alice, paper_id=paper.pk)
    write(person=bob, paper_id=paper.pk, body="More rude words.")
    moderate_paper.hide(paper_id=paper.pk, by=mo, reason="Not a paper")
    assert tell_watchers(later()) == 0
    assert send_due(later()) == 0
    assert server.taken == []
    page = signed_in(alice).get("/notifications").content.decode()
    assert "rude words" not in page
    assert "what follows" not in page


def test_a_recipient_that_is_refused_keeps_no_other_waiting(
    server: MailServer, paper: Paper, alice: User, bob: User, caplog: pytest.LogCaptureFixture
) -> None:
    carol = person("carol")
    server.refuse["alice@example.org"] = "550 No such user"
    due(paper, alice, bob)
    due(paper, carol, bob)
    assert send_due(later()) == 1
    assert server.recipients == ["carol@example.org"]
    assert Notification.objects.get(person=alice).mail == Mail.FAILED
    assert "is given up: 550" in caplog.text
    assert "alice@example.org" not in caplog.text


def test_a_recipient_that_is_to_wait_is_tried_again(
    server: MailServer, paper: Paper, alice: User, bob: User
) -> None:
    server.refuse["alice@example.org"] = "451 Greylisted"
    due(paper, alice, bob)
    assert send_due(later()) == 0
    server.refuse.clear()
    assert send_due(later()) == 0, "not at once"
    assert send_due(later() + timedelta(minutes=5)) == 1
    assert server.recipients == ["alice@example.org"]


def test_while_the_server_is_away_nothing_is_lost(
    paper: Paper, alice: User, bob: User, settings: Settings
) -> None:
    server = MailServer()
    server.start(settings).stop()
    carol = person("carol")
    due(paper, alice, bob)
    due(paper, carol, bob)
    for hour in range(16):
        assert send_due(later() + timedelta(hours=7 * hour)) == 0
    assert set(Notification.objects.values_list("mail", flat=True)) == {Mail.DUE}
    controller = server.start(settings)
    try:
        assert send_due(later() + timedelta(hours=7 * 16)) == 2
    finally:
        controller.stop()
    assert sorted(server.recipients) == ["alice@example.org", "carol@example.org"]


def test_after_days_a_mail_is_given_up(server: MailServer, paper: Paper, alice: User, bob: User) -> None:
    server.refuse["alice@example.org"] = "451 Greylisted"
    due(paper, alice, bob)
    Notification.objects.update(created_at=timezone.now() - KEPT_TRYING - timedelta(hours=1))
    send_due(later())
    assert Notification.objects.get().mail == Mail.FAILED


class Killed(BaseException):
    """The process ends here."""


def test_a_kill_before_the_server_had_it_loses_nothing(
    server: MailServer, paper: Paper, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(paper, alice, bob)

    def kill(*_: object) -> int:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", kill)
        with pytest.raises(Killed):
            send_due(later())
    assert server.taken == []
    assert send_due(later()) == 0, "another worker may be at it"
    assert send_due(later() + ANSWERS_WITHIN) == 1
    assert server.recipients == ["alice@example.org"]


def test_a_kill_after_the_server_had_it_sends_the_same_mail_again(
    server: MailServer, paper: Paper, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(paper, alice, bob)
    send = EmailBackend.send_messages

    def kill(self: EmailBackend, mails: list[EmailMessage]) -> int:
        send(self, mails)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", kill)
        with pytest.raises(Killed):
            send_due(later())
    assert send_due(later() + ANSWERS_WITHIN) == 1
    first, second = (mail["Message-ID"] for _, mail in server.taken)
    assert first == second, "whoever looks for doubles finds it"
    assert send_due(later() + 9 * ANSWERS_WITHIN) == 0


def test_the_bell_counts_what_is_new_and_the_page_tells_it(paper: Paper, alice: User, bob: User) -> None:
    client = signed_in(alice)
    assert "Nothing has happened yet" in client.get("/notifications").content.decode()
    due(paper, alice, bob, "@alice, <b>see</b>.")
    due(paper, alice, bob, "@alice, see that too.")
    assert "new: </span><b>2</b>" in client.get("/about").content.decode()
    assert 'class="bell"' not in Client().get("/about").content.decode()
    page = client.get("/notifications").content.decode()
    assert page.count('class="unread"') == 2
    assert "&lt;b&gt;see&lt;/b&gt;" in page
    first = Notification.objects.order_by("pk")[0]
    answer = client.post(f"/notifications/{first.pk}")
    assert answer["Location"] == f"/comments/{first.comment_id}"
    assert "<b>1</b>" in client.get("/about").content.decode()
    client.post("/notifications/read")
    assert "new: " not in client.get("/about").content.decode()
    assert "see that too" in client.get("/notifications").content.decode()


def test_notifications_are_ones_own(paper: Paper, alice: User, bob: User) -> None:
    due(paper, alice, bob)
    one = Notification.objects.get()
    assert signed_in(bob).post(f"/notifications/{one.pk}").status_code == 404
    assert "mentioned you" not in signed_in(bob).get("/notifications").content.decode()
    paths = ["/notifications", f"/notifications/{one.pk}", "/notifications/read", "/settings/notifications"]
    for path in paths:
        answer = Client().post(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(alice)
    for path in paths[1:]:
        assert forged.post(path).status_code == 403
    assert signed_in(alice).get(f"/notifications/{one.pk}").status_code == 405
    one.refresh_from_db()
    assert one.read_at is None


def test_one_chooses_on_a_page(alice: User) -> None:
    client = signed_in(alice)
    page = client.get("/settings/notifications").content.decode()
    assert page.count(" checked") == len(Kind) + len(BY_MAIL)
    client.post("/settings/notifications", {"reply-on-site": "on", "voted-by-mail": "on", "x-by-mail": "on"})
    assert [(kind.value, site, mail) for kind, site, mail in notify.choices(alice)][:5] == [
        ("reply", True, False),
        ("mention", False, False),
        ("authored", False, False),
        ("followed", False, False),
        ("voted", False, True),
    ]


def test_what_is_no_comment_is_told_too_and_leads_to_its_page(
    server: MailServer, paper: Paper, alice: User
) -> None:
    notify.tell(
        person_id=alice.pk,
        kind=Kind.CLAIM,
        said="Your claim was confirmed <b>.",
        leads_to="/papers/2604.00001#authors",
        paper_id=paper.pk,
    )
    client = signed_in(alice)
    page = client.get("/notifications").content.decode()
    assert "Your claim was confirmed &lt;b&gt;." in page
    assert send_due(later()) == 1
    mail = server.taken[0][1]
    assert mail["Subject"] == "Your claim was confirmed <b>."
    text = str(mail.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]
    assert "https://papers.example.org/papers/2604.00001#authors" in text
    one = Notification.objects.get()
    answer = client.post(f"/notifications/{one.pk}")
    assert answer.headers["Location"] == "/papers/2604.00001#authors"
    notify.choose(person=alice, kind=Kind.CLAIM, on_site=False, by_mail=False)
    notify.tell(person_id=alice.pk, kind=Kind.CLAIM, said="Again.", leads_to="/")
    assert Notification.objects.count() == 1
