"""Comments as actions: who may, what is kept, what is counted."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community import authorship, discussions
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import comment as actions
from dailypapers.community.actions import leave_comments, moderate_comment
from dailypapers.community.actions.comment import edit, remove, write
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.react import react
from dailypapers.community.actions.report import report
from dailypapers.community.export import archive
from dailypapers.community.models.comments import Comment, Discussion, Reaction, Report
from dailypapers.community.models.people import User
from tests.community.people import person
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


def count(paper: Paper) -> tuple[int, int]:
    found = Discussion.objects.filter(paper=paper).first()
    return (found.comments, found.by_authors) if found else (0, 0)


def test_a_comment_is_kept_as_written_and_as_rendered(paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body=" It is **bold**.\r\n ")
    assert comment.body == "It is **bold**."
    assert comment.html == "<p>It is <strong>bold</strong>.</p>"
    assert count(paper) == (1, 0)


def test_an_answer_stands_in_the_thread_of_what_it_answers(paper: Paper, alice: User, bob: User) -> None:
    first = write(person=alice, paper_id=paper.pk, body="Why?")
    second = write(person=bob, paper_id=paper.pk, body="So.", answers=first.pk)
    third = write(person=alice, paper_id=paper.pk, body="Ah.", answers=second.pk)
    assert [(one.root, one.parent, one.depth) for one in (first, second, third)] == [
        (None, None, 0),
        (first, first, 1),
        (first, second, 2),
    ]


def test_sent_twice_it_is_written_once(paper: Paper, alice: User) -> None:
    one = write(person=alice, paper_id=paper.pk, body="Once.")
    assert write(person=alice, paper_id=paper.pk, body="Once. ") == one
    later = timezone.now() + timedelta(hours=1)
    assert write(person=alice, paper_id=paper.pk, body="Once.", now=later) != one
    assert count(paper) == (2, 0)


@pytest.mark.parametrize("body", ["", "  \n", "\u200b", "x" * 10_001, "x" * 1_000_000, "\u202e\x00"])
def test_a_text_that_is_none_or_too_long_is_refused(paper: Paper, alice: User, body: str) -> None:
    with pytest.raises(Refused):
        write(person=alice, paper_id=paper.pk, body=body)
    assert count(paper) == (0, 0)


def test_the_quote_is_what_the_abstract_says(paper: Paper, alice: User) -> None:
    said = write(person=alice, paper_id=paper.pk, body="Really?", quote="It  grows.")
    assert said.quote == "It grows."
    with pytest.raises(Refused, match="abstract"):
        write(person=alice, paper_id=paper.pk, body="Really?", quote="It shrinks.")


def test_who_is_suspended_or_closed_may_not_write(paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Before.")
    alice.suspended_until = timezone.now() + timedelta(days=1)
    deeds: list[Callable[[], object]] = [
        lambda: write(person=alice, paper_id=paper.pk, body="After."),
        lambda: edit(person=alice, comment_id=comment.pk, body="After."),
        lambda: remove(person=alice, comment_id=comment.pk),
        lambda: react(person=alice, comment_id=comment.pk, kind="agree"),
        lambda: report(person=alice, comment_id=comment.pk, reason="spam"),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="suspended"):
            deed()
    alice.suspended_until, alice.is_active = None, False
    with pytest.raises(Refused, match="closed"):
        write(person=alice, paper_id=paper.pk, body="After.")


def test_a_closed_discussion_takes_nothing_more(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Before.")
    moderate_comment.lock(paper_id=paper.pk, by=person("mo", is_moderator=True), reason="It ran hot.")
    deeds: list[Callable[[], object]] = [
        lambda: write(person=bob, paper_id=paper.pk, body="After."),
        lambda: write(person=bob, paper_id=paper.pk, body="After.", answers=comment.pk),
        lambda: edit(person=alice, comment_id=comment.pk, body="After."),
        lambda: react(person=bob, comment_id=comment.pk, kind="agree"),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="It ran hot"):
            deed()
    moderate_comment.unlock(paper_id=paper.pk, by=User.objects.get(handle="mo"), reason="It cooled.")
    assert write(person=bob, paper_id=paper.pk, body="After.")
    assert count(paper) == (2, 0)


def test_one_cannot_answer_what_is_gone_or_stands_elsewhere(paper: Paper, alice: User) -> None:
    other = hold(record(2))[0]
    elsewhere = write(person=alice, paper_id=other.pk, body="There.")
    gone = write(person=alice, paper_id=paper.pk, body="Gone.")
    remove(person=alice, comment_id=gone.pk)
    for comment in (elsewhere.pk, gone.pk, 999):
        with pytest.raises(Refused, match="gone"):
            write(person=alice, paper_id=paper.pk, body="Here.", answers=comment)
    with pytest.raises(Refused, match="not held"):
        write(person=alice, paper_id=999, body="Here.")


def test_new_accounts_write_less_and_the_limit_recovers(
    paper: Paper, settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMMENTS_PER_HOUR, settings.COMMENTS_PER_HOUR_NEW = 5, 2
    new, old = person("new", joined=timezone.now()), person("old")
    for who, times in ((new, 2), (old, 5)):
        for n in range(times):
            write(person=who, paper_id=paper.pk, body=f"Number {n}.")
        for n in range(30):
            with pytest.raises(TooMany, match=f"{times} comments an hour"):
                write(person=who, paper_id=paper.pk, body=f"One more: {n}.")
    assert count(paper) == (7, 0)
    lines = [one for one in caplog.messages if one.startswith("limit reached: comment, by @")]
    assert lines == [
        f"limit reached: comment, by @{who}, {n} in 3600 s" for who, n in (("new", 2), ("old", 5))
    ]
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3_601)
    write(person=new, paper_id=paper.pk, body="Later.")


def test_a_change_keeps_what_was_said(paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Wrong.")
    edit(person=alice, comment_id=comment.pk, body="Right.")
    edit(person=alice, comment_id=comment.pk, body="Right.")
    comment.refresh_from_db()
    assert (comment.body, comment.html, comment.edited_at is not None) == ("Right.", "<p>Right.</p>", True)
    assert [one.body for one in comment.edits.all()] == ["Wrong."]


def test_nobody_changes_or_removes_anothers(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Mine.")
    with pytest.raises(Refused, match="another person"):
        edit(person=bob, comment_id=comment.pk, body="Yours.")
    with pytest.raises(Refused, match="another person"):
        remove(person=bob, comment_id=comment.pk)
    with pytest.raises(Refused, match="moderators"):
        moderate_comment.hide(comment_id=comment.pk, by=bob, reason="Mine")
    comment.refresh_from_db()
    assert (comment.body, comment.is_hidden) == ("Mine.", False)


def test_what_its_author_removed_is_nowhere(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="A secret.")
    edit(person=alice, comment_id=comment.pk, body="Another secret.")
    react(person=bob, comment_id=comment.pk, kind="agree")
    remove(person=alice, comment_id=comment.pk)
    comment.refresh_from_db()
    assert (comment.body, comment.html, comment.is_hidden) == ("", "", True)
    assert not comment.edits.exists()
    assert not Reaction.objects.exists()
    assert count(paper) == (0, 0)
    with pytest.raises(Refused, match="gone"):
        remove(person=alice, comment_id=comment.pk)
    assert count(paper) == (0, 0)


def test_a_moderator_hides_and_shows(paper: Paper, alice: User, bob: User) -> None:
    moderator = person("mo", is_moderator=True)
    comment = write(person=alice, paper_id=paper.pk, body="Buy this.")
    report(person=bob, comment_id=comment.pk, reason="spam")
    with pytest.raises(Refused, match="Say why"):
        moderate_comment.hide(comment_id=comment.pk, by=moderator, reason=" ")
    moderate_comment.hide(comment_id=comment.pk, by=moderator, reason="Advertising")
    assert count(paper) == (0, 0)
    assert Report.objects.get().state == Report.State.UPHELD
    with pytest.raises(Refused, match="gone"):
        edit(person=alice, comment_id=comment.pk, body="Please.")
    moderate_comment.show(comment_id=comment.pk, by=moderator, reason="It was right.")
    assert count(paper) == (1, 0)


def test_a_reaction_is_one_a_person_and_kind(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="So.")
    for _ in range(3):
        react(person=bob, comment_id=comment.pk, kind="agree")
    react(person=bob, comment_id=comment.pk, kind="thanks")
    assert Reaction.objects.count() == 2
    for _ in range(2):
        react(person=bob, comment_id=comment.pk, kind="agree", back=True)
    assert Reaction.objects.get().kind == "thanks"
    with pytest.raises(Refused, match="no such"):
        react(person=bob, comment_id=comment.pk, kind="<script>")
    with pytest.raises(Refused, match="your own"):
        react(person=alice, comment_id=comment.pk, kind="agree")


def test_a_report_is_one_a_person(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="So.")
    for _ in range(3):
        report(person=bob, comment_id=comment.pk, reason="abuse", text="It is rude.")
    assert Report.objects.get().text == "It is rude."
    for reason, text in (("dislike", ""), ("other", ""), ("spam", "x" * 1_001)):
        with pytest.raises(Refused):
            report(person=bob, comment_id=comment.pk, reason=reason, text=text)
    with pytest.raises(Refused, match="your own"):
        report(person=alice, comment_id=comment.pk, reason="spam")


def test_until_claims_exist_nobody_is_an_author(paper: Paper, alice: User) -> None:
    assert not authorship.is_author(alice, paper.pk)


def test_comments_of_authors_are_marked_and_counted(
    paper: Paper, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = write(person=alice, paper_id=paper.pk, body="Before the claim.")
    monkeypatch.setattr(actions, "is_author", lambda who, paper_id: who.pk == alice.pk)
    actions.mark_author(person=alice, paper_id=paper.pk)
    before.refresh_from_db()
    assert before.is_by_author
    assert count(paper) == (1, 1)
    write(person=alice, paper_id=paper.pk, body="After it.")
    assert count(paper) == (2, 2)
    remove(person=alice, comment_id=before.pk)
    assert count(paper) == (1, 1)
    monkeypatch.setattr(actions, "is_author", lambda who, paper_id: False)
    actions.mark_author(person=alice, paper_id=paper.pk)
    assert count(paper) == (1, 0)


def test_who_leaves_leaves_no_words_and_no_name(paper: Paper, alice: User, bob: User) -> None:
    answered = write(person=alice, paper_id=paper.pk, body="Mine, answered.")
    answer = write(person=bob, paper_id=paper.pk, body="An answer.", answers=answered.pk)
    alone = write(person=alice, paper_id=paper.pk, body="Mine, alone.")
    react(person=alice, comment_id=answer.pk, kind="agree")
    report(person=alice, comment_id=answer.pk, reason="spam")
    person("admin", is_superuser=True)
    assert leave(person=alice) == {paper.pk}
    answered.refresh_from_db()
    assert (answered.body, answered.author, answered.is_hidden) == ("", None, True)
    assert not Comment.objects.filter(pk=alone.pk).exists()
    assert not Reaction.objects.exists()
    assert not Report.objects.exists()
    assert count(paper) == (1, 0)


def test_a_joined_paper_has_the_comments_of_both(paper: Paper, alice: User) -> None:
    other = hold(record(2))[0]
    write(person=alice, paper_id=paper.pk, body="Here.")
    write(person=alice, paper_id=other.pk, body="There.")
    moderate_comment.lock(paper_id=other.pk, by=person("mo", is_moderator=True), reason="It ran hot.")
    leave_comments.move(other.pk, paper.pk)
    other.delete()
    assert count(paper) == (2, 0)
    with pytest.raises(Refused, match="It ran hot"):
        discussions.require_open(paper.pk)


def test_one_takes_along_what_one_said(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="First.")
    edit(person=alice, comment_id=comment.pk, body="Second.")
    react(person=alice, comment_id=write(person=bob, paper_id=paper.pk, body="So.").pk, kind="agree")
    with zipfile.ZipFile(io.BytesIO(archive(alice, timezone.now()))) as packed:
        said = json.loads(packed.read("comments.json"))
        thought = json.loads(packed.read("reactions.json"))
    assert [(one["paper"], one["body"], one["before"][0]["body"]) for one in said] == [
        ("2604.00001", "Second.", "First.")
    ]
    assert [one["kind"] for one in thought] == ["agree"]
