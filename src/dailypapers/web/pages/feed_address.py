"""The private address of one's own feed, on one's settings pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dailypapers.community.access import Refused
from dailypapers.community.actions import feed_key
from dailypapers.community.feed_addresses import secret_of
from dailypapers.community.models.feed_keys import FeedKey
from dailypapers.presentation.visitors import person_of
from dailypapers.web.deeds import status_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The address, to be copied into a reader, made anew or given up."""
    person = person_of(request)
    context: dict[str, object] = {}
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("deed") == "give-up":
                feed_key.give_up(person=person)
                messages.success(request, "The address leads nowhere now.")
            else:
                feed_key.make(person=person)
                messages.success(request, "This is the address now.")
            return redirect("feed-address")
        except Refused as problem:
            context["refused"], status = str(problem), status_of(problem)
    key = FeedKey.objects.filter(person=person).first()
    if key is not None:
        at = request.build_absolute_uri(f"/feeds/{secret_of(key)}/following")
        forms = (("Atom", "atom"), ("RSS", "rss"), ("JSON Feed", "json"))
        context |= {"key": key, "addresses": [(name, f"{at}.{ending}") for name, ending in forms]}
    return render(request, "pages/feed_address.html", context, status=status)
