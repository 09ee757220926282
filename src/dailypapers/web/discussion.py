"""The discussion of a paper as its page shows it: everything decided here, nothing looked up in templates."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.utils.safestring import SafeString

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions.report import OF_COMMENTS, choices
from dailypapers.community.comment_text import LONGEST
from dailypapers.community.models.comments import Comment, Discussion, Reaction
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from dailypapers.presentation import mathematics
from dailypapers.presentation.comment_words import html_of
from dailypapers.presentation.sentences import sentences

PER_PAGE: Final = 25
"""Threads on a page."""
MOST_ANSWERS: Final = 500
"""Answers shown on a page; who wants to read more than that in one go?"""
INDENTED: Final = 3
"""Depth up to which answers stand further in; what is deeper says whom it answers."""
_MOST_QUOTES: Final = 40


@dataclass(frozen=True, slots=True)
class ShownReaction:
    """One word, how many said it, and whether the reader did."""

    kind: str
    label: str
    people: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Told:
    """That something could not be done: what is said, at which form, and what had been typed there."""

    deed: str
    """`write`, or `answer`, `edit` … of the comment of this number."""
    comment_id: int
    text: str
    body: str = ""
    quote: str = ""
    done: bool = False
    """Whether it is thanks for something that was done."""

    @property
    def form(self) -> str:
        """The form that is opened again for what was typed; empty for none."""
        return "" if self.done or self.deed == "react" else self.deed


@dataclass(slots=True)
class ShownComment:
    """One comment, ready for the template."""

    comment: Comment
    html: SafeString
    gone: str
    """Why it cannot be read; empty for one that can."""
    indent: int
    answers: Comment | None
    reactions: list[ShownReaction]
    is_mine: bool
    deeds: list[tuple[str, str]]
    """What the reader may do with it, and how that is called: forms that are brought when asked for."""
    told: Told | None
    """What could not be done with it."""

    @property
    def pk(self) -> int:
        """Its number, which is that of its place on the page."""
        return self.comment.pk

    @property
    def name(self) -> str:
        """Who wrote it."""
        return self.comment.author.shown_name if self.comment.author else "someone who has left"


@dataclass(slots=True)
class ShownDiscussion:
    """All comments of a page, and what can be done there."""

    paper_id: int
    paper_address: str
    count: int = 0
    by_authors: int = 0
    locked: str = ""
    comments: list[ShownComment] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    can_write: bool = False
    moderates: bool = False
    quotes: list[tuple[str, str]] = field(default_factory=list)
    told: Told | None = None
    group: Group | None = None
    """The private group that talks among itself here; none on the paper's own page."""
    runs_group: bool = False
    """Whether the reader takes away what others wrote there."""
    longest: int = LONGEST
    reasons: Sequence[tuple[str, str]] = choices(OF_COMMENTS)


def deeds_of(
    comment: Comment, reader: User | None, *, can_write: bool, runs_group: bool = False
) -> list[tuple[str, str]]:
    """What a reader may do with a comment: the names of the forms, and how they are called.

    In a private group whoever runs it takes comments away; reports and moderators do not reach there.
    """
    if reader is None:
        return []
    mine, found = comment.author_id == reader.pk, []
    if comment.is_hidden:
        return _deeds_of_hidden(comment, reader, runs_group=runs_group)
    if can_write:
        found.append(("answer", "Answer"))
    if mine and can_write:
        found.append(("edit", "Change"))
    elif not mine and comment.group_id is None:
        found.append(("report", "Report"))
    elif not mine and runs_group:
        found.append(("take-away", "Take away"))
    return [*found, ("hide", "Hide")] if reader.moderates and comment.group_id is None else found


def _deeds_of_hidden(comment: Comment, reader: User, *, runs_group: bool) -> list[tuple[str, str]]:
    if not comment.hidden_for or not comment.body:
        return []
    if comment.author_id == reader.pk:
        return [("remove", "Remove it for good")]
    if comment.group_id is None:
        return [("show", "Show it again")] if reader.moderates else []
    return [("put-back", "Show it again")] if runs_group else []


def discussion(
    paper: Paper, address: str, viewer: User | AnonymousUser, page: int = 1, told: Told | None = None
) -> ShownDiscussion:
    """What the page of a paper shows of its discussion: one query where nobody has said anything."""
    shown = ShownDiscussion(paper.pk, address, told=told)
    reader = viewer if isinstance(viewer, User) or viewer.is_authenticated else None
    counted = Discussion.objects.filter(paper=paper).first()
    if counted is not None:
        shown.count, shown.by_authors, shown.locked = counted.comments, counted.by_authors, counted.locked
    if reader is not None:
        shown.moderates = reader.moderates
        shown.can_write = can_write(reader) and not shown.locked
        if shown.can_write:
            shown.quotes = _quotes(paper.abstract)
    if counted is not None:
        _add_comments(shown, reader, page)
    return shown


def can_write(reader: User) -> bool:
    """Whether a person may write comments at all."""
    return reader.is_active and not reader.is_suspended()


def group_discussion(
    paper: Paper,
    group: Group,
    viewer: User,
    *,
    runs: bool,
    page: int = 1,
    told: Told | None = None,
) -> ShownDiscussion:
    """What members of a private group say of a paper among themselves; who may see it was asked before."""
    address = f"{group.address}/papers/{paper.pk}"
    shown = ShownDiscussion(paper.pk, address, told=told, group=group, runs_group=runs)
    readable = Comment.everywhere.filter(paper=paper, group=group, hidden_at=None)
    shown.count = readable.count()
    shown.can_write = can_write(viewer)
    if shown.can_write:
        shown.quotes = _quotes(paper.abstract)
    _add_comments(shown, viewer, page)
    return shown


def page_of(comment: Comment) -> int:
    """The page of the discussion on which a comment stands."""
    root = comment.root or comment
    there = Comment.everywhere.filter(paper_id=comment.paper_id, group=comment.group_id)
    before = there.filter(root=None, pk__lt=root.pk)
    return before.count() // PER_PAGE + 1


def reactions_of(comment: Comment, viewer: User | AnonymousUser) -> list[ShownReaction]:
    """What people think of one comment."""
    return _reactions([comment.pk], viewer if isinstance(viewer, User) else None)[comment.pk]


def _add_comments(shown: ShownDiscussion, reader: User | None, page: int) -> None:
    said = Comment.everywhere.filter(group=shown.group) if shown.group else Comment.objects.all()
    all_roots = said.filter(paper_id=shown.paper_id, root=None)
    shown.pages = max(1, -(-all_roots.count() // PER_PAGE))
    shown.page = min(max(page, 1), shown.pages)
    first = (shown.page - 1) * PER_PAGE
    named = ("author", "hidden_by") if shown.group else ("author",)
    roots = list(all_roots.select_related(*named).order_by("pk")[first : first + PER_PAGE])
    answers = said.filter(root__in=[root.pk for root in roots]).select_related(*named)
    under: dict[int | None, list[Comment]] = defaultdict(list)
    everyone = {root.pk: root for root in roots}
    for answer in answers.order_by("pk")[:MOST_ANSWERS]:
        under[answer.parent_id].append(answer)
        everyone[answer.pk] = answer
    listed = [one for root in roots for one in _thread(root, under, reader)]
    reactions = _reactions([one.pk for one in listed if not one.is_hidden], reader)
    shown.comments = [
        _shown(one, everyone.get(one.parent_id or 0), reactions.get(one.pk, []), reader, shown)
        for one in listed
    ]


def _thread(root: Comment, under: dict[int | None, list[Comment]], reader: User | None) -> list[Comment]:
    """A thread in the order of reading, without what is gone and has nothing below it."""

    def walk() -> Iterator[Comment]:
        waiting = [root]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += reversed(under[one.pk])

    kept: list[Comment] = []
    needed: set[int] = set()
    for one in reversed(list(walk())):
        if not one.is_hidden or one.pk in needed or _sees_place(one, reader):
            kept.append(one)
            if one.parent_id is not None:
                needed.add(one.parent_id)
    return kept[::-1]


def _sees_place(comment: Comment, reader: User | None) -> bool:
    """Whether a reader is shown that a comment without answers was hidden.

    All members are shown what an administrator took away in their group, so that none of it goes quietly;
    else who may read it still.
    """
    return bool(comment.group_id and comment.hidden_for) or _reads_hidden(comment, reader)


def _reads_hidden(comment: Comment, reader: User | None) -> bool:
    """Whether a reader reads what was hidden: its author does, and moderators, but not in a private group."""
    if reader is None or not (comment.hidden_for or comment.waits):
        return False
    return comment.author_id == reader.pk or (reader.moderates and comment.group_id is None)


def _why_gone(comment: Comment) -> str:
    if comment.waits:
        return "Waits for a moderator, as links of new accounts to other sites do"
    if comment.hidden_for and comment.group_id is not None:
        by = f"{comment.hidden_by.shown_name}, " if comment.hidden_by else ""
        return f"Taken away by {by}an administrator of the group: {comment.hidden_for}"
    return f"Hidden by a moderator: {comment.hidden_for}" if comment.hidden_for else "Removed by its author"


def _shown(
    comment: Comment,
    answers: Comment | None,
    reactions: list[ShownReaction],
    reader: User | None,
    discussion: ShownDiscussion,
) -> ShownComment:
    gone = ""
    if comment.is_hidden:
        gone = _why_gone(comment)
    told = discussion.told
    readable = not gone or _reads_hidden(comment, reader)
    return ShownComment(
        comment=comment,
        html=html_of(comment) if readable else SafeString(""),
        gone=gone,
        indent=min(comment.depth, INDENTED),
        answers=answers,
        reactions=reactions,
        is_mine=reader is not None and comment.author_id == reader.pk,
        deeds=deeds_of(comment, reader, can_write=discussion.can_write, runs_group=discussion.runs_group),
        told=told if told is not None and told.comment_id == comment.pk else None,
    )


def _reactions(comment_ids: list[int], reader: User | None) -> dict[int, list[ShownReaction]]:
    if not comment_ids:
        return {}
    rows = Reaction.objects.filter(comment__in=comment_ids)
    counts = {
        (comment, kind): people
        for comment, kind, people in rows.values_list("comment_id", "kind").annotate(people=Count("pk"))
    }
    mine: set[tuple[int, str]] = set()
    if reader is not None and counts:
        mine = set(rows.filter(person=reader).values_list("comment_id", "kind"))
    return {
        pk: [
            ShownReaction(kind.value, kind.label, counts.get((pk, kind.value), 0), (pk, kind.value) in mine)
            for kind in Reaction.Kind
        ]
        for pk in comment_ids
    }


def _quotes(abstract: str) -> list[tuple[str, str]]:
    """The sentences of an abstract, and how a list of choices shows them."""
    found = []
    for sentence in list(sentences(abstract[:20_000]))[:_MOST_QUOTES]:
        text = " ".join(sentence.split())
        plain = mathematics.plain(text)
        found.append((text, plain if len(plain) <= 110 else f"{plain[:109].rstrip()}…"))
    return found
