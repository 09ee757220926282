"""The lists as Markdown: the newest, days, weeks, months, trending, searches, collections, organizations."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from dailypapers.api.markdown.answer import answer, as_markdown, site_of
from dailypapers.api.markdown.text import counted, escaped, link, page, told
from dailypapers.catalogue import finding
from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.clock import today
from dailypapers.community import grouping
from dailypapers.community.collecting import PER_PAGE as COLLECTED
from dailypapers.community.collecting import places, readable
from dailypapers.community.models.groups import Group
from dailypapers.ingest.models import Coverage
from dailypapers.presentation.card import ShownCard, shown_cards
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.list_choices import ListChoices, WrongChoice, heading, list_choices
from dailypapers.presentation.sources import followed_sources
from dailypapers.presentation.wholeness import wholeness
from dailypapers.ranking import lists
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.lists import LAST_PAGE, PER_PAGE, Entry, ListPage
from dailypapers.ranking.nearby import front_day, neighbours, newest_day
from dailypapers.ranking.periods import Kind, NotAPeriod, Period
from dailypapers.search.query.parse import LONGEST
from dailypapers.search.store import NoIndex

ORDERS = {"trending": "in the order of heat", "votes": "in the order of votes", "newest": "newest first"}
LISTED = 100
SEARCH_PAGES = 100
SORTS = ("relevance", "date", "votes")
HOW_TO_SEARCH = (
    'Words and meaning are looked for at once; `author:"Ada Lovelace"`, `field:cs.CL`, `after:2024-05`, '
    "`has:code` and `like:2604.04913` narrow it. `&sort=date` or `votes` orders otherwise."
)


@as_markdown
def newest(request: HttpRequest) -> str:
    """The newest day, as the front page shows it."""
    wanted = _asked(request)
    day = front_day(today(), wanted.selection) or newest_day(today())
    if day is None:
        return page(f"# {escaped(settings.SITE_NAME)}", "This site holds no papers yet.")
    return _of_period(request, Period.of("date", day), wanted)


@as_markdown
def of_period(request: HttpRequest, kind: Kind, text: str) -> str:
    """The list of a day, a week or a month."""
    try:
        period = Period.parse(kind, text)
    except NotAPeriod as problem:
        raise Http404(str(problem)) from None
    return _of_period(request, period, _asked(request))


@as_markdown
def trending(request: HttpRequest) -> str:
    """What is trending."""
    wanted = _asked(request)
    last = front_day(today(), Selection(followed=settings.FIELDS))
    listed = lists.trending_page(last, wanted.selection, wanted.page) if last else ListPage((), 0, 0)
    return _list("Trending", listed, wanted, "/papers/trending", site_of(request))


@as_markdown
def search(request: HttpRequest) -> HttpResponse | str:
    """What is found for `?q=`."""
    q = " ".join(request.GET.get("q", "")[: 4 * LONGEST].replace("\x00", " ").split())
    sort, number = request.GET.get("sort") or "relevance", _number(request, SEARCH_PAGES)
    if sort not in SORTS:
        raise Http404(f"Results can be sorted by {', '.join(SORTS)}.")
    site = site_of(request)
    if not q:
        return page("# Search", f"Ask for `{site}/search.md?q=…`. {HOW_TO_SEARCH}")
    try:
        _, found = finding.search(q, "hybrid", sort)  # type: ignore[arg-type]
    except NoIndex:
        told_so = "The search index is being built. Try again in a few minutes."
        return answer(page("# Search", told_so), 503)
    hits = found.hits[(number - 1) * PER_PAGE : number * PER_PAGE]
    asked = {"q": q} | ({} if sort == "relevance" else {"sort": sort}) | {"page": str(number + 1)}
    more = number < SEARCH_PAGES and len(found.hits) > number * PER_PAGE
    return page(
        f"# {escaped(q)}",
        f"{counted(len(found.hits), 'paper')} found, page {number}.",
        *_shown([hit.card.id for hit in hits], {}, site, (number - 1) * PER_PAGE),
        link("More papers", f"{site}/search.md?{urlencode(asked)}") if more else "",
    )


@as_markdown
def collection(request: HttpRequest, number: str, words: str | None = None) -> HttpResponse | str:
    """A collection that everyone sees."""
    found = readable(int(number), AnonymousUser())
    if found is None:
        raise Http404("There is no such collection, or it is not public.")
    if request.path_info != f"{found.address}.md":
        return HttpResponseRedirect(f"{found.address}.md")
    pages = max(1, -(-found.papers // COLLECTED))
    at = _number(request, pages)
    rows = places(found, at)
    notes = {row.paper_id: row.note for row in rows if row.note}
    site = site_of(request)
    by = found.owner.shown_name if found.owner else found.group.name if found.group else ""
    more = f"{site}{found.address}.md?page={at + 1}" if at < pages else ""
    return page(
        f"# {escaped(found.name)}",
        f"{counted(found.papers, 'paper')}{f', a collection by {escaped(by)}' if by else ''}.",
        told(found.about),
        *_shown([row.paper_id for row in rows], notes, site, (at - 1) * COLLECTED),
        link("More papers", more) if more else "",
    )


@as_markdown
def organizations(request: HttpRequest) -> str:
    """All organizations by their names."""
    at, asked, site = _number(request, LAST_PAGE), request.GET.get("q", "")[:100].strip(), site_of(request)
    rows = list(grouping.organizations(asked)[(at - 1) * LISTED : at * LISTED + 1])
    query = urlencode(({"q": asked} if asked else {}) | {"page": at + 1})
    lines = [f"- {link(one.name, f'{site}{one.address}.md')}" for one in rows[:LISTED]]
    more = link("More organizations", f"{site}/organizations.md?{query}") if len(rows) > LISTED else ""
    return page("# Organizations", "\n".join(lines) or "None yet.", more)


@as_markdown
def organization(request: HttpRequest, slug: str) -> str:
    """An organization with its newest papers."""
    seen = grouping.visible(slug, Group.Kind.ORGANIZATION, AnonymousUser())
    if seen is None:
        raise Http404("There is no such organization.")
    group, at, site = seen[0], _number(request, LAST_PAGE), site_of(request)
    ids = list(grouping.papers_of(group)[(at - 1) * PER_PAGE : at * PER_PAGE + 1])
    more = f"{site}{group.address}.md?page={at + 1}" if len(ids) > PER_PAGE else ""
    return page(
        f"# {escaped(group.name)}",
        escaped(group.about),
        ", ".join(link(one, one) for one in group.links),
        *_shown(ids[:PER_PAGE], {}, site, (at - 1) * PER_PAGE),
        link("More papers", more) if more else "",
    )


def _asked(request: HttpRequest) -> ListChoices:
    try:
        return list_choices(request.GET)
    except WrongChoice as problem:
        raise Http404(str(problem)) from None


def _number(request: HttpRequest, last: int) -> int:
    text = request.GET.get("page", "1")
    number = int(text) if len(text) < 8 and text.isascii() and text.isdecimal() else 0
    if not 1 <= number <= last:
        raise Http404(f"Pages are numbered from 1 to {last}.")
    return number


def _of_period(request: HttpRequest, period: Period, wanted: ListChoices) -> str:
    listed = lists.list_page(period, wanted.selection, wanted.order, wanted.page)
    days = Coverage.objects.filter(day__range=(period.first, period.last))
    whole = wholeness(days, period, followed_sources(), today()).text
    site, near = site_of(request), neighbours(period, wanted.selection)
    beside = [whole.capitalize()]
    for name, one in zip(("Earlier", "Later"), near, strict=True):
        if one is not None:
            beside.append(f"{name}: {link(one.text, site + wanted.address(f'{one.path}.md', page=1))}")
    title = heading(period) if period.kind == "month" else f"{heading(period)}, {period.first.year}"
    return _list(title, listed, wanted, period.path, site, beside)


def _list(
    title: str, listed: ListPage, wanted: ListChoices, path: str, site: str, beside: Sequence[str] = ()
) -> str:
    selection = wanted.selection
    name = field_name(selection.field) if selection.field else ""
    field = f" in {escaped(name)} ({escaped(selection.field)})" if name else ""
    put = ", put forward" if selection.show == "submitted" else ""
    order = ORDERS["trending" if path == "/papers/trending" else wanted.order]
    by_paper = {entry.paper_id: entry for entry in listed.entries}
    start = (wanted.page - 1) * PER_PAGE
    more = wanted.page < min(-(-listed.papers // PER_PAGE), LAST_PAGE)
    rest = f"{site}{wanted.address(f'{path}.md', page=wanted.page + 1)}"
    return page(
        f"# {escaped(title)}{field}{put}",
        f"{counted(listed.papers, 'paper')}, {order}, page {wanted.page}. {link('How', f'{site}/about.md')}",
        " · ".join(beside),
        *_shown(list(by_paper), {}, site, start, by_paper),
        link("More papers", rest) if more else "",
    )


def _shown(
    paper_ids: Sequence[int],
    notes: Mapping[int, str],
    site: str,
    start: int,
    entries: Mapping[int, Entry] | None = None,
) -> Iterator[str]:
    """A numbered list of papers; `start` is how many stand before them."""
    known = lists.entries_of(paper_ids) if entries is None else entries
    shown = shown_cards(cards(paper_ids), known, AnonymousUser())
    lines = [_line(number, one, notes, site) for number, one in enumerate(shown, start + 1)]
    yield "\n".join(lines) or "No papers."


def _line(number: int, shown: ShownCard, notes: Mapping[int, str], site: str) -> str:
    card = shown.card
    withdrawn = "Withdrawn: " if card.paper.withdrawn else ""
    more = f" and {card.more_authors:,} more" if card.more_authors > 0 else ""
    comments = shown.comments + shown.comments_here
    facts = (
        f"{', '.join(map(told, card.authors))}{more}",
        escaped(card.field),
        card.day.isoformat() if card.day else "",
        counted(shown.votes.total, "vote") if shown.votes.total else "",
        counted(comments, "comment") if comments else "",
        link("Code", shown.code.url) if shown.code else "",
        link("PDF", shown.pdf.url) if shown.pdf else "",
    )
    indent = " " * (len(str(number)) + 2)
    lines = [
        f"{number}. {withdrawn}[{told(card.paper.title) or 'Untitled'}]({site}{shown.address}.md)",
        " · ".join(fact for fact in facts if fact),
        told(shown.sentences),
        f"Note: {told(notes[card.paper.pk])}" if card.paper.pk in notes else "",
    ]
    return f"  \n{indent}".join(line for line in lines if line)
