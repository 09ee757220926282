"""What moderators decide about papers: one hidden, two joined, a wrong pair parted, a discussion closed."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from dailypapers.catalogue import joining
from dailypapers.catalogue.finding import find
from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.models import Merge, Paper
from dailypapers.catalogue.records import PaperRecord
from dailypapers.community import queue
from dailypapers.community.access import Invalid, Refused, about_oneself
from dailypapers.community.actions import moderate_comment, moderate_paper
from dailypapers.community.actions.report import decide_reports
from dailypapers.community.deciding import own_papers
from dailypapers.community.models.comments import Discussion, Report
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import VoteCount
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.visitors import person_of
from dailypapers.ranking.refresh import refresh_paper
from dailypapers.web.deeds import number_of
from dailypapers.web.moderating import decided, for_moderators
from dailypapers.web.moderation_log import shown_decisions

MOST = 50
"""Decisions, merges and reports of one paper that are shown."""


@for_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """What was decided about a paper before, and what can be decided now."""
    by, here = person_of(request), f"/moderation/papers/{paper_id}"
    if request.method == "POST":
        return decided(request, lambda: _decide(request, paper_id, by), here)
    found = Paper.objects.select_related("hidden").filter(pk=paper_id).first()
    if found is None:
        raise Http404("This paper is not held here; it may have been joined to another.")
    reports = queue.open_reports().filter(paper=found).select_related("reporter")
    context = {
        "paper": found,
        "address": address_of(found.handle),
        "hidden": reason_for(found),
        "may_not": about_oneself(by) if own_papers([found.pk], by) else "",
        "locked": Discussion.objects.filter(paper=found).values_list("locked", flat=True).first(),
        "merges": [_shown(merge) for merge in Merge.objects.filter(paper=found).order_by("-pk")[:MOST]],
        "reports": reports.order_by("-created_at")[:MOST],
        "decisions": shown_decisions(
            list(Decision.objects.filter(paper=found).order_by("-created_at", "-pk")[:MOST]),
            to_moderator=True,
        ),
    }
    return render(request, "pages/moderation_paper.html", context)


def _decide(request: HttpRequest, paper_id: int, by: User) -> str:
    reason, deed = request.POST.get("reason", ""), request.POST.get("deed", "")
    match deed:
        case "hide":
            moderate_paper.hide(paper_id=paper_id, by=by, reason=reason)
            return "The paper is hidden."
        case "show":
            moderate_paper.show(paper_id=paper_id, by=by, reason=reason)
            return "The paper is listed again."
        case "lock":
            moderate_comment.lock(paper_id=paper_id, by=by, reason=reason)
            return "The discussion is closed."
        case "unlock":
            moderate_comment.unlock(paper_id=paper_id, by=by, reason=reason)
            return "The discussion is open."
        case "part":
            return _part(number_of(request.POST.get("merge")), paper_id, by, reason)
        case "dismiss" | "settled":
            state = Report.State.DISMISSED if deed == "dismiss" else Report.State.UPHELD
            decide_reports(about=get_object_or_404(Paper, pk=paper_id), by=by, state=state, reason=reason)
            return "The reports are closed."
    raise Invalid("Choose what to do.")


def _part(merge: int | None, paper_id: int, by: User, reason: str) -> str:
    if merge is None or not Merge.objects.filter(pk=merge, paper=paper_id).exists():
        raise Refused("This was parted already.")
    kept, parted = moderate_paper.part(merge_id=merge, by=by, reason=reason)
    for one in (kept, parted):
        refresh_paper(one.pk)
    return f"{parted.handle} is a paper of its own again."


@dataclass(frozen=True, slots=True)
class ShownMerge:
    """A copy that was taken for the same work."""

    merge: Merge
    names: str
    title: str


def _shown(merge: Merge) -> ShownMerge:
    names = ", ".join(":".join(name) for name in merge.joined["identifiers"])
    return ShownMerge(merge, names, merge.joined["title"])


@dataclass(frozen=True, slots=True)
class Preview:
    """Two papers, and what they would be as one."""

    first: Paper
    second: Paper
    result: PaperRecord
    told_apart: bool
    votes: int
    comments: int


@for_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Two papers that are one work: named, looked at as one, joined."""
    if request.method == "POST":
        return decided(request, lambda: _join(request), "/moderation/merge")
    asked = {name: request.GET.get(name, "")[:500].strip() for name in ("first", "second")}
    context: dict[str, object] = dict(asked)
    if all(asked.values()):
        try:
            context["preview"] = _preview(*(_named(text) for text in asked.values()))
        except (Refused, joining.CannotJoin) as problem:
            context["wrong"] = str(problem)
    return render(request, "pages/moderation_merge.html", context)


def _named(text: str) -> Paper:
    found = find(text.removeprefix("/papers/"))
    if found is None:
        raise Invalid(f"No paper is held under {text[:100]}.")
    return found[0]


def _preview(first: Paper, second: Paper) -> Preview:
    result = joining.joined(first.pk, second.pk)
    both = (first.pk, second.pk)
    votes = VoteCount.objects.filter(paper__in=both).values_list("votes", flat=True)
    comments = Discussion.objects.filter(paper__in=both).values_list("comments", flat=True)
    told_apart = joining.are_told_apart(first.pk, second.pk)
    return Preview(first, second, result, told_apart, sum(votes), sum(comments))


def _join(request: HttpRequest) -> str:
    first, second = number_of(request.POST.get("first")), number_of(request.POST.get("second"))
    if first is None or second is None:
        raise Invalid("Name two papers.")
    reason = request.POST.get("reason", "")
    kept = moderate_paper.join(first=first, second=second, by=person_of(request), reason=reason)
    refresh_paper(kept.pk)
    return f"They are one paper now: {kept.handle}."
