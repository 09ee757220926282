"""Papers by mail: asking for them, confirming, changing everything, ending."""

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dailypapers.community.access import Invalid, Refused
from dailypapers.community.networks import network_key
from dailypapers.digests import choices, links
from dailypapers.digests.actions import subscribe as actions
from dailypapers.digests.actions.say_opinion import say
from dailypapers.digests.addresses import half_hidden
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.visitors import address_of_visitor, person_of, reader, shown_paper
from dailypapers.web.deeds import status_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIELD_NAMES = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?(?:[ ,]+[a-z-]+(?:\.[A-Za-z-]+)?)*,?")
FORGED = (
    "This address is not whole, or was made for a subscription that is no more. Copy all of it from the mail."
)


class ChoicesForm(forms.Form):
    """What comes, when, and how much of it."""

    frequency = forms.ChoiceField(choices=Subscription.Frequencies.choices, label="How often")
    weekday = forms.TypedChoiceField(
        choices=list(enumerate(WEEKDAYS)), coerce=int, label="Day of the week", help_text="Of a weekly mail."
    )
    hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour}:00") for hour in range(24)], coerce=int, label="At"
    )
    zone = forms.ChoiceField(label="By the clock of")
    trending = forms.BooleanField(required=False, label="Trending papers")
    follows = forms.BooleanField(required=False, label="What I follow here, as under Following")
    of_fields = forms.CharField(
        required=False,
        label="Fields",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
        help_text="As arXiv writes them: cs.CL stat.ML hep-th",
    )
    searches = forms.CharField(
        required=False,
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text='One a line, <a href="/search">as one searches here</a>.',
    )
    papers = forms.IntegerField(min_value=1, max_value=choices.MOST_PAPERS, label="Papers at most")
    least_papers = forms.IntegerField(
        min_value=1,
        max_value=choices.MOST_PAPERS,
        label="Papers at least",
        help_text="On a day with fewer nothing comes.",
    )
    least_votes = forms.IntegerField(
        min_value=0, max_value=1_000_000, label="Votes at least", help_text="Of a trending paper."
    )

    def __init__(self, *given: Any, has_account: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        zones = sorted(available_timezones() - {"localtime"})
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101
        zone.choices = [(one, one.replace("_", " ")) for one in zones]
        if not has_account:
            del self.fields["follows"]

    def choices(self) -> choices.Choices:
        """What was chosen, not yet checked."""
        told = self.cleaned_data
        lines = told["of_fields"].splitlines()
        fields = [
            one
            for line in map(str.strip, lines)
            for one in (re.split(r"[ ,]+", line) if _FIELD_NAMES.fullmatch(line) else [line])
        ]
        searches = [line.strip() for line in told["searches"].splitlines()]
        return choices.Choices(
            frequency=told["frequency"],
            weekday=told["weekday"],
            hour=told["hour"],
            zone=told["zone"],
            trending=told["trending"],
            follows=told.get("follows", False),
            fields=tuple(filter(None, fields)),
            searches=tuple(filter(None, searches)),
            papers=told["papers"],
            least_papers=told["least_papers"],
            least_votes=told["least_votes"],
        )


class SubscribeForm(ChoicesForm):
    """The same, with the address."""

    email = forms.CharField(
        max_length=500,
        label="Your address",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": "254"}),
    )
    field_order = ("email", "frequency", "hour", "zone", "weekday")


def _initial(kept: choices.Choices | Subscription) -> dict[str, Any]:
    found = {name: getattr(kept, name) for name in choices.Choices.__slots__}
    return found | {"of_fields": "\n".join(found["fields"]), "searches": "\n".join(found["searches"])}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for papers by mail. Whatever address it was, the answer is the same."""
    if not settings.SENDS_DIGESTS:
        raise Http404("This site sends no mails.")
    viewer = reader(request)
    person = viewer if viewer.is_authenticated else None
    if request.method != "POST":
        field = request.GET.get("field", "")[:200]
        kept = choices.Choices(zone=settings.LISTING_ZONE.key, fields=(field,) if field else ())
        initial = _initial(kept) | {"email": person.email if person else ""}
        form = SubscribeForm(initial=initial, has_account=person is not None)
        return render(request, "pages/subscribe.html", {"form": form})
    form = SubscribeForm(request.POST, has_account=person is not None)
    status = 422
    if form.is_valid():
        visitor = address_of_visitor(request)
        try:
            made = actions.subscribe(
                email=form.cleaned_data["email"],
                choices=form.choices(),
                person=person,
                visitor=visitor,
                network=network_key(visitor, timezone.now()),
            )
        except Refused as problem:
            form.add_error(None, str(problem))
            status = status_of(problem)
        else:
            return redirect("subscription", links.token(made)) if made else _asked(request, form)
    return render(request, "pages/subscribe.html", {"form": form}, status=status)


def _asked(request: HttpRequest, form: SubscribeForm) -> HttpResponse:
    return render(request, "pages/subscribe_asked.html", {"email": form.cleaned_data["email"]})


@csrf_exempt  # Its address is signed, and was sent to who may do this.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm by the address in a mail. Looking at it confirms nothing: mail scanners follow links."""
    subscription = links.to_confirm(token)
    if subscription is None:
        raise Http404("This link is not whole, too old, or was replaced by a newer one. Subscribe once more.")
    if request.method == "POST":
        actions.confirm(subscription=subscription)
        messages.success(request, "Confirmed.")
        return redirect("subscription", links.token(subscription))
    context = {"subscription": subscription, "address": half_hidden(subscription.address)}
    return render(request, "pages/subscribe_confirm.html", context)


@csrf_exempt  # Its address is signed.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Everything of a subscription, by the address that stands in each of its mails."""
    subscription = links.subscription_of(token)
    if subscription is None:
        raise Http404(FORGED)
    has_account = subscription.person_id is not None
    form = ChoicesForm(initial=_initial(subscription), has_account=has_account)
    status = 200
    if request.method == "POST":
        try:
            match request.POST.get("deed"):
                case "pause":
                    actions.pause(subscription=subscription)
                case "resume":
                    actions.resume(subscription=subscription)
                case _:
                    form = ChoicesForm(request.POST, has_account=has_account)
                    if not form.is_valid():
                        raise Invalid("Look at what is marked below.")
                    actions.change(subscription=subscription, choices=form.choices())
            messages.success(request, "Kept.")
            return redirect("subscription", token)
        except Refused as problem:
            form.add_error(None, str(problem))
            status = status_of(problem)
    context = {
        "form": form,
        "subscription": subscription,
        "address": half_hidden(subscription.address),
        "end": reverse("end-subscription", args=[token]),
        "due": _due(subscription),
    }
    return render(request, "pages/subscription.html", context, status=status)


def _due(subscription: Subscription) -> str:
    """When the next one comes, by the reader's own clock."""
    if subscription.next_due is None:
        return ""
    at = subscription.next_due.astimezone(subscription.schedule.zone)
    return f"{at:%A, %B} {at.day}, {at:%H:%M}"


@csrf_exempt  # Mail programs send this form by themselves (RFC 8058); its address is signed.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End a subscription by the address in a mail. Looking at it ends nothing."""
    subscription = links.subscription_of(token)
    if subscription is None:
        raise Http404(FORGED)
    if request.method == "POST":
        actions.end(subscription=subscription)
    context = {
        "done": subscription.state == Subscription.State.ENDED,
        "address": half_hidden(subscription.address),
        "change": reverse("subscription", args=[token]),
    }
    return render(request, "pages/subscription_end.html", context)


@csrf_exempt  # Its address is signed.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, token: str, paper_id: int, useful: bool) -> HttpResponse:
    """Say of a paper in a mail that it was useful, or not. Looking at it says nothing."""
    subscription = links.subscription_of(token)
    if subscription is None:
        raise Http404(FORGED)
    paper = shown_paper(paper_id, AnonymousUser())
    refused, status = "", 200
    if request.method == "POST":
        try:
            say(subscription=subscription, paper_id=paper.pk, useful=useful)
        except Refused as problem:
            refused, status = str(problem), status_of(problem)
    context = {
        "paper": paper,
        "useful": useful,
        "done": request.method == "POST" and not refused,
        "refused": refused,
        "address": address_of(paper.handle),
        "change": reverse("subscription", args=[token]),
    }
    return render(request, "pages/opinion.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def own(request: HttpRequest) -> HttpResponse:
    """What is sent to one's addresses, among one's settings."""
    rows = Subscription.objects.filter(person=person_of(request)).order_by("pk")
    shown = [(one, reverse("subscription", args=[links.token(one)]), _due(one)) for one in rows]
    return render(request, "pages/own_subscriptions.html", {"subscriptions": shown})
