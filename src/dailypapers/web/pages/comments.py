"""Comments: forms that work without JavaScript, and the same answers in place with it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.models import Paper
from dailypapers.community import discussions
from dailypapers.community.access import Refused
from dailypapers.community.actions import comment as actions
from dailypapers.community.actions import moderate_comment
from dailypapers.community.actions import take_away as in_group
from dailypapers.community.actions.react import react as react_to
from dailypapers.community.actions.report import OF_COMMENTS, choices
from dailypapers.community.actions.report import report as report_to_moderators
from dailypapers.community.comment_text import LONGEST
from dailypapers.community.grouping import is_admin
from dailypapers.community.models.comments import Comment, Discussion
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.comment_words import html_of
from dailypapers.presentation.visitors import may_see, reader, shown_paper
from dailypapers.ranking.refresh import refresh_paper
from dailypapers.web.deeds import number_of, status_of
from dailypapers.web.discussion import (
    Told,
    can_write,
    deeds_of,
    discussion,
    page_of,
    reactions_of,
)
from dailypapers.web.pages import group_paper
from dailypapers.web.pages import paper as paper_page

Change = Callable[[User], Comment]


def write(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Write a comment on a paper, or an answer (`answers`)."""
    answers = number_of(request.POST.get("answers"))
    body, quote = request.POST.get("body", ""), request.POST.get("quote", "")
    group = number_of(request.POST.get("group"))

    def change(person: User) -> Comment:
        return actions.write(
            person=person, paper_id=paper_id, body=body, answers=answers, quote=quote, group_id=group
        )

    return _changed(request, paper_id, change, "answer" if answers else "write", answers or 0, group)


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


def take_away(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Take a comment of another away, for who runs its private group."""
    reason = request.POST.get("reason", "")
    return _change(
        request,
        comment_id,
        "take-away",
        lambda person: in_group.take_away(comment_id=comment_id, by=person, reason=reason),
    )


def put_back(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Show a comment again that was taken away, for who runs its private group."""
    return _change(
        request, comment_id, "put-back", lambda person: in_group.put_back(comment_id=comment_id, by=person)
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
    comment = discussions.seen(comment_id, reader(request))
    if comment is None or not may_see(reader(request), comment.paper):
        raise Http404("There is no such comment.")
    in_place = bool(HtmxDetails(request))
    if deed == "close":
        return HttpResponse() if in_place else HttpResponseRedirect(_place(comment, comment.paper))
    person = reader(request)
    if not person.is_authenticated:
        return _to_sign_in(comment.paper, in_place=in_place)
    group, is_open = comment.group_id, can_write(person)
    if group is None:
        is_open = is_open and not Discussion.objects.filter(paper=comment.paper).exclude(locked="").exists()
    runs = group is not None and is_admin(person, group)
    label = dict(deeds_of(comment, person, can_write=is_open, runs_group=runs)).get(deed)
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
    comment = discussions.seen(comment_id, reader(request))
    if comment is None:
        raise Http404("There is no such comment.")
    return HttpResponseRedirect(_place(comment, comment.paper))


def history(request: HttpRequest, comment_id: int) -> HttpResponse:
    """What a comment said before it was changed."""
    comment = discussions.seen(comment_id, reader(request))
    if comment is None or comment.is_hidden or reason_for(comment.paper):
        raise Http404("There is no such comment, or it is hidden.")
    context = {
        "comment": comment,
        "html": html_of(comment),
        "edits": comment.edits.order_by("-pk")[:100],
        "path": address_of(comment.paper.handle),
    }
    return render(request, "pages/comment_history.html", context)


def _change(request: HttpRequest, comment_id: int, deed: str, change: Change) -> HttpResponse:
    comment = discussions.seen(comment_id, reader(request))
    if comment is None:
        raise Http404("There is no such comment.")
    return _changed(request, comment.paper_id, change, deed, comment_id, comment.group_id)


def _changed(
    request: HttpRequest, paper_id: int, change: Change, deed: str, at: int, group: int | None = None
) -> HttpResponse:
    """Do it if the reader may, and show the discussion: in place for htmx, else on its page.

    That is the paper's, or for what a private group says the group's own.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(
            ["POST"], "This is done with the forms on a paper’s page.\n", "text/plain"
        )
    person = reader(request)
    paper = shown_paper(paper_id, person)
    in_place = bool(HtmxDetails(request))
    if not person.is_authenticated:
        return _to_sign_in(paper, in_place=in_place)
    comment, told, status = _tried(request, change, deed, at, person)
    if comment is not None and group is None and deed not in ("react", "report"):
        refresh_paper(paper_id)
    if not in_place:
        if told is None and comment is not None:
            return HttpResponseRedirect(_place(comment, paper))
        if group is not None:
            return group_paper.show(request, paper, group, told=told, status=status)
        return paper_page.show(request, paper, told=told, status=status)
    if deed == "react" and comment is not None:
        context = {"pk": comment.pk, "reactions": reactions_of(comment, person), "can_write": True}
        return render(request, "reactions.html", context)
    page = page_of(comment) if comment is not None else number_of(request.POST.get("page")) or 1
    if group is not None:
        shown = group_paper.shown_discussion(request, paper, group, page=page, told=told)
    else:
        shown = discussion(paper, address_of(paper.handle), person, page, told)
    response = render(request, "discussion.html", {"discussion": shown}, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#discussion", "outerHTML"
    if comment is not None and told is None:
        response["HX-Reswap"] = f"outerHTML show:#comment-{comment.pk}:top"
    return response


def _to_sign_in(paper: Paper, *, in_place: bool) -> HttpResponse:
    to = f"{reverse('account_login')}?{urlencode({'next': address_of(paper.handle) + '#discussion'})}"
    return HttpResponse(headers={"HX-Redirect": to}) if in_place else HttpResponseRedirect(to)


def _tried(
    request: HttpRequest, change: Change, deed: str, at: int, person: User
) -> tuple[Comment | None, Told | None, int]:
    """The comment that was changed, or what is said at the form, and the status of the answer."""
    try:
        comment = change(person)
    except Refused as problem:
        typed = request.POST.get("body", request.POST.get("text", ""))
        told = Told(deed, at, str(problem), typed[:20_000], request.POST.get("quote", "")[:4_000])
        return None, told, status_of(problem)
    if deed == "report":
        return comment, Told(deed, at, "Thank you. A moderator will look at it.", done=True), 200
    return comment, None, 200


def _place(comment: Comment, paper: Paper) -> str:
    page = page_of(comment)
    path = f"{comment.group.address}/papers/{paper.pk}" if comment.group else address_of(paper.handle)
    return f"{path}{f'?comments={page}' if page > 1 else ''}#comment-{comment.pk}"
