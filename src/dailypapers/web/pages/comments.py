"""Comments: forms that work without JavaScript, and the same answers in place with it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import comment as actions
from dailypapers.community.actions import moderate_comment
from dailypapers.community.actions.react import react as react_to
from dailypapers.community.actions.report import OF_COMMENTS, choices
from dailypapers.community.actions.report import report as report_to_moderators
from dailypapers.community.comment_text import LONGEST
from dailypapers.community.models.comments import Comment, Discussion
from dailypapers.community.models.people import User
from dailypapers.ranking.refresh import refresh_paper
from dailypapers.web.addresses import address_of
from dailypapers.web.deeds import number_of
from dailypapers.web.discussion import (
    Told,
    can_write,
    deeds_of,
    discussion,
    html_of,
    page_of,
    reactions_of,
)
from dailypapers.web.pages import paper as paper_page
from dailypapers.web.visitors import may_see, reader, shown_paper

Change = Callable[[User], Comment]


def write(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Write a comment on a paper, or an answer (`answers`)."""
    answers = number_of(request.POST.get("answers"))
    body, quote = request.POST.get("body", ""), request.POST.get("quote", "")

    def change(person: User) -> Comment:
        return actions.write(person=person, paper_id=paper_id, body=body, answers=answers, quote=quote)

    return _changed(request, paper_id, change, "answer" if answers else "write", answers or 0)


def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Change one's own comment."""
    body = request.POST.get("body", "")
    return _change(
        request,
        comment_id,
        "edit",
        lambda person: actions.edit(person=person, comment_id=comment_id, body=body),
    )


def remove(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Take one's own comment away."""
    return _change(
        request, comment_id, "remove", lambda person: actions.remove(person=person, comment_id=comment_id)
    )


def react(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Say what one thinks of a comment in a word (`kind`), or take the word back (`back`)."""
    back = request.POST.get("back", "")
    kind = back or request.POST.get("kind", "")
    return _change(
        request,
        comment_id,
        "react",
        lambda person: react_to(person=person, comment_id=comment_id, kind=kind, back=bool(back)),
    )


def report(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Have a moderator look at a comment."""
    reason, text = request.POST.get("reason", ""), request.POST.get("text", "")

    def change(person: User) -> Comment:
        return report_to_moderators(person=person, comment_id=comment_id, reason=reason, text=text)

    return _change(request, comment_id, "report", change)


def hide(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Hide a comment, for moderators."""
    reason = request.POST.get("reason", "")
    return _change(
        request,
        comment_id,
        "hide",
        lambda person: moderate_comment.hide(comment_id=comment_id, by=person, reason=reason),
    )


def show(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Show a comment again, for moderators."""
    reason = request.POST.get("reason", "")
    return _change(
        request,
        comment_id,
        "show",
        lambda person: moderate_comment.show(comment_id=comment_id, by=person, reason=reason),
    )


def form(request: HttpRequest, comment_id: int, deed: str) -> HttpResponse:
    """The form by which something is done with a comment: in place, or as a page of its own."""
    comment = Comment.objects.select_related("paper__hidden", "author").filter(pk=comment_id).first()
    if comment is None or not may_see(reader(request), comment.paper):
        raise Http404("There is no such comment.")
    in_place = bool(HtmxDetails(request))
    if deed == "close":
        return HttpResponse() if in_place else HttpResponseRedirect(_place(comment, comment.paper))
    person = reader(request)
    if not person.is_authenticated:
        return _to_sign_in(comment.paper, in_place=in_place)
    is_open = can_write(person) and not Discussion.objects.filter(paper=comment.paper).exclude(locked="")
    label = dict(deeds_of(comment, person, can_write=bool(is_open))).get(deed)
    if label is None:
        raise Http404("This cannot be done with the comment, or not by you.")
    context = {
        "one": comment,
        "pk": comment.pk,
        "deed": deed,
        "label": label,
        "page": page_of(comment),
        "longest": LONGEST,
        "reasons": choices(OF_COMMENTS),
        "in_place": in_place,
    }
    if in_place:
        return render(request, "comment_form.html", context)
    context |= {"html": html_of(comment), "path": address_of(comment.paper.handle)}
    return render(request, "pages/comment_form.html", context)


def place(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Lead to the place of a comment on its paper's page."""
    comment = Comment.objects.select_related("paper", "root").filter(pk=comment_id).first()
    if comment is None:
        raise Http404("There is no such comment.")
    return HttpResponseRedirect(_place(comment, comment.paper))


def history(request: HttpRequest, comment_id: int) -> HttpResponse:
    """What a comment said before it was changed."""
    found = Comment.objects.select_related("paper", "author").filter(pk=comment_id, hidden_at=None)
    comment = found.filter(paper__hidden=None).first()
    if comment is None:
        raise Http404("There is no such comment, or it is hidden.")
    context = {
        "comment": comment,
        "html": html_of(comment),
        "edits": comment.edits.order_by("-pk")[:100],
        "path": address_of(comment.paper.handle),
    }
    return render(request, "pages/comment_history.html", context)


def _change(request: HttpRequest, comment_id: int, deed: str, change: Change) -> HttpResponse:
    paper_id = Comment.objects.filter(pk=comment_id).values_list("paper_id", flat=True).first()
    if paper_id is None:
        raise Http404("There is no such comment.")
    return _changed(request, paper_id, change, deed, comment_id)


def _changed(request: HttpRequest, paper_id: int, change: Change, deed: str, at: int) -> HttpResponse:
    """Do it if the reader may, and show the discussion: in place for htmx, else on the paper's page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(
            ["POST"], "This is done with the forms on a paper’s page.\n", "text/plain"
        )
    person = reader(request)
    paper = shown_paper(paper_id, person)
    in_place = bool(HtmxDetails(request))
    if not person.is_authenticated:
        return _to_sign_in(paper, in_place=in_place)
    told, status, comment = None, 200, None
    try:
        comment = change(person)
        if deed not in ("react", "report"):
            refresh_paper(paper_id)
    except Refused as problem:
        status = 429 if isinstance(problem, TooMany) else 403
        typed = request.POST.get("body", request.POST.get("text", ""))
        told = Told(deed, at, str(problem), typed[:20_000], request.POST.get("quote", "")[:4_000])
    if comment is not None and deed == "report":
        told = Told(deed, at, "Thank you. A moderator will look at it.", done=True)
    if not in_place:
        if told is None and comment is not None:
            return HttpResponseRedirect(_place(comment, paper))
        return paper_page.show(request, paper, told=told, status=status)
    if deed == "react" and comment is not None:
        context = {"pk": comment.pk, "reactions": reactions_of(comment, person), "can_write": True}
        return render(request, "reactions.html", context)
    page = page_of(comment) if comment is not None else number_of(request.POST.get("page")) or 1
    shown = discussion(paper, address_of(paper.handle), person, page, told)
    response = render(request, "discussion.html", {"discussion": shown}, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#discussion", "outerHTML"
    if comment is not None and told is None:
        response["HX-Reswap"] = f"outerHTML show:#comment-{comment.pk}:top"
    return response


def _to_sign_in(paper: Paper, *, in_place: bool) -> HttpResponse:
    to = f"{reverse('account_login')}?{urlencode({'next': address_of(paper.handle) + '#discussion'})}"
    return HttpResponse(headers={"HX-Redirect": to}) if in_place else HttpResponseRedirect(to)


def _place(comment: Comment, paper: Paper) -> str:
    page = page_of(comment)
    return f"{address_of(paper.handle)}{f'?comments={page}' if page > 1 else ''}#comment-{comment.pk}"
