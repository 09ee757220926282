"""Telling moderators of a paper, a person or a collection; comments are reported where they stand."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from dailypapers.community.actions.report import report_collection, report_paper, report_person
from dailypapers.community.models.people import User
from dailypapers.web.deeds import at_paper, deed


def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Have a moderator look at a paper."""
    reason, text = _told(request)
    return _report(
        request,
        at_paper(request, paper_id),
        lambda who: report_paper(person=who, paper_id=paper_id, reason=reason, text=text),
    )


def person(request: HttpRequest, handle: str) -> HttpResponse:
    """Have a moderator look at what stands on someone's page."""
    reason, text = _told(request)
    return _report(
        request,
        f"/people/{handle}",
        lambda who: report_person(person=who, handle=handle, reason=reason, text=text),
    )


def collection(request: HttpRequest, number: int) -> HttpResponse:
    """Have a moderator look at a public collection."""
    reason, text = _told(request)
    return _report(
        request,
        f"/collections/{number}",
        lambda who: report_collection(person=who, collection_id=number, reason=reason, text=text),
    )


def _told(request: HttpRequest) -> tuple[str, str]:
    return request.POST.get("reason", ""), request.POST.get("text", "")


def _report(request: HttpRequest, to: str, report: Callable[[User], object]) -> HttpResponse:
    def change(who: User) -> None:
        report(who)
        messages.success(request, "Thank you. A moderator will look at it.")

    return deed(request, to, change)
