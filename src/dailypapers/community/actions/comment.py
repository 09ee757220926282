"""Comments: written, changed, removed by their authors."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dailypapers.catalogue.models import Paper
from dailypapers.community import discussions, markdown
from dailypapers.community.access import Invalid, Refused, require_active
from dailypapers.community.actions import notify
from dailypapers.community.actions.report import close_reports
from dailypapers.community.authorship import is_author
from dailypapers.community.comment_text import LONGEST, cleaned, says_nothing
from dailypapers.community.grouping import belongs
from dailypapers.community.joined import joined
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.comments import Comment, CommentEdit, Report
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from dailypapers.community.outside_links import outside_links
from dailypapers.community.trust import COMMENTS, Level, count_act, level_of, links_wait

log = logging.getLogger(__name__)

SENT_TWICE = timedelta(minutes=5)
"""Within which the same words of the same person at the same place are one comment."""
DEEPEST = 100


def write(
    *,
    person: User,
    paper_id: int,
    body: str,
    answers: int | None = None,
    quote: str = "",
    group_id: int | None = None,
    now: datetime | None = None,
) -> Comment:
    """Write a comment, as an answer to another where `answers` names one; sent twice it is written once.

    One of a new account with links to other sites is seen only after a moderator has let it be seen. With
    `group_id` it is for the members of that private group alone, and waits for nobody.

    Raises `Refused` for someone who may not write, a closed discussion, words that are too many or none, a
    quote that the abstract does not say; `TooMany` for someone who wrote too much within the hour.
    """
    now = now or timezone.now()
    require_active(person, now)
    body = checked(body)
    abstract = Paper.objects.filter(pk=paper_id).values_list("abstract", flat=True).first()
    if abstract is None:
        raise Refused("This paper is not held here.")
    quote = _quoted(quote, abstract)
    if group_id is None:
        discussions.require_open(paper_id)
    else:
        _require_group(person, group_id)
    said = {"author": person, "paper_id": paper_id, "parent_id": answers, "body": body, "quote": quote}
    said["group_id"] = group_id
    seen = Q(hidden_at=None) | Q(waits=True)
    before = Comment.everywhere.filter(seen, **said, created_at__gt=now - SENT_TWICE)
    if (same := before.first()) is not None:
        return same
    _count_try(person, now)
    called = dict(_known(markdown.mentioned(body)))
    html = markdown.render(body, called)
    waits = group_id is None and links_wait(person, now) and bool(outside_links(html))
    with transaction.atomic():
        # One at a time for each person: a form that is sent twice at once is found here the second time.
        User.objects.select_for_update().only("pk").get(pk=person.pk)
        if (same := before.first()) is not None:
            return same
        parent = _answered(answers, paper_id, group_id)
        comment = Comment.everywhere.create(
            **said,
            root=None if parent is None else parent.root or parent,
            depth=0 if parent is None else min(parent.depth + 1, DEEPEST),
            html=html,
            renderer=markdown.VERSION,
            is_by_author=is_author(person, paper_id),
            created_at=now,
            told_at=None if group_id is None else now,
            hidden_at=now if waits else None,
            waits=waits,
        )
        discussions.add(comment, times=0 if waits else 1)
        if not waits:
            notify.taking_part(comment, called.values(), now)
    on = f"paper {paper_id}{', with links that wait for a moderator' if waits else ''}"
    log.info("%s wrote comment %d on %s", person.handle, comment.pk, on)
    return comment


def edit(*, person: User, comment_id: int, body: str, now: datetime | None = None) -> Comment:
    """Change one's own comment; what it said before is kept and shown. Raises as `write` does."""
    now = now or timezone.now()
    require_active(person, now)
    body = checked(body)
    allow("edit", person, times=60, seconds=AN_HOUR, told="That is many changes. Go on in an hour.")
    with transaction.atomic():
        comment = _own(person, comment_id)
        if comment.group_id is None:
            discussions.require_open(comment.paper_id)
        if body == comment.body:
            return comment
        called = dict(_known(markdown.mentioned(body)))
        html = markdown.render(body, called)
        is_public = comment.group_id is None
        if is_public and links_wait(person, now) and outside_links(html) - outside_links(comment.html):
            raise Refused(
                "While an account is new, links to other sites cannot be added to a comment. Write another."
            )
        CommentEdit.objects.create(comment=comment, body=comment.body, quote=comment.quote, replaced_at=now)
        comment.body, comment.html = body, html
        comment.renderer, comment.edited_at = markdown.VERSION, now
        comment.save(update_fields=["body", "html", "renderer", "edited_at"])
        notify.taking_part(comment, called.values(), now)
    log.info("%s changed comment %d", person.handle, comment.pk)
    return comment


def remove(*, person: User, comment_id: int, now: datetime | None = None) -> Comment:
    """Take one's own comment away with all that it ever said; answers to it stay. Raises `Refused`.

    Of one that a moderator hid, or an administrator of a private group took away, it stays to be seen why.
    """
    now = now or timezone.now()
    require_active(person, now)
    with transaction.atomic():
        comment = _own(person, comment_id, removes=True)
        if not comment.is_hidden:
            discussions.add(comment, times=-1)
        blank(comment, comment.hidden_at or now)
        comment.waits = False
        if not comment.hidden_for:
            comment.hidden_by = person
        comment.save(update_fields=["hidden_by", "waits"])
        notify.nobody_more(comment, now)
        close_reports(comment.reports.all(), by=None, state=Report.State.MOOT, now=now)
    log.info("%s removed comment %d", person.handle, comment.pk)
    return comment


def blank(comment: Comment, now: datetime) -> None:
    """Forget what a comment says and said, but for its place."""
    comment.edits.all().delete()
    comment.reactions.all().delete()
    comment.body = comment.html = comment.quote = ""
    comment.hidden_at = now
    comment.save(update_fields=["body", "html", "quote", "hidden_at"])


def mark_author(*, person: User, paper_id: int) -> None:
    """Mark a person's comments on a paper as an author's, or no more so, after a claim was decided."""
    with transaction.atomic():
        theirs = Comment.everywhere.filter(author=person, paper_id=paper_id)
        if theirs.update(is_by_author=is_author(person, paper_id)):
            discussions.recount(paper_id)


def checked(body: str) -> str:
    """The words as they are kept. Raises `Refused` for none and for too many, before looking into them."""
    if len(body) > 2 * LONGEST or len(body := cleaned(body)) > LONGEST:
        raise Invalid(f"A comment can have {LONGEST:,} characters; this one is longer.")
    if says_nothing(body):
        raise Invalid("The comment is empty.")
    return body


def _quoted(quote: str, abstract: str) -> str:
    """A quote in the words of the abstract. Raises `Refused` where it does not say that."""
    quote = " ".join(quote[:4_000].split())
    if quote and quote not in " ".join(abstract.split()):
        raise Invalid("The abstract does not say this; it may have changed. Choose the quote again.")
    return quote


def _require_group(person: User, group_id: int) -> None:
    """Raise `Refused`, in the same words whether there is such a group, for who does not belong to it."""
    if not Group.objects.filter(pk=group_id, kind=Group.Kind.PRIVATE).exists() or not belongs(
        person, group_id
    ):
        raise Refused("There is no such group.")


def _answered(comment_id: int | None, paper_id: int, group_id: int | None) -> Comment | None:
    if comment_id is None:
        return None
    there = Comment.everywhere.filter(paper_id=paper_id, group=group_id)
    parent = there.select_related("root").filter(pk=comment_id).first()
    if parent is None or parent.is_hidden:
        raise Refused("The comment that this answers is gone.")
    return parent


def _own(person: User, comment_id: int, *, removes: bool = False) -> Comment:
    comment = Comment.everywhere.select_for_update().filter(pk=comment_id).first()
    if comment is None or (comment.is_hidden and not (removes and _can_go(comment))):
        raise Refused("This comment is gone.")
    if comment.group_id is not None and not belongs(person, comment.group_id):
        raise Refused("This comment is gone.")
    if comment.author_id != person.pk:
        log.warning("%s tried to change comment %d of someone else", person.handle, comment_id)
        raise Refused("This is another person's comment.")
    return comment


def _can_go(comment: Comment) -> bool:
    """Whether the author of a hidden comment can remove it: it waits, or others hid it and it has words."""
    return comment.waits or bool(comment.hidden_for and comment.body)


def _known(handles: list[str]) -> list[tuple[str, int]]:
    """Which of the handles people have, with whose they are."""
    if not handles:
        return []
    return list(joined().filter(handle__in=handles).values_list("handle", "pk"))


def _count_try(person: User, now: datetime) -> None:
    is_new = level_of(person, now) is Level.NEW
    times = settings.COMMENTS_PER_HOUR_NEW if is_new else settings.COMMENTS_PER_HOUR
    why = " while an account is new" if is_new else ""
    told = f"One can write {times} comments an hour{why}. Your words are kept below: send them again later."
    allow("comment", person, times=times, seconds=AN_HOUR, told=told)
    count_act(person, COMMENTS, now)
