"""The files of pictures and videos, and their removal."""

import re
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils import timezone

from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused
from dailypapers.community.actions import add_media
from dailypapers.community.media import folder
from dailypapers.community.models.media import Medium
from dailypapers.community.trust import links_wait
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.visitors import reader
from dailypapers.web.deeds import status_of

TYPES: Final = {"webp": "image/webp", "mp4": "video/mp4"}
LARGEST_PIECE: Final = 4 * 2**20
"""Bytes of a video sent at once to who asks for a part: browsers come back for the next."""

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def file(request: HttpRequest, name: str, cover: str, ending: str) -> HttpResponseBase:
    """A picture or video. It never changes under its name, so that browsers ask once.

    One of a new account waits as links of new accounts do: who added it and moderators see it meanwhile.
    """
    ready = Medium.objects.filter(name=name, state=Medium.State.READY, paper__hidden=None)
    medium = ready.select_related("person").first()
    waits = medium is not None and links_wait(medium.person, timezone.now())
    if medium is None or (waits and not _is_own(request, medium)):
        raise Http404("There is no such picture or video.")
    path = folder() / f"{name}{cover}.{ending}"
    try:
        opened = path.open("rb")
    except OSError:
        raise Http404("There is no such picture or video.") from None
    size = path.stat().st_size
    asked = _part(request.headers.get("Range", ""), size) if ending == "mp4" else None
    response: HttpResponseBase
    if asked is None:
        response = FileResponse(opened, content_type=TYPES[ending])
    else:
        with opened:
            first, last = asked
            if first > last:
                response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
            else:
                opened.seek(first)
                body = opened.read(last - first + 1)
                response = HttpResponse(body, status=206, content_type=TYPES[ending])
                response["Content-Range"] = f"bytes {first}-{last}/{size}"
    if ending == "mp4":
        response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store" if waits else "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    return response


def _is_own(request: HttpRequest, medium: Medium) -> bool:
    viewer = reader(request)
    return viewer.is_authenticated and (viewer.pk == medium.person_id or viewer.moderates)


def _part(header: str, size: int) -> tuple[int, int] | None:
    """The first and the last byte of the one part that is asked for; None where the whole is to be sent."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size - 1) if int(found[2]) else (1, 0)
    first = int(found[1])
    if first >= size or (found[2] and int(found[2]) < first):
        return 1, 0
    return first, min(int(found[2]) if found[2] else size - 1, size - 1, first + LARGEST_PIECE - 1)


@login_required
def remove(request: HttpRequest, medium_id: int) -> HttpResponse:
    """Remove a picture or video with the button below it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"], "This is done on a paper’s page.\n", "text/plain")
    assert request.user.is_authenticated  # noqa: S101
    try:
        paper_id = add_media.remove(
            medium_id=medium_id, by=request.user, reason=request.POST.get("reason", "")
        )
    except Refused as problem:
        context = {"refused": str(problem), "back": "/"}
        return render(request, "pages/refused.html", context, status=status_of(problem))
    handle = Paper.objects.values_list("handle", flat=True).get(pk=paper_id)
    return HttpResponseRedirect(address_of(handle))
