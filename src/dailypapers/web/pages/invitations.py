"""Invitations: the link that someone was sent."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dailypapers.community.actions.invite import open_invitation
from dailypapers.community.signing_in import INVITED_BY


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites; taking it up leads to joining. Looking at it uses nothing up."""
    invitation = open_invitation(token) if settings.ACCOUNTS == "invite" else None
    if invitation is not None and request.method == "POST":
        request.session[INVITED_BY] = token
        return redirect("account_signup")
    context = {"invitation": invitation}
    return render(request, "pages/invitation.html", context, status=200 if invitation else 404)
