"""The feed of a search: the newest papers that match, so that a search goes on by itself."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dailypapers.api.feeds.answer import answer, remembered
from dailypapers.api.feeds.feed import Feed, page_of, site_of, told_plainly
from dailypapers.api.feeds.papers import PAPERS, entries_of, stamps_of
from dailypapers.catalogue import finding
from dailypapers.search.query.parse import LONGEST
from dailypapers.search.store import NoIndex

SORTS = ("date", "relevance", "votes")
MODES = ("hybrid", "lexical", "dense")
LAST_PAGE = 20


@require_safe
@told_plainly
def search(request: HttpRequest, form: str) -> HttpResponse:
    """What matches `?q=`, the newest first unless `?sort=` says otherwise; also an author's papers."""
    q = " ".join(request.GET.get("q", "")[: 4 * LONGEST].replace("\x00", " ").split())
    sort, mode = request.GET.get("sort") or "date", request.GET.get("mode") or "hybrid"
    if not q:
        raise Http404("Say what to look for, as /search.atom?q=model+organisms")
    if sort not in SORTS or mode not in MODES:
        raise Http404(f"A feed is sorted by {', '.join(SORTS)}; a search is {', '.join(MODES)}.")
    exact, page = request.GET.get("exact") == "1", page_of(request, LAST_PAGE)
    asked = {"q": q, "sort": sort, "mode": mode, "exact": "1" if exact else ""}
    usual = {"sort": "date", "mode": "hybrid", "exact": ""}
    query = urlencode({name: value for name, value in asked.items() if value != usual.get(name)})

    def find() -> tuple[list[int], bool]:
        _, found = finding.search(q, mode, sort, as_written=exact)  # type: ignore[arg-type]
        hits = found.hits[(page - 1) * PAPERS : page * PAPERS + 1]
        return [hit.card.id for hit in hits[:PAPERS]], len(hits) > PAPERS and page < LAST_PAGE

    try:
        ids, has_next = remembered(f"search {query} {page}", find)
    except NoIndex:
        told = "The search index is being built. Try again in a few minutes.\n"
        return HttpResponse(told, status=503, content_type="text/plain", headers={"Retry-After": "300"})
    site = site_of(request)
    feed = Feed(
        path="/search",
        home=f"/search?{urlencode(asked | {'exact': int(exact)})}",
        title=f"{q} · {settings.SITE_NAME}",
        about=f"The papers found for {q}",
        stamps=(stamps := stamps_of(ids)),
        entries=lambda: entries_of(ids, site),
        fresh=lambda: stamps,
        query=query,
        page=page,
        has_next=has_next,
    )
    return answer(request, form, feed)
