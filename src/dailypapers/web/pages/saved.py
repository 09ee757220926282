"""What one keeps: bookmarks and what one has read, and the forms that a paper's "Save" leads to."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.models import Paper
from dailypapers.community.actions import arrange, bookmark
from dailypapers.community.actions.collect import create
from dailypapers.community.collecting import keeping
from dailypapers.community.models.collections import Bookmark, ReadMark
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.card import ShownCard, shown_cards
from dailypapers.presentation.visitors import person_of, reader
from dailypapers.ranking.lists import entries_of
from dailypapers.web.deeds import at_paper, back, deed, number_of, page_of
from dailypapers.web.keeping import keeping_of

PER_PAGE = 25
LAST_PAGE = 2_000
MOST_SHOWN = 16 * 1_000
"""Characters of the numbers of the collections that a form showed."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def saved(request: HttpRequest) -> HttpResponse:
    """The papers that one has bookmarked, the newest bookmark first."""
    rows = Bookmark.objects.filter(person=person_of(request)).order_by("-created_at", "-pk")
    return _list(request, rows, {"what": "saved", "heading": "Saved"})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def read(request: HttpRequest) -> HttpResponse:
    """The papers that one has read, the newest first."""
    rows = ReadMark.objects.filter(person=person_of(request)).order_by("-created_at", "-pk")
    return _list(request, rows, {"what": "read", "heading": "Read"})


def change(request: HttpRequest, paper_id: int) -> HttpResponse:
    """GET: the forms for one paper. POST: bookmark it, or take the bookmark away with `back=1`."""
    if request.method in ("GET", "HEAD"):
        return _forms(request, paper_id)

    def keep(person: User) -> None:
        if request.POST.get("back") == "1":
            bookmark.let_go(person=person, paper_id=paper_id)
        else:
            bookmark.bookmark(person=person, paper_id=paper_id)

    return _kept(request, paper_id, keep)


def mark(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Mark a paper as read, or take the mark away with `back=1`."""

    def change(person: User) -> None:
        if request.POST.get("back") == "1":
            bookmark.mark_unread(person=person, paper_id=paper_id)
        else:
            bookmark.mark_read(person=person, paper_id=paper_id)

    return deed(request, at_paper(request, paper_id), change)


def into_collections(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Have a paper in the collections that the form names, and in a new one if it names that."""
    wanted = [number for text in request.POST.getlist("in") if (number := number_of(text))]
    # In one field: as many lists as one can have would be more fields than a form may have.
    told = request.POST.get("shown", "")[:MOST_SHOWN].split(",")
    shown = [number for text in told if (number := number_of(text))]

    def change(person: User) -> None:
        if name := request.POST.get("new", "").strip():
            wanted.append(create(person=person, name=name).pk)
        changed = arrange.put_into(person=person, paper_id=paper_id, wanted=wanted, shown=shown)
        messages.success(request, "Kept." if changed else "Nothing has changed.")

    return deed(request, back(request, reverse("keep", args=[paper_id])), change)


def choose(request: HttpRequest) -> HttpResponse:
    """Set what is marked as read and what becomes of it in lists, or forget all that one has read."""

    def change(person: User) -> None:
        if request.POST.get("forget") == "1":
            gone = bookmark.forget_read(person=person)
            messages.success(request, f"{gone:,} papers are not marked as read any more.")
        elif "left-out" in request.POST:
            bookmark.choose_left_out(person=person, leaves_out=request.POST["left-out"] == "1")
        else:
            bookmark.choose_opened(person=person, marks=request.POST.get("marks") == "1")

    return deed(request, reverse("read"), change)


def shown_papers(paper_ids: list[int], viewer: User) -> list[ShownCard]:
    """The cards of papers in the order given."""
    return list(shown_cards(cards(paper_ids), entries_of(paper_ids), viewer))


def _list(
    request: HttpRequest, rows: "QuerySet[Bookmark] | QuerySet[ReadMark]", context: dict[str, object]
) -> HttpResponse:
    person = person_of(request)
    page = page_of(request, LAST_PAGE)
    ids = [one.paper_id for one in rows[(page - 1) * PER_PAGE : page * PER_PAGE + 1]]
    path = request.path
    context |= {
        "cards": shown_papers(ids[:PER_PAGE], person),
        "total": rows.count(),
        "person": person,
        "path": "/papers",
        "previous_page": f"{path}?page={page - 1}" if page > 1 else "",
        "next_page": f"{path}?page={page + 1}" if len(ids) > PER_PAGE and page < LAST_PAGE else "",
    }
    return render(request, "pages/saved.html", context)


def _kept(request: HttpRequest, paper_id: int, change: Callable[[User], object]) -> HttpResponse:
    def in_place(refused: str) -> HttpResponse:
        kept = keeping([paper_id], reader(request))[paper_id]
        return render(request, "keep.html", {"kept": kept, "refused": refused})

    return deed(request, at_paper(request, paper_id), change, in_place)


@login_required
@never_cache
def _forms(request: HttpRequest, paper_id: int) -> HttpResponse:
    paper = Paper.objects.filter(pk=paper_id, hidden=None).first()
    if paper is None:
        raise Http404("This paper is not held here.")
    context = {"paper": paper, "address": address_of(paper.handle), **keeping_of(paper, person_of(request))}
    return render(request, "pages/keep.html", context)
