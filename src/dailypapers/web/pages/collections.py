"""Collections: a person's, one with its papers, and the forms that change it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dailypapers.catalogue.cards import cards
from dailypapers.community.access import Invalid, Refused
from dailypapers.community.actions import arrange, collect
from dailypapers.community.actions.follow import following
from dailypapers.community.actions.report import OF_COLLECTIONS, choices
from dailypapers.community.collecting import (
    PER_PAGE,
    may_change,
    may_delete,
    may_read,
    moderated,
    of_person,
    places,
    readable,
)
from dailypapers.community.joined import joined
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.people import User
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.card import ShownCard, shown_cards
from dailypapers.presentation.comment_words import words_html
from dailypapers.presentation.other_forms import forms_of
from dailypapers.presentation.visitors import person_of, reader
from dailypapers.ranking.lists import entries_of
from dailypapers.web.deeds import deed, number_of, page_of, status_of, typed

LAST_PAGE = arrange.MOST_PAPERS // PER_PAGE


class PrivateCollectionForm(forms.Form):
    """What a list of a private group is called and for."""

    name = forms.CharField(max_length=collect.LONGEST_NAME)
    about = forms.CharField(
        required=False,
        max_length=collect.LONGEST_ABOUT,
        label="What it is for",
        widget=forms.Textarea({"rows": 4}),
        help_text="Markdown, formulas as $x^2$.",
    )


class CollectionForm(PrivateCollectionForm):
    """The same of a collection that others may see."""

    is_public = forms.BooleanField(required=False, label="Others can see it")


@require_http_methods(["GET", "HEAD", "POST"])
def of(request: HttpRequest, handle: str) -> HttpResponse:
    """A person's collections; one's own with a form for a new one."""
    owner = joined().filter(handle=handle).first()
    if owner is None:
        raise Http404("Nobody has this handle. People change theirs, and leave.")
    viewer = reader(request)
    is_own = viewer.pk == owner.pk
    if request.method == "POST":
        return _create(request, owner)
    context = {
        "person": owner,
        "is_own": is_own,
        "collections": of_person(owner, viewer),
        "form": CollectionForm() if is_own else None,
    }
    return render(request, "pages/collections.html", context)


def _create(request: HttpRequest, owner: User) -> HttpResponse:
    path = reverse("collections", args=[owner.handle])
    form = CollectionForm(typed(request))
    if reader(request).pk != owner.pk:
        return deed(request, path, _not_theirs)
    if form.is_valid():
        try:
            return redirect(collect.create(person=owner, **form.cleaned_data).address)
        except Refused as problem:
            form.add_error(None, str(problem))
            status = status_of(problem)
    else:
        status = 422
    context = {"person": owner, "is_own": True, "collections": of_person(owner, owner), "form": form}
    return render(request, "pages/collections.html", context, status=status)


def _not_theirs(person: User) -> None:
    raise Refused("These are another person’s collections.")


@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, number: str, words: str | None = None) -> HttpResponse:
    """One collection: its papers in order, 25 a page."""
    viewer = reader(request)
    collection = found(int(number), viewer)
    wanted = page_of(request, LAST_PAGE)
    if request.path != collection.address:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{collection.address}?{query}" if query else collection.address)
    pages = max(1, -(-collection.papers // PER_PAGE))
    if wanted > pages:
        raise Http404(f"This collection has {pages} pages.")
    is_own = may_change(collection, viewer)
    context = {
        "collection": collection,
        "about": words_html(collection.about, collection.html, collection.renderer),
        "places": _shown(places(collection, wanted), viewer),
        "is_own": is_own,
        "page": wanted,
        "pages": pages,
        "path": "/papers",
        "previous_page": f"{collection.address}?page={wanted - 1}" if wanted > 1 else "",
        "next_page": f"{collection.address}?page={wanted + 1}" if wanted < pages else "",
    }
    # Nobody needs to follow what they alone fill.
    if viewer.is_authenticated and collection.owner_id != viewer.pk:
        context["follows"] = is_own or collection.is_shown
        context["moderates"] = viewer.moderates and moderated(collection)
        if collection.is_shown and not is_own:
            context["report_reasons"] = choices(OF_COLLECTIONS)
        context["followed"] = following(person_of(request), "collection", str(collection.pk))
    if may_read(collection, AnonymousUser()):
        context["other_forms"] = [forms_of(collection.address, json="feed.json", markdown=True)]
    return render(request, "pages/collection.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Rename, describe, show to others or not."""
    person = person_of(request)
    collection = _own(number, person)
    told = {"name": collection.name, "about": collection.about, "is_public": collection.is_public}
    kind = PrivateCollectionForm if collection.group and collection.group.is_private else CollectionForm
    form = kind(typed(request), initial=told)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = collect.change(person=person, collection_id=collection.pk, **form.cleaned_data)
                return redirect(changed.address)
            except Refused as problem:
                form.add_error(None, str(problem))
                status = status_of(problem)
    context = {"collection": collection, "form": form, "can_delete": may_delete(collection, person)}
    return render(request, "pages/collection_change.html", context, status=status)


def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a collection; the form asks to tick that it is meant."""

    def go(person: User) -> str:
        collection = _own(number, person)
        if request.POST.get("sure") != "1":
            raise Invalid("Tick that you mean it: a deleted collection cannot be brought back.")
        collect.delete(person=person, collection_id=collection.pk)
        messages.success(request, f"“{collection.name}” is deleted. The papers in it are still here.")
        return collection.group.address if collection.group else reverse("collections", args=[person.handle])

    return deed(request, reverse("change-collection", args=[number]), go)


@never_cache
def place(request: HttpRequest, number: int, paper_id: int) -> HttpResponse:
    """GET: a form for the note on a paper and its position. POST: keep both."""
    if request.method in ("GET", "HEAD"):
        return _place_form(request, number, paper_id)
    position = number_of(request.POST.get("position"))

    def keep(person: User) -> str:
        collection = _own(number, person)
        text = request.POST.get("note", "")
        at = collection.pk
        kept = arrange.note(person=person, collection_id=at, paper_id=paper_id, text=text)
        if position is not None and position != kept.position:
            kept = arrange.move(person=person, collection_id=at, paper_id=paper_id, position=position)
        return _at(collection, kept)

    return deed(request, reverse("collected", args=[number, paper_id]), keep)


def step(request: HttpRequest, number: int, paper_id: int) -> HttpResponse:
    """Move a paper one up or down (`by`)."""

    def go(person: User) -> str:
        collection = _own(number, person)
        by = -1 if request.POST.get("by") == "-1" else 1
        moved = arrange.step(person=person, collection_id=collection.pk, paper_id=paper_id, by=by)
        return _at(collection, moved)

    return deed(request, reverse("collection", args=[number]), go)


def take_out(request: HttpRequest, number: int, paper_id: int) -> HttpResponse:
    """Take a paper out of a collection."""

    def go(person: User) -> str:
        collection = _own(number, person)
        arrange.remove(person=person, collection_id=collection.pk, paper_id=paper_id)
        messages.success(request, f"Taken out of “{collection.name}”.")
        return collection.address

    return deed(request, reverse("collection", args=[number]), go)


def found(number: int, viewer: User | AnonymousUser) -> Collection:
    """The collection that an address names. Raises Http404 where there is none that the viewer may see."""
    collection = readable(number, viewer)
    if collection is None:
        raise Http404("There is no such collection, or it is not public.")
    return collection


def _own(number: int, person: User) -> Collection:
    collection = found(number, person)
    if not may_change(collection, person):
        raise Http404("This is the collection of others.")
    return collection


def _at(collection: Collection, place: CollectedPaper) -> str:
    """The address of a paper's place on the collection's page."""
    page = (place.position - 1) // PER_PAGE + 1
    return f"{collection.address}{f'?page={page}' if page > 1 else ''}#paper-{place.paper_id}"


def _shown(
    rows: list[CollectedPaper], viewer: User | AnonymousUser
) -> list[tuple[ShownCard, CollectedPaper, SafeString]]:
    by_paper = {row.paper_id: row for row in rows}
    ids = list(by_paper)
    shown = shown_cards(cards(ids), entries_of(ids), viewer)
    return [(card, row := by_paper[card.card.paper.pk], _note(row)) for card in shown]


def _note(row: CollectedPaper) -> SafeString:
    return words_html(row.note, row.html, row.renderer) if row.note else SafeString("")


@login_required
@require_http_methods(["GET", "HEAD"])
def _place_form(request: HttpRequest, number: int, paper_id: int) -> HttpResponse:
    collection = _own(number, person_of(request))
    row = CollectedPaper.objects.select_related("paper").filter(collection=collection, paper=paper_id).first()
    if row is None:
        raise Http404("This paper is not in the collection any more.")
    context = {
        "collection": collection,
        "place": row,
        "address": address_of(row.paper.handle),
        "longest": arrange.LONGEST_NOTE,
    }
    return render(request, "pages/collected.html", context)
