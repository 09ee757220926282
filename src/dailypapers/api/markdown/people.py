"""A person as Markdown: what they say, and what they let everyone see."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from dailypapers.api.markdown.answer import as_markdown, site_of
from dailypapers.api.markdown.text import bullets, counted, escaped, link, page, paragraphs
from dailypapers.catalogue.models import Paper
from dailypapers.community.actions.former_handle import handle_now
from dailypapers.community.claiming import papers_claimed
from dailypapers.community.collecting import of_person
from dailypapers.community.grouping import groups_of
from dailypapers.community.joined import joined
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.trust import links_wait
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.comment_words import excerpt
from dailypapers.presentation.mathematics import plain

SHOWN = 25
"""Of each kind of thing, the newest; feeds have the rest."""
_EXCERPT = 300


@as_markdown
def profile(request: HttpRequest, handle: str) -> HttpResponse | str:
    """What a person says of themself and gave, as far as everyone sees it."""
    person = joined().filter(handle=handle).first()
    if person is None:
        if now := handle_now(handle):
            return HttpResponseRedirect(f"/people/{now}.md")
        raise Http404("Nobody has this handle. People change theirs, and leave.")
    site = site_of(request)
    tells = not links_wait(person, timezone.now())
    return page(
        f"# {escaped(person.shown_name)}",
        bullets(_facts(person, site, tells=tells)),
        paragraphs(person.about) if tells else "",
        *_section("Papers", _claims(person, site)),
        *_section("Collections", _collections(person, site)),
        *_section("Put forward", _submissions(person, site)),
        *_section("Comments", _comments(person, site) if person.shows_comments else iter(())),
    )


def _section(name: str, lines: Iterator[str]) -> Iterator[str]:
    if text := bullets(lines):
        yield f"## {name}"
        yield text


def _facts(person: User, site: str, *, tells: bool) -> Iterator[str]:
    yield f"Handle: @{person.handle}"
    if person.affiliation:
        yield f"Affiliation: {escaped(person.affiliation)}"
    yield f"Here since: {person.joined_at:%Y-%m}"
    if person.orcid:
        yield f"ORCID: {link(person.orcid, f'https://orcid.org/{person.orcid}')}"
    for one in groups_of(person, kind=Group.Kind.ORGANIZATION):
        if one.state in Membership.BELONGS:
            yield f"Organization: {link(one.group.name, f'{site}{one.group.address}.md')}"
    for address in person.links if tells else ():
        yield link(address, address)


def _claims(person: User, site: str) -> Iterator[str]:
    for claim in papers_claimed(person, is_own=False)[:SHOWN]:
        yield _paper(claim.paper, site)


def _collections(person: User, site: str) -> Iterator[str]:
    for one in of_person(person, AnonymousUser())[:SHOWN]:
        yield f"{link(one.name, f'{site}{one.address}.md')}: {counted(one.papers, 'paper')}"


def _submissions(person: User, site: str) -> Iterator[str]:
    rows = Submission.objects.filter(person=person, paper__hidden=None).select_related("paper")
    for one in rows.order_by("-created_at")[:SHOWN]:
        yield f"{_paper(one.paper, site)}, {one.day}"


def _comments(person: User, site: str) -> Iterator[str]:
    said = Comment.objects.filter(author=person, hidden_at=None, paper__hidden=None).select_related("paper")
    for one in said.order_by("-created_at", "-pk")[:SHOWN]:
        day = f"{one.created_at:%Y-%m-%d}"
        yield f"On {_paper(one.paper, site)}, {day}: {escaped(excerpt(one, _EXCERPT))}"


def _paper(paper: Paper, site: str) -> str:
    return link(plain(paper.title) or paper.handle, f"{site}{address_of(paper.handle)}.md")
