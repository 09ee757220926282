"""Sitemaps: what there is, in files that search engines read one by one, however many papers there are."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, Final
from xml.sax.saxutils import escape

from django.core.cache import cache
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from dailypapers.api.feeds.feed import site_of, told_plainly, uri
from dailypapers.catalogue.models import Hidden, Paper
from dailypapers.community.collecting import SHOWN
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.groups import Group
from dailypapers.presentation.addresses import address_of
from dailypapers.ranking.conditions import day_of, rows_of
from dailypapers.ranking.periods import Period

MOST: Final = 50_000
"""Addresses in a file, as the protocol has it. A file is a range of keys: one of old papers stays."""

REMEMBERED: Final = 6 * 3600
"""Seconds for which it is remembered when a full file changed last: finding out reads all its papers."""
REMEMBERED_LAST: Final = 15 * 60
"""The same for the last file, which grows."""

TYPE: Final = "application/xml; charset=utf-8"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMES: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

_DAYS: Final = """
    WITH RECURSIVE found(day) AS (
        SELECT MIN(day) FROM catalogue_listing
        UNION ALL
        SELECT (SELECT MIN(listing.day) FROM catalogue_listing listing WHERE listing.day > found.day)
        FROM found WHERE found.day IS NOT NULL)
    SELECT day, EXISTS (
        SELECT 1 FROM catalogue_listing listing WHERE listing.day = found.day AND listing.precision = 'day')
    FROM found WHERE day IS NOT NULL
"""
"""Every day that something stands on, and whether more than its month is known of any: from each day the
index is asked for the next, so that it is not read whole."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which files there are, and when each changed last."""
    site = site_of(request)
    files: list[tuple[str, datetime | None]] = [("lists", None)]
    if _organizations().exists() or _collections().exists():
        files.append(("shared", None))
    last = (Paper.objects.aggregate(last=Max("pk"))["last"] or 0) // MOST
    changes = ((number, _changed(number, is_last=number == last)) for number in range(last + 1))
    files += [(f"papers-{number}", changed) for number, changed in changes if changed is not None]
    body = "".join(_written("sitemap", f"{site}/sitemaps/{name}.xml", changed) for name, changed in files)
    return HttpResponse(f"{_HEAD}<sitemapindex {_NAMES}>\n{body}</sitemapindex>\n", content_type=TYPE)


@require_safe
@told_plainly
def papers(request: HttpRequest, number: int) -> HttpResponseBase:
    """The papers whose keys lie in a range, as far as they are shown: one query, sent as it is read."""
    changed = _changed(number, is_last=not Paper.objects.filter(pk__gte=(number + 1) * MOST).exists())
    if changed is None:
        raise Http404("There is no such sitemap; /sitemap.xml names all.")
    response: HttpResponseBase | None = get_conditional_response(
        request, last_modified=int(changed.timestamp())
    )
    if response is None:
        response = StreamingHttpResponse(_urls(_papers(site_of(request), number)), content_type=TYPE)
    response["Last-Modified"] = http_date(changed.timestamp())
    return response


@require_safe
def lists(request: HttpRequest) -> HttpResponseBase:
    """The pages of the site itself, and the list of every day and month that has papers."""
    site = site_of(request)
    pages = ("/papers", "/papers/trending", "/organizations", "/about", "/status/coverage")
    # Of more days than fit with their months, the newest: 45,000 are 123 years.
    found = [(day_of(value), whole) for value, whole in rows_of(_DAYS, [])][-45_000:]
    months = dict.fromkeys(Period.of("month", day) for day, _ in found if day)
    days = [Period.of("date", day) for day, whole in found if day and whole]
    paths = [*pages, *(one.path for one in (*months, *days))]
    return StreamingHttpResponse(_urls((site + path, None) for path in paths), content_type=TYPE)


@require_safe
def shared(request: HttpRequest) -> HttpResponseBase:
    """Organizations and public collections, those changed last where there are more than fit."""
    site = site_of(request)
    groups = _organizations().order_by("-pk")[: MOST // 2]
    kept = _collections().order_by("-changed_at")[: MOST // 2]
    found: list[tuple[str, datetime | None]] = [(site + one.address, None) for one in groups]
    found += [(site + one.address, one.changed_at) for one in kept]
    return StreamingHttpResponse(_urls(found), content_type=TYPE)


def _organizations() -> QuerySet[Group]:
    return Group.objects.filter(kind=Group.Kind.ORGANIZATION)


def _collections() -> QuerySet[Collection]:
    of_all = Q(owner__is_active=True) | Q(group__kind=Group.Kind.ORGANIZATION)
    return Collection.objects.filter(SHOWN & of_all, papers__gt=0)


def _papers(site: str, number: int) -> Iterator[tuple[str, Any]]:
    keys = Q(pk__gte=number * MOST, pk__lt=(number + 1) * MOST)
    rows = Paper.objects.filter(keys, hidden=None).order_by("pk").values_list("handle", "updated_at")
    for handle, changed in rows.iterator(chunk_size=2_000):
        yield site + address_of(handle), changed


def _changed(number: int, *, is_last: bool) -> datetime | None:
    """When any paper of a file was written or hidden last; None for a file without papers."""
    key = f"sitemap {number} {is_last}".replace(" ", "-")
    known: datetime | None = cache.get(key)
    if known is None:
        keys = Q(pk__gte=number * MOST, pk__lt=(number + 1) * MOST)
        known = Paper.objects.filter(keys).aggregate(at=Max("updated_at"))["at"]
        hidden = Hidden.objects.filter(keys).aggregate(at=Max("hidden_at"))["at"]
        if known is not None:
            known = max(known, hidden or known)
            cache.set(key, known, REMEMBERED_LAST if is_last else REMEMBERED)
    return known


def _urls(found: Iterable[tuple[str, datetime | date | None]]) -> Iterator[str]:
    """The file in pieces of many addresses: packing each by itself would take most of the time."""
    yield f"{_HEAD}<urlset {_NAMES}>\n"
    addresses = iter(found)
    while piece := list(islice(addresses, 2_000)):
        yield "".join(_written("url", address, changed) for address, changed in piece)
    yield "</urlset>\n"


def _written(element: str, address: str, changed: datetime | date | None) -> str:
    day = f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
    return f"<{element}><loc>{escape(uri(address))}</loc>{day}</{element}>\n"
