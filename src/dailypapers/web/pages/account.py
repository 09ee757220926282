"""One's own account: what one says, whom one invites, taking everything along, leaving."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dailypapers.community import handles
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions.change_profile import LONGEST_LINK, MOST_LINKS, change_profile
from dailypapers.community.actions.former_handle import let_go
from dailypapers.community.actions.invite import invitations_left, invite, withdraw
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.moderate_person import confirm_warning
from dailypapers.community.export import archive
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.former_handles import FormerHandle
from dailypapers.community.models.invitations import Invitation
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.trust import links_wait
from dailypapers.presentation.visitors import person_of
from dailypapers.ranking.refresh import refresh_paper
from dailypapers.web.deeds import status_of, typed
from dailypapers.web.moderation_log import shown_decisions


class ProfileForm(forms.Form):
    """What a person says of themself."""

    handle = forms.CharField(
        max_length=handles.LONGEST,
        help_text="Your page is at /people/ and this; the one before stays yours and leads on. "
        "Letters a–z, digits, hyphens.",
    )
    name = forms.CharField(max_length=100, required=False, widget=forms.TextInput({"autocomplete": "name"}))
    affiliation = forms.CharField(max_length=200, required=False)
    about = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea({"rows": 5}))
    links = forms.CharField(
        max_length=MOST_LINKS * (LONGEST_LINK + 2),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=f"One web address a line, up to {MOST_LINKS}.",
    )
    shows_votes = forms.BooleanField(required=False, label="Others see my votes")
    shows_comments = forms.BooleanField(required=False, label="Others see my comments on my page")
    shows_claims = forms.BooleanField(required=False, label="Others see which papers are mine")


def _told(person: User) -> dict[str, Any]:
    told = {name: getattr(person, name) for name in ProfileForm.base_fields}
    return told | {"links": "\n".join(person.links)}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """The profile, to be changed."""
    person = person_of(request)
    if request.method == "POST" and (handle := request.POST.get("let-go", "")[: handles.LONGEST]):
        try:
            let_go(person=person, handle=handle)
        except Refused as problem:
            told_why = {"refused": str(problem), "back": "/settings"}
            return render(request, "pages/refused.html", told_why, status=status_of(problem))
        messages.success(request, f"/people/{handle} leads nowhere now.")
        return redirect("settings")
    form = ProfileForm(typed(request), initial=_told(person))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data | {"links": form.cleaned_data["links"].splitlines()}
        try:
            change_profile(person=person, **told)
        except Refused as problem:
            form.add_error(None, str(problem))
            status = status_of(problem)
        else:
            messages.success(request, "Your profile is changed.")
            return redirect("settings")
    former = FormerHandle.objects.filter(person=person).order_by("left_at")
    waits = links_wait(person, timezone.now())
    context = {"form": form, "person": person, "former": former, "waits": waits}
    return render(request, "pages/settings.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """The invitations one made, and a new one; its link is shown once."""
    if settings.ACCOUNTS != "invite":
        raise Http404("People do not join this site by invitation.")
    person = person_of(request)
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            _, token = invite(inviter=person)
            context["link"] = request.build_absolute_uri(f"/invitations/{token}")
        except Refused as problem:
            context["refused"], status = str(problem), status_of(problem)
    made = Invitation.objects.filter(inviter=person).select_related("accepted_by").order_by("-created_at")
    context |= {"invitations": made[:100], "left": invitations_left(person)}
    return render(request, "pages/invitations.html", context, status=status)


@login_required
@require_POST
def withdraw_invitation(request: HttpRequest, number: int) -> HttpResponse:
    """Take an invitation back; another person's is as good as none."""
    person = person_of(request)
    found = get_object_or_404(Invitation, pk=number, inviter=person)
    try:
        withdraw(invitation=found, by=person)
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("invitations")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """How one stands here: the trust one has, what moderators decided about one; a warning is confirmed."""
    person = person_of(request)
    if request.method == "POST":
        confirm_warning(person=person)
        messages.success(request, "Thank you. You can go on.")
        return redirect("standing")
    about = Decision.objects.filter(people=person).order_by("-created_at", "-pk")[:100]
    context = {"person": person, "decisions": shown_decisions(list(about))}
    return render(request, "pages/standing.html", context)


@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Everything one has given, as a zip of JSON files."""
    person = person_of(request)
    if request.method != "POST":
        return render(request, "pages/export.html")
    told = "You have just taken everything along. Try again in an hour."
    try:
        allow("export", person, times=5, seconds=AN_HOUR, told=told)
    except TooMany as problem:
        context = {"refused": str(problem), "back": "/settings"}
        return render(request, "pages/refused.html", context, status=429)
    now = timezone.now()
    name = f"{settings.SITE_NAME}-{person.handle}-{now:%Y-%m-%d}.zip".replace(" ", "-")
    headers = {"Content-Disposition": f'attachment; filename="{name.encode("ascii", "ignore").decode()}"'}
    return HttpResponse(archive(person, now), content_type="application/zip", headers=headers)


@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def leave_page(request: HttpRequest) -> HttpResponse:
    """Leaving, which asks for the handle so that no slip of a finger does it."""
    if settings.ACCOUNTS == "single":
        raise Http404("This site is yours alone: nobody can leave it.")
    person = person_of(request)
    context: dict[str, Any] = {"person": person}
    status = 200
    if request.method == "POST":
        if request.POST.get("handle", "")[:100].strip().lower() == person.handle:
            try:
                papers = leave(person=person)
            except Refused as problem:
                context["refused"], status = str(problem), status_of(problem)
            else:
                logout(request)
                for paper_id in sorted(papers):
                    refresh_paper(paper_id)
                messages.success(request, "Your account and all that was personal are gone.")
                return redirect("front")
        else:
            context["refused"], status = f"Write {person.handle} to leave.", 422
    return render(request, "pages/leave.html", context, status=status)
