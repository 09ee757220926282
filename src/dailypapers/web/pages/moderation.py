"""The moderators' queue, what is decided there, and the public log of all decisions."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from dailypapers.community import queue as queue_of
from dailypapers.community import rings
from dailypapers.community.access import Invalid, Refused, about_oneself
from dailypapers.community.actions import moderate_comment, moderate_person
from dailypapers.community.actions import vote as votes
from dailypapers.community.actions.report import decide_reports
from dailypapers.community.models.comments import Comment, Report
from dailypapers.community.models.invitations import Invitation
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.presentation.visitors import person_of, reader
from dailypapers.ranking.refresh import refresh_paper
from dailypapers.web.deeds import number_of, page_of
from dailypapers.web.moderating import decided, for_moderators
from dailypapers.web.moderation_log import NAMED, shown_decisions
from dailypapers.web.queue_sections import SECTIONS

PER_PAGE = 10
LOG_PER_PAGE = 50
LAST_PAGE = 1_000


@for_moderators
@require_http_methods(["GET", "HEAD"])
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a moderator; without `?show=` the first section in which something does."""
    waiting = [(section, section.waiting()) for section in SECTIONS]
    chosen = request.GET.get("show", "")
    section = next((one for one, count in waiting if (one.name == chosen if chosen else count)), None)
    if section is None and chosen:
        raise Http404("The queue has no such part.")
    section = section or SECTIONS[0]
    only = request.GET.get("only", "")
    if only and only not in dict(section.choices):
        raise Http404("The queue cannot be narrowed to this.")
    page = page_of(request, LAST_PAGE)
    rows = section.rows((page - 1) * PER_PAGE, PER_PAGE + 1, only)
    by = person_of(request)
    if section.mark_own is not None:
        section.mark_own(rows, by)
    here = {"show": section.name} | ({"only": only} if only else {})
    context = {
        "sections": waiting,
        "section": section,
        "only": only,
        "rows": rows[:PER_PAGE],
        "about_oneself": about_oneself(by) if any(getattr(one, "is_own", False) for one in rows) else "",
        "previous_page": f"?{urlencode(here | {'page': page - 1})}" if page > 1 else "",
        "next_page": f"?{urlencode(here | {'page': page + 1})}" if len(rows) > PER_PAGE else "",
    }
    return render(request, "pages/moderation.html", context)


@for_moderators
@require_POST
def decide_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Hide a comment, let it be seen, or dismiss its reports."""
    by, reason, deed = person_of(request), request.POST.get("reason", ""), request.POST.get("deed", "")

    def act() -> str:
        if deed == "hide":
            comment = moderate_comment.hide(comment_id=comment_id, by=by, reason=reason)
            refresh_paper(comment.paper_id)
            return "The comment is hidden."
        if deed == "let":
            comment = moderate_comment.let_be_seen(comment_id=comment_id, by=by, reason=reason)
            refresh_paper(comment.paper_id)
            return "The comment can be seen."
        if deed == "dismiss":
            moderate_comment.dismiss_reports(comment_id=comment_id, by=by, reason=reason)
            return "The reports are dismissed."
        raise Invalid("Choose what to do.")

    return decided(request, act)


@for_moderators
@require_POST
def decide_votes(request: HttpRequest) -> HttpResponse:
    """Let the votes of a bunch count or drop them: those that were chosen, all where none was."""
    by, reason, deed = person_of(request), request.POST.get("reason", ""), request.POST.get("deed", "")
    paper, why = number_of(request.POST.get("paper")), request.POST.get("why", "")
    ticked = request.POST.getlist("vote")[: 2 * queue_of.MOST_VOTES]
    chosen = [number for one in ticked if (number := number_of(one)) is not None] if ticked else None

    def act() -> str:
        if deed not in ("count", "drop") or paper is None or why not in rings.REASONS:
            raise Invalid("Choose what to do.")
        held = queue_of.votes_of(paper, why, chosen)
        action = votes.let_count if deed == "count" else votes.drop
        papers = action(votes=held, by=by, reason=reason)
        if not papers:
            raise Refused("Someone else has decided about these votes already.")
        for paper_id in papers:
            refresh_paper(paper_id)
        number = f"{len(held)} vote{'' if len(held) == 1 else 's'}"
        return (
            f"{number} count{'s' if len(held) == 1 else ''} now." if deed == "count" else f"{number} dropped."
        )

    return decided(request, act)


@for_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, handle: str) -> HttpResponse:
    """What was decided about someone before, and what can be decided now."""
    by = person_of(request)
    if request.method == "POST":
        return decided(request, lambda: _decide_person(request, handle, by), f"/moderation/people/{handle}")
    who = User.objects.filter(handle=handle, is_active=True).first()
    if who is None:
        raise Http404("Nobody has this handle. People change theirs, and leave.")
    about = Decision.objects.filter(people=who).order_by("-created_at", "-pk")[:LOG_PER_PAGE]
    came = Invitation.objects.filter(accepted_by=who).select_related("inviter").first()
    context = {
        "who": who,
        "decisions": shown_decisions(list(about), to_moderator=True),
        "inviter": came.inviter if came else None,
        "reports": queue_of.open_reports()
        .filter(person=who)
        .select_related("reporter")
        .order_by("-created_at")[:50],
        "hidden": Comment.objects.filter(author=who).exclude(hidden_for="").count(),
        "longest": moderate_person.LONGEST_SUSPENSION,
    }
    return render(request, "pages/moderation_person.html", context)


def _decide_person(request: HttpRequest, handle: str, by: User) -> str:
    reason, deed = request.POST.get("reason", ""), request.POST.get("deed", "")
    if deed == "warn":
        who = moderate_person.warn(handle=handle, by=by, reason=reason)
        _uphold(who, by, reason)
        return f"{who.shown_name} is warned."
    if deed == "suspend":
        length, text = request.POST.get("length", ""), request.POST.get("days", "")
        if length not in ("days", "good"):
            raise Invalid("Choose for how long.")
        days = None if length == "good" else number_of(text) or 0
        who = moderate_person.suspend(handle=handle, by=by, reason=reason, days=days)
        _uphold(who, by, reason)
        return f"{who.shown_name} is suspended."
    if deed == "lift":
        return f"{moderate_person.lift(handle=handle, by=by, reason=reason).shown_name} may act again."
    if deed in ("appoint", "discharge"):
        moderates = deed == "appoint"
        who = moderate_person.appoint(handle=handle, by=by, moderates=moderates, reason=reason)
        return f"{who.shown_name} is {'a moderator' if moderates else 'a moderator no more'}."
    if deed == "dismiss":
        who = get_object_or_404(User, handle=handle)
        decide_reports(about=who, by=by, state=Report.State.DISMISSED, reason=reason)
        return "The reports are dismissed."
    raise Invalid("Choose what to do.")


def _uphold(who: User, by: User, reason: str) -> None:
    """Close what was reported of someone as right, where anything was."""
    if queue_of.open_reports().filter(person=who).exists():
        decide_reports(about=who, by=by, state=Report.State.UPHELD, reason=reason)


@require_http_methods(["GET", "HEAD"])
def log(request: HttpRequest) -> HttpResponse:
    """Everything that moderators and the site decided, the newest first; open to everyone."""
    kind = request.GET.get("kind", "")
    if kind and kind not in NAMED:
        raise Http404("The log knows no such kind of decision.")
    page = page_of(request, LAST_PAGE)
    rows = Decision.objects.filter(kind=kind) if kind else Decision.objects.all()
    found = list(rows.order_by("-created_at", "-pk")[(page - 1) * LOG_PER_PAGE : page * LOG_PER_PAGE + 1])
    here = {"kind": kind} if kind else {}
    viewer = reader(request)
    context = {
        "decisions": shown_decisions(
            found[:LOG_PER_PAGE], to_moderator=viewer.is_authenticated and viewer.moderates
        ),
        "kind": kind,
        "kinds": NAMED.items(),
        "previous_page": f"?{urlencode(here | {'page': page - 1})}" if page > 1 else "",
        "next_page": f"?{urlencode(here | {'page': page + 1})}" if len(found) > LOG_PER_PAGE else "",
    }
    return render(request, "pages/moderation_log.html", context)
