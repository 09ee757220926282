"""Pages as Markdown: how they are sent, and how a page's own address gives them to who asks for Markdown."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dailypapers.api.feeds.feed import uri
from dailypapers.api.markdown.text import escaped, page

MEDIA_TYPE: Final = "text/markdown; charset=utf-8"

_HAS_MARKDOWN = re.compile(
    r"/(?:papers(?:/.+)?|search|collections/\d[^/]*|organizations(?:/(?!new$)[^/]+)?|people/[^/]+|about|status/coverage)?"
)
"""Addresses of pages that can be had as Markdown."""
_HAS_ENDING = re.compile(r"\.(?:md|svg|bib|ris|json|rdf|rss|atom|html)$")


def site_of(request: HttpRequest) -> str:
    """The beginning of every address: what is read elsewhere needs whole ones."""
    return settings.BASE_URL or f"{request.scheme}://{request.get_host()}"


def answer(text: str, status: int = 200) -> HttpResponse:
    """Markdown as an answer."""
    return HttpResponse(text, content_type=MEDIA_TYPE, status=status)


def as_markdown(view: Callable[..., HttpResponse | str]) -> Callable[..., HttpResponse]:
    """Send what a view gives as Markdown, and say in Markdown that something is not there."""

    @require_safe
    @wraps(view)
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            made = view(request, *args, **kwargs)
        except Http404 as problem:
            reason = str(problem.args[0]) if problem.args else "There is nothing at this address."
            told = page("# Not found", escaped(reason), f"What there is: <{site_of(request)}/llms.txt>")
            return answer(told, 404)
        if not isinstance(made, str):
            return made
        sent_as = answer(made)
        query = request.META.get("QUERY_STRING", "")
        page_itself = uri(
            site_of(request) + request.path_info.removesuffix(".md") + (f"?{query}" if query else "")
        )
        # Search engines take the page for what is meant, not its copy.
        sent_as["Link"] = f'<{page_itself}>; rel="canonical"'
        return sent_as

    return sent


def markdown_for_who_asks(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page's own address gives Markdown to a program that would rather have it than HTML.

    `/papers/2604.04913` with `Accept: text/markdown` is answered as `/papers/2604.04913.md`.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        has = _HAS_MARKDOWN.fullmatch(path) and not _HAS_ENDING.search(path)
        if not has or request.method not in ("GET", "HEAD"):
            return get_response(request)
        # Most browsers name no Markdown at all: they are let through without reading the header.
        if "text/markdown" in request.headers.get("Accept", "") and _prefers_markdown(request):
            request.path_info = "/papers.md" if path == "/" else f"{path.rstrip('/')}.md"
            request.path = request.path_info
        response = get_response(request)
        patch_vary_headers(response, ["Accept"])
        return response

    return middleware


def _prefers_markdown(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "text/markdown"]) == "text/markdown"
