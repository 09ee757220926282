"""Moderators decide with a reason, about others only, and everything they decide stands in the log."""

import inspect
import logging
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.models import Paper
from dailypapers.community import actions, queue
from dailypapers.community.access import Refused, require_active
from dailypapers.community.actions import moderate_comment, moderate_person
from dailypapers.community.actions.comment import edit, remove, write
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.report import decide_reports, report, report_paper, report_person
from dailypapers.community.actions.vote import drop, let_count, vote
from dailypapers.community.export import archive
from dailypapers.community.models.comments import Comment, Discussion, Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import FOR_GOOD, User
from dailypapers.community.models.votes import Vote
from dailypapers.community.moderation_log import before
from dailypapers.community.trust import Level, level_of
from dailypapers.web.discussion import deeds_of
from tests.community.people import person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)
NEW = NOW - timedelta(hours=2)
Kind = Decision.Kind


@pytest.fixture
def ada() -> User:
    return person("ada", is_superuser=True, is_staff=True)


def logged() -> list[tuple[str, str, str]]:
    """Kinds, reasons and whom they are about, the oldest first."""
    return [
        (one.kind, one.reason, " ".join(sorted(who.handle for who in one.people.all())))
        for one in Decision.objects.order_by("pk")
    ]


def test_what_is_done_to_a_comment_is_logged_with_its_reason(paper: Paper, mo: User, bob: User) -> None:
    comment = write(person=bob, paper_id=paper.pk, body="Buy this.")
    report(person=person("reader"), comment_id=comment.pk, reason="spam")
    moderate_comment.hide(comment_id=comment.pk, by=mo, reason="  Advertising \n only ")
    moderate_comment.show(comment_id=comment.pk, by=mo, reason="It was meant well")
    report(person=person("critic"), comment_id=comment.pk, reason="abuse")
    moderate_comment.dismiss_reports(comment_id=comment.pk, by=mo, reason="No insult")
    moderate_comment.lock(paper_id=paper.pk, by=mo, reason="It ran hot")
    moderate_comment.unlock(paper_id=paper.pk, by=mo, reason="It cooled")
    assert logged() == [
        ("hide-comment", "Advertising only", "bob"),
        ("show-comment", "It was meant well", "bob"),
        ("dismiss", "No insult", "bob"),
        ("lock", "It ran hot", ""),
        ("unlock", "It cooled", ""),
    ]
    assert set(Decision.objects.values_list("by", "paper")) == {(mo.pk, paper.pk)}
    assert list(Report.objects.order_by("pk").values_list("state", flat=True)) == ["upheld", "dismissed"]


def test_nothing_is_decided_without_a_reason_or_twice(paper: Paper, mo: User, bob: User) -> None:
    comment = write(person=bob, paper_id=paper.pk, body="So.")
    for reason in ("", " \n ", "x" * 201, "x" * 1_000_000, "\u202e\x00"):
        with pytest.raises(Refused, match=r"Say why|200 characters"):
            moderate_comment.hide(comment_id=comment.pk, by=mo, reason=reason)
    moderate_comment.lock(paper_id=paper.pk, by=mo, reason="It ran hot")
    deeds: list[Callable[[], object]] = [
        lambda: moderate_comment.lock(paper_id=paper.pk, by=mo, reason="Again"),
        lambda: moderate_comment.lock(paper_id=987_654, by=mo, reason="Again"),
        lambda: moderate_comment.show(comment_id=comment.pk, by=mo, reason="Again"),
        lambda: moderate_comment.let_be_seen(comment_id=comment.pk, by=mo, reason="Again"),
        lambda: moderate_comment.dismiss_reports(comment_id=comment.pk, by=mo, reason="Again"),
        lambda: decide_reports(about=paper, by=mo, state=Report.State.UPHELD, reason="Again"),
        lambda: moderate_person.lift(handle="bob", by=mo, reason="Again"),
    ]
    for deed in deeds:
        with pytest.raises(Refused):
            deed()
    assert [kind for kind, _, _ in logged()] == ["lock"]


def test_held_votes_are_decided_and_their_people_remembered(paper: Paper, mo: User) -> None:
    ring = [person(f"r-{n}", joined=NEW) for n in range(4)]
    for who in ring:
        vote(person=who, paper_id=paper.pk, address="8.8.8.8", now=NOW)
    assert Decision.objects.get().amount == 4, "one line a day for all that the rules hold"
    assert Decision.objects.get().paper is None
    (bunch,) = queue.bunches(0, 10)
    assert (bunch.why, bunch.times) == ("same address", 4)
    assert [one.network for one in bunch.votes] == ["A"] * 4
    kept = queue.votes_of(paper.pk, "same address", [bunch.votes[0].vote.pk])
    assert let_count(votes=kept, by=mo, reason="A known reader") == {paper.pk}
    assert drop(votes=queue.votes_of(paper.pk, "same address"), by=mo, reason="One person") == {paper.pk}
    assert Vote.objects.count() == 1
    assert before([ring[0].pk, ring[1].pk]) == {
        ring[0].pk: {"let held votes count": 1},
        ring[1].pk: {"dropped held votes": 1},
    }
    assert let_count(votes=kept, by=mo, reason="Again") == set(), "another moderator was quicker"


def test_the_queue_has_what_weighs_most_first_and_costs_the_same(paper: Paper, bob: User) -> None:
    comments = [write(person=bob, paper_id=paper.pk, body=f"Number {n}.") for n in range(6)]
    new, trusted = person("new", joined=datetime.now(UTC)), person("trusted", trust=2)
    report(person=new, comment_id=comments[0].pk, reason="spam")
    report(person=trusted, comment_id=comments[1].pk, reason="abuse")
    report_paper(person=trusted, paper_id=paper.pk, reason="wrong")
    report_person(person=new, handle="bob", reason="pretends")

    def asked(most: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            queue.reported(0, most)
        return len(queries)

    few = asked(4)
    found = queue.reported(0, 10)
    assert [one.weight for one in found] == [3, 3, 1, 1]
    assert {one.comment or one.paper or one.person for one in found[:2]} == {comments[1], paper}
    for comment in comments[2:]:
        report(person=trusted, comment_id=comment.pk, reason="abuse")
    assert asked(10) == few
    assert len(queue.reported(0, 10, "spam")) == 1


def test_a_comment_that_its_author_removed_leaves_the_queue(paper: Paper, bob: User) -> None:
    comment = write(person=bob, paper_id=paper.pk, body="So.")
    report(person=person("reader"), comment_id=comment.pk, reason="spam")
    remove(person=bob, comment_id=comment.pk)
    assert queue.reported(0, 10) == []


def test_who_is_suspended_reads_but_does_nothing(paper: Paper, mo: User, bob: User) -> None:
    moderate_person.suspend(handle="bob", by=mo, reason="Sold votes", days=7, now=NOW)
    bob.refresh_from_db()
    assert bob.suspended_until == NOW + timedelta(days=7)
    with pytest.raises(Refused, match=r"suspended until April 23, 2026: Sold votes"):
        vote(person=bob, paper_id=paper.pk, now=NOW)
    require_active(bob, NOW + timedelta(days=8))
    assert level_of(bob, NOW + timedelta(days=8)) is Level.NEW, "and begins as someone new"
    assert level_of(bob, NOW + timedelta(days=38)) is Level.KNOWN
    moderate_person.suspend(handle="bob", by=mo, reason="Sold votes again", days=None, now=NOW)
    bob.refresh_from_db()
    assert bob.suspended_until == FOR_GOOD
    with pytest.raises(Refused, match="suspended for good"):
        require_active(bob, NOW)
    moderate_person.lift(handle="bob", by=mo, reason="It was his brother", now=NOW)
    bob.refresh_from_db()
    vote(person=bob, paper_id=paper.pk, now=NOW)
    assert level_of(bob, NOW) is Level.KNOWN
    for days in (0, -1, 366, 10**9):
        with pytest.raises(Refused, match="1 to 365 days"):
            moderate_person.suspend(handle="bob", by=mo, reason="So", days=days)


def test_who_is_warned_acts_again_after_reading_it(paper: Paper, mo: User, bob: User) -> None:
    moderate_person.warn(handle="bob", by=mo, reason="Be kind", now=NOW)
    bob.refresh_from_db()
    with pytest.raises(Refused, match="has warned you"):
        write(person=bob, paper_id=paper.pk, body="So?", now=NOW)
    moderate_person.confirm_warning(person=bob)
    write(person=bob, paper_id=paper.pk, body="So.", now=NOW)
    assert level_of(bob, NOW) is Level.NEW
    assert logged() == [("warn", "Be kind", "bob")]


def test_nobody_decides_about_themself_and_moderators_not_about_administrators(
    paper: Paper, mo: User, ada: User
) -> None:
    other = person("other-mo", is_moderator=True)
    mine = write(person=mo, paper_id=paper.pk, body="Mine.")
    hers = write(person=ada, paper_id=paper.pk, body="Hers.")
    report(person=other, comment_id=mine.pk, reason="spam")
    Vote.objects.create(person=mo, paper=paper, created_at=NOW, held="same address")
    yourself: list[Callable[[], object]] = [
        lambda: moderate_comment.hide(comment_id=mine.pk, by=mo, reason="So"),
        lambda: moderate_comment.dismiss_reports(comment_id=mine.pk, by=mo, reason="So"),
        lambda: moderate_person.warn(handle="mo", by=mo, reason="So"),
        lambda: moderate_person.suspend(handle="mo", by=mo, reason="So", days=1),
        lambda: let_count(votes=Vote.objects.all(), by=mo, reason="So"),
    ]
    for deed in yourself:
        with pytest.raises(Refused, match="about yourself"):
            deed()
    above: list[Callable[[], object]] = [
        lambda: moderate_comment.hide(comment_id=hers.pk, by=mo, reason="So"),
        lambda: moderate_person.warn(handle="ada", by=mo, reason="So"),
        lambda: moderate_person.suspend(handle="ada", by=mo, reason="So", days=1),
        lambda: moderate_person.suspend(handle="other-mo", by=mo, reason="So", days=1),
        lambda: moderate_person.appoint(handle="ada", by=mo, moderates=True, reason="So"),
    ]
    for deed in above:
        with pytest.raises(Refused, match=r"Only administrators"):
            deed()
    assert logged() == []
    moderate_person.suspend(handle="other-mo", by=ada, reason="So", days=1)
    other.refresh_from_db()
    with pytest.raises(Refused, match="suspended"):
        moderate_comment.hide(comment_id=hers.pk, by=other, reason="So")


def test_others_decide_nothing(paper: Paper, bob: User, caplog: pytest.LogCaptureFixture) -> None:
    comment = write(person=person("alice"), paper_id=paper.pk, body="So.")
    deeds: list[Callable[[], object]] = [
        lambda: moderate_comment.hide(comment_id=comment.pk, by=bob, reason="So"),
        lambda: moderate_comment.show(comment_id=comment.pk, by=bob, reason="So"),
        lambda: moderate_comment.let_be_seen(comment_id=comment.pk, by=bob, reason="So"),
        lambda: moderate_comment.dismiss_reports(comment_id=comment.pk, by=bob, reason="So"),
        lambda: moderate_comment.lock(paper_id=paper.pk, by=bob, reason="So"),
        lambda: moderate_comment.unlock(paper_id=paper.pk, by=bob, reason="So"),
        lambda: moderate_person.warn(handle="alice", by=bob, reason="So"),
        lambda: moderate_person.suspend(handle="alice", by=bob, reason="So", days=1),
        lambda: moderate_person.lift(handle="alice", by=bob, reason="So"),
        lambda: moderate_person.appoint(handle="alice", by=bob, moderates=True, reason="So"),
        lambda: decide_reports(about=paper, by=bob, state=Report.State.UPHELD, reason="So"),
    ]
    with caplog.at_level(logging.WARNING):
        for deed in deeds:
            with pytest.raises(Refused, match="Only"):
                deed()
    assert caplog.text.count("bob was refused") == len(deeds), "the operator sees who tries"
    assert logged() == []


def test_administrators_make_moderators(ada: User, bob: User) -> None:
    moderate_person.appoint(handle="bob", by=ada, moderates=True, reason="Knows the field")
    bob.refresh_from_db()
    assert bob.moderates
    with pytest.raises(Refused, match="already"):
        moderate_person.appoint(handle="bob", by=ada, moderates=True, reason="Again")
    moderate_person.appoint(handle="bob", by=None, moderates=False, reason="Has no time")
    bob.refresh_from_db()
    assert not bob.moderates
    assert [(one.kind, one.by_site) for one in Decision.objects.order_by("pk")] == [
        ("appoint", False),
        ("discharge", True),
    ]


def test_a_name_goes_from_the_log_when_its_person_leaves(paper: Paper, mo: User, bob: User) -> None:
    comment = write(person=bob, paper_id=paper.pk, body="So.")
    moderate_comment.hide(comment_id=comment.pk, by=mo, reason="Advertising")
    moderate_person.suspend(handle="bob", by=mo, reason="Sold votes", days=7)
    assert b"Sold votes" in archive_of(bob)
    assert b"Sold votes" in archive_of(mo)
    leave(person=bob)
    leave(person=mo)
    assert logged() == [("hide-comment", "Advertising", ""), ("suspend", "Sold votes", "")]
    assert not Decision.objects.filter(by__isnull=False).exists()
    assert not Decision.objects.filter(by_site=True).exists(), "and it is not the site that did it"


def archive_of(who: User) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(archive(who, NOW))) as files:
        return files.read("decisions.json")


WITHOUT = {
    "former_handle.leave_behind", "former_handle.let_go",
    "feed_key.make", "feed_key.give_up", "token.revoke", "token.usable",
    "leave", "decline_for_good", "let_invite_again",
    "confirm_warning", "choose", "mark_read", "withdraw",  # Whoever is suspended may do these too.
    "opened", "choose_opened", "choose_left_out",
    "choices", "hand_out", "hand_out_added", "invitations_left", "may_decide", "all_of", "following",
    "following_names",
    "refuse_links_of_new",  # These change nothing.
    "accept", "invite.claim", "invite.take_up", "create_person", "mark_author", "close_reports",
    "undo_all",  # Other actions do these.
    "add_media.add",
}  # fmt: skip


def asks(function: Callable[..., object], seen: tuple[object, ...] = ()) -> bool:
    """Whether a function asks `access`, itself or by a function of this room that it calls."""
    source = inspect.getsource(function)
    if "require_" in source:
        return True
    names = set(re.findall(r"\b(\w+)\(", source.partition(":\n")[2]))
    called = [vars(sys.modules[function.__module__]).get(name) for name in names]
    ours = [one for one in called if inspect.isfunction(one) and "community" in one.__module__]
    return any(asks(one, (*seen, function)) for one in ours if one not in seen and one is not function)


def test_every_action_asks_whether_its_person_may_act() -> None:
    unasked = []
    for found in iter_modules(actions.__path__):
        module = import_module(f"{actions.__name__}.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith(("_", "forget")) or name in WITHOUT:
                continue
            acts = {"person", "by", "inviter"} & set(inspect.signature(function).parameters)
            whole = f"{found.name}.{name}"
            if acts and whole not in WITHOUT and not asks(function):
                unasked.append(whole)
    assert unasked == []


def test_the_people_concerned_are_told(paper: Paper, mo: User, bob: User, ada: User) -> None:
    comment = write(person=bob, paper_id=paper.pk, body="Buy this.")
    moderate_comment.hide(comment_id=comment.pk, by=mo, reason="Advertising.")
    moderate_person.warn(handle="bob", by=mo, reason="Be kind.")
    moderate_person.suspend(handle="bob", by=mo, reason="Sold votes.", days=None)
    moderate_person.lift(handle="bob", by=mo, reason="It was his brother.")
    moderate_person.appoint(handle="bob", by=ada, moderates=True, reason="Knows the field.")
    told = Notification.objects.filter(person=bob).order_by("pk").values_list("said", "leads_to")
    assert list(told) == [
        ("A moderator hid a comment of yours: Advertising.", f"/comments/{comment.pk}"),
        ("A moderator has warned you: Be kind.", "/settings/standing"),
        ("Your account is suspended for good: Sold votes.", "/settings/standing"),
        ("Your account is not suspended any more: It was his brother.", "/settings/standing"),
        ("You are a moderator: Knows the field.", "/settings/standing"),
    ]


def test_an_author_removes_for_good_what_a_moderator_hid(
    paper: Paper, mo: User, bob: User, ada: User
) -> None:
    comment = write(person=bob, paper_id=paper.pk, body="Buy this secret engine.")
    edit(person=bob, comment_id=comment.pk, body="Buy this secret engine now.")
    moderate_comment.hide(comment_id=comment.pk, by=mo, reason="An advertisement")
    counted = Discussion.objects.get(paper=paper).comments
    with pytest.raises(Refused, match="another person"):
        remove(person=ada, comment_id=comment.pk)
    assert ("remove", "Remove it for good") in deeds_of(reload(comment), bob, can_write=True)
    remove(person=bob, comment_id=comment.pk)
    after = reload(comment)
    assert (after.body, after.html, after.edits.count()) == ("", "", 0)
    assert (after.hidden_for, after.hidden_by, after.is_hidden) == ("An advertisement", mo, True)
    assert Discussion.objects.get(paper=paper).comments == counted == 0, "it was not counted any more"
    kinds = Decision.objects.filter(kind=Decision.Kind.HIDE_COMMENT)
    assert kinds.get().reason == "An advertisement", "the log keeps what was decided"
    with pytest.raises(Refused, match="Its author removed it for good"):
        moderate_comment.show(comment_id=comment.pk, by=mo, reason="After all")
    assert deeds_of(after, mo, can_write=True) == []
    with pytest.raises(Refused, match="is gone"):
        remove(person=bob, comment_id=comment.pk)


def reload(comment: Comment) -> Comment:
    return Comment.everywhere.get(pk=comment.pk)
