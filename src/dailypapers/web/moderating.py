"""Pages that only moderators find, and the way back from what they decide there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from dailypapers.community.access import Refused, TooMany
from dailypapers.community.models.people import User

Page = Callable[..., HttpResponse]


def for_moderators(page: Page) -> Page:
    """A page that is not there for anyone else; who is not signed in is led to signing in."""

    @wraps(page)
    def only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not moderator(request).moderates:
            raise Http404("There is no such page.")
        return page(request, *args, **kwargs)

    decorated: Page = never_cache(login_required(only))
    return decorated


def moderator(request: HttpRequest) -> User:
    """Who is signed in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def decided(request: HttpRequest, act: Callable[[], str], back: str = "/moderation") -> HttpResponse:
    """Carry a decision out and go back with what was done; a refusal repeats the reason that was typed."""
    to = _back(request, back)
    try:
        done = act()
    except Refused as problem:
        context = {"refused": str(problem), "back": to, "typed": request.POST.get("reason", "")[:2_000]}
        return render(
            request, "pages/refused.html", context, status=429 if isinstance(problem, TooMany) else 403
        )
    messages.success(request, done)
    return redirect(to)


def _back(request: HttpRequest, otherwise: str) -> str:
    told = request.POST.get("next", "")[:2_000]
    is_ours = told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None)
    return told if is_ours else otherwise


def is_number(text: str) -> bool:
    """Whether a form sent a number that a database knows."""
    return text.isascii() and text.isdecimal() and len(text) < 16


def page_number(request: HttpRequest, last: int) -> int:
    """The page that the address asks for. Raises `Http404`."""
    text = request.GET.get("page", "1")
    number = int(text) if len(text) <= 5 and text.isascii() and text.isdecimal() else 0
    if not 1 <= number <= last:
        raise Http404(f"Pages are numbered from 1 to {last}.")
    return number
