"""What moderators decide about public collections: out of public sight, public again, reports closed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from dailypapers.community import queue
from dailypapers.community.access import Invalid, about_oneself
from dailypapers.community.actions import moderate_collection
from dailypapers.community.actions.report import decide_reports
from dailypapers.community.collecting import may_change, moderated
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.comments import Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.presentation.visitors import person_of
from dailypapers.web.moderating import decided, for_moderators
from dailypapers.web.moderation_log import shown_decisions

MOST = 50
"""Decisions and reports of one collection that are shown."""


@for_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def collection(request: HttpRequest, number: int) -> HttpResponse:
    """What was decided about a collection before, and what can be decided now."""
    by = person_of(request)
    found = _moderated(number)
    if request.method == "POST":
        return decided(request, lambda: _decide(request, found, by), f"/moderation/collections/{number}")
    about = Decision.objects.filter(collection=found).order_by("-created_at", "-pk")[:MOST]
    reports = queue.open_reports().filter(collection=found).select_related("reporter")
    context = {
        "collection": found,
        "reports": reports.order_by("-created_at")[:MOST],
        "decisions": shown_decisions(list(about), to_moderator=True),
        "may_not": about_oneself(by) if may_change(found, by) else "",
    }
    return render(request, "pages/moderation_collection.html", context)


def _moderated(number: int) -> Collection:
    """A collection that others saw. Raises `Http404`, the same for private ones as where there is none."""
    found = Collection.objects.select_related("owner", "group").filter(pk=number).first()
    if found is None or not moderated(found):
        raise Http404("There is no such collection, or it is not public.")
    return found


def _decide(request: HttpRequest, about: Collection, by: User) -> str:
    reason = request.POST.get("reason", "")
    match request.POST.get("deed", ""):
        case "withhold":
            moderate_collection.withhold(collection_id=about.pk, by=by, reason=reason)
            return "The collection is out of public sight."
        case "allow":
            moderate_collection.allow(collection_id=about.pk, by=by, reason=reason)
            return "The collection can be public again."
        case "dismiss":
            decide_reports(about=about, by=by, state=Report.State.DISMISSED, reason=reason)
            return "The reports are dismissed."
        case "settled":
            decide_reports(about=about, by=by, state=Report.State.UPHELD, reason=reason)
            return "The reports are closed."
    raise Invalid("Choose what to do.")
