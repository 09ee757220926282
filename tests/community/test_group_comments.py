"""What a private group says among itself is read by its members, and is nowhere else: each place is tried."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused
from dailypapers.community.actions import decide_claim, group, membership, moderate_comment
from dailypapers.community.actions.claim import claim
from dailypapers.community.actions.comment import edit, remove, write
from dailypapers.community.actions.leave import leave as leave_site
from dailypapers.community.actions.notify import GRACE, tell_watchers
from dailypapers.community.actions.react import react
from dailypapers.community.actions.report import report
from dailypapers.community.actions.send_notices import send_due
from dailypapers.community.actions.take_away import put_back, take_away
from dailypapers.community.actions.vote import vote
from dailypapers.community.giving import all_givings
from dailypapers.community.models.comments import Comment, CommentEdit, Discussion, Reaction
from dailypapers.community.models.groups import Group
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.ranking.models import Score
from dailypapers.ranking.refresh import refresh, refresh_paper
from tests.community.people import person, signed_in
from tests.papers import NOW, hold, mention, named, record

pytestmark = pytest.mark.django_db

SECRET = "We think the second proof fails."


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"
    settings.GROUPS = settings.ORGANIZATIONS = "everyone"
    settings.SENDS_MAIL = True
    settings.BASE_URL = "https://papers.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def paper() -> Paper:
    return hold(record(1, **mention(3)))[0]


@pytest.fixture
def readers(alice: User, bob: User) -> Group:
    made = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    membership.invite(by=alice, group_id=made.pk, handle="bob")
    membership.join(person=bob, group_id=made.pk)
    Notification.objects.all().delete()
    return made


@pytest.fixture
def secret(paper: Paper, readers: Group, alice: User) -> Comment:
    return write(person=alice, paper_id=paper.pk, body=f"{SECRET} @mallory", group_id=readers.pk)


@pytest.fixture
def strangers() -> list[User]:
    """Someone who is not in the group, a moderator, an administrator, and one who is only invited."""
    return [
        person("mallory"),
        person("mo", is_moderator=True),
        person("root", is_moderator=True, is_superuser=True, is_staff=True),
    ]


def told(who: User) -> list[str]:
    return list(Notification.objects.filter(person=who).order_by("pk").values_list("kind", flat=True))


def test_members_read_it_and_others_find_no_such_page(
    secret: Comment, readers: Group, bob: User, strangers: list[User], paper: Paper
) -> None:
    invited = person("invited")
    membership.invite(by=secret.author, group_id=readers.pk, handle="invited")  # type: ignore[arg-type]
    at = f"{readers.address}/papers/{paper.pk}"
    assert SECRET in signed_in(bob).get(at).content.decode()
    for client in (Client(), *map(signed_in, [*strangers, invited])):
        for path in (at, f"/comments/{secret.pk}", f"/comments/{secret.pk}/history"):
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert SECRET not in answer.content.decode()
            assert "Readers" not in answer.content.decode()
    assert signed_in(invited).get(readers.address).status_code == 200
    assert SECRET not in signed_in(invited).get(readers.address).content.decode()


def test_no_page_shows_or_counts_it(
    secret: Comment, alice: User, bob: User, strangers: list[User], paper: Paper
) -> None:
    vote(person=strangers[0], paper_id=paper.pk)
    refresh()
    pages = [
        "/papers/2604.00001",
        "/papers/date/2026-04-15",
        "/papers/trending",
        "/people/alice",
        "/search?q=proof",
        "/moderation",
        "/moderation?show=comments",
        "/moderation?show=reports",
        "/moderation/people/alice",
        f"/moderation/papers/{paper.pk}",
        "/moderation/log",
        "/notifications",
        "/following",
        "/admin/",
    ]
    for client in (Client(), *map(signed_in, strangers)):
        for path in pages:
            text = client.get(path).content.decode()
            assert SECRET not in text, path
            assert "Readers" not in text, path
    assert "Nobody has said anything yet" in Client().get("/papers/2604.00001").content.decode()
    assert SECRET not in signed_in(bob).get("/papers/2604.00001").content.decode(), "nor members, there"


def test_neither_counts_nor_scores_know_of_it(paper: Paper, readers: Group, alice: User) -> None:
    refresh()
    before = Score.objects.values().get()
    first = write(person=alice, paper_id=paper.pk, body=SECRET, group_id=readers.pk)
    refresh_paper(paper.pk)
    refresh(everything=True)
    assert Score.objects.values().get() == before
    remove(person=alice, comment_id=first.pk)
    assert not Discussion.objects.filter(comments__gt=0).exists()
    public = write(person=alice, paper_id=paper.pk, body="In public.")
    write(person=alice, paper_id=paper.pk, body=SECRET, group_id=readers.pk)
    assert Discussion.objects.get().comments == 1
    moderate_comment.hide(comment_id=public.pk, by=person("mo", is_moderator=True), reason="No.")
    assert Discussion.objects.get().comments == 0


def test_nobody_is_told_but_members_whoever_is_called_or_watches(
    secret: Comment, paper: Paper, bob: User, strangers: list[User], readers: Group
) -> None:
    for who in strangers:
        vote(person=who, paper_id=paper.pk)
    later = timezone.now() + GRACE + timedelta(seconds=1)
    assert tell_watchers(later) == 0
    assert told(bob) == ["group"]
    answer = write(
        person=bob, paper_id=paper.pk, body="@mallory @mo no.", answers=secret.pk, group_id=readers.pk
    )
    edit(person=bob, comment_id=answer.pk, body="@mallory @root really no.")
    tell_watchers(later)
    assert [told(who) for who in strangers] == [[], [], []]
    assert secret.author is not None
    assert told(secret.author) == ["reply"]
    send_due(later)
    assert {to for one in mail.outbox for to in one.to} == {"alice@example.org", "bob@example.org"}


def test_members_are_told_once_until_they_look(paper: Paper, readers: Group, alice: User, bob: User) -> None:
    for number in range(3):
        write(person=alice, paper_id=paper.pk, body=f"Number {number}.", group_id=readers.pk)
    assert told(bob) == ["group"]
    assert told(alice) == []


def test_who_goes_reads_no_more_and_gets_no_mail(
    secret: Comment, readers: Group, alice: User, bob: User, paper: Paper
) -> None:
    assert Notification.objects.filter(person=bob, mail="due").exists()
    membership.remove(by=alice, group_id=readers.pk, handle="bob")
    send_due(timezone.now() + GRACE + timedelta(seconds=1))
    assert not any(SECRET in one.body for one in mail.outbox)
    client = signed_in(bob)
    assert SECRET not in client.get("/notifications").content.decode()
    assert client.get(f"/comments/{secret.pk}").status_code == 404
    own = write(person=alice, paper_id=paper.pk, body="Gone?", group_id=readers.pk)
    assert told(bob) == ["group"], "only that they do not belong to it any more"
    with pytest.raises(Refused, match="gone"):
        react(person=bob, comment_id=own.pk, kind="agree")


def test_others_change_nothing_and_learn_nothing(
    secret: Comment, paper: Paper, readers: Group, strangers: list[User]
) -> None:
    for who in strangers:
        for number in (readers.pk, readers.pk + 99):
            with pytest.raises(Refused, match=r"There is no such group\."):
                write(person=who, paper_id=paper.pk, body="Hello?", group_id=number)
        with pytest.raises(Refused, match="gone"):
            write(person=who, paper_id=paper.pk, body="Hello?", answers=secret.pk)
        with pytest.raises(Refused, match="gone"):
            edit(person=who, comment_id=secret.pk, body="Mine.")
        with pytest.raises(Refused, match="gone"):
            remove(person=who, comment_id=secret.pk)
        with pytest.raises(Refused, match="gone"):
            react(person=who, comment_id=secret.pk, kind="agree")
        with pytest.raises(Refused, match="gone"):
            report(person=who, comment_id=secret.pk, reason="spam")
        with pytest.raises(Refused, match="gone"):
            take_away(by=who, comment_id=secret.pk, reason="No.")
        with pytest.raises(Refused, match="gone"):
            put_back(by=who, comment_id=secret.pk)
    for who in strangers[1:]:
        with pytest.raises(Refused, match="gone"):
            moderate_comment.hide(comment_id=secret.pk, by=who, reason="No.")
    for client in (Client(), *map(signed_in, strangers)):
        for deed in ("edit", "remove", "react", "report", "hide", "show", "take-away", "put-back"):
            answer = client.post(f"/comments/{secret.pk}/{deed}", {"body": "x", "kind": "agree"})
            assert answer.status_code == 404, deed
        sent = {"body": "Hello?", "group": str(readers.pk)}
        answer = client.post(f"/comments/on/{paper.pk}", sent)
        assert answer.status_code in (302, 404)
        answer = client.post(f"/comments/on/{paper.pk}", sent, headers={"HX-Request": "true"})
        assert SECRET not in answer.content.decode()
    secret.refresh_from_db()
    assert secret.body.startswith(SECRET)
    assert not Reaction.objects.exists()


def test_a_discussion_stays_with_itself(
    secret: Comment, paper: Paper, readers: Group, alice: User, bob: User
) -> None:
    public = write(person=bob, paper_id=paper.pk, body="In public.")
    other = group.create(person=bob, kind=Group.Kind.PRIVATE, name="Others")
    organization = group.create(person=bob, kind=Group.Kind.ORGANIZATION, name="Lab")
    for answers, where in ((public.pk, readers.pk), (secret.pk, None), (secret.pk, other.pk)):
        with pytest.raises(Refused, match="is gone"):
            write(person=bob, paper_id=paper.pk, body="Across.", answers=answers, group_id=where)
    with pytest.raises(Refused, match="no such group"):
        write(person=bob, paper_id=paper.pk, body="An organization.", group_id=organization.pk)
    for number in range(27):
        write(person=alice, paper_id=paper.pk, body=f"Thread {number}.", group_id=readers.pk, now=NOW)
    page = Client().get(f"/comments/{public.pk}")
    assert page.headers["Location"] == f"/papers/2604.00001#comment-{public.pk}", "pages count their own only"


def test_members_write_answer_change_and_react_on_the_groups_page(
    secret: Comment, paper: Paper, readers: Group, alice: User, bob: User
) -> None:
    at = f"{readers.address}/papers/{paper.pk}"
    client = signed_in(bob)
    sent = {"body": "I do not.", "answers": str(secret.pk), "group": str(readers.pk)}
    answer = client.post(f"/comments/on/{paper.pk}", sent)
    written = Comment.everywhere.get(author=bob)
    assert answer.headers["Location"] == f"{at}#comment-{written.pk}"
    assert client.get(f"/comments/{written.pk}").headers["Location"] == f"{at}#comment-{written.pk}"
    client.post(f"/comments/{written.pk}/edit", {"body": "I do."})
    assert CommentEdit.objects.get().body == "I do not."
    assert "I do not." in client.get(f"/comments/{written.pk}/history").content.decode()
    client.post(f"/comments/{secret.pk}/react", {"kind": "agree"})
    assert Reaction.objects.get().comment_id == secret.pk
    refused = client.post(f"/comments/on/{paper.pk}", {"body": "", "group": str(readers.pk)})
    assert refused.status_code == 422
    assert SECRET in refused.content.decode(), "the group's page says what is wrong"
    in_place = client.post(
        f"/comments/on/{paper.pk}",
        {"body": "In place.", "group": str(readers.pk)},
        headers={"HX-Request": "true"},
    )
    assert SECRET in in_place.content.decode()
    with pytest.raises(Refused, match="another person"):
        remove(person=bob, comment_id=secret.pk)
    with pytest.raises(Refused, match="another person"):
        remove(person=alice, comment_id=written.pk)
    take_away(by=alice, comment_id=written.pk, reason="Off the subject.")
    page = client.get("/papers/2604.00001").content.decode()
    assert f'<a href="{at}">Readers</a> 2 comments' in page


def test_authors_are_marked_there_too_and_counted_nowhere(secret: Comment, paper: Paper, alice: User) -> None:
    asked = claim(person=alice, paper_id=paper.pk, position=0, reason="Me.")
    decide_claim.confirm(claim_id=asked.pk, by=person("mo", is_moderator=True))
    secret.refresh_from_db()
    assert secret.is_by_author
    assert not Discussion.objects.filter(by_authors__gt=0).exists()


def handed_out(who: User) -> str:
    return json.dumps({one.name: one.hand_out(who) for one in all_givings()}, default=str)


def test_one_takes_ones_own_words_along_and_nobody_elses(
    secret: Comment, alice: User, bob: User, strangers: list[User]
) -> None:
    assert SECRET in handed_out(alice)
    for who in (bob, *strangers):
        assert SECRET not in handed_out(who)


def test_leaving_the_site_takes_the_words_along(
    secret: Comment, paper: Paper, readers: Group, alice: User, bob: User
) -> None:
    write(person=bob, paper_id=paper.pk, body="No.", answers=secret.pk, group_id=readers.pk)
    write(person=alice, paper_id=paper.pk, body="Nobody answered this.", group_id=readers.pk)
    leave_site(person=alice)
    left = Comment.everywhere.order_by("pk")
    assert [(one.body, one.author) for one in left] == [("", None), ("No.", bob)]
    assert not Discussion.objects.filter(comments__gt=0).exists()


def test_a_joined_paper_brings_them_along_and_still_to_members_only(
    paper: Paper, readers: Group, alice: User
) -> None:
    other = hold(
        record(2, identifiers=(named("doi:10.1000/182"),), title="Another title, for the time being")
    )[0]
    write(person=alice, paper_id=other.pk, body=SECRET, group_id=readers.pk)
    land([record(1, identifiers=(named("2604.00001"), named("doi:10.1000/182")))], NOW)
    kept = Paper.objects.get()
    assert Comment.everywhere.get().paper_id == kept.pk
    assert not Discussion.objects.filter(comments__gt=0).exists()
    assert SECRET in signed_in(alice).get(f"{readers.address}/papers/{kept.pk}").content.decode()
    assert SECRET not in Client().get("/papers/2604.00001").content.decode()


def test_a_group_takes_its_words_with_it(secret: Comment, readers: Group, alice: User) -> None:
    group.delete(person=alice, group_id=readers.pk)
    assert not Comment.everywhere.exists()
    assert not Notification.objects.filter(comment__isnull=False).exists()


def test_whoever_looks_for_comments_without_saying_where_does_not_find_them(secret: Comment) -> None:
    assert not Comment.objects.exists()
    assert not secret.paper.comments.exists()
    assert secret.author is not None
    assert not secret.author.comments.exists()
    assert Comment._default_manager.count() == 0


def test_forms_come_to_members_only_and_fit_the_group(
    secret: Comment, readers: Group, alice: User, bob: User, mo: User
) -> None:
    at = f"/comments/{secret.pk}/form"
    everything = ("answer", "edit", "remove", "report", "hide", "show", "close")
    for client in (Client(), signed_in(person("eve")), signed_in(mo)):
        for deed in everything:
            answer = client.get(f"{at}/{deed}")
            assert answer.status_code == 404, deed
            assert SECRET not in answer.content.decode()
    assert secret.author is not None
    others = {alice, bob} - {secret.author}
    theirs = {secret.author: {"answer", "edit"}} | {
        who: {"answer", "remove"} if who == alice else {"answer"} for who in others
    }
    for who, allowed in theirs.items():
        client = signed_in(who)
        for deed in everything[:-1]:
            assert client.get(f"{at}/{deed}").status_code == (200 if deed in allowed else 404), (who, deed)
        form = client.get(f"{at}/answer").content.decode()
        assert f'name="group" value="{readers.pk}"' in form


def test_links_of_new_members_wait_for_no_moderator(
    paper: Paper, readers: Group, alice: User, settings: Settings
) -> None:
    settings.NEW_LINKS_WAIT = True
    newcomer = person("newcomer", joined=timezone.now())
    membership.invite(by=alice, group_id=readers.pk, handle="newcomer")
    membership.join(person=newcomer, group_id=readers.pk)
    body = "See https://shop.example/now."
    assert write(person=newcomer, paper_id=paper.pk, body=body).waits
    among = write(person=newcomer, paper_id=paper.pk, body=body, group_id=readers.pk)
    assert not among.waits
    assert not among.is_hidden
    assert edit(person=newcomer, comment_id=among.pk, body=f"{body} https://other.example").html


def test_what_an_administrator_takes_away_shows_who_did_so_and_why_and_is_read_by_its_author(
    paper: Paper, readers: Group, alice: User, bob: User
) -> None:
    carol = person("carol", is_moderator=True)
    membership.invite(by=alice, group_id=readers.pk, handle="carol")
    membership.join(person=carol, group_id=readers.pk)
    written = write(person=bob, paper_id=paper.pk, body="Alice is wrong here.", group_id=readers.pk)
    at = f"{readers.address}/papers/{paper.pk}"
    for reason in ("", "x" * 201):
        with pytest.raises(Refused, match=r"Say why|200 characters"):
            take_away(by=alice, comment_id=written.pk, reason=reason)
    with pytest.raises(Refused, match="Only administrators of the group"):
        take_away(by=carol, comment_id=written.pk, reason="No.")
    answer = signed_in(alice).post(f"/comments/{written.pk}/take-away", {"reason": "I <disagree>"})
    assert answer["Location"] == f"{at}#comment-{written.pk}"
    gone = "Taken away by Alice, an administrator of the group: I &lt;disagree&gt;."
    for who, reads in ((alice, False), (bob, True), (carol, False)):
        page = signed_in(who).get(at).content.decode()
        assert gone in page, "although nobody answered it"
        assert ("Alice is wrong here." in page) == reads, who
        assert "and moderators can read it" not in page
    said = Notification.objects.filter(person=bob).latest("pk").said
    assert said == "Alice took a comment of yours away in Readers: I <disagree>"
    assert not Notification.objects.filter(comment=written, read_at=None).exists()
    with pytest.raises(Refused, match="gone"):
        take_away(by=alice, comment_id=written.pk, reason="Again.")
    with pytest.raises(Refused, match="gone"):
        edit(person=bob, comment_id=written.pk, body="Alice is right.")


def test_an_administrator_shows_it_again_unless_its_author_removed_it(
    paper: Paper, readers: Group, alice: User, bob: User
) -> None:
    written = write(person=bob, paper_id=paper.pk, body="Alice is wrong here.", group_id=readers.pk)
    at = f"{readers.address}/papers/{paper.pk}"
    with pytest.raises(Refused, match="gone"):
        put_back(by=alice, comment_id=written.pk)
    take_away(by=alice, comment_id=written.pk, reason="Off the subject")
    with pytest.raises(Refused, match="This is your own comment"):
        put_back(by=bob, comment_id=written.pk)
    desk, author = signed_in(alice), signed_in(bob)
    for client, deed, other in ((desk, "put-back", "remove"), (author, "remove", "put-back")):
        assert client.get(f"/comments/{written.pk}/form/{deed}").status_code == 200
        assert client.get(f"/comments/{written.pk}/form/{other}").status_code == 404
    desk.post(f"/comments/{written.pk}/put-back")
    assert "Alice is wrong here." in desk.get(at).content.decode()
    take_away(by=alice, comment_id=written.pk, reason="Off the subject")
    author.post(f"/comments/{written.pk}/remove")
    written.refresh_from_db()
    assert (written.body, written.hidden_by, written.hidden_for) == ("", alice, "Off the subject")
    with pytest.raises(Refused, match="gone"):
        put_back(by=alice, comment_id=written.pk)
    assert "an administrator of the group: Off the subject" in desk.get(at).content.decode()
    leave_site(person=alice)
    page = signed_in(bob).get(at).content.decode()
    assert "Taken away by an administrator of the group: Off the subject" in page


def test_nobody_takes_away_what_everyone_reads_or_their_own(
    secret: Comment, paper: Paper, alice: User, bob: User
) -> None:
    public = write(person=bob, paper_id=paper.pk, body="In public.")
    with pytest.raises(Refused, match="gone"):
        take_away(by=alice, comment_id=public.pk, reason="No.")
    with pytest.raises(Refused, match="your own comment"):
        take_away(by=alice, comment_id=secret.pk, reason="No.")
    assert signed_in(alice).get(f"/comments/{public.pk}/form/take-away").status_code == 404
