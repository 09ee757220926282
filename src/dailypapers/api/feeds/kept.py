"""The feeds of what people keep together: public collections and organizations."""

from dataclasses import replace
from datetime import UTC

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from dailypapers.api.feeds.answer import answer
from dailypapers.api.feeds.feed import Entry, Feed, page_of, site_of, told_plainly
from dailypapers.api.feeds.papers import PAPERS, entries_of, stamps_of
from dailypapers.community import grouping
from dailypapers.community.actions.arrange import MOST_PAPERS
from dailypapers.community.collecting import readable
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.groups import Group
from dailypapers.presentation.comment_words import words_elsewhere

LAST_PAGE = -(-MOST_PAPERS // PAPERS)


@require_safe
@told_plainly
def collection(request: HttpRequest, form: str, number: str, words: str | None = None) -> HttpResponse:
    """A collection that everyone sees, what was put into it last first, with what is noted there."""
    form = form.removeprefix("feed.")
    found = readable(int(number), AnonymousUser())
    if found is None:
        raise Http404("There is no such collection, or it is not public.")
    page = page_of(request, LAST_PAGE)
    feed = Feed(
        path=found.address,
        home=found.address,
        title=f"{found.name} · {settings.SITE_NAME}",
        about=_kept_by(found),
        stamps=(),
        entries=list,
        page=page,
        ending=".feed",
        began=found.created_at.astimezone(UTC),
    )
    if request.path != feed.address(form):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(feed.address(form) + (f"?{query}" if query else ""))
    newest = CollectedPaper.objects.filter(collection=found, paper__hidden=None).order_by("-added_at", "-pk")
    rows = list(newest[(page - 1) * PAPERS : page * PAPERS + 1])
    if page > 1 and not rows:
        raise Http404("This feed has no such page: it has fewer papers.")
    shown, site = rows[:PAPERS], site_of(request)

    def entries() -> list[Entry]:
        notes = {row.paper_id: _note(row, site) for row in shown if row.note}
        put_there = {row.paper_id: row.added_at.astimezone(UTC) for row in shown}
        return entries_of(list(put_there), site, notes, put_there)

    stamps = [*stamps_of([row.paper_id for row in shown]), *((row.added_at, row.note) for row in shown)]
    return answer(request, form, replace(feed, stamps=stamps, entries=entries, has_next=len(rows) > PAPERS))


def _kept_by(found: Collection) -> str:
    if found.group is not None:
        return f"A list that the members of {found.group.name} keep together"
    return f"A collection by {found.owner.shown_name}" if found.owner else "A collection"


def _note(row: CollectedPaper, site: str) -> str:
    return f"<blockquote>{words_elsewhere(row.note, row.html, row.renderer, site)}</blockquote>"


@require_safe
@told_plainly
def organization(request: HttpRequest, form: str, slug: str) -> HttpResponse:
    """The newest papers of an organization, as its page shows them."""
    seen = grouping.visible(slug, Group.Kind.ORGANIZATION, AnonymousUser())
    if seen is None:
        raise Http404("There is no such organization.")
    group, _ = seen
    page = page_of(request, LAST_PAGE)
    ids = list(grouping.papers_of(group)[(page - 1) * PAPERS : page * PAPERS + 1])
    if page > 1 and not ids:
        raise Http404("This feed has no such page: it has fewer papers.")
    shown, site = ids[:PAPERS], site_of(request)
    feed = Feed(
        path=group.address,
        home=group.address,
        title=f"{group.name} · {settings.SITE_NAME}",
        about=f"The newest papers of {group.name}",
        stamps=stamps_of(shown),
        entries=lambda: entries_of(shown, site),
        page=page,
        has_next=len(ids) > PAPERS,
        began=group.created_at.astimezone(UTC),
    )
    return answer(request, form, feed)
