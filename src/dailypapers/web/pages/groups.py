"""Organizations and private groups: their lists, their pages, and the forms that change them."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.finding import find
from dailypapers.community import grouping
from dailypapers.community.access import Invalid, Refused
from dailypapers.community.actions import group as actions
from dailypapers.community.actions import group_papers, membership
from dailypapers.community.actions.follow import following
from dailypapers.community.collecting import of_group
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.voting import voting_of_members
from dailypapers.presentation.card import shown_cards
from dailypapers.presentation.other_forms import OtherForms, forms_of
from dailypapers.presentation.visitors import person_of, reader
from dailypapers.ranking.lists import entries_of
from dailypapers.web.deeds import number_of, page_of, status_of, typed

PER_PAGE = 25
LISTED = 50
SHOWN_MEMBERS = 100
"""People named on a group's page at first; `?people=all` names the others too."""
LAST_PAGE = 400
KINDS = {"organizations": Group.Kind.ORGANIZATION, "groups": Group.Kind.PRIVATE}


class NewForm(forms.Form):
    """What a new group is called and for."""

    name = forms.CharField(max_length=actions.LONGEST_NAME)
    about = forms.CharField(
        required=False, max_length=actions.LONGEST_ABOUT, widget=forms.Textarea({"rows": 4})
    )


class PrivateForm(NewForm):
    """What members of a private group read of it."""

    links = forms.CharField(
        required=False,
        max_length=3_000,
        widget=forms.Textarea({"rows": 3}),
        help_text="One https address a line.",
    )


class OrganizationForm(PrivateForm):
    """What everyone reads of an organization, and how people come to it."""

    ror = forms.CharField(
        required=False, max_length=40, label="ROR", help_text="Its identifier at ror.org: https://ror.org/…"
    )
    also_named = forms.CharField(
        required=False,
        max_length=1_500,
        label="Other names",
        widget=forms.Textarea({"rows": 3}),
        help_text="One a line, as papers write it. Papers are found by affiliation under all of them.",
    )
    joining = forms.ChoiceField(choices=Group.Joining.choices, label="Who can join")
    domain = forms.CharField(
        required=False,
        max_length=100,
        label="Mail domain",
        help_text="Who has a confirmed address in it joins without asking; you need one too.",
    )


@require_http_methods(["GET", "HEAD"])
def organizations(request: HttpRequest) -> HttpResponse:
    """All organizations by their names."""
    asked = request.GET.get("q", "")[:100].strip()
    page = page_of(request, LAST_PAGE)
    rows = list(grouping.organizations(asked)[(page - 1) * LISTED : page * LISTED + 1])
    query = {"q": asked} if asked else {}
    context = {
        "organizations": rows[:LISTED],
        "asked": asked,
        "other_forms": [OtherForms("", markdown="/organizations.md")],
        "may_make": grouping.may_make(reader(request), Group.Kind.ORGANIZATION),
        "previous_page": f"?{urlencode(query | {'page': page - 1})}" if page > 1 else "",
        "next_page": f"?{urlencode(query | {'page': page + 1})}" if len(rows) > LISTED else "",
    }
    return render(request, "pages/organizations.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def mine(request: HttpRequest) -> HttpResponse:
    """The groups and organizations that one belongs to."""
    person = person_of(request)
    context = {
        "memberships": grouping.groups_of(person),
        "blocks": grouping.blocked_by(person),
        "may_make": grouping.may_make(person, Group.Kind.PRIVATE),
    }
    return render(request, "pages/groups.html", context)


@login_required
@require_POST
def let_invite_again(request: HttpRequest, group_id: int) -> HttpResponse:
    """Let a group invite one again whose invitations one had declined for good."""
    membership.let_invite_again(person=person_of(request), group_id=group_id)
    return redirect("groups")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, base: str) -> HttpResponse:
    """A new group, which its maker runs."""
    form = NewForm(typed(request))
    status = 422 if form.is_bound else 200
    kind = KINDS[base]
    if form.is_bound and form.is_valid():
        try:
            return redirect(actions.create(person=person_of(request), kind=kind, **form.cleaned_data).address)
        except Refused as problem:
            form.add_error(None, str(problem))
            status = status_of(problem)
    context = {"form": form, "is_private": kind == Group.Kind.PRIVATE, "base": base}
    return render(request, "pages/group_new.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, base: str, slug: str) -> HttpResponse:
    """A group: what it says, its papers and its people."""
    group, own = found(request, base, slug)
    return _page(request, group, own)


@login_required
@require_POST
def people(request: HttpRequest, base: str, slug: str) -> HttpResponse:
    """What is done to a group's members: `deed` says what, `handle` to whom."""
    group, own = found(request, base, slug)
    deed, handle = request.POST.get("deed", ""), request.POST.get("handle", "")[:200]
    person = person_of(request)
    deeds: dict[str, tuple[Callable[[], object], str]] = {
        "join": (
            partial(membership.join, person=person, group_id=group.pk, words=request.POST.get("words", "")),
            "",
        ),
        "leave": (partial(membership.leave, person=person, group_id=group.pk), "Done."),
        "block": (
            partial(membership.decline_for_good, person=person, group_id=group.pk),
            "It will not invite you again. Your groups page has a way back.",
        ),
        "invite": (partial(membership.invite, by=person, group_id=group.pk, handle=handle), "They are told."),
        "admit": (partial(membership.admit, by=person, group_id=group.pk, handle=handle), "They are told."),
        "remove": (partial(membership.remove, by=person, group_id=group.pk, handle=handle), "Done."),
        "promote": (
            partial(membership.change_role, by=person, group_id=group.pk, handle=handle, is_admin=True),
            "Done.",
        ),
        "demote": (
            partial(membership.change_role, by=person, group_id=group.pk, handle=handle, is_admin=False),
            "Done.",
        ),
    }
    act, done = deeds.get(deed, (_nothing, ""))
    answer = _done(request, group, own, act, done, deed)
    if deed in ("leave", "block") and group.is_private and isinstance(answer, HttpResponseRedirect):
        return redirect("groups")
    return answer


@login_required
@require_POST
def papers(request: HttpRequest, base: str, slug: str) -> HttpResponse:
    """What is done to a group's papers: `deed` says what."""
    group, own = found(request, base, slug)
    person, deed = person_of(request), request.POST.get("deed", "")

    def add() -> object:
        paper = find(request.POST.get("paper", "")[:500].strip())
        if paper is None:
            raise Invalid("No paper that is held here has this identifier or address.")
        return group_papers.add(person=person, group_id=group.pk, paper_id=paper[0].pk)

    def take_off() -> None:
        chosen = number_of(request.POST.get("paper")) or 0
        group_papers.take_off(person=person, group_id=group.pk, paper_id=chosen)

    def look() -> object:
        new = group_papers.find_by_affiliation(person=person, group_id=group.pk)
        messages.success(request, f"{new:,} paper{'' if new == 1 else 's'} found.")
        return new

    deeds: dict[str, tuple[Callable[[], object], str]] = {
        "add": (add, "It stands on this page."),
        "take-off": (take_off, "It is taken off."),
        "find": (look, ""),
    }
    act, done = deeds.get(deed, (_nothing, ""))
    return _done(request, group, own, act, done, deed)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, base: str, slug: str) -> HttpResponse:
    """What a group says of itself, to be changed, and its end."""
    group, own = found(request, base, slug)
    person = person_of(request)
    if not grouping.runs(person, group, own):
        raise Http404("There is no such page.")
    kind = PrivateForm if group.is_private else OrganizationForm
    told = {name: getattr(group, name) for name in kind.base_fields}
    told["links"] = "\n".join(group.links)
    if not group.is_private:
        told["also_named"] = "\n".join(group.also_named)
    form = kind(typed(request), initial=told)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        lines = {
            name: form.cleaned_data[name].splitlines() for name in ("links", "also_named") if name in told
        }
        try:
            changed = actions.change(person=person, group_id=group.pk, **form.cleaned_data | lines)
        except Refused as problem:
            form.add_error(None, str(problem))
            status = status_of(problem)
        else:
            messages.success(request, "Kept.")
            return redirect(changed.address)
    context = {"group": group, "form": form, "is_admin": own is not None and own.state == "admin"}
    return render(request, "pages/group_change.html", context, status=status)


@login_required
@require_POST
def delete(request: HttpRequest, base: str, slug: str) -> HttpResponse:
    """Delete a group; its name is typed so that no slip of a finger does it."""
    group, _ = found(request, base, slug)
    person = person_of(request)

    def act() -> None:
        if request.POST.get("name", "")[:500].strip().casefold() != group.name.casefold():
            raise Invalid(f"Write {group.name} to delete it.")
        actions.delete(person=person, group_id=group.pk, reason=request.POST.get("reason", ""))

    try:
        act()
    except Refused as problem:
        context = {"refused": str(problem), "back": f"{group.address}/change"}
        return render(request, "pages/refused.html", context, status=status_of(problem))
    messages.success(request, f"{group.name} is deleted.")
    return redirect("groups" if group.is_private else "organizations")


def found(request: HttpRequest, base: str, slug: str) -> tuple[Group, Membership | None]:
    """The group of an address, if the reader may know of it. Raises `Http404`, the same for all others."""
    seen = grouping.visible(slug, KINDS[base], reader(request))
    if seen is None:
        raise Http404("There is no such group, or it is private and you do not belong to it.")
    return seen


def _page(
    request: HttpRequest,
    group: Group,
    own: Membership | None,
    problem: Refused | None = None,
    deed: str = "",
) -> HttpResponse:
    viewer = reader(request)
    runs = grouping.runs(viewer, group, own)
    is_member = own is not None and own.state in Membership.BELONGS
    context: dict[str, Any] = {
        "group": group,
        "own": own,
        "runs": runs,
        "is_member": is_member,
        "refused": problem,
        "deed": deed,
        "typed": {name: request.POST.get(name, "")[:500] for name in ("handle", "paper", "words")},
        "can_fill": runs or (is_member and group.is_private),
    }
    if not group.is_private:
        context["other_forms"] = [forms_of(group.address, markdown=True)]
    if viewer.is_authenticated and not group.is_private:
        context |= {"follows": True, "followed": following(person_of(request), "organization", group.slug)}
    if is_member or not group.is_private:
        at = page_of(request, LAST_PAGE)
        ids = list(grouping.papers_of(group)[(at - 1) * PER_PAGE : at * PER_PAGE + 1])
        shown = ids[:PER_PAGE]
        most = grouping.MOST_MEMBERS if request.GET.get("people") == "all" else SHOWN_MEMBERS
        belong = grouping.members(group, runs=runs, most=most + 1)
        voted = voting_of_members(shown, group.pk, names=is_member)
        own_cards = shown_cards(cards(shown), entries_of(shown), viewer)
        context |= {
            "lists": of_group(group, is_member=is_member),
            "cards": [(one, voted.get(one.card.paper.pk)) for one in own_cards],
            "path": "/papers",
            "members": belong[:most],
            "more_members": len(belong) > most,
            "previous_page": f"{group.address}?page={at - 1}" if at > 1 else "",
            "next_page": f"{group.address}?page={at + 1}" if len(ids) > PER_PAGE and at < LAST_PAGE else "",
        }
    status = status_of(problem) if problem else 200
    return render(request, "pages/group.html", context, status=status)


def _done(
    request: HttpRequest,
    group: Group,
    own: Membership | None,
    act: Callable[[], object],
    done: str,
    deed: str,
) -> HttpResponse:
    """Do it and show the group; what is refused is said at its form."""
    try:
        act()
    except Refused as problem:
        return _page(request, group, own, problem, deed)
    if done:
        messages.success(request, done)
    return redirect(group.address)


def _nothing() -> None:
    raise Invalid("Use one of the forms below.")
