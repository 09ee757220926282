"""What a person is told of, and how they want to be told."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from dailypapers.community import unsubscribing
from dailypapers.community.actions import notify
from dailypapers.community.models.notifications import Kind, Notification
from dailypapers.community.models.people import User
from dailypapers.presentation.comment_words import excerpt
from dailypapers.presentation.visitors import person_of
from dailypapers.web.deeds import page_of

PER_PAGE = 50
LAST_PAGE = 100


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest) -> HttpResponse:
    """What one was told of, the newest first."""
    number = page_of(request, LAST_PAGE)
    mine = Notification.objects.filter(person=person_of(request), on_site=True, comment__hidden_at=None)
    # What moderators hid is told of no more; what they decided about someone's own paper is.
    mine = mine.filter(Q(comment=None, follow=None) | Q(paper__hidden=None))
    newest = mine.select_related("comment__author", "paper").order_by("-created_at", "-pk")
    rows = list(newest[(number - 1) * PER_PAGE : number * PER_PAGE + 1])
    context = {
        "told": [(row, excerpt(row.comment, 160) if row.comment else "") for row in rows[:PER_PAGE]],
        "unread": any(row.read_at is None for row in rows),
        "previous_page": f"?page={number - 1}" if number > 1 else "",
        "next_page": f"?page={number + 1}" if len(rows) > PER_PAGE and number < LAST_PAGE else "",
    }
    return render(request, "pages/notifications.html", context)


@login_required
@require_POST
def follow(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark one as read and lead to its comment, or to the page on which to see to it."""
    mine = Notification.objects.filter(pk=notification_id, person=person_of(request)).first()
    if mine is None:
        raise Http404("There is no such notification of yours.")
    notify.mark_read(person=person_of(request), notification_id=mine.pk)
    if mine.comment_id is None:
        return HttpResponseRedirect(mine.leads_to)
    return redirect("comment", mine.comment_id)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    notify.mark_read(person=person_of(request))
    return redirect("notifications")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """How one is told of each kind."""
    person = person_of(request)
    if request.method == "POST":
        for kind in Kind:
            on_site, by_mail = f"{kind}-on-site" in request.POST, f"{kind}-by-mail" in request.POST
            notify.choose(person=person, kind=kind, on_site=on_site, by_mail=by_mail)
        messages.success(request, "Kept.")
        return redirect("notification-settings")
    context = {"choices": notify.choices(person), "mails": settings.SENDS_MAIL and bool(settings.BASE_URL)}
    return render(request, "pages/notification_settings.html", context)


@csrf_exempt  # Mail programs send this form by themselves (RFC 8058); its address is signed.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Switch mails of one kind off by the address in a mail. Looking at it switches nothing off."""
    found = unsubscribing.read(token)
    if found is None:
        raise Http404("This address is not whole. Copy all of it from the mail, or sign in and choose.")
    person_id, kind = found
    done = request.method == "POST"
    if done and (person := User.objects.filter(pk=person_id).first()) is not None:
        on_site = next(site for one, site, _ in notify.choices(person) if one == kind)
        notify.choose(person=person, kind=kind, on_site=on_site, by_mail=False)
    context = {"kind": kind, "done": done, "choose": reverse("notification-settings")}
    return render(request, "pages/notifications_off.html", context)
