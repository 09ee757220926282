"""Who asks, and from where, as far as that is known."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest

from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.models import Paper
from dailypapers.community.models.people import User


def reader(request: HttpRequest) -> User | AnonymousUser:
    """Whoever is signed in."""
    return request.user


def person_of(request: HttpRequest) -> User:
    """Who is signed in, for pages that are for nobody else."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def may_see(viewer: User | AnonymousUser, paper: Paper) -> bool:
    """Whether someone may see what a paper says and what is said of it: of a hidden one moderators only."""
    return not reason_for(paper) or (viewer.is_authenticated and viewer.moderates)


def shown_paper(paper_id: int, viewer: User | AnonymousUser) -> Paper:
    """A paper that someone may see. Raises Http404 for one that is hidden or not held."""
    paper = Paper.objects.select_related("hidden").filter(pk=paper_id).first()
    if paper is None or not may_see(viewer, paper):
        raise Http404("This paper is not held here, or moderators hid it.")
    return paper


def address_of_visitor(request: HttpRequest) -> str:
    """The visitor's address; empty where a proxy that nobody vouched for hides it.

    The entries of X-Forwarded-For that our own proxies wrote are the last ones: those before them can be
    made up.
    """
    passed_on = request.headers.get("X-Forwarded-For", "")
    if settings.PROXIES:
        entries = [entry.strip() for entry in passed_on.split(",")]
        return entries[-settings.PROXIES] if len(entries) >= settings.PROXIES else ""
    return "" if passed_on else str(request.META.get("REMOTE_ADDR", ""))
