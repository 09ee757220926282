"""Covers and thumbnails."""

import hashlib

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.views.decorators.cache import cache_control

from dailypapers.catalogue.hiding import hidden_among
from dailypapers.catalogue.models import Author, Category, Paper
from dailypapers.presentation import mathematics
from dailypapers.presentation.fields import hue
from dailypapers.presentation.pictures import thumbnail_folder
from dailypapers.web.covers import draw, shape_of


@cache_control(public=True, max_age=86_400)
def cover(request: HttpRequest, handle: str) -> HttpResponse:
    """The drawn cover of a paper, from its words, in its field's colour."""
    paper = _held(handle, "title", "abstract")
    field = Category.objects.filter(paper=paper, position=0).values_list("name", flat=True).first()
    drawing = draw(shape_of(f"{paper.title} {paper.abstract}"), hue(field or ""))
    response = HttpResponse(drawing, content_type="image/svg+xml; charset=utf-8")
    response["ETag"] = f'"{hashlib.blake2b(drawing.encode(), digest_size=12).hexdigest()}"'
    # Opened by itself it is a document: it must be able to do nothing but style itself.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@cache_control(public=True, max_age=86_400)
def share_card(request: HttpRequest, handle: str) -> HttpResponse:
    """The picture of a paper for sites on which it is shared."""
    # Pillow is loaded for the first card that is asked for, not by every process that serves pages.
    from dailypapers.web.share_card import draw_share_card

    paper = get_object_or_404(
        Paper.objects.only("title", "abstract", "author_count", "withdrawn"), handle=handle, hidden=None
    )
    field = Category.objects.filter(paper=paper, position=0).values_list("name", flat=True).first()
    first = Author.objects.filter(paper=paper, position=0).values_list("name", flat=True).first() or ""
    others = paper.author_count - 1
    byline = first[:60] + (f" and {others:,} more" if first and others > 0 else "")
    shape = shape_of(f"{paper.title} {paper.abstract}")
    title = mathematics.plain(paper.title)
    drawing = draw_share_card(
        title, byline, settings.SITE_NAME, shape, hue(field or ""), withdrawn=paper.withdrawn
    )
    return HttpResponse(drawing, content_type="image/png")


def _held(handle: str, *columns: str) -> Paper:
    """The paper with these columns. Raises Http404."""
    if "\0" in handle:  # PostgreSQL would not be asked for it.
        raise Http404("There is no such paper.")
    return get_object_or_404(Paper.objects.only(*columns), handle=handle, hidden=None)


@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """The site's icon, for programs that ask for it where icons once had to be."""
    return HttpResponseRedirect(static("icon.svg"))


@cache_control(public=True, max_age=86_400)
def thumbnail(request: HttpRequest, paper_id: int) -> FileResponse:
    """The first page of a paper."""
    # A number that no row can have is left to the folder, which has no such file either.
    if paper_id < 2**63 and hidden_among([paper_id]):
        raise Http404("Moderators hid this paper.")
    try:
        return FileResponse((thumbnail_folder() / f"{paper_id}.webp").open("rb"), content_type="image/webp")
    except OSError:  # Not there, or a number of so many digits that no file can be called by it.
        raise Http404("There is no picture of this paper's first page.") from None
