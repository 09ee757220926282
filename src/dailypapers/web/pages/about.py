"""What the site is, when its day begins, and how its lists are ordered."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dailypapers.ranking import trending
from dailypapers.web.sources import label


def about(request: HttpRequest) -> HttpResponse:
    """The page behind "how this order is made"."""
    context = {
        "weights": trending.WEIGHTS,
        "days_per_doubling": trending.DAYS_PER_DOUBLING,
        "sources": [label(name) for name in settings.SOURCES],
        "followed": settings.FIELDS,
    }
    return render(request, "pages/about.html", context)


def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read."""
    return HttpResponse("User-agent: *\nDisallow:\n", content_type="text/plain; charset=utf-8")
