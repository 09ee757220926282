"""What the site is, when its day begins, and how its lists are ordered."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dailypapers.community import trust
from dailypapers.community.actions import review_trust
from dailypapers.presentation.other_forms import OtherForms, forms_of
from dailypapers.presentation.sources import label
from dailypapers.ranking import evidence, trending
from dailypapers.ranking.signal_registry import all_signals

NOT_FOR_ROBOTS = (
    "/accounts/",
    "/admin/",
    "/claims/",
    "/comments/",
    "/corrections/",
    "/feeds/",
    "/following",
    "/groups",
    "/invitations/",
    "/moderation",
    "/notifications",
    "/reports/",
    "/saved",
    "/search?",
    "/settings",
    "/submit",
    "/votes/",
)
"""Pages of one person, forms, and searches, of which there is no end."""


def about(request: HttpRequest) -> HttpResponse:
    """The page behind "how this order is made"."""
    context = {
        "other_forms": [OtherForms("", markdown="/about.md"), forms_of("/comments", title="All comments")],
        "signals": all_signals(),
        "days_per_doubling": trending.DAYS_PER_DOUBLING,
        "first_day": trending.EPOCH,
        "weeks": evidence.WEEKS,
        "usual_best": evidence.USUAL_BEST,
        "fewest_usual": evidence.FEWEST_USUAL,
        "most_counted": evidence.USUAL_BEST // evidence.FEWEST_USUAL,
        "sources": [label(name) for name in settings.SOURCES],
        "followed": settings.FIELDS,
        "new_days": settings.NEW_DAYS,
        "new_links_wait": settings.NEW_LINKS_WAIT,
        "allowances": trust.ALLOWANCES,
        "trusted_after": review_trust.OLD_ENOUGH.days,
        "trusted_active": review_trust.DAYS_ACTIVE,
        "trusted_given": review_trust.GIVEN,
        "trusted_well": review_trust.WELL_FOR.days,
    }
    return render(request, "pages/about.html", context)


def robots(request: HttpRequest) -> HttpResponse:
    """All that stands there for everyone may be read; what is a person's own, or has no end, need not be."""
    base_url = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS), ""]
    text = "\n".join([*lines, f"Sitemap: {base_url}/sitemap.xml", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
