"""One's tokens for programs: made, shown once, revoked."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dailypapers.community.access import Refused
from dailypapers.community.actions import token as actions
from dailypapers.community.models.tokens import AccessToken
from dailypapers.presentation.visitors import person_of
from dailypapers.web.deeds import status_of, typed

LIVES = [("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "until I revoke it")]


class TokenForm(forms.Form):
    """Which program a token is for, what it may do, and for how long."""

    name = forms.CharField(
        max_length=actions.LONGEST_NAME, label="Which program it is for", help_text="Only you see this."
    )
    scopes = forms.MultipleChoiceField(
        choices=AccessToken.Scope.choices,
        initial=[AccessToken.Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        label="What it may do",
    )
    days = forms.ChoiceField(choices=LIVES, initial="90", required=False, label="Good for")


@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The tokens one has, and a new one, shown this once; who is long signed in is asked again."""
    if request.method != "POST":
        return _page(request, TokenForm())
    form = TokenForm(typed(request))
    if not form.is_valid():
        return _page(request, form, status=422)
    told = form.cleaned_data
    try:
        made, secret = actions.create(
            person=person_of(request),
            name=told["name"],
            scopes=told["scopes"],
            days=int(told["days"]) if told["days"] else None,
        )
    except Refused as problem:
        form.add_error(None, str(problem))
        return _page(request, form, status=status_of(problem))
    return _page(request, TokenForm(), made=made, secret=secret)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    try:
        actions.revoke(person=person_of(request), token_id=token_id)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "The token is revoked. What used it is let in no more.")
    return redirect("tokens")


def _page(request: HttpRequest, form: TokenForm, status: int = 200, **more: Any) -> HttpResponse:
    tokens = actions.usable(person_of(request), timezone.now())
    base = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
    context = {"form": form, "tokens": tokens, "address": base} | more
    return render(request, "pages/tokens.html", context, status=status)
