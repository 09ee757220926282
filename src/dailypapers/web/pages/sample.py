"""The front page of a site that holds nothing but the bundled sample: its well-known papers."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Authority
from dailypapers.presentation.card import shown_cards
from dailypapers.presentation.visitors import reader
from dailypapers.ranking.lists import PER_PAGE
from dailypapers.ranking.nearby import newest_day
from dailypapers.ranking.periods import Period


def is_all_there_is() -> bool:
    """Whether every paper held came with the site. One query that ends at the first other paper."""
    return not Paper.objects.exclude(authority=Authority.SAMPLE).exists()


def front(request: HttpRequest) -> HttpResponse | None:
    """The papers of the sample that made a name in print, the oldest first; None on any other site.

    The sample's newest day is a day like others: a newcomer would see ten papers nobody knows.
    """
    if not is_all_there_is():
        return None
    known = (
        Paper.objects.filter(hidden=None).exclude(venue="").order_by("date", "pk").values_list("pk", "date")
    )
    pages = Paginator(known, PER_PAGE)
    page = pages.get_page(request.GET.get("page", "1"))
    shown = list(shown_cards(cards([pk for pk, _ in page]), {}, reader(request)))
    if not shown:
        return None
    newest = newest_day(today())
    context = {
        "cards": shown,
        "papers": pages.count,
        "first": known[0][1],
        "last": known[pages.count - 1][1],
        "newest": Period.of("date", newest) if newest else None,
        "path": "/papers",
        "with_year": True,
        "has_sample": True,
        "here": "",  # It is not the newest day that the navigation names.
        "asked": {"page": page.number},
        "pages": pages.num_pages,
        "previous_page": f"/?page={page.number - 1}" if page.has_previous() else "",
        "next_page": f"/?page={page.number + 1}" if page.has_next() else "",
    }
    return render(request, "pages/sample.html", context)
