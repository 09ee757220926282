"""The lists that the members of a group keep together: all of them, and the form for a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dailypapers.community.access import Refused
from dailypapers.community.actions import collect
from dailypapers.community.collecting import of_group
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.people import User
from dailypapers.presentation.visitors import person_of, reader
from dailypapers.web.deeds import deed, status_of, typed
from dailypapers.web.pages.collections import CollectionForm, PrivateCollectionForm
from dailypapers.web.pages.groups import found


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, base: str, slug: str) -> HttpResponse:
    """The lists of a group; with a form for a new one where the reader is a member."""
    group, own = found(request, base, slug)
    is_member = own is not None and own.state in Membership.BELONGS
    if request.method != "POST":
        return _page(request, group, is_member=is_member)
    if not is_member or not reader(request).is_authenticated:
        return deed(request, f"{group.address}/lists", _not_theirs)
    form = _form_of(group)(typed(request))
    status = 422
    if form.is_valid():
        try:
            made = collect.create(person=person_of(request), group_id=group.pk, **form.cleaned_data)
            return redirect(made.address)
        except Refused as problem:
            form.add_error(None, str(problem))
            status = status_of(problem)
    return _page(request, group, is_member=True, form=form, status=status)


def _page(
    request: HttpRequest,
    group: Group,
    *,
    is_member: bool,
    form: PrivateCollectionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "group": group,
        "is_member": is_member,
        "collections": of_group(group, is_member=is_member),
        "form": form or (_form_of(group)() if is_member else None),
    }
    return render(request, "pages/group_lists.html", context, status=status)


def _form_of(group: Group) -> type[PrivateCollectionForm]:
    """The form of a new list; those of a private group are never shown to others."""
    return PrivateCollectionForm if group.is_private else CollectionForm


def _not_theirs(person: User) -> None:
    raise Refused("Only members make lists of a group.")
