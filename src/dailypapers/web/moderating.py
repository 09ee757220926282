"""Pages that only moderators find, and the way back from what they decide there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from dailypapers.community.access import Refused
from dailypapers.presentation.visitors import person_of
from dailypapers.web.deeds import back, status_of

Page = Callable[..., HttpResponse]


def for_moderators(page: Page) -> Page:
    """A page that is not there for anyone else; who is not signed in is led to signing in."""

    @wraps(page)
    def only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not person_of(request).moderates:
            raise Http404("There is no such page.")
        return page(request, *args, **kwargs)

    decorated: Page = never_cache(login_required(only))
    return decorated


def decided(request: HttpRequest, act: Callable[[], str], otherwise: str = "/moderation") -> HttpResponse:
    """Carry a decision out and go back with what was done; a refusal repeats the reason that was typed."""
    to = back(request, otherwise)
    try:
        done = act()
    except Refused as problem:
        context = {"refused": str(problem), "back": to, "typed": request.POST.get("reason", "")[:2_000]}
        return render(request, "pages/refused.html", context, status=status_of(problem))
    messages.success(request, done)
    return redirect(to)
