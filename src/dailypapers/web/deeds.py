"""What a form asks for: done for who is signed in, and answered in place or by leading back."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.visitors import reader

LONGEST_FIELD = 10_000
"""Characters; the fields of our Django forms take less."""

InPlace = Callable[[str], HttpResponse]
"""Takes what the person is told where it was refused, else nothing."""


def back(request: HttpRequest, otherwise: str) -> str:
    """Where the reader was, as the form tells; `otherwise` where it does not, or leads elsewhere."""
    told = request.POST.get("next", "")[:2_000]
    if told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None):
        return told.partition("#")[0]
    return otherwise


def at_paper(request: HttpRequest, paper_id: int) -> str:
    """Where the reader was, at a paper; the paper's own page where that is not told or leads elsewhere."""
    if there := back(request, ""):
        return f"{there}#paper-{paper_id}"
    handle = Paper.objects.filter(pk=paper_id).values_list("handle", flat=True).first()
    return address_of(handle) if handle else "/"


def deed(
    request: HttpRequest, to: str, change: Callable[[User], object], in_place: InPlace | None = None
) -> HttpResponse:
    """Make a change that a form asks for, and lead to an address; a change may give another address.

    Refused to whoever is not signed in, by leading to where one does, and for anything but a POST. With
    `in_place`, htmx is given that instead.
    """
    if request.method != "POST":
        told = "This is done with the buttons and forms of a page.\n"
        return HttpResponseNotAllowed(["POST"], told, "text/plain")
    wants_place = in_place is not None and bool(HtmxDetails(request))
    person = reader(request)
    if not person.is_authenticated:
        login = f"{reverse('account_login')}?{urlencode({'next': to})}"
        return HttpResponse(headers={"HX-Redirect": login}) if wants_place else HttpResponseRedirect(login)
    refused, status = "", 200
    try:
        led = change(person)
        to = led if isinstance(led, str) else to
    except Refused as problem:
        refused, status = str(problem), status_of(problem)
    if wants_place and in_place is not None:
        response = in_place(refused)
        response.status_code = status
        return response
    if refused:
        return render(request, "pages/refused.html", {"refused": refused, "back": to}, status=status)
    return HttpResponseRedirect(to)


def status_of(problem: Refused) -> int:
    """The status of an answer that refuses: 403 what one may not, 422 what is wrong, 429 what is too much.

    With 429 the answer gets a `Retry-After` from `site.security.limits_know_the_visitor`.
    """
    return problem.status


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent by a form, for a Django form to check; None where nothing was.

    A field that is longer than any may be is cut to one character more than that: the answer repeats it.
    """
    if request.method != "POST":
        return None
    sent = request.POST.copy()
    for name, values in list(sent.lists()):
        sent.setlist(name, [str(value)[: LONGEST_FIELD + 1] for value in values])
    return sent


def number_of(text: str | None) -> int | None:
    """The number that a form sent, if it is one that a table can have."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def page_of(request: HttpRequest, last: int) -> int:
    """The page that the address asks for. Raises Http404 that says which there are."""
    number = number_of(request.GET.get("page", "1")) or 0
    if not 1 <= number <= last:
        raise Http404(f"Pages are numbered from 1 to {last}.")
    return number
