"""What one follows, and the newest papers from it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.clock import today
from dailypapers.community.actions import follow as actions
from dailypapers.community.models.follows import Follow
from dailypapers.community.models.people import User
from dailypapers.presentation.card import shown_cards
from dailypapers.presentation.following import because, listed
from dailypapers.presentation.visitors import person_of, reader
from dailypapers.ranking.followed import LAST_PAGE, PER_PAGE, newest_followed
from dailypapers.ranking.lists import entries_of
from dailypapers.ranking.nearby import newest_day
from dailypapers.web.deeds import back, deed, number_of, page_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest) -> HttpResponse:
    """The newest papers from all that one follows, and what that is."""
    person = person_of(request)
    number = page_of(request, LAST_PAGE)
    followed = actions.all_of(person)
    found = newest_followed(followed, newest_day(today()) or today(), number)
    ids = [one.paper_id for one in found[:PER_PAGE]]
    shown = list(shown_cards(cards(ids), entries_of(ids), person))
    by_paper = {one.paper_id: one for one in found}
    by_number = {one.pk: one for one in followed}
    context = {
        "papers": [
            (card, because(card.card.categories, by_paper[card.card.paper.pk], by_number)) for card in shown
        ],
        "kinds": listed(followed),
        "follows": len(followed),
        "path": "/papers",
        "previous_page": f"?page={number - 1}" if number > 1 else "",
        "next_page": f"?page={number + 1}" if len(found) > PER_PAGE and number < LAST_PAGE else "",
        "waiting": any(one.topic is not None and one.topic.looked_at is None for one in followed),
    }
    return render(request, "pages/following.html", context)


def follow(request: HttpRequest, kind: str) -> HttpResponse:
    """Follow something: `what` is named by the button."""
    what = request.POST.get("what", "")

    def change(person: User) -> None:
        made.append(actions.follow(person=person, kind=kind, what=what))

    made: list[Follow] = []

    def in_place(refused: str) -> HttpResponse:
        context = {"followed": made[0] if made else None, "kind": kind, "what": what, "refused": refused}
        return render(request, "follow.html", context)

    return deed(request, back(request, reverse("following")), change, in_place)


def stop(request: HttpRequest) -> HttpResponse:
    """Follow something no more: `follow` is the number of the following."""
    number = number_of(request.POST.get("follow")) or 0
    known = Follow.objects.select_related("person", "topic").filter(pk=number).first()
    kind, what = (known.kind, actions.what_of(known)) if known and _is_own(request, known) else ("", "")

    def change(person: User) -> None:
        actions.unfollow(person=person, follow_id=number)

    def in_place(refused: str) -> HttpResponse:
        still = known if refused else None
        context = {"followed": still, "kind": kind, "what": what, "refused": refused}
        return render(request, "follow.html", context)

    return deed(request, back(request, reverse("following")), change, in_place if kind else None)


def _is_own(request: HttpRequest, known: Follow) -> bool:
    return known.follower_id == reader(request).pk
