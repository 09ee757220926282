"""The feeds of what people say and put forward: on a paper, by a person, on the whole site."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from html import escape

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.views.decorators.http import require_safe

from dailypapers.api.feeds.answer import answer
from dailypapers.api.feeds.feed import Entry, Feed, Writer, clean, name_of, page_of, site_of, told_plainly
from dailypapers.api.feeds.papers import PAPERS, entries_of, stamps_of
from dailypapers.catalogue.finding import find
from dailypapers.community.actions.former_handle import handle_now
from dailypapers.community.joined import joined
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.comment_words import excerpt, html_elsewhere
from dailypapers.presentation.mathematics import plain
from dailypapers.presentation.visitors import may_see

LAST_PAGE = 200
_TITLE = 120


@require_safe
@told_plainly
def of_paper(request: HttpRequest, form: str, handle: str) -> HttpResponse:
    """What is said of a paper, the newest first."""
    found = find(handle)
    if found is None:
        raise Http404("No paper has this address, so nothing is said of it.")
    paper, _ = found
    if not may_see(AnonymousUser(), paper):
        raise Http404("Moderators hid this paper.")
    path = address_of(paper.handle)
    if handle != paper.handle:
        return HttpResponsePermanentRedirect(f"{path}/comments.{form}")
    said = Comment.objects.filter(paper=paper, hidden_at=None)
    title = plain(paper.title)
    return _comments(request, form, said, f"{path}/comments", path, f"Comments on {title}")


@require_safe
@told_plainly
def everywhere(request: HttpRequest, form: str) -> HttpResponse:
    """What is said on the site, the newest first, but by those who do not have their comments listed."""
    listed = Q(author=None) | Q(author__shows_comments=True)
    said = Comment.objects.filter(listed, hidden_at=None, paper__hidden=None)
    return _comments(request, form, said, "/comments", "/", "Comments")


@require_safe
@told_plainly
def by_person(request: HttpRequest, form: str, handle: str) -> HttpResponse:
    """What someone says who lets others see it on their page."""
    if now := handle_now(handle):
        return HttpResponseRedirect(f"/people/{now}/comments.{form}")
    person = _person(handle)
    if not person.shows_comments:
        raise Http404(f"{person.shown_name} keeps these to themself.")
    said = Comment.objects.filter(author=person, hidden_at=None, paper__hidden=None)
    path = f"/people/{person.handle}/comments"
    return _comments(request, form, said, path, path, f"Comments by {person.shown_name}")


@require_safe
@told_plainly
def submitted_by(request: HttpRequest, form: str, handle: str) -> HttpResponse:
    """The papers that someone put forward, which everyone sees."""
    if now := handle_now(handle):
        return HttpResponseRedirect(f"/people/{now}/submissions.{form}")
    person, page, site = _person(handle), page_of(request, LAST_PAGE), site_of(request)
    newest = Submission.objects.filter(person=person, paper__hidden=None).order_by("-created_at")
    rows = list(newest.values_list("paper_id", "created_at")[(page - 1) * PAPERS : page * PAPERS + 1])
    put_there = {paper_id: at.astimezone(UTC) for paper_id, at in rows[:PAPERS]}
    feed = Feed(
        path=f"/people/{person.handle}/submissions",
        home=f"/people/{person.handle}",
        title=f"Put forward by {person.shown_name} · {settings.SITE_NAME}",
        about=f"The papers that {person.shown_name} put forward",
        stamps=stamps_of(list(put_there)),
        entries=lambda: entries_of(list(put_there), site, put_there=put_there),
        page=page,
        has_next=len(rows) > PAPERS,
        began=person.joined_at.astimezone(UTC),
    )
    return answer(request, form, feed)


def _person(handle: str) -> User:
    """Raises Http404 where nobody has the handle."""
    person = joined().filter(handle=handle).first()
    if person is None:
        raise Http404("Nobody has this handle. People change theirs, and leave.")
    return person


def _comments(
    request: HttpRequest, form: str, said: QuerySet[Comment], path: str, home: str, title: str
) -> HttpResponse:
    page, site = page_of(request, LAST_PAGE), site_of(request)
    stamps = said.order_by("-pk").values_list("pk", "edited_at", "author__name")
    rows = list(stamps[(page - 1) * PAPERS : page * PAPERS + 1])
    if page > 1 and not rows:
        raise Http404("This feed has no such page: less was said.")
    feed = Feed(
        path=path,
        home=home,
        title=f"{title} · {settings.SITE_NAME}",
        about=f"{title}, the newest first",
        stamps=rows[:PAPERS],
        entries=_entries(said, [pk for pk, _, _ in rows[:PAPERS]], site),
        page=page,
        has_next=len(rows) > PAPERS,
    )
    return answer(request, form, feed)


def _entries(said: QuerySet[Comment], keys: Sequence[int], site: str) -> Callable[[], list[Entry]]:
    def entries() -> list[Entry]:
        # Asked of what may be seen, once more: one may have been hidden since.
        found = said.select_related("paper", "author").in_bulk(keys)
        return [_entry(found[key], site) for key in keys if key in found]

    return entries


def _entry(comment: Comment, site: str) -> Entry:
    author = comment.author
    name = clean(author.shown_name if author else "someone who has left").strip()
    title = plain(comment.paper.title)
    short = title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"
    created = comment.created_at.astimezone(UTC)
    return Entry(
        name=name_of(f"comment-{comment.pk}"),
        url=f"{site}/comments/{comment.pk}",
        title=clean(f"{name} on {short}"),
        html="".join(_html(comment, site)),
        summary=excerpt(comment, 240),
        published=created,
        updated=max(created, comment.edited_at.astimezone(UTC)) if comment.edited_at else created,
        writers=(Writer(name, f"{site}/people/{author.handle}" if author else ""),),
        comments=f"{site}{address_of(comment.paper.handle)}#discussion",
        answers=name_of(f"comment-{comment.parent_id}") if comment.parent_id else "",
    )


def _html(comment: Comment, site: str) -> Iterator[str]:
    if comment.is_by_author:
        yield "<p>By an author of the paper.</p>"
    if comment.quote:
        yield f"<blockquote><p>{escape(plain(comment.quote), quote=False)}</p></blockquote>"
    yield html_elsewhere(comment, site)
